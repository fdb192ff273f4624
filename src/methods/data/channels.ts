/** Images as they lie in files and in memory. */
import { atOnce } from '../../document/slices.js';

const STRETCH = 2 ** 19; // numbers between two pauses

/**
 * Numbers [N, height, width, channels] as [N, channels, height, width], divided by `most`; `item` is [channels, height, width]. The share
 * that is done comes between.
 */
export function* arranging(
  data: ArrayLike<number>,
  count: number,
  [channels, height, width]: readonly [number, number, number],
  most: number,
): Generator<number, Float32Array> {
  const area = height * width;
  const x = new Float32Array(count * channels * area);
  const images = Math.ceil(STRETCH / (channels * area));
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < channels; c++) {
      const from = i * area * channels + c;
      const to = (i * channels + c) * area;
      for (let j = 0; j < area; j++) x[to + j] = data[from + j * channels]! / most;
    }
    if (i % images === images - 1) yield (i + 1) / count;
  }
  return x;
}

/** The same at once. */
export const channelsFirst = (...what: Parameters<typeof arranging>): Float32Array => atOnce(arranging(...what));
