/** One door to array files of every format, chosen by the file's name. */
import { FiberscopeError } from '../catalog/errors.js';
import type { ArrayHeader } from '../catalog/work.js';
import { fileFault, type NamedArray } from './dtype.js';
import { checkNpyLength, NPY_NAME, readNpy } from './npy.js';
import { readNpyHeader } from './npy-header.js';
import { readNpz, readNpzHeaders } from './npz.js';
import { readSafetensors, readSafetensorsHeaders } from './safetensors.js';

const formatOf = (name: string): 'npy' | 'npz' | 'safetensors' => {
  const extension = /\.(npy|npz|safetensors)$/i.exec(name)?.[1]?.toLowerCase();
  if (extension === undefined) throw fileFault(`file '${name}'`, 'a .npy, .npz or .safetensors file', 'another name');
  return extension as 'npy' | 'npz' | 'safetensors';
};

/** Names, formats and shapes of the arrays in a file, from headers alone. The one array of a .npy is called `array`. */
export function readArrayHeaders(name: string, bytes: Uint8Array): readonly ArrayHeader[] {
  const where = `file '${name}'`;
  switch (formatOf(name)) {
    case 'npy': {
      const header = readNpyHeader(bytes, NPY_NAME, where);
      checkNpyLength(header, bytes.length, where);
      return [{ name: NPY_NAME, dtype: header.dtype, shape: header.shape }];
    }
    case 'npz':
      return readNpzHeaders(bytes, where);
    case 'safetensors':
      return readSafetensorsHeaders(bytes, where);
  }
}

/** All arrays of a file. */
export function readArrays(name: string, bytes: Uint8Array): readonly NamedArray[] {
  const where = `file '${name}'`;
  switch (formatOf(name)) {
    case 'npy':
      return [readNpy(bytes, where)];
    case 'npz':
      return readNpz(bytes, where);
    case 'safetensors':
      return readSafetensors(bytes, where);
  }
}

/** The numbers of an array as float32, the array's own where they are. Refuses NaN, infinities and float64 values beyond float32's range, and says where they are. */
export function finiteFloat32(array: NamedArray, file: string): Float32Array {
  const out = array.data instanceof Float32Array ? array.data : new Float32Array(array.data);
  let faults = 0;
  let first = -1;
  for (let i = 0; i < out.length; i++) {
    if (Number.isFinite(out[i])) continue;
    if (first < 0) first = i;
    faults++;
  }
  if (first < 0) return out;
  const more = faults > 1 ? ` and ${faults - 1} more like it` : '';
  throw new FiberscopeError(
    'file',
    `file '${file}' array '${array.name}': expected finite numbers within float32, got ${array.data[first]} at [${place(first, array.shape)}]${more}; save the file again without them`,
  );
}

/** Lattice position of a flat row-major index. */
function place(index: number, shape: readonly number[]): string {
  const at: number[] = [];
  let rest = index;
  for (const side of [...shape].reverse()) {
    at.unshift(rest % side);
    rest = Math.floor(rest / side);
  }
  return at.join(', ');
}
