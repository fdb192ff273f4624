/** J on more and more of the inputs: what few of them tell of a cell is true as well, and cheaper. */
import type { Lattice, Reference } from '../catalog/values.js';
import { INPUT_BLOCK } from '../tensor/blocks.js';
import { ChangeBound } from './adaptive-bound.js';

const TOLERANCE = 1e-4; // of J + power: twice what devices may differ by from exact sums

/** J on the first inputs alone: never more than J, and a distance too. */
export interface Stage {
  readonly reference: Reference;
  readonly bound: ChangeBound;
  readonly size: number; // ‖y‖
  readonly root: number; // √J of a member below the cap, at most: of all inputs, as devices may differ by their J and power
}

/** The stages of a search below a cap: the first 128 inputs, four times as many, and so on; the last has all. */
export function stagesOf(reference: Reference, lattice: Lattice, cap: number): Stage[] {
  const root = Math.sqrt(widened(Math.sqrt(cap), Math.sqrt(reference.scale.power)));
  return prefixes(reference).map((some) => {
    const size = Math.sqrt(some.scale.power);
    return { reference: some, bound: new ChangeBound(some, lattice.subspace), size, root };
  });
}

/** What J may come out as on a device where its root is `f`, at most; `size` is ‖y‖. */
export function widened(f: number, size: number): number {
  return f * f + 2 * TOLERANCE * (f * f + (f + size) ** 2);
}

/** The reference on its first 128 inputs, on four times as many, and so on, up to all. */
function prefixes(reference: Reference): Reference[] {
  const { inputs, outputs } = reference;
  const all: Reference[] = [];
  const features = inputs.x.length / Math.max(1, inputs.count);
  for (let count = INPUT_BLOCK; 2 * count <= inputs.count; count *= 4) {
    const weights = inputs.weights.subarray(0, count);
    const y = outputs.y.subarray(0, count * outputs.width);
    const power = y.reduce((sum, v, i) => sum + weights[Math.floor(i / outputs.width)]! * v * v, 0);
    all.push({
      ...reference,
      inputs: { ...inputs, x: inputs.x.subarray(0, count * features), count, weights },
      outputs: { ...outputs, y, count },
      scale: { ...reference.scale, power },
    });
  }
  return [...all, reference];
}
