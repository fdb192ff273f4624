/** A strip of pictures from a data set of images. */
import { formatNumber } from '../../catalog/text.js';
import type { Inputs } from '../../catalog/values.js';
import type { PlotData } from '../../catalog/views.js';
import { resizeArea } from './resize.js';

const MOST = 20; // pictures in a strip
const SIDE = 64; // pixels of the longer side at most; larger ones are made smaller

/** The examples of a strip: the first of each class, then the second of each, …; without labels the first ones. */
export function sampleRows({ count, labels }: Inputs, most = MOST): Uint32Array {
  const first = Uint32Array.from({ length: Math.min(count, most) }, (_, i) => i);
  if (labels === undefined) return first;
  const seen = new Map<number, number>(); // label → how many of it were before
  const found: { round: number; label: number; row: number }[] = [];
  labels.forEach((label, row) => {
    const round = seen.get(label) ?? 0;
    seen.set(label, round + 1);
    if (round < most) found.push({ round, label, row });
  });
  found.sort((a, b) => a.round - b.round || a.label - b.label);
  return Uint32Array.from(found.slice(0, most), ({ row }) => row);
}

/**
 * These examples as pictures: one channel in grey, three as red, green and blue, of others the first in grey. Numbers from 0 to 1
 * are shown as they are; others are spread from the least to the greatest of the strip, and the caption says so.
 */
export function samplePicture(inputs: Inputs, rows: Uint32Array, title: string): PlotData {
  const [all = 1, high = 1, wide = 1] = inputs.item;
  const channels = all === 3 ? 3 : 1;
  const shrink = Math.max(1, Math.max(high, wide) / SIDE);
  const [height, width] = [Math.max(1, Math.round(high / shrink)), Math.max(1, Math.round(wide / shrink))];
  const area = height * width;
  const planes = Array.from(rows, (row) => {
    const start = row * all * high * wide;
    const image = inputs.x.subarray(start, start + channels * high * wide);
    return resizeArea(image, channels, high, wide, height, width);
  });
  let [low, top] = [0, 1];
  for (const plane of planes)
    for (const value of plane) {
      if (value < low) low = value;
      if (value > top) top = value;
    }
  const spread = low < 0 || top > 1;
  const pixels = new Uint8ClampedArray(rows.length * area * channels); // [count, height, width, channels]
  planes.forEach((plane, i) => {
    for (let c = 0; c < channels; c++)
      for (let j = 0; j < area; j++)
        pixels[(i * area + j) * channels + c] = (255 * (plane[c * area + j]! - low)) / (top - low);
  });
  const notes = [
    inputs.source,
    ...(spread ? [`black is ${formatNumber(low)}, white ${formatNumber(top)}`] : []),
    ...(all === 1 || all === 3 ? [] : [`the first of ${all} channels`]),
  ];
  return {
    kind: 'pictures',
    title,
    height,
    width,
    channels,
    pixels,
    labels: Array.from(rows, (row) => nameOf(inputs, row)),
    caption: notes.join('; '),
  };
}

const nameOf = ({ labels, classes }: Inputs, row: number): string => {
  const label = labels?.[row];
  return label === undefined ? String(row) : (classes?.[label] ?? String(label));
};
