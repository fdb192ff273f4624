/** Decompression with a bound on what comes out, checked while it comes out, so that a small file cannot fill the memory. */
import { Inflate } from 'fflate';
import { atOnce } from './slices.js';

/** Decompressed bytes, or why there are none. */
export type Inflated =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly reason: 'too large' | 'damaged' };

/** DEFLATE expands at most 1032 times, so one slice gives at most 8 MiB beyond the bound. */
const SLICE = 8 * 1024;

/** DEFLATE's largest expansion (zlib's technical notes): what claims more is damaged. */
export const MOST_EXPANSION = 1032;

/** Inflates raw DEFLATE data to at most `most` bytes. */
export function inflate(data: Uint8Array, most: number): Inflated {
  const parts: Uint8Array[] = [];
  let size = 0;
  const ending = atOnce(
    inflating(data, most, (part) => {
      parts.push(part);
      size += part.length;
    }),
  );
  return ending === 'whole' ? { ok: true, bytes: joined(parts, size) } : { ok: false, reason: ending };
}

/** Inflates raw DEFLATE data in slices: `take` gets the bytes part by part, at most `most` of them. */
export function* inflating(
  data: Uint8Array,
  most: number,
  take: (part: Uint8Array) => void,
): Generator<undefined, 'whole' | 'too large' | 'damaged'> {
  let size = 0;
  let ended = false;
  const stream = new Inflate((part, final) => {
    size += part.length;
    ended ||= final;
    if (size <= most) take(part);
  });
  for (let at = 0; at < data.length && !ended; at += SLICE) {
    try {
      stream.push(data.subarray(at, at + SLICE), at + SLICE >= data.length);
    } catch {
      return 'damaged';
    }
    if (size > most) return 'too large';
    yield;
  }
  return ended ? 'whole' : 'damaged';
}

/** The first bytes of raw DEFLATE data, at most `length`, or undefined where they are damaged. */
export function inflateStart(data: Uint8Array, length: number): Uint8Array | undefined {
  const parts: Uint8Array[] = [];
  let size = 0;
  const stream = new Inflate((part) => {
    size += part.length;
    parts.push(part);
  });
  try {
    for (let at = 0; at < data.length && size < length; at += 512)
      stream.push(data.subarray(at, at + 512), at + 512 >= data.length);
  } catch {
    return undefined;
  }
  return joined(parts, size).subarray(0, length);
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Inflates zlib data (RFC 1950) to at most `most` bytes; its Adler-32 sum must fit. */
export function inflateZlib(data: Uint8Array, most: number): Inflated {
  const [method = 0, flags = 0] = data;
  const header = (method & 15) === 8 && method >> 4 <= 7 && ((method << 8) | flags) % 31 === 0 && (flags & 32) === 0;
  if (data.length < 6 || !header) return { ok: false, reason: 'damaged' };
  const result = inflate(data.subarray(2, -4), most);
  if (!result.ok) return result;
  const sum = new DataView(data.buffer, data.byteOffset + data.length - 4, 4).getUint32(0);
  return adler32(result.bytes) === sum ? result : { ok: false, reason: 'damaged' };
}

/** Adler-32 of RFC 1950. */
function adler32(bytes: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return ((b << 16) | a) >>> 0;
}
