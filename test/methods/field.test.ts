import { beforeAll, describe, expect, it } from 'vitest';
import { genniFcn } from '../../src/catalog/presets.js';
import type { Field } from '../../src/catalog/values.js';
import type { Device, Effort } from '../../src/catalog/work.js';
import { fieldOn } from '../../src/methods/field.js';
import { gramSchmidt } from '../../src/methods/gram-schmidt.js';
import { pointsOf } from '../../src/methods/points.js';
import { randomInputs } from '../../src/methods/random-inputs.js';
import { referenceOf } from '../../src/methods/reference.js';
import { suggestedEpsilon, thresholdField } from '../../src/methods/threshold.js';
import { openDevice } from '../../src/tensor/device.js';
import { familyTheta } from '../numeric/family.js';
import { FcnClosedForm, fieldOf, silent, testRandom } from './fixtures.js';

let device: Device;
beforeAll(async () => {
  device = await openDevice('cpu');
});

const inputs = randomInputs({
  distribution: 'normal',
  shape: [1],
  count: 500,
  mean: 0,
  deviation: 1,
  low: 0,
  high: 1,
  seed: 10,
});

/** The lattice through random points around a random reference, and its Field. */
async function randomCase(seed: number, rank: number, points: number) {
  const random = testRandom(seed);
  const draw = (): Float32Array => Float32Array.from({ length: 4 }, () => 3 * random() - 1.5);
  const theta = draw();
  const reference = await referenceOf(genniFcn(), theta, inputs, device, silent);
  const rows = Float32Array.from(Array.from({ length: rank + 1 }, () => [...draw()]).flat());
  const subspace = gramSchmidt(await pointsOf(rows, rank + 1, reference, device, silent));
  const field = await fieldOn({ subspace, low: -2, high: 2, points }, reference, device, silent);
  return { theta, rows, field, form: new FcnClosedForm(inputs, theta) };
}

describe('fieldOn', () => {
  it.each([
    [0, 1, 200],
    [1, 2, 40],
    [2, 3, 16],
    [3, 3, 20],
    [4, 4, 9],
    [5, 2, 41],
  ])('seed %i, m = %i, n = %i: J and the ε-set of the FCN’s closed form', async (seed, rank, points) => {
    const { field, form } = await randomCase(seed, rank, points);
    const family = { kind: 'lattice', lattice: field.lattice } as const;
    const exact = Float64Array.from(field.values, (_, i) => form.loss(familyTheta(family, i)));
    const epsilon = Float64Array.from(exact).sort()[Math.floor(exact.length / 5)]! * 1.001;
    const inSet = new Set(thresholdField(field, epsilon).index);
    exact.forEach((loss, i) => {
      expect(Math.abs(field.values[i]! - loss)).toBeLessThanOrEqual(1e-4 * loss + 1e-9);
      if (Math.abs(loss - epsilon) > 1e-4 * epsilon) expect(inSet.has(i)).toBe(loss < epsilon);
    });
    expect(inSet.size).toBeGreaterThan(0);
  });

  it('measures θ₀ … θₘ, which lie on the plane', async () => {
    const { field, form, rows } = await randomCase(6, 3, 4);
    const { pointLoss, pointPower } = field.lattice.subspace;
    for (let i = 0; i < 4; i++) {
      const theta = rows.subarray(4 * i, 4 * i + 4);
      expect(pointLoss![i]).toBeCloseTo(form.loss(theta), 4);
      expect(pointPower![i]).toBeCloseTo(form.power(theta), 4);
    }
  });

  it('measures the points of a plane that came without a reference', async () => {
    const { field, form, rows } = await randomCase(7, 2, 4);
    const { pointLoss: _, pointPower: __, reference: ___, ...bare } = field.lattice.subspace;
    const again = await fieldOn({ ...field.lattice, subspace: bare }, field.reference, device, silent);
    expect(again.lattice.subspace.pointLoss![2]).toBeCloseTo(form.loss(rows.subarray(8, 12)), 4);
    expect(again.values).toEqual(field.values);
  });

  it('is the same whatever it goes on from, also where J is not a finite number', async () => {
    const { field } = await randomCase(9, 2, 9);
    for (const reach of [2, 3e18, 3e37]) {
      const lattice = { ...field.lattice, low: -reach, high: reach };
      const on = (cap?: number, previous?: readonly Field[]) =>
        fieldOn(lattice, field.reference, device, silent, { cap, previous });
      const whole = await on();
      const finite = [...whole.values].filter(Number.isFinite).sort((a, b) => a - b);
      const [low, high] = [finite[Math.floor(finite.length / 4)]!, finite[Math.floor(finite.length / 2)]!];
      const fresh = { low: await on(low), high: await on(high), whole };
      const bits = ({ values, power, cap, route }: Field) => ({ values, power, cap, route });
      for (const from of [
        [fresh.low],
        [fresh.high],
        [whole],
        [fresh.low, fresh.high],
        [fresh.high, whole, fresh.low],
      ]) {
        expect(bits(await on(low, from))).toEqual(bits(fresh.low));
        expect(bits(await on(high, from))).toEqual(bits(fresh.high));
        expect(bits(await on(undefined, from))).toEqual(bits(whole));
      }
      expect(fresh.low.route).toBe(`${whole.route} · rejecting`);
    }
  });

  it('takes what the best of several leaves open, and says so', async () => {
    const { field } = await randomCase(10, 2, 9);
    const sorted = [...field.values].sort((a, b) => a - b);
    const on = async (cap: number | undefined, previous: readonly Field[]) => {
      let effort: Effort | undefined;
      const account = (taken: Effort): void => {
        effort = taken;
      };
      const made = await fieldOn(field.lattice, field.reference, device, silent, { cap, previous, account });
      return { made, effort: effort! };
    };
    const { made: low, effort: first } = await on(sorted[10], []);
    expect(first).toMatchObject({ members: 81, evaluated: 81, blocksEach: 4 });
    expect(first.from).toBeUndefined();
    const { made: high } = await on(sorted[40], [low]);
    expect((await on(sorted[60], [low, high])).effort.evaluated).toBe(41); // the 41 that are not below the 40th
    expect((await on(sorted[20], [low, high])).effort).toMatchObject({ evaluated: 0, blocks: 0 });
    expect((await on(undefined, [low, high])).effort).toMatchObject({ evaluated: 41, blocks: 41 * 4 });
  });

  it('refuses more members than an index can name', async () => {
    const { field } = await randomCase(8, 3, 4);
    await expect(fieldOn({ ...field.lattice, points: 10_000 }, field.reference, device, silent)).rejects.toThrow(
      'got 10,000³ = 10¹²; use fewer points per axis',
    );
  });
});

describe('thresholdField', () => {
  it('keeps J < ε strictly, ascending, and no member without a finite J', () => {
    const field = fieldOf([0.5, 0.1, Number.NaN, 0.3, 0.2, Number.POSITIVE_INFINITY], 6, 1);
    const set = thresholdField(field, Math.fround(0.3));
    expect([...set.index]).toEqual([1, 4]);
    expect([...set.values]).toEqual([Math.fround(0.1), Math.fround(0.2)]);
  });
});

describe('suggestedEpsilon', () => {
  const many = (count: number, at: (i: number) => number): number[] => Array.from({ length: count }, (_, i) => at(i));

  it('lets half a percent of the members in when that stays below a tenth of the null models', () => {
    const field = fieldOf(
      many(10_000, (i) => 1e-6 * (i + 1)),
      100,
      2,
      {
        scale: { power: 1, variance: 0.5, zero: 1, constant: 0.5 },
      },
    );
    const epsilon = suggestedEpsilon(field)!;
    const { index } = thresholdField(field, epsilon);
    expect(index.length).toBeGreaterThanOrEqual(50);
    expect(index.length).toBeLessThanOrEqual(55); // rounded up to two digits: at most a tenth more
  });

  it('never exceeds a tenth of the smaller null model’s J', () => {
    const field = fieldOf(
      many(100, (i) => (i === 0 ? 0.001 : 1)),
      10,
      2,
    );
    expect(suggestedEpsilon(field)).toBeCloseTo(0.05, 12);
  });

  it('suggests nothing where no member is below that', () => {
    expect(
      suggestedEpsilon(
        fieldOf(
          many(100, () => 0.06),
          10,
          2,
        ),
      ),
    ).toBeUndefined();
    const zero = { power: 0, variance: 0, zero: 0, constant: 0 };
    expect(suggestedEpsilon(fieldOf([0, 0, 0], 3, 1, { scale: zero }))).toBeUndefined();
  });
});
