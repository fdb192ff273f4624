/** How a linear assignment begins: columns and prices that are found without searching for paths (Jonker and Volgenant 1987). */

const SCANS = 8; // rows that one pass may look at, as a multiple of their number: ties in prices could go on for ever

/** A partial assignment with prices of columns: every row that has a column has it at the least c_ij − v_j of the row. */
export class PartialAssignment {
  readonly columnOf: Int32Array; // [rows], −1: none
  readonly rowOf: Int32Array; // [columns], −1: none
  readonly price: Float64Array; // v [columns]
  free: number[]; // rows without a column

  constructor(
    readonly cost: Float64Array,
    readonly rows: number,
    readonly columns: number,
  ) {
    this.columnOf = new Int32Array(rows).fill(-1);
    this.rowOf = new Int32Array(columns).fill(-1);
    this.price = new Float64Array(columns);
    this.free = Array.from({ length: rows }, (_, i) => i);
  }

  /** Each column's price becomes its least cost; a row that is least in one column or more gets one. Of square problems. */
  reduceColumns(): void {
    const { cost, rows, columns, price, columnOf, rowOf } = this;
    const least = new Int32Array(columns);
    price.set(cost.subarray(0, columns));
    for (let i = 1; i < rows; i++)
      for (let j = 0, at = i * columns; j < columns; j++, at++)
        if (cost[at]! < price[j]!) {
          price[j] = cost[at]!;
          least[j] = i;
        }
    const often = new Int32Array(rows);
    for (let j = columns - 1; j >= 0; j--) {
      const i = least[j]!;
      if (often[i]!++ > 0) continue;
      columnOf[i] = j;
      rowOf[j] = i;
    }
    if (columns > 1) for (let i = 0; i < rows; i++) if (often[i] === 1) this.lowerToSecond(i, columnOf[i]!);
    this.free = this.free.filter((i) => columnOf[i]! < 0);
  }

  /** Reduction transfer: lowers the price of a row's column until its second choice is as good. */
  private lowerToSecond(i: number, own: number): void {
    const { cost, columns, price } = this;
    let second = Infinity;
    for (let j = 0, at = i * columns; j < columns; j++, at++) {
      const reduced = cost[at]! - price[j]!;
      if (reduced < second && j !== own) second = reduced;
    }
    price[own]! -= second - (cost[i * columns + own]! - price[own]!);
  }

  /** Augmenting row reduction: a free row takes its best column, makes it dearer up to its second choice, and frees who had it. */
  reduceRows(): void {
    const { cost, columns, price, columnOf, rowOf } = this;
    const queue = Int32Array.from(this.free);
    const left: number[] = [];
    let scans = SCANS * queue.length + this.rows;
    for (let k = 0; k < queue.length; ) {
      const i = queue[k++]!;
      if (scans-- <= 0) {
        left.push(i);
        continue;
      }
      let best = 0;
      let other = 1;
      let low = Infinity;
      let high = Infinity;
      for (let j = 0, at = i * columns; j < columns; j++, at++) {
        const reduced = cost[at]! - price[j]!;
        if (reduced >= high) continue;
        if (reduced < low) {
          high = low;
          other = best;
          low = reduced;
          best = j;
        } else {
          high = reduced;
          other = j;
        }
      }
      const lowered = price[best]! - (high - low);
      const cheaper = lowered < price[best]!; // not where rounding takes all of the difference
      if (cheaper) price[best] = lowered;
      else if (rowOf[best]! >= 0 && high === low) best = other;
      const before = rowOf[best]!;
      columnOf[i] = best;
      rowOf[best] = i;
      if (before < 0) continue;
      columnOf[before] = -1;
      if (cheaper) queue[--k] = before;
      else left.push(before);
    }
    this.free = left;
  }
}
