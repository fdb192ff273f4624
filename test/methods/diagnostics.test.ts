/** The words of sentences where a fixed case says most; when each is said is in sentences.test.ts. */
import { beforeAll, describe, expect, it } from 'vitest';
import node from '../../nodes/gram-schmidt.js';
import pointsNode from '../../nodes/points.js';
import { layoutOf } from '../../src/catalog/architecture.js';
import { mlp } from '../../src/catalog/presets.js';
import type { Parameters } from '../../src/catalog/values.js';
import type { Note } from '../../src/catalog/views.js';
import type { Device } from '../../src/catalog/work.js';
import { epsilonNotes } from '../../src/methods/diagnostics/epsilon.js';
import { setNotes } from '../../src/methods/diagnostics/epsilon-set.js';
import { fieldNotes } from '../../src/methods/diagnostics/field.js';
import { pointNotes } from '../../src/methods/diagnostics/points.js';
import { gramSchmidt } from '../../src/methods/gram-schmidt.js';
import { parametersFrom } from '../../src/methods/load.js';
import { referenceOf } from '../../src/methods/reference.js';
import { openDevice } from '../../src/tensor/device.js';
import { network } from '../numeric/oracle.js';
import { fieldOf, inputsOf, setOf, silent, testRandom } from './fixtures.js';

const text = (notes: readonly Note[], id: string): string => notes.find((note) => note.id === id)?.text ?? '';

describe('the words', () => {
  it('ε above the zero function names the factor', () => {
    const scale = { power: 1.58733e-4, variance: 1e-4, zero: 1.58733e-4, constant: 1e-4 };
    // 0.0025 / 1.58733e−4 = 15.7497…
    expect(epsilonNotes(0.0025, scale).map((note) => note.text)).toEqual([
      'ε is 15.7 × E[φ²]: the zero function counts as equivalent.',
      'ε is 15.7 × E[φ²]: the best constant counts as equivalent.',
    ]);
    expect(epsilonNotes(5e-5, scale)).toEqual([]);
  });

  it('an empty set says what would be needed', () => {
    const notes = setNotes(setOf([0.5, 0.3, 0.4], 3, 1, 0.1));
    expect(text(notes, 'set-empty')).toBe(
      'No member is in the set: the smallest J on the grid is 0.3 (0.3 × E[φ²]), at c = (0). ε must exceed it, or the grid be refined around it (spacing 1).',
    );
  });

  it.each([
    [1, 'the set ends at a place that is not known.'],
    [2, 'the border J = ε is drawn as if J were the cap there.'],
    [3, 'the border J = ε is drawn as if J were the cap there.'],
    [4, 'the set ends at a place that is not known.'],
  ])('of members next to the cap, for m = %i, what becomes of the border', (rank, end) => {
    const values = new Array<number>(2 ** rank).fill(Number.POSITIVE_INFINITY);
    const set = setOf([0.1, ...values.slice(1)], 2, rank, 0.3);
    const notes = setNotes({ ...set, field: { ...set.field, cap: 0.5 } });
    expect(text(notes, 'set-next-to-cap')).toBe(
      `1 of its 1 members (100 %) have a neighbour at or above the cap, whose J is not known: between the two ${end}`,
    );
  });

  it('200,000 given vectors are summed up, not listed', async () => {
    const architecture = mlp([1, 1], { name: 'relu' }, false);
    const count = 200_000;
    const device = await openDevice('cpu');
    const reference = await referenceOf(architecture, Float32Array.of(1), inputsOf([[1], [-1]]), device, silent);
    const loss = Float64Array.from({ length: count }, (_, i) => (i === 7 ? 0.5 : i === 150_000 ? 9 : 2));
    const power = new Float64Array(count).fill(1);
    const theta = new Float32Array(count);
    const parameters: Parameters = { type: 'Parameters', theta, count, size: 1, reference, loss, power, flags: [] };
    const view = pointsNode.view!({ params: {}, inputs: { reference }, outputs: { parameters } } as never);
    expect(view.summary).toMatchObject({ count, lowest: 0.5, highest: 9, loss7: 0.5 });
    expect(Object.keys(view.summary).length).toBeLessThan(32);
    const said = text(view.notes, 'point-worse-than-zero');
    expect(said).toMatch(/θ₁₆ and 199,983 more are worse than the zero function: J = 2, .*, … against 1/);
    expect(said.length).toBeLessThan(500);
  });

  it('a Field with members that are not finite says how many', () => {
    const notes = fieldNotes(fieldOf([1, Number.NaN, 0.1, Number.POSITIVE_INFINITY], 4, 1));
    expect(text(notes, 'field-not-finite')).toContain('2 of the 4 members');
  });

  it('points with a J that is not finite are named', () => {
    const { reference } = fieldOf([1], 1, 1);
    const notes = pointNotes({ loss: [0.1, Number.NaN], power: [1, Number.NaN] }, reference);
    expect(notes.map(({ id }) => id)).toEqual(['point-not-finite']);
    expect(notes[0]!.text).toMatch(/^θ₁:/);
  });

  it('a J within rounding of a null model is neither better nor worse', () => {
    const { reference } = fieldOf([1], 1, 1); // zero function 1, best constant 0.5
    const said = (loss: number): string[] =>
      pointNotes({ loss: [loss], power: [1e-14] }, reference).map(({ id }) => id);
    expect(said(1 + 1e-7)).toEqual(['point-worse-than-constant']);
    expect(said(1 + 1e-4)).toEqual(['point-worse-than-zero']);
    expect(said(0.5 + 1e-7)).toEqual([]);
    const ids = (lowest: number): string[] => fieldNotes(fieldOf([lowest, 2], 2, 1)).map(({ id }) => id);
    expect(ids(0.5 - 1e-7)).toContain('field-above-null');
    expect(ids(0.5 - 1e-4)).not.toContain('field-above-null');
  });

  it('vectors that were loaded are not called the first m + 1', async () => {
    const loaded: Parameters = parametersFrom({ name: 'theta', shape: [2, 2], data: Float32Array.of(0, 0, 1, 2) });
    const subspace = gramSchmidt(loaded);
    const view = node.view({ params: {}, inputs: { parameters: loaded }, outputs: { subspace } });
    expect([view.status, view.notes]).toEqual(['orthonormal', []]);
  });
});

describe('what is said of dead units', () => {
  let device: Device;
  beforeAll(async () => {
    device = await openDevice('cpu');
  });

  it('is true: the weights out of them change nothing', async () => {
    let seen = 0;
    for (let seed = 0; seed < 40; seed++) {
      const random = testRandom(seed);
      const architecture = mlp([1, 3, 1], { name: 'relu' }, true);
      const theta = Float32Array.from({ length: layoutOf(architecture).size }, () => 2 * random() - 1);
      const rows = Array.from({ length: 5 }, () => [0.5 + random()]);
      const { units } = await referenceOf(architecture, theta, inputsOf(rows), device, silent);
      const dead = [0, 1, 2].filter((h) => rows.every(([x]) => theta[h]! * Math.fround(x!) + theta[3 + h]! <= 0));
      expect(units![0]!.dead).toBe(dead.length);
      const moved = theta.map((value, k) => (dead.includes(k - 6) ? value + 5 : value)); // W₂ is at 6, 7, 8
      for (const row of rows) expect(network(architecture, moved, row)).toEqual(network(architecture, theta, row));
      seen += dead.length;
    }
    expect(seen).toBeGreaterThan(10);
  });
});
