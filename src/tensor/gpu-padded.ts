/**
 * A convolution that reads beyond the edges of its image, taken together with the pad before it: what lies beyond is never written
 * or read, and takes no memory.
 */
import type { LinearStep, Step } from './cpu-steps.js';
import { type Ending, type GpuKernel, type GpuShape, NONE } from './gpu-frame.js';
import { type Product, productKernel } from './gpu-product.js';

/** Which places of a plane each window reads. */
export interface Reads {
  readonly window: number; // taps of one plane
  readonly plane: number; // rows of one plane
  /** [positions][window], NONE beyond the edges. */
  readonly at: Uint32Array<ArrayBuffer>;
}

/** What the windows of a linear step read of `rowsIn` rows, through the pad before it where there is one. */
export function readsOf(
  { first, taps, channels }: LinearStep,
  rowsIn: number,
  pad?: Extract<Step, { kind: 'pad' }>,
): Reads {
  const window = taps.length / channels;
  const plane = rowsIn / channels;
  const at = Uint32Array.from({ length: first.length * window }, (_, i) => {
    return first[Math.floor(i / window)]! + taps[i % window]!;
  });
  if (pad === undefined) return { window, plane, at };
  const inside = new Uint32Array(pad.rows / channels).fill(NONE);
  for (let row = 0; row < plane; row++) inside[pad.to[row]!] = row;
  return { window, plane, at: at.map((row) => inside[row]!) };
}

/** The step over padded images, from the images. */
export function paddedKernel(
  step: LinearStep,
  reads: Reads,
  rowsIn: number,
  ending: Ending,
  shape: GpuShape,
): GpuKernel {
  const { units, channels, first, taps, weight, bias } = step;
  const { window, plane, at } = reads;
  const product: Product = {
    units,
    places: first.length,
    outer: window,
    depth: channels,
    rowsIn,
    weight,
    strides: [taps.length, 1, window],
    bias,
    table: at,
    step: plane,
    gaps: at.includes(NONE),
    ending,
  };
  return productKernel(product, shape);
}

/** Of a linear step, ∂J/∂x from ∂J/∂z: a product with the turned weights, over the positions that read a place. */
export function turnedKernel(step: LinearStep, reads: Reads, ending: Ending, shape: GpuShape): GpuKernel {
  const { units, channels, first, taps, weight } = step;
  const { window, plane, at } = reads;
  const table = new Uint32Array(plane * window).fill(NONE);
  at.forEach((place, i) => {
    if (place !== NONE) table[place * window + (i % window)] = Math.floor(i / window);
  });
  return productKernel(
    {
      units: channels,
      places: plane,
      outer: window,
      depth: units,
      rowsIn: units * first.length,
      weight,
      strides: [window, 1, taps.length],
      bias: -1,
      table,
      step: first.length,
      gaps: table.includes(NONE),
      ending,
    },
    shape,
  );
}
