/** What follows a Field with a cap: what is told of it, and what is refused. */
import { describe, expect, it } from 'vitest';
import type { Field } from '../../src/catalog/values.js';
import { outputCsv } from '../../src/execute/csv.js';
import { outputArrays } from '../../src/execute/export.js';
import { absoluteCap, describeCap, requireInReach, withinCap } from '../../src/methods/cap.js';
import { connectivity } from '../../src/methods/connectivity.js';
import { countSet } from '../../src/methods/diagnostics/epsilon-set.js';
import { countField } from '../../src/methods/diagnostics/field.js';
import { effortRows, effortText } from '../../src/methods/effort.js';
import { figureOf } from '../../src/methods/figure.js';
import { latticeValues, memberAt, placeIn } from '../../src/methods/members.js';
import { distributionCurve, fieldPicture, rulerOf } from '../../src/methods/pictures.js';
import { suggestedEpsilon, thresholdField } from '../../src/methods/threshold.js';
import { fieldOf, silent } from './fixtures.js';

const above = Number.POSITIVE_INFINITY;
const colouring = { log: true, relative: true };
const scale = { power: 2, variance: 1, zero: 2, constant: 1 };

/** A whole Field and the same as it is with a cap. */
function both(values: readonly number[], points: number, rank: number, cap: number, power = values.map(() => 1)) {
  const whole = fieldOf(values, points, rank, { scale, power });
  const capped: Field = {
    ...whole,
    values: whole.values.map((j) => (j < cap ? j : above)),
    power: whole.power.map((p, i) => (whole.values[i]! < cap ? p : Number.NaN)),
    cap,
  };
  return { whole, capped };
}

describe('ε and the cap', () => {
  it('every ε up to the cap gives the set of the whole Field', () => {
    const values = Array.from({ length: 81 }, (_, i) => ((i * 37) % 81) / 81);
    const { whole, capped } = both(values, 9, 2, 0.4);
    for (const epsilon of [0.01, 0.2, 0.39, 0.4]) {
      const [a, b] = [thresholdField(whole, epsilon), thresholdField(capped, epsilon)];
      expect(b.index).toEqual(a.index);
      expect(b.values).toEqual(a.values);
      const { nextToCap: _, ...counts } = countSet(b);
      expect(countSet(a)).toMatchObject(counts);
    }
  });

  it('the components are those of the whole Field', async () => {
    const values = Array.from({ length: 81 }, (_, i) => ((i * 37) % 81) / 81);
    const { whole, capped } = both(values, 9, 2, 0.4);
    const parts = (field: Field) => connectivity(thresholdField(field, 0.3), silent);
    expect(await parts(capped)).toEqual(await parts(whole));
  });

  it('above the cap it is refused, in words that help', () => {
    const cap = { value: 0.05, relative: true };
    expect(() => requireInReach({ value: 0.05, relative: true }, cap)).not.toThrow();
    expect(() => requireInReach({ value: 9, relative: false }, cap)).not.toThrow(); // known when it runs
    expect(() => requireInReach({ value: 9, relative: true }, undefined)).not.toThrow();
    expect(() => requireInReach({ value: 0.06, relative: true }, cap)).toThrow(
      "parameter 'epsilon': expected at most the Field's cap of 0.05 E[φ²], above which its members are not told apart, got 0.06 E[φ²]; raise Cap in Grid, or lower ε",
    );
    const { capped, whole } = both([0.1, 0.9, 0.2], 3, 1, 0.5);
    expect(withinCap(0.5, capped)).toBe(0.5);
    expect(withinCap(0.5 * (1 + 1e-14), capped)).toBe(0.5);
    expect(withinCap(7, whole)).toBe(7);
    expect(() => withinCap(0.6, capped)).toThrow(
      'cap of 0.25 E[φ²], above which its members are not told apart, got 0.3 E[φ²]',
    );
    const options = { title: '', kind: 'iso-surface', scale: 'log', unit: 'relative' } as const;
    const cube = both(
      Array.from({ length: 27 }, (_, i) => i / 27),
      3,
      3,
      0.5,
    ).capped;
    expect(figureOf(cube, { ...options, epsilon: 0.2 })).toMatchObject({ cap: 0.5 });
    expect(() => figureOf(cube, { ...options, epsilon: 0.3 })).toThrow('raise Cap in Grid, or lower ε');
  });

  it('a relative cap needs a reference that is not 0', () => {
    expect(absoluteCap({ value: 0.05, relative: true }, scale)).toBe(0.1);
    expect(absoluteCap({ value: 0.05, relative: false }, { ...scale, power: 0 })).toBe(0.05);
    expect(() => absoluteCap({ value: 0.05, relative: true }, { ...scale, power: 0 })).toThrow("'capUnit'");
    expect(describeCap({ cap: 0.1 }, scale)).toBe('a Field below 0.05 E[φ²]');
    expect(describeCap({}, scale)).toBe('a whole Field');
  });

  it('the suggested ε is that of the whole Field where this lies below the cap, else the cap', () => {
    const values = Array.from({ length: 10_000 }, (_, i) => 1e-5 * (i + 1));
    const { whole, capped } = both(values, 100, 2, 0.01);
    expect(suggestedEpsilon(capped)).toBe(suggestedEpsilon(whole));
    expect(suggestedEpsilon(both(values, 100, 2, 2e-4).capped)).toBe(2e-4);
    expect(suggestedEpsilon(both(values, 100, 2, 1e-6).capped)).toBeUndefined();
  });
});

describe('what is told', () => {
  it('zero functions are counted only where all of them are below the cap', () => {
    const values = [0.1, 2, 2, 3]; // J of the zero function is 2
    const power = [1, 0, 0, 1];
    expect(countField(both(values, 4, 1, 1.5, power).capped)).toMatchObject({ members: 4, above: 3, zero: undefined });
    expect(countField(both(values, 4, 1, 2.5, power).capped)).toMatchObject({ members: 4, above: 1, zero: 2 });
    expect(countField(both(values, 4, 1, 2.5, power).whole)).toMatchObject({ above: 0, zero: 2, notFinite: 0 });
    expect(countField(both(values, 4, 1, 1.5, power).capped)).toMatchObject({ lowest: Math.fround(0.1), notFinite: 0 });
  });

  it('the distribution is that of the whole Field up to the cap', () => {
    const values = Array.from({ length: 100 }, (_, i) => (i + 1) / 100);
    const { whole, capped } = both(values, 10, 2, 0.305);
    const [all, some] = [distributionCurve(whole), distributionCurve(capped)];
    expect(some.x.at(-1)).toBeCloseTo(Math.log10(0.3), 12); // 30 of 100
    expect(some.lines[0]!.y.at(-1)).toBeCloseTo(0.3 / 2, 6);
    some.x.forEach((x, i) => {
      const at = all.x.indexOf(x);
      if (at >= 0) expect(all.lines[0]!.y[at]).toBe(some.lines[0]!.y[i]);
    });
  });

  it('pictures and the ruler know the cap, captions say it', () => {
    const { capped, whole } = both([0.1, 0.9, 0.2], 3, 1, 0.5);
    const options = { title: '', colouring };
    expect(fieldPicture(capped, 'line', options)).toMatchObject({
      cap: 0.5,
      caption: expect.stringContaining('J known below 0.25 E[φ²]'),
    });
    expect(fieldPicture(capped, 'line', { title: '', colouring: { log: true, relative: false } }).caption).toContain(
      'J known below 0.5',
    );
    expect(fieldPicture(whole, 'line', options).caption).not.toContain('known');
    expect(rulerOf(capped, 0.1, 0.2)).toMatchObject({ cap: 0.5 });
    expect(rulerOf(whole, 0.1, 0.9)).not.toHaveProperty('cap');
  });

  it('files have the cap, and rows leave a gap where J is not known', () => {
    const { capped } = both([0.5, 0.75, 0.25], 3, 1, 0.6);
    const { arrays } = outputArrays(capped)!;
    expect([...arrays.values!.data]).toEqual([0.5, above, 0.25]);
    expect([...arrays.power!.data]).toEqual([1, Number.NaN, 1]);
    expect(arrays.cap).toEqual({ data: Float64Array.of(0.6), shape: [] });
    expect(outputCsv(capped).split('\r\n').slice(0, 4)).toEqual([
      'member,c₁,J,J / E[φ²],power,J at least',
      '0,-1,0.5,0.25,1,',
      '1,0,,,,0.6',
      '2,1,0.25,0.125,1,',
    ]);
    expect(outputCsv(thresholdField(capped, 0.3)).split('\r\n').slice(0, 2)).toEqual([
      'member,c₁,J,J / E[φ²],power',
      '2,1,0.25,0.125,1',
    ]);
  });

  it('what it took: a rate, and how many blocks a member took', () => {
    const effort = { members: 1000, evaluated: 1000, blocks: 1300, blocksEach: 4, seconds: 0.5 };
    expect(effortRows(effort)).toEqual([
      ['points/s', '2,000'],
      ['blocks each', '1.3 of 4'],
    ]);
    expect(effortRows({ ...effort, blocks: 4000 })).toEqual([['points/s', '2,000']]);
    expect(effortRows({ ...effort, evaluated: 0, blocks: 0, from: 'a whole Field' })).toEqual([['evaluated', '0']]);
    expect(effortText({ ...effort, evaluated: 10, blocks: 20, from: 'a Field below 1' })).toBe(
      '10 of 1,000 members, 2 of 4 blocks of inputs each, on from a Field below 1',
    );
    const adaptive = { ...effort, evaluated: 1010, judged: 50, blocks: 1515 }; // and 960 members
    expect(effortRows(adaptive)).toEqual([
      ['cells judged', '50'],
      ['evaluated', '960'],
      ['points/s', '2,000'],
      ['blocks each', '1.5 of 4'],
    ]);
    expect(effortText(adaptive)).toBe('50 cells judged, 960 of 1,000 members, 1.5 of 4 blocks of inputs each');
  });
});

describe('a Field that knows only some members', () => {
  const { capped } = both([0.1, 0.9, 0.2, 0.8], 4, 1, 0.85);
  const sparse: Field = {
    ...capped,
    index: Uint32Array.of(0, 2, 3),
    values: Float32Array.of(0.1, 0.2, 0.8),
    power: Float32Array.of(1, 1, 1),
  };

  it('has its places and members', () => {
    expect([0, 1, 2].map((i) => memberAt(sparse, i))).toEqual([0, 2, 3]);
    expect([0, 1, 2, 3].map((member) => placeIn(sparse, member))).toEqual([0, -1, 1, 2]);
    expect([...latticeValues(sparse)]).toEqual([...Float32Array.of(0.1, above, 0.2, 0.8)]);
    expect(latticeValues(capped)).toBe(capped.values);
  });

  it('gives the sets, counts and components of the whole one', async () => {
    const [a, b] = [capped, sparse].map((field) => thresholdField(field, 0.85));
    expect(b!.index).toEqual(a!.index);
    expect(countSet(b!)).toEqual(countSet(a!));
    expect(await connectivity(b!, silent)).toEqual(await connectivity(a!, silent));
    expect(countField(sparse)).toMatchObject({ members: 4, above: 1 });
    expect(outputArrays(sparse)!.arrays).toMatchObject({ index: { shape: [3] }, values: { shape: [3] } });
    expect(outputCsv(sparse).split('\r\n')[2]).toMatch(/^2,/);
  });
});
