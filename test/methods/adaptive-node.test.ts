/** Grid with an adaptive lattice before anything runs: limits, cost, route and time. */
import { describe, expect, it } from 'vitest';
import { builtin } from '../../nodes/index.js';
import type { Work } from '../../src/catalog/info.js';
import { Registry } from '../../src/catalog/registry.js';
import type { Field } from '../../src/catalog/values.js';
import { compile } from '../../src/compile/compile.js';
import { estimateFor, speedKey } from '../../src/compile/rates.js';
import type { Params } from '../../src/document/schema.js';
import { fieldPicture } from '../../src/methods/pictures.js';
import { thresholdField } from '../../src/methods/threshold.js';
import { fieldPictures, setPictures } from '../../src/methods/usual-pictures.js';
import { readDocument } from '../golden/run.js';
import { fieldOf } from './fixtures.js';

const registry = new Registry(builtin);
const planned = (grid: Params) => {
  const plan = compile(readDocument('graphs/genni-mlp-adaptive.json', { grid }), { registry });
  const errors = plan.problems.filter(({ severity }) => severity === 'error').map(({ message }) => message);
  return { node: plan.nodes.get('grid')!, errors };
};

describe('Grid with an adaptive lattice', () => {
  it('takes as many members as an index can name, and no more', () => {
    expect(planned({ points: 40 }).errors).toEqual([]); // 40⁶ = 4,096,000,000
    expect(planned({ points: 41 }).errors[0]).toContain('got 41⁶ = 4,750,104,241; use fewer points per axis');
    for (const keep of ['all', 'below'])
      expect(planned({ points: 40, keep }).errors[0]).toContain('expected at most 1,000,000,000 points');
  });

  it('says its route, and what it holds at most', () => {
    const { cost } = planned({}).node;
    expect(cost.route).toBe('fused · rejecting · adaptive');
    expect(cost.points).toBe(64e6);
    expect(cost.bytes).toBe(12 * 2 ** 25);
    expect(planned({ points: 5 }).node.cost.bytes).toBe(12 * 5 ** 6);
  });

  it('has a rule of its own in the key, a margin only with samples', () => {
    const key = (params: Params): string => planned(params).node.key!;
    expect(key({ rule: 'sampled' })).not.toBe(key({}));
    expect(key({ margin: 3 })).toBe(key({}));
    expect(key({ rule: 'sampled', margin: 3 })).not.toBe(key({ rule: 'sampled' }));
    expect(key({ keep: 'below', rule: 'sampled' })).toBe(key({ keep: 'below' }));
  });

  it('has a speed of its own for each size, box and rule, as they decide how many cells are kept', () => {
    const of = (params: Params): string => speedKey('grid', planned(params).node.cost.work);
    const some: Params[] = [{}, { points: 10 }, { low: -1 }, { rule: 'sampled' }, { rule: 'sampled', margin: 3 }];
    expect(new Set(some.map(of)).size).toBe(some.length);
    expect(of({ margin: 3 })).toBe(of({}));
  });

  it('takes at most the time of the whole lattice with its cap, until it has been timed itself', () => {
    const { cost } = planned({}).node;
    const work = cost.work as Extract<Work, { kind: 'evaluate' }>;
    expect(work.adaptive).toEqual({ points: 20, low: -2, high: 2 });
    const whole = { [speedKey('grid', { ...work, adaptive: undefined })]: 1e9 };
    const atMost = estimateFor('grid', cost, whole)!;
    expect(atMost.atMost).toBe(true);
    expect(atMost.seconds).toBeGreaterThan((64e6 * 500 * 8) / 1e9);
    const own = estimateFor('grid', cost, { ...whole, [speedKey('grid', work)]: 1e11 })!;
    expect(own.atMost).toBe(false);
    expect(own.seconds).toBeLessThan(atMost.seconds / 50);
  });
});

describe('pictures of an adaptive Field', () => {
  const base = fieldOf([0.1, 0.2], 2, 3);
  const sparse = (points: number): Field => ({
    ...{ ...base, lattice: { ...base.lattice, points }, cap: 0.5 },
    index: Uint32Array.of(3, 60),
  });

  it('draw the lattice with what was skipped as above the cap', () => {
    const picture = fieldPictures(sparse(4), 0.3).find(({ kind }) => kind === 'iso-surface');
    const values = picture && 'values' in picture ? picture.values : [];
    expect(values.length).toBe(64);
    expect([values[3], values[60]]).toEqual([Math.fround(0.1), Math.fround(0.2)]);
    expect([...values].filter((value) => value === Number.POSITIVE_INFINITY).length).toBe(62);
  });

  it('leave a lattice out that is too large to draw, and keep the set', () => {
    const large = sparse(1000); // 10⁹ members
    expect(fieldPictures(large, 0.3).map(({ kind }) => kind)).toEqual(['curves']);
    expect(setPictures(thresholdField(large, 0.3)).map(({ kind }) => kind)).toEqual(['points', 'curves']);
    expect(() => fieldPicture(large, 'iso-surface', { title: '', colouring: { log: true, relative: false } })).toThrow(
      'got 1,000,000,000; draw the ε-set, or use fewer points per axis',
    );
  });
});
