/**
 * Number formats inside array files, and their decoding into host arrays. `src/arrays` turns files into arrays and arrays
 * into files; what the arrays mean to a node is the node's business.
 */
import { FiberscopeError } from '../catalog/errors.js';
import { product } from '../catalog/shape.js';

/** Bytes per number of each format that is read; numpy's names, and `bf16` for safetensors' BF16. */
export const ITEM_BYTES = {
  f2: 2,
  bf16: 2,
  f4: 4,
  f8: 8,
  i1: 1,
  i2: 2,
  i4: 4,
  i8: 8,
  u1: 1,
  u2: 2,
  u4: 4,
  u8: 8,
  b1: 1,
} as const;

/** A number format that is read. */
export type DType = keyof typeof ITEM_BYTES;

const KINDS: Readonly<Record<string, string>> = { f: 'float', bf: 'bfloat', i: 'int', u: 'uint' };

/** A number format as people call it: `i8` → int64, `f4` → float32. */
export function dtypeName(dtype: string): string {
  const [, kind = '', bytes] = /^([a-z]+)(\d+)$/.exec(dtype) ?? [];
  if (kind === 'b') return 'bool';
  const known = KINDS[kind];
  if (known === undefined) return dtype;
  return `${known}${kind === 'bf' ? bytes : 8 * Number(bytes)}`;
}

/** Host arrays that files decode to. */
export type ArrayData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array;

/** One array of a file, row-major (C order). `dtype` is the format in the file: `i8` and `u8` arrive as Float64Array, `f2` and `bf16` as Float32Array. */
export interface NamedArray {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: ArrayData;
}

/** The formats in one phrase, for error messages. */
export const FORMATS = 'float16/32/64, int8/16/32/64, uint8/16/32/64 or bool';

/** Most axes that an array may have. */
const MOST_AXES = 32;

/** A `file` error: who, expected, got, what to do. */
export function fileFault(
  where: string,
  expected: string,
  got: string,
  remedy = 'save the file again, or choose another',
): FiberscopeError {
  return new FiberscopeError('file', `${where}: expected ${expected}, got ${got}; ${remedy}`);
}

/** Number of elements of a shape from a file, checked: whole, not negative, and exactly representable. */
export function elementCount(shape: readonly number[], where: string): number {
  if (shape.length > MOST_AXES) throw fileFault(where, `at most ${MOST_AXES} axes`, `${shape.length}`);
  let count = 1;
  for (const side of shape) {
    if (!Number.isSafeInteger(side) || side < 0) throw fileFault(where, 'a shape of whole numbers', `${side}`);
    count *= side;
  }
  if (!Number.isSafeInteger(count)) throw fileFault(where, 'fewer than 2⁵³ numbers', `shape [${shape.join(', ')}]`);
  return count;
}

/**
 * Decodes packed numbers. `bytes` must hold a whole number of items. The result never aliases `bytes`, unless they are given
 * away (`owned`): then a large array is held once. Owned bytes must fill their buffer.
 */
export function decodeNumbers(
  bytes: Uint8Array,
  dtype: DType,
  littleEndian: boolean,
  where: string,
  owned = false,
): ArrayData {
  const item = ITEM_BYTES[dtype];
  const copy = owned ? (bytes as Uint8Array<ArrayBuffer>) : bytes.slice(); // aligned at 0
  if (!littleEndian && item > 1) reverseItems(copy, item);
  const buffer = copy.buffer;
  switch (dtype) {
    case 'f2':
      return Float32Array.from(new Uint16Array(buffer), halfToNumber);
    case 'bf16':
      return new Float32Array(Uint32Array.from(new Uint16Array(buffer), (half) => half << 16).buffer);
    case 'f4':
      return new Float32Array(buffer);
    case 'f8':
      return new Float64Array(buffer);
    case 'i1':
      return new Int8Array(buffer);
    case 'i2':
      return new Int16Array(buffer);
    case 'i4':
      return new Int32Array(buffer);
    case 'u1':
      return copy;
    case 'u2':
      return new Uint16Array(buffer);
    case 'u4':
      return new Uint32Array(buffer);
    case 'b1':
      return copy.map((value) => (value === 0 ? 0 : 1));
    case 'i8':
      return wholeNumbers(new BigInt64Array(buffer), where);
    case 'u8':
      return wholeNumbers(new BigUint64Array(buffer), where);
  }
}

function reverseItems(bytes: Uint8Array, item: number): void {
  for (let start = 0; start < bytes.length; start += item) bytes.subarray(start, start + item).reverse();
}

/** IEEE 754 binary16: 1 sign, 5 exponent, 10 fraction bits. */
function halfToNumber(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

function wholeNumbers(values: BigInt64Array | BigUint64Array, where: string): Float64Array {
  const out = new Float64Array(values.length);
  for (let i = 0; i < out.length; i++) {
    out[i] = Number(values[i]);
    if (!Number.isSafeInteger(out[i]))
      throw fileFault(where, 'whole numbers below 2⁵³', `${values[i]} at index ${i}`, 'save them as float64');
  }
  return out;
}

/** Rearranges column-major (Fortran) numbers of a shape into row-major (C) order. */
export function toRowMajor<A extends ArrayData>(data: A, shape: readonly number[]): A {
  const sides = shape.filter((side) => side !== 1);
  if (sides.length < 2) return data;
  const out = data.slice() as A;
  const index = new Array<number>(shape.length).fill(0);
  const strides = shape.map((_, axis) => product(shape.slice(0, axis)));
  let from = 0;
  for (let to = 0; to < data.length; to++) {
    out[to] = data[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return out;
}
