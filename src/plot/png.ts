/** PNG files without a canvas, for pictures inside SVG files. */
import { zlibSync } from 'fflate';
import { joinBytes, PNG_SIGNATURE, pngChunk } from '../document/png.js';
import type { Picture } from './heat.js';

/** A PNG file (8-bit RGBA, straight alpha) of `rgba` [height, width, 4]. */
export function encodePng(rgba: Uint8Array | Uint8ClampedArray, width: number, height: number): Uint8Array {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, 6, 0, 0, 0], 8);
  const raw = new Uint8Array(height * (1 + 4 * width)); // each row starts with filter 0
  for (let y = 0; y < height; y++) raw.set(rgba.subarray(4 * y * width, 4 * (y + 1) * width), y * (1 + 4 * width) + 1);
  return joinBytes([
    PNG_SIGNATURE,
    pngChunk('IHDR', header),
    pngChunk('IDAT', zlibSync(raw, { level: 6 })),
    pngChunk('IEND', new Uint8Array(0)),
  ]);
}

/** Bytes as base64. */
export function base64(bytes: Uint8Array): string {
  let text = '';
  for (let k = 0; k < bytes.length; k += 0x8000) text += String.fromCharCode(...bytes.subarray(k, k + 0x8000));
  return btoa(text);
}

/** A picture as a `data:` address. */
export function pngAddress(rgba: Uint8Array | Uint8ClampedArray, width: number, height: number): string {
  return `data:image/png;base64,${base64(encodePng(rgba, width, height))}`;
}

const addresses = new WeakMap<Picture, string>();

/** A picture as a `data:` address, made once for each. */
export function pictureAddress(picture: Picture): string {
  const known = addresses.get(picture) ?? pngAddress(picture.rgba, picture.width, picture.height);
  addresses.set(picture, known);
  return known;
}
