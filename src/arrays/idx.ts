/** IDX files: the format of MNIST and its kin, unsigned bytes in an array of any number of axes, gzip or not. */
import { formatBytes } from '../catalog/text.js';
import { MOST_EXPANSION } from '../document/inflate.js';
import { elementCount, fileFault } from './dtype.js';
import { gunzipping, gunzipStart, isGzip } from './gzip.js';

/** What the header of an IDX file of bytes says. `start` is where the numbers begin. */
export interface IdxHeader {
  readonly shape: readonly number[];
  readonly count: number; // numbers
  readonly start: number;
}

/** An array of bytes, row-major. */
export interface ByteArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

const AXES = 4; // images with channels
const UNSIGNED_BYTE = 0x08;
/** Most numbers in one file: as float32 they take 1 GiB. */
export const MOST_PIXELS = 2 ** 28;

/**
 * Magic 00 00 08 d, then d sides as big-endian 32-bit numbers, then the bytes (LeCun's "file formats for the MNIST database"). Reads
 * no more than the start; throws a `file` error where it is another file, is cut off, or says more than the file can hold.
 */
export function readIdxHeader(bytes: Uint8Array, where: string): IdxHeader {
  const packed = isGzip(bytes);
  const head = packed ? gunzipStart(bytes, 4 + 4 * AXES, where) : bytes;
  const remedy = 'choose an IDX file of unsigned bytes, such as train-images-idx3-ubyte.gz';
  const [zero, none, type, axes = 0] = head;
  if (zero !== 0 || none !== 0 || type === undefined)
    throw fileFault(where, 'an IDX file (two bytes 0 at its start)', 'another file', remedy);
  if (type !== UNSIGNED_BYTE)
    throw fileFault(where, 'IDX type 0x08 (unsigned bytes)', `type 0x${type.toString(16).padStart(2, '0')}`, remedy);
  if (axes < 1 || axes > AXES) throw fileFault(where, `1 to ${AXES} axes`, `${axes}`, remedy);
  const start = 4 + 4 * axes;
  if (head.length < start) throw fileFault(where, `a header of ${start} bytes`, `${head.length}`, 'it is cut off');
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const shape = Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis));
  const count = elementCount(shape, where);
  const size = `[${shape.join(', ')}]`;
  if (count > MOST_PIXELS)
    throw fileFault(where, `at most ${formatBytes(MOST_PIXELS)} of numbers`, `${size}`, 'use a part of the file');
  if (packed ? count > bytes.length * MOST_EXPANSION : bytes.length !== start + count)
    throw fileFault(
      where,
      `${start + count} bytes for ${size}`,
      packed ? `${bytes.length} packed ones, too few` : `${bytes.length}`,
      'the file is cut off or has something behind it; fetch it again',
    );
  return { shape, count, start };
}

/** Reads an IDX file in slices, with the share that is done. Throws a `file` error, in bounded memory, where it is not what its header says. */
export function* readingIdx(bytes: Uint8Array, where: string): Generator<number, ByteArray> {
  const { shape, count, start } = readIdxHeader(bytes, where);
  if (!isGzip(bytes)) return { shape, data: bytes.subarray(start) };
  const all = new Uint8Array(start + count);
  let size = 0;
  yield* gunzipping(bytes, all.length, where, (part) => {
    all.set(part, size);
    size += part.length;
  });
  if (size !== all.length)
    throw fileFault(where, `${all.length} bytes for [${shape.join(', ')}]`, `${size}`, 'fetch it again');
  return { shape, data: all.subarray(start) };
}
