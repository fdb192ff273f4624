/** gzip files (RFC 1952) with one member, unpacked with a bound. */
import { crc32 } from '../document/crc32.js';
import { inflateStart, inflating } from '../document/inflate.js';
import { fileFault } from './dtype.js';

/** Whether a file starts as gzip does. */
export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

const TRAILER = 8; // CRC-32 and length

/** The deflated part of a gzip file. Throws a `file` error where its header is damaged or of an unknown method. */
function deflated(bytes: Uint8Array, where: string): Uint8Array {
  const flags = bytes[3]!;
  let start = 10;
  const terminated = (): number => bytes.indexOf(0, start) + 1 || bytes.length; // after a name or comment
  if (flags & 4) start += 2 + (bytes[start] ?? 0) + 256 * (bytes[start + 1] ?? 0);
  if (flags & 8) start = terminated();
  if (flags & 16) start = terminated();
  if (flags & 2) start += 2;
  if (bytes.length < start + TRAILER)
    throw fileFault(where, 'a whole gzip file', 'one that is cut off', 'fetch it again');
  if (bytes[2] !== 8 || flags > 31) throw fileFault(where, 'a gzip file by method 8 (deflate)', 'another method');
  return bytes.subarray(start, -TRAILER);
}

/** The first bytes of a gzip file, unpacked: at most `length`. */
export function gunzipStart(bytes: Uint8Array, length: number, where: string): Uint8Array {
  const start = inflateStart(deflated(bytes, where), length);
  if (start === undefined)
    throw fileFault(where, 'a whole gzip file', 'one that is damaged or cut off', 'fetch it again');
  return start;
}

/** How many bytes a gzip file says that it unpacks to, modulo 2³². */
export const unpackedSize = (bytes: Uint8Array): number =>
  bytes.length < TRAILER ? 0 : new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 4, 4).getUint32(0, true);

/**
 * A gzip file unpacked part by part, at most `most` bytes, its checksum and length checked in the end; the share that is done comes
 * between. Throws a `file` error, before more than `most` bytes and a slice were there, where it is damaged or larger.
 */
export function* gunzipping(
  bytes: Uint8Array,
  most: number,
  where: string,
  take: (part: Uint8Array) => void,
): Generator<number, void> {
  let [size, sum] = [0, 0];
  const work = inflating(deflated(bytes, where), most, (part) => {
    size += part.length;
    sum = crc32(part, sum);
    take(part);
  });
  let step = work.next();
  for (; !step.done; step = work.next()) yield size / most;
  if (step.value === 'too large')
    throw fileFault(
      where,
      `at most ${most} bytes unpacked`,
      'more',
      'the file is not what its header says; fetch it again',
    );
  const view = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - TRAILER, TRAILER);
  if (step.value === 'damaged' || size !== unpackedSize(bytes) || sum !== view.getUint32(0, true))
    throw fileFault(where, 'a whole gzip file', 'one that is damaged or cut off', 'fetch it again');
}
