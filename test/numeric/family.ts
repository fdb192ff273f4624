/** The members of families by their definition: what every device forms in its own way. */
import type { Family } from '../../src/catalog/work.js';
import { affineTheta, familySize, familySubspace, latticeCoefficients, latticeIndex } from '../../src/tensor/family.js';

/** θ [P] of one member. */
export function familyTheta(family: Family, member: number): Float32Array {
  const size = familySize(family);
  if (family.kind === 'explicit') return family.theta.slice(member * size, (member + 1) * size);
  const { origin, basis, rank } = familySubspace(family)!;
  const coefficients =
    family.kind === 'affine'
      ? family.coefficients.subarray(member * rank, (member + 1) * rank)
      : latticeCoefficients(family.lattice, latticeIndex(family, member));
  return affineTheta(origin, basis, coefficients, new Float32Array(size));
}
