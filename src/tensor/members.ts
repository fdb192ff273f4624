/** The members of a family as the layered route takes them: θ and coefficients. */
import type { Subspace } from '../catalog/values.js';
import type { Family } from '../catalog/work.js';
import { Coefficients, familyCount, familySize, familySubspace } from './family.js';

/** A family, member by member. */
export class Members {
  readonly count: number;
  readonly size: number; // P
  readonly subspace: Subspace | undefined; // of an affine family
  private readonly origin: Float32Array | undefined;
  private readonly basis: readonly Float32Array[] = [];
  private readonly table: Coefficients | undefined;
  private readonly coefficient: Float64Array = new Float64Array(0);

  constructor(private readonly family: Family) {
    this.count = familyCount(family);
    this.size = familySize(family);
    if (family.kind === 'explicit') return;
    const subspace = familySubspace(family)!;
    this.subspace = subspace;
    this.table = new Coefficients(family);
    this.origin = subspace.origin;
    this.basis = Array.from({ length: subspace.rank }, (_, k) =>
      subspace.basis.subarray(k * subspace.size, (k + 1) * subspace.size),
    );
    this.coefficient = new Float64Array(subspace.rank);
  }

  /** Coefficients c [m] of a member of an affine family; the next call overwrites them. */
  coefficients(member: number): Float64Array {
    this.table!.write(member, this.coefficient);
    return this.coefficient;
  }

  /** θ0 (map 0) or the basis vector b_{k−1} (map k) of an affine family. */
  map(k: number): Float32Array {
    return k === 0 ? this.origin! : this.basis[k - 1]!;
  }

  /** Writes numbers `start`… of θ of one member (whole tensors) to `out`: sums in float64, each rounded to float32 once. */
  theta(member: number, out: Float32Array | Float64Array, start = 0): void {
    if (this.family.kind === 'explicit') {
      const at = member * this.size;
      const { theta } = this.family;
      for (let i = start; i < this.size; i++) out[i] = theta[at + i]!;
      return;
    }
    const c = this.coefficients(member);
    const origin = this.origin!;
    for (let i = start; i < this.size; i++) {
      let sum = origin[i]!;
      for (let k = 0; k < c.length; k++) sum += c[k]! * this.basis[k]![i]!;
      out[i] = Math.fround(sum);
    }
  }
}
