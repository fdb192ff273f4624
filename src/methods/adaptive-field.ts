/** The Field of an adaptive lattice. */
import { deviceText } from '../catalog/text.js';
import type { Field, Lattice, Reference } from '../catalog/values.js';
import type { Device, Effort, WorkControl } from '../catalog/work.js';
import { type AdaptiveOptions, adaptiveMembers } from './adaptive.js';
import { blocksOf, withPointLoss } from './field.js';
import { latticeCount } from './lattice.js';
import { ADAPTIVE } from './lattice-route.js';
import { quiet } from './progress.js';

/**
 * The Field J(θ_0 + Σ c_k b_k) < cap on linspace(low, high, n)^m, coarse to fine: `index` lists the members below the cap, all
 * others are skipped or above it. Numbers of its members are those of the full lattice. Rejects as `adaptiveMembers` does.
 */
export async function adaptiveFieldOn(
  lattice: Lattice,
  reference: Reference,
  device: Device,
  control: WorkControl,
  options: AdaptiveOptions,
  account?: (effort: Effort) => void,
): Promise<Field> {
  const subspace = await withPointLoss(lattice.subspace, reference, device, quiet(control));
  const measured: Lattice = { ...lattice, subspace };
  const began = performance.now();
  const got = await adaptiveMembers(measured, reference, device, control, options);
  account?.({
    members: latticeCount(lattice),
    evaluated: got.evaluated,
    judged: got.refinement.levels.reduce((sum, { members, evaluated }) => sum + (members > 1 ? evaluated : 0), 0),
    blocks: got.blocks,
    blocksEach: blocksOf(reference.inputs),
    seconds: (performance.now() - began) / 1000,
  });
  return {
    type: 'Field',
    lattice: measured,
    values: got.values,
    power: got.power,
    cap: options.cap,
    index: got.index,
    refinement: got.refinement,
    reference,
    route: `${got.route}${ADAPTIVE}`,
    device: deviceText(device),
  };
}
