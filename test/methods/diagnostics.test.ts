/** Each sentence appears when it is true, computed here on its own from the definition, and only then. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { layoutOf } from '../../src/catalog/architecture.js';
import { genniFcn, mlp } from '../../src/catalog/presets.js';
import type { Field, Reference } from '../../src/catalog/values.js';
import type { Note } from '../../src/catalog/views.js';
import type { Device } from '../../src/catalog/work.js';
import { epsilonNotes, setNotes } from '../../src/methods/diagnostics/epsilon-set.js';
import { fieldNotes } from '../../src/methods/diagnostics/field.js';
import { pointNotes } from '../../src/methods/diagnostics/points.js';
import { referenceNotes } from '../../src/methods/diagnostics/reference.js';
import { fieldOn } from '../../src/methods/field.js';
import { gramSchmidt } from '../../src/methods/gram-schmidt.js';
import { pointsOf } from '../../src/methods/points.js';
import { referenceFromOutputs, referenceOf } from '../../src/methods/reference.js';
import { thresholdField } from '../../src/methods/threshold.js';
import { openDevice } from '../../src/tensor/device.js';
import { FcnClosedForm, fieldOf, inputsOf, setOf, silent, testRandom } from './fixtures.js';

let device: Device;
beforeAll(async () => {
  device = await openDevice('cpu');
});

const has = (notes: readonly Note[], id: string): boolean => notes.some((note) => note.id === id);
const text = (notes: readonly Note[], id: string): string => notes.find((note) => note.id === id)?.text ?? '';

describe('sentences about a reference', () => {
  it('dead, constant and dead units, over random references and inputs (fuzz)', async () => {
    const seen = { zero: 0, constant: 0, dead: 0, none: 0 };
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.boolean(), fc.integer({ min: 1, max: 4 }), async (seed, oneSided, hidden) => {
        const random = testRandom(seed);
        const architecture = mlp([1, hidden, 1], { name: 'relu' }, true);
        // coarse values, so that dead and constant references are common
        const theta = Float32Array.from({ length: layoutOf(architecture).size }, () => Math.round(2 * random() - 1));
        const x = Array.from({ length: 6 }, () => (oneSided ? 0.5 + random() : 4 * random() - 2));
        const reference = await referenceOf(architecture, theta, inputsOf(x.map((value) => [value])), device, silent);
        const hiddenAt = (value: number, h: number): number =>
          Math.max(0, theta[h]! * Math.fround(value) + theta[hidden + h]!);
        const y = x.map((value) => {
          let sum = theta[3 * hidden]!;
          for (let h = 0; h < hidden; h++) sum += theta[2 * hidden + h]! * hiddenAt(value, h);
          return sum;
        });
        const dead = Array.from({ length: hidden }, (_, h) => x.every((value) => hiddenAt(value, h) === 0)).filter(
          Boolean,
        );
        const zero = y.every((value) => value === 0);
        const constant = y.every((value) => Math.abs(value - y[0]!) < 1e-9);
        const notes = referenceNotes(reference);
        expect(has(notes, 'reference-zero')).toBe(zero);
        expect(has(notes, 'reference-constant')).toBe(constant && !zero);
        expect(has(notes, 'dead-units')).toBe(dead.length > 0);
        if (dead.length > 0)
          expect(text(notes, 'dead-units')).toContain(`${dead.length} of ${hidden} in layer 1 (ReLU)`);
        expect(has(notes, 'theta-unknown')).toBe(false);
        if (zero) seen.zero++;
        else if (constant) seen.constant++;
        if (dead.length > 0) seen.dead++;
        if (notes.length === 0) seen.none++;
      }),
      { seed: 2, numRuns: 300 },
    );
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(5); // each case did occur
  });

  it('says that θ is not known when only outputs were loaded', () => {
    const outputs = { type: 'Outputs', y: Float32Array.of(1, 2), count: 2, width: 1 } as const;
    const reference = referenceFromOutputs(genniFcn(), inputsOf([[1], [2]]), outputs);
    expect(referenceNotes(reference).map(({ id }) => id)).toEqual(['theta-unknown']);
  });
});

/** A random FCN case: reference, plane through random points, Field; coarse weights so that dead points occur. */
async function randomField(
  seed: number,
): Promise<{ field: Field; form: FcnClosedForm; points: Float32Array; reference: Reference }> {
  const random = testRandom(seed);
  const inputs = inputsOf(Array.from({ length: 8 }, () => [random() < 0.3 ? 1 + random() : 4 * random() - 2]));
  const draw = (coarse: boolean): number[] =>
    Array.from({ length: 4 }, () => (coarse ? Math.round(3 * random() - 1.5) : 3 * random() - 1.5));
  let theta = draw(false);
  const form = (): FcnClosedForm => new FcnClosedForm(inputs, Float32Array.from(theta));
  while (form().power(Float32Array.from(theta)) === 0) theta = draw(false);
  const reference = await referenceOf(genniFcn(), Float32Array.from(theta), inputs, device, silent);
  for (;;) {
    const points = Float32Array.from([...draw(true), ...draw(false), ...draw(true)]);
    try {
      const subspace = gramSchmidt(await pointsOf(points, 3, reference, device, silent));
      const field = await fieldOn({ subspace, low: -1, high: 1.5, points: 7 }, reference, device, silent);
      return { field, form: form(), points, reference };
    } catch {
      // dependent by chance
    }
  }
}

describe('sentences about points, fields and ε-sets of random references', () => {
  const each = Array.from({ length: 60 }, (_, seed) => seed);
  const seen = new Map<string, number>();
  const count = (id: string, is: boolean): boolean => {
    seen.set(`${id} ${is}`, (seen.get(`${id} ${is}`) ?? 0) + 1);
    return is;
  };

  it.each(each)('seed %i', async (seed) => {
    const { field, form, points, reference } = await randomField(seed);
    const thetas = [0, 1, 2].map((i) => points.subarray(4 * i, 4 * i + 4));
    const { scale } = reference;
    const loss = thetas.map((theta) => form.loss(theta));
    const power = thetas.map((theta) => form.power(theta));
    const near = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-4 * b;
    if (loss.some((value) => near(value, scale.zero) || near(value, scale.constant))) {
      // a dead point's J is the zero function's; any other tie is rounding's to decide
      if (loss.some((value, i) => power[i] !== 0 && (near(value, scale.zero) || near(value, scale.constant)))) return;
    }
    const notes = fieldNotes(field);
    const dead = power.map((value) => value === 0);
    expect(has(notes, 'point-dead')).toBe(count('point-dead', dead.includes(true)));
    dead.forEach((is, i) => {
      expect(text(notes, 'point-dead').split(':')[0]!.includes(`θ${'₀₁₂'[i]}`)).toBe(is);
    });
    const worse = loss.map((value, i) => !dead[i] && value > scale.zero);
    expect(has(notes, 'point-worse-than-zero')).toBe(count('point-worse-than-zero', worse.includes(true)));
    worse.forEach((is, i) => {
      expect(text(notes, 'point-worse-than-zero').split(':')[0]!.includes(`θ${'₀₁₂'[i]}`)).toBe(is);
    });
    const poor = loss.some((value, i) => !dead[i] && !worse[i] && value > scale.constant);
    expect(has(notes, 'point-worse-than-constant')).toBe(count('point-worse-than-constant', poor));
    expect(has(pointNotes({ loss, power }, reference), 'point-not-finite')).toBe(false);

    const zeros = [...field.power].filter((value) => value === 0).length;
    expect(has(notes, 'field-zero-members')).toBe(count('field-zero-members', zeros > 0));
    const lowest = Math.min(...field.values);
    expect(has(notes, 'field-above-null')).toBe(
      count('field-above-null', lowest >= Math.min(scale.zero, scale.constant)),
    );
    const { coordinates } = field.lattice.subspace;
    expect(has(notes, 'points-outside-grid')).toBe(
      count(
        'points-outside-grid',
        coordinates.some((c) => c < -1 || c > 1.5),
      ),
    );

    for (const epsilon of [
      0.3 * lowest,
      0.02 * scale.power,
      0.7 * scale.power,
      1.5 * scale.power,
      1e6 * (1 + scale.power),
    ])
      checkSet(field, epsilon);
  });

  function checkSet(field: Field, epsilon: number): void {
    const set = thresholdField(field, epsilon);
    const { scale } = field.reference;
    const notes = setNotes(set);
    const n = field.lattice.points;
    const inSet = (a: number, b: number): boolean =>
      a >= 0 && a < n && b >= 0 && b < n && field.values[a * n + b]! < epsilon;
    const members: (readonly [number, number])[] = [];
    for (let a = 0; a < n; a++) for (let b = 0; b < n; b++) if (inSet(a, b)) members.push([a, b]);
    const tally = (test: (a: number, b: number) => boolean): number => members.filter(([a, b]) => test(a, b)).length;
    expect(set.index.length).toBe(members.length);
    expect(has(notes, 'epsilon-above-zero')).toBe(count('epsilon-above-zero', epsilon >= scale.zero));
    expect(has(notes, 'epsilon-above-constant')).toBe(count('epsilon-above-constant', epsilon >= scale.constant));
    expect(has(notes, 'set-empty')).toBe(count('set-empty', members.length === 0));
    const zero = tally((a, b) => field.power[a * n + b] === 0);
    expect(has(notes, 'set-zero-members')).toBe(count('set-zero-members', zero > 0));
    const nearer = tally((a, b) => field.power[a * n + b]! < field.values[a * n + b]!);
    expect(has(notes, 'set-nearer-zero')).toBe(count('set-nearer-zero', nearer > 0));
    const thin = tally((a, b) => (!inSet(a - 1, b) && !inSet(a + 1, b)) || (!inSet(a, b - 1) && !inSet(a, b + 1)));
    expect(has(notes, 'set-thin')).toBe(count('set-thin', 2 * thin > members.length && members.length > 0));
    const border = tally((a, b) => a === 0 || b === 0 || a === n - 1 || b === n - 1);
    expect(has(notes, 'set-touches-border')).toBe(count('set-touches-border', border > 0));
    expect(has(notes, 'set-everything')).toBe(count('set-everything', members.length === n * n));
    if (nearer > 0) expect(text(notes, 'set-nearer-zero')).toContain(`${nearer} of its ${members.length} members`);
  }

  it('saw each sentence both true and false', () => {
    const rare = [...new Set([...seen.keys()].map((key) => key.split(' ')[0]!))].filter(
      (id) => !seen.has(`${id} true`) || !seen.has(`${id} false`),
    );
    console.log([...seen].map(([key, times]) => `${key} ${times}`).join(', '));
    expect(rare).toEqual([]);
  });
});

describe('the words', () => {
  it('ε above the zero function names the factor', () => {
    const scale = { power: 1.58733e-4, variance: 1e-4, zero: 1.58733e-4, constant: 1e-4 };
    // 0.0025 / 1.58733e−4 = 15.7497…
    expect(text(epsilonNotes(0.0025, scale), 'epsilon-above-zero')).toContain('ε = 0.0025 is 15.7 × E[φ²]');
    expect(epsilonNotes(5e-5, scale)).toEqual([]);
  });

  it('an empty set says what would be needed', () => {
    const notes = setNotes(setOf([0.5, 0.3, 0.4], 3, 1, 0.1));
    expect(text(notes, 'set-empty')).toBe(
      'No member is in the set: the smallest J on the grid is 0.3 (0.3 × E[φ²]), at c = (0). ε must exceed it, or the grid be refined around it (spacing 1).',
    );
  });

  it('a Field with members that are not finite says how many', () => {
    const notes = fieldNotes(fieldOf([1, Number.NaN, 0.1, Number.POSITIVE_INFINITY], 4, 1));
    expect(text(notes, 'field-not-finite')).toContain('2 of the 4 members');
    expect(has(fieldNotes(fieldOf([1, 0.1], 2, 1)), 'field-not-finite')).toBe(false);
  });

  it('points with a J that is not finite are named', () => {
    const { reference } = fieldOf([1], 1, 1);
    const notes = pointNotes({ loss: [0.1, Number.NaN], power: [1, Number.NaN] }, reference);
    expect(notes.map(({ id }) => id)).toEqual(['point-not-finite']);
    expect(notes[0]!.text).toMatch(/^θ₁:/);
  });
});
