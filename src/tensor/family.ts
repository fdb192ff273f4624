/** Families of parameter vectors, indexed lazily: how many there are, and θ or the coefficients of one of them. */
import type { Lattice, Subspace } from '../catalog/values.js';
import type { Family } from '../catalog/work.js';

/** The number of members. */
export function familyCount(family: Family): number {
  switch (family.kind) {
    case 'explicit':
      return family.count;
    case 'lattice':
      return family.lattice.points ** family.lattice.subspace.rank;
    case 'members':
      return family.index.length;
    case 'affine':
      return family.subspace.rank === 0 ? 1 : family.coefficients.length / family.subspace.rank;
  }
}

/** The affine subspace that the members lie in; undefined for explicit ones. */
export function familySubspace(family: Family): Subspace | undefined {
  if (family.kind === 'explicit') return undefined;
  return family.kind === 'affine' ? family.subspace : family.lattice.subspace;
}

/** The number of parameters P of each member. */
export function familySize(family: Family): number {
  if (family.kind === 'explicit') return family.count === 0 ? 0 : family.theta.length / family.count;
  return familySubspace(family)!.size;
}

/** Coordinate i of an axis of a lattice: linspace(low, high, points), whose last value is `high` itself. */
export function latticeAxis(lattice: Lattice, i: number): number {
  const { low, high, points } = lattice;
  if (i === points - 1) return high;
  return low + i * ((high - low) / (points - 1));
}

/** Coefficients c [m] of one lattice point; axis k = coefficient of basis vector k, last axis fastest. */
export function latticeCoefficients(lattice: Lattice, index: number, out?: Float64Array): Float64Array {
  const { rank } = lattice.subspace;
  const c = out ?? new Float64Array(rank);
  let rest = index;
  for (let k = rank - 1; k >= 0; k--) {
    c[k] = latticeAxis(lattice, rest % lattice.points);
    rest = Math.floor(rest / lattice.points);
  }
  return c;
}

/** The index into the lattice of one member of a family on a lattice. */
export function latticeIndex(family: Extract<Family, { lattice: Lattice }>, member: number): number {
  return family.kind === 'members' ? family.index[member]! : member;
}

/** Coefficients of the members of an affine family, many of them quickly: the axis of a lattice is tabulated. */
export class Coefficients {
  readonly rank: number;
  private readonly axis: Float64Array;
  private start = 0; // of the line written last: members that differ in the last coefficient only
  private end = 0;
  private readonly shared: Float64Array; // its other coefficients

  constructor(private readonly family: Exclude<Family, { kind: 'explicit' }>) {
    this.rank = familySubspace(family)!.rank;
    this.axis =
      family.kind === 'affine'
        ? new Float64Array(0)
        : Float64Array.from({ length: family.lattice.points }, (_, i) => latticeAxis(family.lattice, i));
    this.shared = new Float64Array(Math.max(0, this.rank - 1));
  }

  /** Writes c_k of a member to out[at + k · stride]. */
  write(member: number, out: Float64Array | Float32Array, at = 0, stride = 1): void {
    const { family, rank, axis } = this;
    if (family.kind === 'affine') {
      for (let k = 0; k < rank; k++) out[at + k * stride] = family.coefficients[member * rank + k]!;
      return;
    }
    if (rank === 0) return;
    const index = latticeIndex(family, member);
    if (index < this.start || index >= this.end) this.share(Math.floor(index / axis.length));
    for (let k = 0; k < rank - 1; k++) out[at + k * stride] = this.shared[k]!;
    out[at + (rank - 1) * stride] = axis[index - this.start]!;
  }

  private share(line: number): void {
    const { shared, axis } = this;
    let rest = line;
    for (let k = shared.length - 1; k >= 0; k--) {
      const quotient = Math.floor(rest / axis.length);
      shared[k] = axis[rest - quotient * axis.length]!;
      rest = quotient;
    }
    this.start = line * axis.length;
    this.end = this.start + axis.length;
  }
}

/** θ0 + Σ c_k b_k [P], summed in float64 and rounded to float32 once. */
export function affineTheta(
  origin: Float32Array,
  basis: Float32Array,
  coefficients: ArrayLike<number>,
  out: Float32Array,
): Float32Array {
  const size = origin.length;
  const m = coefficients.length;
  for (let i = 0; i < size; i++) {
    let sum = origin[i]!;
    for (let k = 0; k < m; k++) sum += coefficients[k]! * basis[k * size + i]!;
    out[i] = sum;
  }
  return out;
}
