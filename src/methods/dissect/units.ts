/** Network dissection of one unit (Bau et al. 2017, Section 2.2): its largest activations as a mask, compared with masks of concepts. */
import type { Concepts } from '../../catalog/values.js';

/** Masks of concepts on images, and how many pixels each has. */
export interface ConceptMasks {
  readonly masks: Uint8Array; // [images, concepts, height · width]
  readonly concepts: number;
  readonly images: number;
  readonly height: number;
  readonly width: number;
  readonly sizes: Float64Array; // [concepts] pixels in all images
}

/** The concept that a unit's mask overlaps most, and how much: intersection over union. */
export interface Reading {
  readonly concept: number; // −1 where the mask is empty
  readonly iou: number;
}

/** Counts the pixels of each concept. */
export function conceptMasks({ names, masks }: Concepts, images: number, height: number, width: number): ConceptMasks {
  const area = height * width;
  const sizes = new Float64Array(names.length);
  for (let at = 0; at < masks.length; at++) sizes[Math.floor(at / area) % names.length]! += masks[at]!;
  return { masks, concepts: names.length, images, height, width, sizes };
}

/** The T that ⌊q n⌋ of n numbers are above, or fewer where several are equal to it: the (⌊q n⌋ + 1)-th largest. `values` is left as it is. */
export function topThreshold(values: Float32Array, quantile: number): number {
  const rank = Math.min(values.length - 1, Math.floor(quantile * values.length));
  const own = values.slice();
  let low = 0;
  let high = own.length - 1;
  while (low < high) {
    const pivot = own[(low + high) >> 1]!;
    let i = low;
    let j = high;
    while (i <= j) {
      while (own[i]! > pivot) i++;
      while (own[j]! < pivot) j--;
      if (i > j) break;
      [own[i], own[j]] = [own[j]!, own[i]!];
      i++;
      j--;
    }
    if (rank <= j) high = j;
    else if (rank >= i) low = i;
    else break;
  }
  return own[rank]!;
}

/**
 * A unit's values [images, h · w], bilinear to the images' size and cut above the threshold of its top `quantile` over all images and
 * positions, against all concepts: Σ |M ∩ L| / Σ |M ∪ L| over the images.
 */
export function readUnit(
  values: Float32Array,
  shape: readonly [height: number, width: number],
  of: ConceptMasks,
  quantile: number,
): Reading {
  const threshold = topThreshold(values, quantile);
  const [h, w] = shape;
  const area = of.height * of.width;
  const larger = h === of.height && w === of.width ? undefined : new Float32Array(area);
  const common = new Float64Array(of.concepts);
  let size = 0;
  for (let n = 0; n < of.images; n++) {
    const own = values.subarray(n * h * w, (n + 1) * h * w);
    if (!own.some((value) => value > threshold)) continue; // nor is any value between them
    if (larger) upsample(own, h, w, larger, of.height, of.width);
    const shown = larger ?? own;
    const first = n * of.concepts * area;
    for (let at = 0; at < area; at++) {
      if (!(shown[at]! > threshold)) continue;
      size++;
      for (let k = 0; k < of.concepts; k++) common[k]! += of.masks[first + k * area + at]!;
    }
  }
  let best: Reading = { concept: -1, iou: 0 };
  for (let k = 0; k < of.concepts; k++) {
    const union = size + of.sizes[k]! - common[k]!;
    const iou = union > 0 ? common[k]! / union : 0;
    if (iou > best.iou) best = { concept: k, iou };
  }
  return best;
}

/** Bilinear interpolation between the centres of cells, constant beyond the outermost (torch's `interpolate`, align_corners false). */
export function upsample(
  from: Float32Array,
  h: number,
  w: number,
  to: Float32Array,
  height: number,
  width: number,
): void {
  for (let y = 0; y < height; y++) {
    const v = Math.max(0, ((y + 0.5) * h) / height - 0.5);
    const top = Math.floor(v);
    const below = Math.min(h - 1, top + 1);
    const dy = v - top;
    for (let x = 0; x < width; x++) {
      const u = Math.max(0, ((x + 0.5) * w) / width - 0.5);
      const left = Math.floor(u);
      const right = Math.min(w - 1, left + 1);
      const dx = u - left;
      const upper = from[top * w + left]! * (1 - dx) + from[top * w + right]! * dx;
      const lower = from[below * w + left]! * (1 - dx) + from[below * w + right]! * dx;
      to[y * width + x] = upper * (1 - dy) + lower * dy;
    }
  }
}
