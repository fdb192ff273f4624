/** The PNG container: its signature and chunks. */
import { strFromU8, strToU8 } from 'fflate';
import { crc32 } from './crc32.js';

/** The first eight bytes of every PNG file. */
export const PNG_SIGNATURE = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10);

/** Whether a file starts as a PNG does. */
export const isPng = (bytes: Uint8Array): boolean => PNG_SIGNATURE.every((byte, index) => bytes[index] === byte);

/** One chunk: length, four-letter type, data and CRC. */
export function pngChunk(type: string, data: Uint8Array): Uint8Array {
  const chunk = new Uint8Array(12 + data.length);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, data.length);
  chunk.set(strToU8(type), 4);
  chunk.set(data, 8);
  view.setUint32(8 + data.length, crc32(chunk.subarray(4, 8 + data.length)));
  return chunk;
}

/** One chunk of a file, and where it is. */
export interface PngChunk {
  readonly type: string;
  readonly data: Uint8Array;
  readonly start: number; // of the whole chunk
  readonly end: number;
  readonly intact: boolean; // the CRC fits
}

/** The chunks of a PNG up to IEND (PNG specification §5.3), or undefined where it is none or cut off. */
export function pngChunks(png: Uint8Array): PngChunk[] | undefined {
  if (!isPng(png)) return undefined;
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const chunks: PngChunk[] = [];
  let at = PNG_SIGNATURE.length;
  while (at + 12 <= png.length) {
    const end = at + 12 + view.getUint32(at);
    if (end > png.length) return undefined;
    const type = strFromU8(png.subarray(at + 4, at + 8), true);
    const intact = crc32(png.subarray(at + 4, end - 4)) === view.getUint32(end - 4);
    chunks.push({ type, data: png.subarray(at + 8, end - 4), start: at, end, intact });
    if (type === 'IEND') return chunks;
    at = end;
  }
  return undefined;
}

/** Byte arrays one after another. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
