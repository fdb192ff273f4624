/** J on every member of a lattice. */
import { FiberscopeError } from '../catalog/errors.js';
import { deviceText, formatCount, formatPower } from '../catalog/text.js';
import type { Field, Lattice, Reference, Subspace } from '../catalog/values.js';
import type { Device, WorkControl } from '../catalog/work.js';
import { affineTheta } from '../tensor/family.js';
import { latticeCount } from './lattice.js';
import { lossOf } from './points.js';
import { part, quiet } from './progress.js';

const MOST = 2 ** 31 - 1; // members that a 32-bit index can name with room to spare

/**
 * The Field J(θ_0 + Σ c_k b_k) on linspace(low, high, n)^m, and the J of the points that span the subspace. Axis k is the
 * coefficient of basis vector k. Source: Lengyel et al. 2020 (GENNI), Section 3 and note 8.
 */
export async function fieldOn(
  lattice: Lattice,
  reference: Reference,
  device: Device,
  control: WorkControl,
): Promise<Field> {
  const count = latticeCount(lattice);
  if (count > MOST)
    throw new FiberscopeError(
      'limit',
      `expected at most ${formatCount(MOST)} members, got ${formatPower(lattice.points, lattice.subspace.rank)} = ${formatCount(count)}; use fewer points per axis`,
    );
  const subspace = await withPointLoss(lattice.subspace, reference, device, quiet(control));
  const measured: Lattice = { ...lattice, subspace };
  const { architecture, inputs, outputs } = reference;
  const family = { kind: 'lattice', lattice: measured } as const;
  const { loss, power, route } = await device.evaluate({ architecture, inputs, outputs, family }, part(control, 0, 1));
  return {
    type: 'Field',
    lattice: measured,
    values: loss,
    power,
    reference,
    route,
    device: deviceText(device),
  };
}

/** The subspace with J and power of θ_0…θ_m against this reference. */
async function withPointLoss(
  subspace: Subspace,
  reference: Reference,
  device: Device,
  control: WorkControl,
): Promise<Subspace> {
  if (subspace.reference === reference && subspace.pointLoss && subspace.pointPower) return subspace;
  const { origin, basis, coordinates, rank, size } = subspace;
  const points = rank === 0 ? 1 : coordinates.length / rank;
  const theta = new Float32Array(points * size);
  for (let i = 0; i < points; i++)
    affineTheta(
      origin,
      basis,
      coordinates.subarray(i * rank, (i + 1) * rank),
      theta.subarray(i * size, (i + 1) * size),
    );
  const { loss, power } = await lossOf(theta, points, reference, device, control);
  return { ...subspace, pointLoss: loss, pointPower: power, reference };
}
