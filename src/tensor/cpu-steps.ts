/**
 * An Architecture as the plain loops take it: every layer works on rows (one feature of all inputs of a batch, contiguous), so
 * that dense layers and convolutions are one kind of step: weighted sums of rows.
 */
import type { Activation, Architecture, Layout, Place } from '../catalog/architecture.js';
import { layoutOf } from '../catalog/architecture.js';
import { product } from '../catalog/shape.js';

/** out[o, p] = bias[o] + Σ_k weight[o, k] · in[first[p] + tap[k]]; a dense layer has one position p. */
export interface LinearStep {
  readonly kind: 'linear';
  readonly layer: number;
  readonly units: number; // O
  readonly channels: number; // C: planes that a receptive field spans; of a dense layer, its inputs
  readonly first: Int32Array; // [positions] first row of each receptive field
  readonly taps: Int32Array; // [K] rows of a receptive field, relative to its first: [C, K / C]
  readonly weight: number; // offset in θ of weight [O, K]
  readonly bias: number; // offset in θ of bias [O], −1 without
}

/** The steps between which rows pass. `rows` is how many each gives. */
export type Step = { readonly rows: number } & (
  | LinearStep
  | { readonly kind: 'pad'; readonly to: Int32Array } // in[r] becomes out[to[r]], the rest is zero
  | { readonly kind: 'activation'; readonly activation: Activation }
  | {
      readonly kind: 'max' | 'mean';
      readonly first: Int32Array;
      readonly taps: Int32Array;
      readonly planes: Int32Array;
    }
);

/** The window positions of a [height, width] plane, and the rows of one window. */
function windows(width: number, out: readonly [number, number], stride: number): Int32Array {
  const first = new Int32Array(out[0] * out[1]);
  for (let y = 0; y < out[0]; y++)
    for (let x = 0; x < out[1]; x++) first[y * out[1] + x] = y * stride * width + x * stride;
  return first;
}

function taps(channels: number, plane: number, width: number, kernel: readonly [number, number]): Int32Array {
  const rows = new Int32Array(channels * kernel[0] * kernel[1]);
  let k = 0;
  for (let c = 0; c < channels; c++)
    for (let y = 0; y < kernel[0]; y++) for (let x = 0; x < kernel[1]; x++) rows[k++] = c * plane + y * width + x;
  return rows;
}

/** The steps of a layer that has any of its own; `weight` and `bias` are offsets in θ, −1 without. Flatten is none, since rows are already in C, H, W order. */
export function stepsOfLayer({ layer, top, from, to }: Place, weight: number, bias: number): Step[] {
  const rows = product(to);
  switch (layer.kind) {
    case 'dense': {
      const [channels] = from as readonly [number];
      const units = Int32Array.from({ length: channels }, (_, k) => k);
      return [
        {
          kind: 'linear',
          layer: top,
          rows,
          units: layer.units,
          channels,
          first: new Int32Array(1),
          taps: units,
          weight,
          bias,
        },
      ];
    }
    case 'conv': {
      const [channels, h, w] = from as readonly [number, number, number];
      const p = layer.padding;
      const height = h + 2 * p;
      const width = w + 2 * p;
      const steps: Step[] = [];
      if (p > 0) {
        const target = new Int32Array(channels * h * w);
        for (let c = 0; c < channels; c++)
          for (let y = 0; y < h; y++)
            for (let x = 0; x < w; x++) target[(c * h + y) * w + x] = (c * height + y + p) * width + x + p;
        steps.push({ kind: 'pad', rows: channels * height * width, to: target });
      }
      steps.push({
        kind: 'linear',
        layer: top,
        rows,
        units: layer.channels,
        channels,
        first: windows(width, [to[1]!, to[2]!], layer.stride),
        taps: taps(channels, height * width, width, layer.kernel),
        weight,
        bias,
      });
      return steps;
    }
    case 'pool': {
      const [channels, h, w] = from as readonly [number, number, number];
      return [
        {
          kind: layer.pool,
          rows,
          first: windows(w, [to[1]!, to[2]!], layer.stride),
          taps: taps(1, h * w, w, [layer.size, layer.size]),
          planes: Int32Array.from({ length: channels }, (_, c) => c * h * w),
        },
      ];
    }
    case 'activation':
      return [{ kind: 'activation', rows, activation: layer.activation }];
    default:
      return [];
  }
}

/** Where the weight and the bias of a layer begin in θ, −1 without. */
export function offsetsOf({ tensors }: Layout, path: string): readonly [weight: number, bias: number] {
  const offset = (role: 'weight' | 'bias'): number =>
    tensors.find((t) => t.path === path && t.role === role)?.offset ?? -1;
  return [offset('weight'), offset('bias')];
}

/** The steps of an Architecture that is a plain sequence. */
export function stepsOf(architecture: Architecture): Step[] {
  const layout = layoutOf(architecture);
  return layout.places.flatMap((place) => stepsOfLayer(place, ...offsetsOf(layout, place.path)));
}
