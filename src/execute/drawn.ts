/** Data and planes drawn from seeds, to time work on that is like a document's: a calibration knows no numbers of it. */
import { type Architecture, layoutOf } from '../catalog/architecture.js';
import type { CapInfo } from '../catalog/info.js';
import { product } from '../catalog/shape.js';
import type { Inputs, Outputs, Subspace } from '../catalog/values.js';
import { scaleOf } from '../methods/null-models.js';
import { stream } from '../tensor/random.js';

/** Draws of N(0, σ²), the same few thousand again and again. */
export function normals(length: number, deviation: number): Float32Array {
  const random = stream(1, 'calibrate', length);
  const few = Float32Array.from({ length: Math.min(length, 4096) }, () => deviation * random.normal());
  const all = new Float32Array(length);
  for (let at = 0; at < length; at += few.length) all.set(few.subarray(0, length - at), at);
  return all;
}

/** Inputs of a network, all of one weight, and outputs that have nothing to do with it. */
export function drawn(
  architecture: Architecture,
  count: number,
): { readonly inputs: Inputs; readonly outputs: Outputs } {
  const width = product(architecture.input);
  const { outputs: k } = layoutOf(architecture);
  return {
    inputs: {
      type: 'Inputs',
      x: normals(count * width, 1),
      count,
      item: architecture.input,
      weights: new Float32Array(count).fill(1 / count),
      source: 'drawn',
    },
    outputs: { type: 'Outputs', y: normals(count * k, 1), count, width: k },
  };
}

/** A network's own outputs to compare with, and the cap on them: what is absolute is taken for relative, having no other scale. */
export function compared(y: Float32Array, { inputs, outputs }: ReturnType<typeof drawn>, cap: CapInfo) {
  const made = { ...outputs, y };
  return { outputs: made, cap: cap.value * (scaleOf(inputs, made).power || 1) };
}

/** A plane through a network as it is drawn anew: of outputs as large as its inputs. */
export function around(architecture: Architecture, rank: number): Subspace {
  const { size, tensors } = layoutOf(architecture);
  const origin = new Float32Array(size);
  for (const { offset, size: length, shape } of tensors) {
    const fanIn = Math.max(1, product(shape.slice(1)));
    origin.set(normals(length, Math.sqrt(2 / fanIn)), offset);
  }
  return { ...plane(size, rank), origin };
}

/** Drawn directions of about unit length through a small network. */
export function plane(size: number, rank: number): Subspace {
  const origin = normals(size, 0.1);
  const basis = normals(rank * size, 1 / Math.sqrt(size));
  return { type: 'Subspace', origin, basis, rank, size, coordinates: new Float64Array(rank), flags: [] };
}
