/** θ in the order that products of rows with [in, out] matrices want: the unit last. PyTorch's order has it first. */
import { type Architecture, layoutOf } from '../catalog/architecture.js';

/** The weight of a linear layer: ours[k, o] is theirs[o, places[k]], or theirs[o, k] where there are no places. */
export interface WeightOrder {
  readonly layer: number;
  readonly units: number;
  readonly taps: number;
  readonly places: Int32Array | undefined;
}

const TILE = 32; // rows and columns moved together: a matrix of a power of two wide would otherwise miss every cache

/** The order of the numbers of θ on a device. Every tensor keeps its range, so that a layer's numbers stay together. */
export class ThetaOrder {
  readonly size: number; // P
  private readonly parts: readonly { readonly offset: number; readonly size: number; readonly weight?: WeightOrder }[];

  constructor(architecture: Architecture, weights: readonly WeightOrder[]) {
    const layout = layoutOf(architecture);
    this.size = layout.size;
    this.parts = layout.tensors.map(({ layer, role, offset, size }) => {
      const weight = role === 'weight' ? weights.find((one) => one.layer === layer) : undefined;
      return { offset, size, ...(weight === undefined ? {} : { weight }) };
    });
  }

  /** Writes the tensors from number `start` on of the θ that begins at `at` to `out`. */
  take(from: ArrayLike<number>, at: number, out: Float32Array | Float64Array, start = 0): void {
    this.each(start, (theirs, ours) => {
      out[ours] = from[at + theirs]!;
    });
  }

  /** Adds numbers in our order, of the range that begins at `start` and is as long as `values`, to `to` in PyTorch's order. */
  addBack(values: ArrayLike<number>, to: Float64Array): void {
    this.each(0, (theirs, ours) => {
      to[theirs]! += values[ours]!;
    });
  }

  private each(start: number, move: (theirs: number, ours: number) => void): void {
    for (const { offset, size, weight } of this.parts) {
      if (offset + size <= start) continue;
      if (weight === undefined) {
        for (let i = offset; i < offset + size; i++) move(i, i);
        continue;
      }
      const { units, taps, places } = weight;
      for (let k0 = 0; k0 < taps; k0 += TILE)
        for (let o0 = 0; o0 < units; o0 += TILE)
          for (let k = k0; k < Math.min(taps, k0 + TILE); k++) {
            const place = offset + (places === undefined ? k : places[k]!);
            const row = offset + k * units;
            for (let o = o0; o < Math.min(units, o0 + TILE); o++) move(place + o * taps, row + o);
          }
    }
  }
}
