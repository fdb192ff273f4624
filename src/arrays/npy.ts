/** numpy's .npy format: one array (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html). */

import { product } from '../catalog/shape.js';
import { type ArrayData, decodeNumbers, fileFault, ITEM_BYTES, type NamedArray, toRowMajor } from './dtype.js';
import { type NpyHeader, readNpyHeader } from './npy-header.js';

/** The name under which the one array of a .npy file is known. */
export const NPY_NAME = 'array';

/** Reads a .npy file. `where` names it in errors. */
export function readNpy(bytes: Uint8Array, where: string, name = NPY_NAME): NamedArray {
  const header = readNpyHeader(bytes, name, where);
  checkNpyLength(header, bytes.length, where);
  return npyArray(header, bytes.slice(header.start), where);
}

/** The array of a header and the numbers after it, which are given away. */
export function npyArray(
  { name, dtype, littleEndian, fortran, shape }: NpyHeader,
  numbers: Uint8Array,
  where: string,
): NamedArray {
  const data = decodeNumbers(numbers, dtype, littleEndian, where, true);
  return { name, dtype, shape, data: fortran ? toRowMajor(data, shape) : data };
}

/** Throws when a file of `length` bytes does not hold exactly the numbers that its header states. */
export function checkNpyLength({ dtype, shape, count, start }: NpyHeader, length: number, where: string): void {
  const expected = start + count * ITEM_BYTES[dtype];
  if (length !== expected)
    throw fileFault(
      where,
      `${expected} bytes for ${dtype} [${shape.join(', ')}]`,
      `${length}`,
      length < expected ? 'the file is cut off' : 'the file has more than its header says',
    );
}

/** Writes a row-major array as .npy version 1.0, little endian. */
export function writeNpy(data: ArrayData, shape: readonly number[]): Uint8Array {
  const count = product(shape);
  if (count !== data.length) throw new Error(`expected ${count} numbers for [${shape.join(', ')}], got ${data.length}`);
  return written(data, shape, descrOf(data));
}

function written(data: ArrayData, shape: readonly number[], descr: string): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const length = Math.ceil((10 + text.length + 1) / 64) * 64 - 10; // numbers start at a multiple of 64
  const out = new Uint8Array(10 + length + data.byteLength);
  out.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, length & 255, length >> 8]);
  out.set(new TextEncoder().encode(`${text.padEnd(length - 1)}\n`), 10);
  out.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), 10 + length);
  return out;
}

/** Writes a list of text as .npy version 1.0: NumPy's fixed-width Unicode (`<U12`), which needs no pickle. */
export function writeTextNpy(texts: readonly string[]): Uint8Array {
  const points = texts.map((text) => Array.from(text, (sign) => sign.codePointAt(0)!));
  const width = points.reduce((most, { length }) => Math.max(most, length), 1);
  const data = new Uint32Array(texts.length * width);
  points.forEach((text, row) => {
    data.set(text, row * width);
  });
  return written(data, [texts.length], `<U${width}`);
}

function descrOf(data: ArrayData): string {
  if (data instanceof Float32Array) return '<f4';
  if (data instanceof Float64Array) return '<f8';
  if (data instanceof Int8Array) return '|i1';
  if (data instanceof Int16Array) return '<i2';
  if (data instanceof Int32Array) return '<i4';
  if (data instanceof Uint8Array) return '|u1';
  if (data instanceof Uint16Array) return '<u2';
  return '<u4';
}
