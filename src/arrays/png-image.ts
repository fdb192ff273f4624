/** PNG images (PNG specification, third edition): every colour type and depth, interlaced or not, in bounded memory. */
import { inflateZlib } from '../document/inflate.js';
import { isPng, joinBytes, pngChunks } from '../document/png.js';
import { fileFault } from './dtype.js';
import { type Image, type ImageSize, MOST_IMAGE } from './image.js';
import { type PngForm, pngBytes, pngSamples } from './png-rows.js';

const PNG_START = 29; // bytes at the start of a file that say its size

/** Samples of a pixel, and the depths that there are, by colour type (§11.2.1). */
const COLOUR_TYPES: Readonly<Record<number, readonly [samples: number, depths: readonly number[]]>> = {
  0: [1, [1, 2, 4, 8, 16]], // grey
  2: [3, [8, 16]], // red, green, blue
  3: [1, [1, 2, 4, 8]], // places in a palette
  4: [2, [8, 16]], // grey, alpha
  6: [4, [8, 16]], // red, green, blue, alpha
};

/** What the header says; `start` may hold no more than it. */
function headerOf(start: Uint8Array, where: string): PngForm & { readonly palette: boolean } {
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  if (!isPng(start) || start.length < PNG_START || view.getUint32(12) !== 0x49484452)
    throw fileFault(where, 'a PNG image', 'other or cut-off data', 'save the image again');
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const [depth = 0, type = 0, , , interlace = 0] = start.subarray(24);
  const [samples = 0, depths = []] = COLOUR_TYPES[type] ?? [];
  if (!depths.includes(depth) || interlace > 1)
    throw fileFault(where, 'a PNG image', `colour type ${type} with ${depth} bits`, 'save the image again');
  if (width === 0 || height === 0 || width * height > MOST_IMAGE)
    throw fileFault(where, `an image of 1 to ${MOST_IMAGE} pixels`, `${width} × ${height}`, 'make it smaller');
  return { width, height, depth, samples, interlaced: interlace === 1, palette: type === 3 };
}

/** Height and width from the first bytes of a PNG. Throws a `file` error where they are those of no image that can be read. */
export function pngSize(start: Uint8Array, where: string): ImageSize {
  const { height, width } = headerOf(start, where);
  return { height, width };
}

/** Decodes a PNG. Alpha and transparent colours are left out; 16 bits are kept. Throws a `file` error where it is damaged. */
export function readPng(bytes: Uint8Array, where: string): Image {
  const damaged = (what: string) => fileFault(where, 'a whole PNG image', what, 'save the image again');
  const form = headerOf(bytes, where);
  const chunks = pngChunks(bytes);
  if (chunks === undefined) throw damaged('one that is cut off');
  const needed = chunks.filter(({ type }) => type === 'IHDR' || type === 'PLTE' || type === 'IDAT');
  if (needed.some(({ intact }) => !intact)) throw damaged('one whose checksum does not fit');
  const packed = joinBytes(needed.flatMap(({ type, data }) => (type === 'IDAT' ? [data] : [])));
  const inflated = inflateZlib(packed, pngBytes(form));
  if (!inflated.ok || inflated.bytes.length !== pngBytes(form)) throw damaged('pixels that are damaged');
  const samples = pngSamples(inflated.bytes, form, () => damaged('an unknown row filter'));
  const { height, width } = form;
  if (!form.palette) return { height, width, ...colours(samples, form) };
  const palette = needed.find(({ type }) => type === 'PLTE')?.data ?? new Uint8Array();
  const pixels = new Uint8Array(3 * samples.length);
  for (let i = 0; i < samples.length; i++) {
    const at = 3 * samples[i]!;
    if (at + 3 > palette.length) throw damaged('a colour that is not in its palette');
    pixels.set(palette.subarray(at, at + 3), 3 * i);
  }
  return { height, width, channels: 3, pixels, most: 255 };
}

/** Samples without alpha, 0 … 255 or 0 … 65535. */
function colours(
  samples: Uint8Array | Uint16Array,
  { samples: each, depth }: PngForm,
): Pick<Image, 'channels' | 'pixels' | 'most'> {
  const most = depth === 16 ? 65535 : 255;
  const channels = each < 3 ? 1 : 3;
  const factor = depth < 8 ? 255 / (2 ** depth - 1) : 1; // 255, 85, 17
  if (each === channels && factor === 1) return { channels, pixels: samples, most };
  const count = samples.length / each;
  const pixels = depth === 16 ? new Uint16Array(count * channels) : new Uint8Array(count * channels);
  for (let i = 0; i < count; i++)
    for (let c = 0; c < channels; c++) pixels[i * channels + c] = factor * samples[i * each + c]!;
  return { channels, pixels, most };
}
