/** The numbers of an evaluation as the generated shaders read them. */

import type { WorkControl } from '../../catalog/work.js';
import { INPUT_BLOCK } from '../blocks.js';
import { Coefficients } from '../family.js';
import { Pace } from '../pace.js';
import { type Problem, projectInputs } from './problem.js';
import { type Dispatch, firstFormed, recordColumns, type ShaderShape } from './wgsl-shape.js';

/**
 * Records of the inputs, [values or maps, outputs, weight where inputs have their own], by blocks: a block is [input][column]
 * where the network is written out, [column][input] with its 128 places where it is looped.
 */
export async function packRecords(
  problem: Problem,
  shape: ShaderShape,
  kind: Dispatch['kind'],
  control: WorkControl,
): Promise<Float32Array<ArrayBuffer>> {
  const first = problem.affine ? await projectInputs(problem, control) : problem.x;
  const { inputs, y, weights, chain } = problem;
  const columns = recordColumns(shape);
  const target = columns - chain.outputs - (shape.weighted ? 1 : 0);
  const records = new Float32Array(Math.ceil(inputs / INPUT_BLOCK) * INPUT_BLOCK * columns);
  const pace = new Pace(control);
  const [perInput, perColumn] = kind === 'written' ? [columns, 1] : [1, INPUT_BLOCK];
  for (let n = 0; n < inputs; n++) {
    if (n % 1024 === 0) await pace.step(0, 'preparing the inputs');
    const place = n % INPUT_BLOCK;
    const at = (n - place) * columns + place * perInput;
    for (let i = 0; i < target; i++) records[at + i * perColumn] = first[n * target + i]!;
    for (let o = 0; o < chain.outputs; o++) records[at + (target + o) * perColumn] = y[n * chain.outputs + o]!;
    if (shape.weighted) records[at + (columns - 1) * perColumn] = weights[n]!;
  }
  return records;
}

/** θ0 and the basis vectors of each formed parameter, side by side. */
export function packFixed({ subspace }: Problem, shape: ShaderShape): Float32Array {
  const { origin, basis, rank, size } = subspace!;
  const first = firstFormed(shape);
  const fixed = new Float32Array(Math.max(1, (size - first) * (rank + 1)));
  for (let p = first; p < size; p++)
    for (let k = 0; k <= rank; k++)
      fixed[(p - first) * (rank + 1) + k] = k === 0 ? origin[p]! : basis[(k - 1) * size + p]!;
  return fixed;
}

/** Coefficients [m, count] of members of an affine family, or θ [P, count]: one number of all members after the other. */
export function packMembers({ family, chain }: Problem, members: Uint32Array): Float32Array {
  const count = members.length;
  if (family.kind !== 'explicit') {
    const coefficients = new Coefficients(family);
    const packed = new Float32Array(Math.max(1, coefficients.rank) * count);
    members.forEach((member, i) => {
      coefficients.write(member, packed, i, count);
    });
    return packed;
  }
  const packed = new Float32Array(chain.size * count);
  members.forEach((member, i) => {
    for (let p = 0; p < chain.size; p++) packed[p * count + i] = family.theta[member * chain.size + p]!;
  });
  return packed;
}
