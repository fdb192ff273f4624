/** Which channels, and which rescalings of channels, have to go together: sets that joins of a network merge. */

/** A rescaling of a value's channels: log s = power · log g of a free variable g; power 0 is none. */
export interface Scaled {
  readonly variable: number;
  readonly power: number;
}

/** No rescaling. */
export const UNSCALED: Scaled = { variable: -1, power: 0 };

/** Groups of channels: a set of values whose channels are permuted alike. */
export class ChannelTies {
  private readonly parent: number[] = [];
  private readonly held = new Set<number>(); // roots whose channels stay in place
  readonly sizes: number[] = [];

  /** A new group of so many channels. */
  add(channels: number): number {
    this.sizes.push(channels);
    return this.parent.push(this.parent.length) - 1;
  }

  root(group: number): number {
    while (this.parent[group] !== group) group = this.parent[group]!;
    return group;
  }

  /** Channels of the group stay in place. */
  hold(group: number): void {
    this.held.add(this.root(group));
  }

  isHeld(group: number): boolean {
    return this.held.has(this.root(group));
  }

  /** One group of two with as many channels; the older one is the root. */
  tie(a: number, b: number): void {
    const [first, second] = [this.root(a), this.root(b)].sort((x, y) => x - y) as [number, number];
    if (first === second) return;
    this.parent[second] = first;
    if (this.held.delete(second)) this.held.add(first);
  }
}

/** Rescalings: free variables g > 0 with relations log g_a = r · log g_b between them, and variables that joins force to be 1. */
export class ScaleTies {
  private readonly parent: number[] = [];
  private readonly ratio: number[] = []; // log g = ratio · log g of the parent
  private readonly held = new Set<number>();

  /** A new free rescaling. */
  add(): Scaled {
    this.ratio.push(1);
    return { variable: this.parent.push(this.parent.length) - 1, power: 1 };
  }

  /** A rescaling by its root; `UNSCALED` where it was forced to be 1. */
  resolve({ variable, power }: Scaled): Scaled {
    if (power === 0) return UNSCALED;
    while (this.parent[variable] !== variable) {
      power *= this.ratio[variable]!;
      variable = this.parent[variable]!;
    }
    return this.held.has(variable) ? UNSCALED : { variable, power };
  }

  /** The rescaling has to be 1. */
  hold(scaled: Scaled): void {
    const { variable, power } = this.resolve(scaled);
    if (power !== 0) this.held.add(variable);
  }

  /** Both values are rescaled alike: two different powers of one g leave g = 1 only. */
  tie(a: Scaled, b: Scaled): void {
    const [x, y] = [this.resolve(a), this.resolve(b)];
    if (x.power === 0 || y.power === 0) {
      this.hold(x);
      this.hold(y);
    } else if (x.variable === y.variable) {
      if (x.power !== y.power) this.hold(x);
    } else {
      const [first, second] = x.variable < y.variable ? [x, y] : [y, x];
      this.parent[second.variable] = first.variable;
      this.ratio[second.variable] = first.power / second.power;
    }
  }
}
