/** JPEG images: their size from the header, their pixels by jpeg-js. */
import { fileFault } from './dtype.js';
import { type Image, type ImageSize, MOST_IMAGE } from './image.js';

/** Whether a file starts as JPEG does. */
export const isJpeg = (bytes: Uint8Array): boolean => bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;

/**
 * Height and width from the frame header (ITU-T T.81, B.2.2), undefined where it is not in these first bytes yet. Throws a `file` error
 * where they are those of no image that can be read.
 */
export function jpegSize(start: Uint8Array, where: string): ImageSize | undefined {
  if (!isJpeg(start)) throw fileFault(where, 'a JPEG image', 'other data', 'save the image again');
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  let at = 2;
  while (at + 9 <= start.length) {
    if (start[at] !== 0xff) throw fileFault(where, 'a JPEG image', 'a damaged one', 'save the image again');
    const marker = start[at + 1]!;
    if (marker === 0xff || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += marker === 0xff ? 1 : 2; // fill bytes, and markers without a length
      continue;
    }
    const frame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (frame) {
      const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
      if (height === 0 || width === 0 || height * width > MOST_IMAGE)
        throw fileFault(where, `an image of 1 to ${MOST_IMAGE} pixels`, `${width} × ${height}`, 'make it smaller');
      return { height, width };
    }
    if (marker === 0xd9 || marker === 0xda)
      throw fileFault(where, 'a JPEG image', 'one without a frame', 'save the image again');
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}

/** Decodes a JPEG, baseline or progressive, to red, green and blue. Throws a `file` error where it is damaged or of an unknown kind. */
export async function readJpeg(bytes: Uint8Array, where: string): Promise<Image> {
  if (jpegSize(bytes, where) === undefined)
    throw fileFault(where, 'a whole JPEG image', 'one that is cut off', 'save the image again');
  const { decode } = await import('jpeg-js');
  const bounds = { maxResolutionInMP: MOST_IMAGE / 1e6, maxMemoryUsageInMB: 1024 };
  try {
    const form = { useTArray: true, formatAsRGBA: false, tolerantDecoding: false } as const;
    const { height, width, data } = decode(bytes, { ...form, ...bounds });
    return { height, width, channels: 3, pixels: data, most: 255 };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw fileFault(where, 'a JPEG image', `one that cannot be decoded (${reason})`, 'save the image again');
  }
}
