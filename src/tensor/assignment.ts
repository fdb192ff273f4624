/**
 * The linear sum assignment problem: which column each row gets so that the sum of costs is least, and prices that prove it.
 *
 * Shortest augmenting paths after column reduction and augmenting row reduction, all in float64.
 * Source: Jonker and Volgenant, "A shortest augmenting path algorithm for dense and sparse linear assignment problems", Computing 38, 1987.
 */
import { FiberscopeError } from '../catalog/errors.js';
import type { WorkControl } from '../catalog/work.js';
import { atOnce } from '../document/slices.js';
import { Pace } from './pace.js';
import { PartialAssignment } from './partial-assignment.js';
import { transpose } from './products.js';

/** An assignment of least cost, with the prices that prove it: c_ij ≥ u_i + v_j everywhere, with equality where i has j. */
export interface Assignment {
  readonly columns: Int32Array; // [rows] the column of each row; −1 where there are more rows than columns and it has none
  readonly cost: number; // Σ c[i, columns[i]]
  readonly rowPrices: Float64Array; // u [rows]; ≤ 0 and 0 where a row has no column
  readonly columnPrices: Float64Array; // v [columns]; ≤ 0 and 0 where a column has no row (with as many rows as columns any sign)
}

const PASSES = 2; // of augmenting row reduction

/**
 * min Σ_i c[i, π(i)] over injective π, of costs [rows, columns] row-major; all of the smaller side is assigned. To get a maximum, negate.
 * O(n³) at worst. Throws `shape` where the array has another size or a cost is not finite.
 */
export function assign(cost: Float64Array, rows: number, columns: number = rows): Assignment {
  return atOnce(assigning(cost, rows, columns));
}

/** As `assign`, in slices: lets messages in, reports the share of rows that are assigned and stops when told to. */
export async function assignInSlices(
  cost: Float64Array,
  rows: number,
  columns: number,
  control: WorkControl,
): Promise<Assignment> {
  const pace = new Pace(control);
  const work = assigning(cost, rows, columns);
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    if (pace.due) await pace.step(value, 'linear assignment');
  }
}

/** As `assign`, yielding the share of rows assigned, at least after every row's augmenting path. */
export function* assigning(cost: Float64Array, rows: number, columns: number): Generator<number, Assignment> {
  requireFinite(cost, rows, columns);
  if (rows > columns) {
    const {
      columns: of,
      cost: sum,
      rowPrices,
      columnPrices,
    } = yield* assigning(transpose(cost, rows, columns), columns, rows);
    const back = new Int32Array(rows).fill(-1);
    for (let j = 0; j < columns; j++) back[of[j]!] = j;
    return { columns: back, cost: sum, rowPrices: columnPrices, columnPrices: rowPrices };
  }
  const problem = new PartialAssignment(cost, rows, columns);
  if (rows === columns) problem.reduceColumns();
  for (let pass = 0; pass < PASSES && columns > 1; pass++) {
    problem.reduceRows();
    yield 1 - problem.free.length / rows;
  }
  const paths = new Paths(problem);
  const { free } = problem;
  for (let k = 0; k < free.length; k++) {
    paths.augment(free[k]!);
    yield 1 - (free.length - k - 1) / rows;
  }
  return resultOf(problem);
}

function requireFinite(cost: Float64Array, rows: number, columns: number): void {
  if (!(rows >= 0 && columns >= 0) || cost.length !== rows * columns)
    throw new FiberscopeError(
      'shape',
      `linear assignment: expected ${rows} × ${columns} costs, got ${cost.length} numbers; give one for each pair`,
    );
  for (let k = 0; k < cost.length; k++)
    if (!Number.isFinite(cost[k]!))
      throw new FiberscopeError(
        'shape',
        `linear assignment: expected finite costs, got ${cost[k]} for row ${Math.floor(k / columns)} and column ${k % columns}; leave out what has no cost or give it a large one`,
      );
}

/** What a whole assignment comes to. */
function resultOf(problem: PartialAssignment): Assignment {
  const { cost, rows, columns, columnOf, price } = problem;
  let sum = 0;
  const rowPrices = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const j = columnOf[i]!;
    const c = cost[i * columns + j]!;
    sum += c;
    rowPrices[i] = c - price[j]!;
  }
  return { columns: columnOf, cost: sum, rowPrices, columnPrices: price };
}

/**
 * Dijkstra's search for shortest augmenting paths, with its memory. A column that was reached gets the price −∞ and the distance +∞ in
 * the arrays that are scanned, so that it is never chosen again, and rows are read in one go.
 */
class Paths {
  private readonly distance: Float64Array;
  private readonly price: Float64Array;
  private readonly from: Int32Array; // row before a column on the path
  private readonly reached: Int32Array; // columns in the order in which they were reached
  private readonly far: Float64Array; // their distances

  constructor(private readonly problem: PartialAssignment) {
    this.distance = new Float64Array(problem.columns);
    this.price = new Float64Array(problem.columns);
    this.from = new Int32Array(problem.columns);
    this.reached = new Int32Array(problem.columns);
    this.far = new Float64Array(problem.columns);
  }

  /** Gives row `start` a column along the shortest path of alternating reduced costs, and moves the prices. */
  augment(start: number): void {
    const { cost, columns, price, rowOf } = this.problem;
    const { distance, reached, far } = this;
    distance.fill(Infinity);
    this.price.set(price);
    let count = 0;
    let least = -Infinity; // distance of the column that was reached last
    for (let i = start, shift = 0; ; ) {
      const j = this.scan(i, shift);
      least = Math.max(least, distance[j]!); // rounding may go below
      i = rowOf[j]!;
      if (i < 0) {
        for (let k = 0; k < count; k++) price[reached[k]!]! += far[k]! - least;
        this.turn(start, j);
        return;
      }
      reached[count] = j;
      far[count++] = least;
      shift = cost[i * columns + j]! - price[j]! - least;
      distance[j] = Infinity;
      this.price[j] = -Infinity;
    }
  }

  /** Shortens distances by way of row i; gives the nearest column not yet reached, a free one among equals. */
  private scan(i: number, shift: number): number {
    const { distance, price, from } = this;
    const { cost, columns, rowOf } = this.problem;
    let lowest = Infinity;
    let nearest = 0;
    for (let j = 0, at = i * columns; j < columns; j++, at++) {
      const through = cost[at]! - price[j]! - shift;
      let d = distance[j]!;
      if (through < d) {
        distance[j] = through;
        from[j] = i;
        d = through;
      }
      if (d > lowest || (d === lowest && rowOf[j]! >= 0)) continue;
      lowest = d;
      nearest = j;
    }
    return nearest;
  }

  /** Moves everyone on the path to `end` one column on. */
  private turn(start: number, end: number): void {
    const { columnOf, rowOf } = this.problem;
    for (let j = end; ; ) {
      const i = this.from[j]!;
      const next = columnOf[i]!;
      rowOf[j] = i;
      columnOf[i] = j;
      if (i === start) return;
      j = next;
    }
  }
}
