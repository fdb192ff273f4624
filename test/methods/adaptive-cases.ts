/** What the tests of adaptive lattices share: random references, lattices through them, and what the full lattice holds. */
import { type Architecture, layoutOf } from '../../src/catalog/architecture.js';
import type { Lattice, Reference } from '../../src/catalog/values.js';
import type { Device } from '../../src/catalog/work.js';
import { gramSchmidt } from '../../src/methods/gram-schmidt.js';
import { randomInputs } from '../../src/methods/random-inputs.js';
import { referenceOf } from '../../src/methods/reference.js';
import { inputsOf, silent, testRandom } from './fixtures.js';

export const PROVED = { rule: 'proved' } as const;
export const SAMPLED = { rule: 'sampled', margin: 1.5 } as const;
/** So that small lattices have coarse levels too. */
export const ROOM = { first: 64, sampled: 1, chunk: 2 ** 20, cells: 2 ** 25, found: 2 ** 25 };

/** A random reference and a lattice on a random plane through it. */
export async function caseOf(
  device: Device,
  architecture: Architecture,
  seed: number,
  lattice: { readonly rank: number; readonly points: number; readonly bound?: number },
  count = 400,
): Promise<{ reference: Reference; lattice: Lattice }> {
  const random = testRandom(seed);
  const inputs = randomInputs({
    ...{ shape: architecture.input, count, seed, distribution: 'normal', mean: 0, deviation: 1, low: 0, high: 1 },
  });
  const { size } = layoutOf(architecture);
  const { rank, points, bound = 2 } = lattice;
  const theta = Float32Array.from({ length: (rank + 1) * size }, () => 3 * random() - 1.5);
  const reference = await referenceOf(architecture, theta.slice(0, size), inputs, device, silent);
  const subspace = gramSchmidt({ type: 'Parameters', theta, count: rank + 1, size, flags: [] });
  return { reference, lattice: { subspace, low: -bound, high: bound, points } };
}

/** The members under the cap of the full lattice, with their numbers. */
export async function fully(
  device: Device,
  { architecture, inputs, outputs }: Reference,
  lattice: Lattice,
  cap: number,
) {
  const family = { kind: 'lattice', lattice } as const;
  const { loss, power } = await device.evaluate({ architecture, inputs, outputs, family, cap }, silent);
  const index = [...loss.keys()].filter((i) => loss[i]! < cap);
  return { index, values: index.map((i) => loss[i]!), power: index.map((i) => power[i]!) };
}

/** J under which so large a share of a lattice lies. */
export async function capOf(
  device: Device,
  { architecture, inputs, outputs }: Reference,
  lattice: Lattice,
  share: number,
): Promise<number> {
  const family = { kind: 'lattice', lattice } as const;
  const { loss } = await device.evaluate({ architecture, inputs, outputs, family }, silent);
  return loss.sort()[Math.ceil(share * loss.length)]!;
}

/**
 * φ = ReLU(c₁ x), x > 0, on [−1, 1]² beside the zero function: J is 0 on one half and large on the other, and the border runs between
 * cells of every size.
 */
export async function slabCase(device: Device, points: number): Promise<{ reference: Reference; lattice: Lattice }> {
  const architecture: Architecture = {
    ...{ type: 'Architecture', input: [2] },
    layers: [
      { kind: 'dense', units: 1, bias: false },
      { kind: 'activation', activation: { name: 'relu' } },
    ],
  };
  const inputs = inputsOf(Array.from({ length: 64 }, (_, i) => [1 + i, 0]));
  const reference = await referenceOf(architecture, Float32Array.of(-1, 0), inputs, device, silent);
  const vectors = { origin: new Float32Array(2), basis: Float32Array.of(1, 0, 0, 1), coordinates: new Float64Array(2) };
  const subspace = { type: 'Subspace', rank: 2, size: 2, flags: [], ...vectors } as const;
  return { reference, lattice: { subspace, low: -1, high: 1, points } };
}
