/** Members that were found, with their numbers, in any order until they are asked for. */

/** Members below the cap. */
export class Found {
  private index = new Uint32Array(1024);
  private values = new Float32Array(1024);
  private power = new Float32Array(1024);
  length = 0;

  add(member: number, value: number, power: number): void {
    if (this.length === this.index.length) {
      this.index = longer(this.index, Uint32Array);
      this.values = longer(this.values, Float32Array);
      this.power = longer(this.power, Float32Array);
    }
    this.index[this.length] = member;
    this.values[this.length] = value;
    this.power[this.length++] = power;
  }

  /** The member that was found i-th. */
  member(i: number): number {
    return this.index[i]!;
  }

  /** Index, J and power of all, by ascending index. */
  sorted(): { index: Uint32Array; values: Float32Array; power: Float32Array } {
    const order = orderOf(this.index.subarray(0, this.length));
    const index = new Uint32Array(this.length);
    const values = new Float32Array(this.length);
    const power = new Float32Array(this.length);
    for (let i = 0; i < order.length; i++) {
      const from = order[i]!;
      index[i] = this.index[from]!;
      values[i] = this.values[from]!;
      power[i] = this.power[from]!;
    }
    return { index, values, power };
  }
}

function longer<T extends Uint32Array | Float32Array>(from: T, Kind: new (length: number) => T): T {
  const to = new Kind(2 * from.length);
  to.set(from);
  return to;
}

const BITS = 16; // of a digit

/** The order that sorts 32-bit numbers, by two passes over their digits. */
function orderOf(keys: Uint32Array): Uint32Array {
  let order = Uint32Array.from(keys, (_, i) => i);
  let other = new Uint32Array(keys.length);
  for (let shift = 0; shift < 32; shift += BITS) {
    const starts = new Uint32Array(2 ** BITS + 1);
    for (const key of keys) starts[((key >>> shift) & (2 ** BITS - 1)) + 1]!++;
    for (let d = 0; d < 2 ** BITS; d++) starts[d + 1]! += starts[d]!;
    for (const i of order) other[starts[(keys[i]! >>> shift) & (2 ** BITS - 1)]!++] = i;
    [order, other] = [other, order];
  }
  return order;
}
