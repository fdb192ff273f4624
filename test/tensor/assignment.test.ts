import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Assignment, assign, assignInSlices } from '../../src/tensor/assignment.js';
import { stream } from '../../src/tensor/random.js';

/** Least Σ c[i, π(i)] over all injective π from the smaller side, by trying every one. */
function tryAll(cost: ArrayLike<number>, rows: number, columns: number): number {
  if (rows > columns) {
    const turned = Array.from({ length: cost.length }, (_, k) => cost[(k % rows) * columns + Math.floor(k / rows)]!);
    return tryAll(turned, columns, rows);
  }
  const used = new Array<boolean>(columns).fill(false);
  const from = (i: number): number => {
    if (i === rows) return 0;
    let best = Infinity;
    for (let j = 0; j < columns; j++) {
      if (used[j]) continue;
      used[j] = true;
      best = Math.min(best, cost[i * columns + j]! + from(i + 1));
      used[j] = false;
    }
    return best;
  };
  return from(0);
}

/** Each column at most once, all of the smaller side, and the cost that is told. */
function checkAssignment(a: Assignment, cost: Float64Array, rows: number, columns: number): void {
  const given = Array.from(a.columns).filter((j) => j >= 0);
  expect(given.length).toBe(Math.min(rows, columns));
  expect(new Set(given).size).toBe(given.length);
  let sum = 0;
  a.columns.forEach((j, i) => {
    if (j >= 0) sum += cost[i * columns + j]!;
  });
  expect(a.cost).toBeCloseTo(sum, 9);
}

/** Weak duality: Σ u + Σ v ≤ Σ c[i, π(i)] for every π where c_ij ≥ u_i + v_j, so equality proves that nothing is cheaper. */
function checkProof(a: Assignment, cost: Float64Array, rows: number, columns: number, scale: number): void {
  const tolerance = 1e-11 * scale;
  let worst = Infinity;
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++)
      worst = Math.min(worst, cost[i * columns + j]! - a.rowPrices[i]! - a.columnPrices[j]!);
  expect(worst).toBeGreaterThan(-tolerance);
  if (rows < columns) expect(Math.max(...a.columnPrices)).toBeLessThanOrEqual(tolerance); // for columns that are left out
  if (rows > columns) expect(Math.max(...a.rowPrices)).toBeLessThanOrEqual(tolerance);
  const dual = [...a.rowPrices, ...a.columnPrices].reduce((x, y) => x + y, 0);
  expect(Math.abs(dual - a.cost)).toBeLessThan(tolerance * (rows + columns));
}

const side = fc.integer({ min: 1, max: 7 });
const sized = (value: fc.Arbitrary<number>) =>
  fc.tuple(side, side).chain(([rows, columns]) =>
    fc.record({
      rows: fc.constant(rows),
      columns: fc.constant(columns),
      cost: fc.array(value, { minLength: rows * columns, maxLength: rows * columns }),
    }),
  );

describe('linear assignment', () => {
  it.each([
    ['real costs', fc.double({ min: -100, max: 100, noNaN: true })],
    ['many ties', fc.integer({ min: 0, max: 3 })],
    ['all magnitudes', fc.integer({ min: -12, max: 12 }).map((e) => 10 ** e)],
  ])('costs as little as the best of all permutations: %s', (_, value) => {
    fc.assert(
      fc.property(sized(value), ({ rows, columns, cost }) => {
        const costs = Float64Array.from(cost);
        const a = assign(costs, rows, columns);
        checkAssignment(a, costs, rows, columns);
        const best = tryAll(costs, rows, columns);
        expect(Math.abs(a.cost - best)).toBeLessThanOrEqual(1e-12 * Math.max(...costs.map(Math.abs)));
      }),
      { numRuns: 300, seed: 5 },
    );
  });

  it.each([
    [300, 300],
    [120, 300],
    [300, 120],
  ])('proves by prices that nothing is cheaper, %i × %i', (rows, columns) => {
    const draw = stream(3, 'test', rows);
    for (const cell of [() => draw.uniform(), () => draw.normal(), () => draw.integer(40)]) {
      const cost = Float64Array.from({ length: rows * columns }, cell);
      const a = assign(cost, rows, columns);
      checkAssignment(a, cost, rows, columns);
      checkProof(a, cost, rows, columns, 40);
    }
  });

  it('proves it for costs that make paths long: products (i + 1)(j + 1), where the reverse order is best', () => {
    const n = 200;
    const cost = Float64Array.from({ length: n * n }, (_, k) => (Math.floor(k / n) + 1) * ((k % n) + 1));
    const a = assign(cost, n);
    expect(Array.from(a.columns)).toEqual(Array.from({ length: n }, (_, i) => n - 1 - i)); // rearrangement inequality
    checkProof(a, cost, n, n, n * n);
  });

  it('finds a planted permutation', () => {
    const n = 500;
    const draw = stream(7, 'test', 0);
    const planted = draw.shuffle(Int32Array.from({ length: n }, (_, i) => i));
    const cost = Float64Array.from({ length: n * n }, (_, k) =>
      planted[Math.floor(k / n)] === k % n ? 0.9 * draw.uniform() : 1 + draw.uniform(),
    );
    expect(assign(cost, n).columns).toEqual(planted);
  });

  it('gives some assignment where all cost the same, and takes one row and none', () => {
    const a = assign(new Float64Array(64 * 64).fill(2.5), 64);
    expect(a.cost).toBe(160);
    expect(assign(Float64Array.of(3, 1, 2), 1, 3).columns).toEqual(Int32Array.of(1));
    expect(assign(Float64Array.of(3, 1, 2), 3, 1).columns).toEqual(Int32Array.of(-1, 0, -1));
    expect(assign(new Float64Array(0), 0)).toMatchObject({ cost: 0 });
  });

  it('refuses costs that are not numbers, and another size', () => {
    const cost = new Float64Array(9);
    for (const wrong of [Number.NaN, Infinity, -Infinity]) {
      cost[5] = wrong;
      expect(() => assign(cost, 3)).toThrow(`expected finite costs, got ${wrong} for row 1 and column 2`);
    }
    expect(() => assign(new Float64Array(8), 3)).toThrow('expected 3 × 3 costs, got 8 numbers');
  });

  it('gives the same in slices, and stops when told', async () => {
    const n = 250;
    const draw = stream(9, 'test', 0);
    const cost = Float64Array.from({ length: n * n }, () => draw.normal());
    const control = { signal: new AbortController().signal, progress: () => {} };
    expect(await assignInSlices(cost, n, n, control)).toEqual(assign(cost, n));
    await expect(assignInSlices(cost, n, n, { ...control, signal: AbortSignal.abort() })).rejects.toThrow('cancelled');
  });
});
