import { describe, expect, it } from 'vitest';
import { mlp } from '../../src/catalog/presets.js';
import type { Parameters } from '../../src/catalog/values.js';
import { tableOf, thetaTable } from '../../src/methods/tables.js';
import { fieldOf, setOf } from './fixtures.js';

const parameters: Parameters = {
  type: 'Parameters',
  theta: Float32Array.from({ length: 60 }, (_, i) => i),
  count: 3,
  size: 20,
  reference: { ...fieldOf([1], 1, 1).reference, scale: { power: 2, variance: 1, zero: 2, constant: 1 } },
  loss: Float64Array.of(1, 2, 3),
  power: Float64Array.of(0, 1, 2),
  flags: [],
};

describe('tableOf', () => {
  it('lists parameters with J, relative J, power and the first 16 numbers', () => {
    const { columns, rows } = tableOf(parameters, 10);
    expect(columns.slice(0, 5)).toEqual([
      { name: 'point' },
      { name: 'J' },
      { name: 'J', unit: 'E[φ²]' },
      { name: 'power' },
      { name: 'θ[0]' },
    ]);
    expect(columns.length).toBe(4 + 16);
    expect(rows[2]!.slice(0, 6)).toEqual(['θ₂', 3, 1.5, 2, 40, 41]);
    expect(rows.every((row) => row.length === columns.length)).toBe(true);
  });

  it('says how many rows are left out', () => {
    const { rows, more } = tableOf(parameters, 2);
    expect(rows.length).toBe(2);
    expect(more).toBe(1);
    expect(tableOf(parameters, 3)).not.toHaveProperty('more');
  });

  it('lists the members of an ε-set by index, coefficients and J', () => {
    const { rows } = tableOf(setOf([1, 0.25, 1, 1, 1, 1, 1, 1, 0.5], 3, 2, 0.75), 10);
    expect(rows).toEqual([
      [1, -1, 0, 0.25, 0.25, 1],
      [8, 1, 1, 0.5, 0.5, 1],
    ]);
  });

  it('lists coordinates of a plane’s points and the singular values beside them', () => {
    const { subspace } = fieldOf([1], 1, 1, { coordinates: Float64Array.of(0, 3) }).lattice;
    const { columns, rows } = tableOf({ ...subspace, singularValues: Float64Array.of(3) }, 10);
    expect(columns.map(({ name }) => name)).toEqual(['point', 'c₁', 'singular value']);
    expect(rows).toEqual([
      ['θ₀', 0, null],
      ['θ₁', 3, 3],
    ]);
  });
});

it('θ is listed number by number, each in its tensor', () => {
  const { columns, rows } = thetaTable(
    mlp([2, 3, 1], { name: 'tanh' }, true),
    Float32Array.from({ length: 13 }, (_, i) => i / 2),
  );
  expect(columns.map(({ name }) => name)).toEqual(['parameter', 'tensor', 'θ']);
  expect(rows).toHaveLength(13);
  expect(rows.slice(0, 4)).toEqual([
    [0, '0.weight[0, 0]', 0],
    [1, '0.weight[0, 1]', 0.5],
    [2, '0.weight[1, 0]', 1],
    [3, '0.weight[1, 1]', 1.5],
  ]);
  expect(rows[8]).toEqual([8, '0.bias[2]', 4]);
  expect(rows[12]).toEqual([12, '2.bias[0]', 6]);
});
