/** Models from the arrays of files. */
import { finiteFloat32 } from '../../arrays/array-file.js';
import type { NamedArray } from '../../arrays/dtype.js';
import { type Architecture, freshBuffers, layoutOf } from '../../catalog/architecture.js';
import { FiberscopeError } from '../../catalog/errors.js';
import type { Model } from '../../catalog/values.js';
import type { ArrayHeader } from '../../catalog/work.js';
import type { TensorMatch } from '../tensor-names.js';
import type { ModelArrays } from './model-arrays.js';

/** The Model that the arrays hold. Refuses numbers that are not finite and negative variances. */
export function loadModel(
  file: string,
  arrays: readonly NamedArray[],
  architecture: Architecture,
  used: ModelArrays,
): Model {
  const read = (header: ArrayHeader): Float32Array =>
    finiteFloat32(arrays.find(({ name }) => name === header.name)!, file);
  const { theta, buffers } =
    used.kind === 'tensors'
      ? fromMatches(architecture, used.matches, arrays, file)
      : { theta: read(used.theta), buffers: used.buffers ? read(used.buffers) : freshBuffers(architecture) };
  requireVariances(architecture, buffers, used.count, file);
  return {
    type: 'Model',
    architecture,
    theta,
    buffers,
    count: used.count,
    names: used.count === 1 ? [file] : Array.from({ length: used.count }, (_, i) => `${file} ${i}`),
    origin: `loaded from ${file}`,
    flags: [],
  };
}

function requireVariances(architecture: Architecture, all: Float32Array, count: number, file: string): void {
  const { buffers, bufferSize } = layoutOf(architecture);
  for (let i = 0; i < count; i++)
    for (const { name, role, offset, size } of buffers) {
      if (role === 'mean') continue;
      const at = all.subarray(i * bufferSize + offset, i * bufferSize + offset + size).findIndex((value) => value < 0);
      if (at >= 0)
        throw new FiberscopeError(
          'file',
          `file '${file}': expected variances ≥ 0 in ${name}, got a negative one at [${at}]; the file is damaged, or the array is another`,
        );
    }
}

/** The θ [P] and buffers [B] of one network from the arrays that its tensors were matched with. Refuses what is not finite, and a negative variance. */
function fromMatches(
  architecture: Architecture,
  matches: readonly TensorMatch[],
  arrays: readonly NamedArray[],
  file: string,
): { readonly theta: Float32Array; readonly buffers: Float32Array } {
  const { size, bufferSize } = layoutOf(architecture);
  const parts = { theta: new Float32Array(size), buffers: new Float32Array(bufferSize) };
  const byName = new Map(arrays.map((array) => [array.name, array]));
  for (const { own, header } of matches) parts[own.part].set(finiteFloat32(byName.get(header.name)!, file), own.offset);
  return parts;
}
