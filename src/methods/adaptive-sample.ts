/** How tight the bound of a cell is: measured on some cells, in function space. */
import type { Reference } from '../catalog/values.js';
import type { Device, WorkControl } from '../catalog/work.js';
import { affineTheta } from '../tensor/family.js';
import { norm } from '../tensor/linear-algebra.js';
import type { BoxBound } from './adaptive-bound.js';
import type { Cells } from './adaptive-cells.js';
import { quiet } from './progress.js';

const CORNERS = 16; // of a cell, at most

/** What samples said: the greatest ratio of a movement of the function to its bound, and the greatest slope |Δφ| / |Δc|. */
export interface Tightness {
  readonly ratio: number;
  readonly slope: number;
}

/**
 * Evaluates ‖φ_{c+Δ} − φ_c‖ from the centre of each of some cells to its corners (at most 16 of them), on the device: J of the
 * corners against the centre's own outputs.
 */
export async function sampleTightness(
  cells: Cells,
  sample: readonly number[],
  bound: BoxBound,
  { architecture, inputs, outputs }: Reference,
  device: Device,
  control: WorkControl,
): Promise<Tightness> {
  const { subspace } = cells.members;
  const { rank } = subspace;
  const corners = Math.min(CORNERS, 2 ** rank);
  const reach = norm(cells.half);
  const centre = new Float64Array(rank);
  const theta = new Float32Array(subspace.size);
  let ratio = 0;
  let slope = 0;
  for (const [i, cell] of sample.entries()) {
    cells.centre(cell, centre);
    affineTheta(subspace.origin, subspace.basis, centre, theta);
    const y = await device.forward(architecture, theta, inputs, quiet(control));
    const coefficients = new Float64Array(corners * rank);
    for (let v = 0; v < corners; v++) {
      const corner = (v * 37 + i) % 2 ** rank; // all of few, some of many
      for (let k = 0; k < rank; k++)
        coefficients[v * rank + k] = centre[k]! + (((corner >> k) & 1) === 1 ? -cells.half[k]! : cells.half[k]!);
    }
    const family = { kind: 'affine', subspace, coefficients } as const;
    const { loss } = await device.evaluate(
      { architecture, inputs, outputs: { ...outputs, y }, family },
      quiet(control),
    );
    const most = bound.change(centre);
    for (const squared of loss) {
      if (!Number.isFinite(squared)) continue;
      const moved = Math.sqrt(squared);
      slope = Math.max(slope, moved / reach);
      if (most > 0) ratio = Math.max(ratio, moved / most);
    }
  }
  return { ratio, slope };
}
