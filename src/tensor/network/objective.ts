/** What training makes small, from the outputs of a network: its value, its slope by the outputs, and how many were classified rightly. */
import type { Objective } from '../../catalog/work.js';
import type { ExampleBatch } from './engine.js';

/** Sums over examples. */
export interface Judged {
  readonly loss: number;
  readonly correct: number; // NaN with the squared error
}

/** How outputs are read: entry j of example i is at i · `example` + j · `output` from `at` on. */
export interface OutputPlaces {
  readonly at: number;
  readonly example: number;
  readonly output: number;
}

/**
 * Sums over examples `start` ≤ i < `end` of a batch, whose outputs come first in `out`, of the cross-entropy −log softmax(φ)[label], or of
 * the squared error ‖φ − y‖²/k (as torch.nn.MSELoss). An example is right where the first largest output is that of its label. With
 * `slope`, ∂/∂φ times `scale` is written there, at the same places.
 */
export function judge(
  objective: Objective,
  k: number,
  batch: ExampleBatch,
  start: number,
  end: number,
  out: Float32Array | Float64Array,
  places: OutputPlaces,
  slope?: { readonly to: Float32Array | Float64Array; readonly at: number; readonly scale: number },
): Judged {
  const { example, output } = places;
  let loss = 0;
  let correct = 0;
  for (let i = start; i < end; i++) {
    const offset = (i - start) * example;
    const at = places.at + offset;
    const to = (slope?.at ?? 0) + offset;
    if (objective === 'squared-error') {
      for (let j = 0; j < k; j++) {
        const rest = out[at + j * output]! - batch.targets![i * k + j]!;
        loss += (rest * rest) / k;
        if (slope) slope.to[to + j * output] = (2 * slope.scale * rest) / k;
      }
      continue;
    }
    const label = batch.labels![i]!;
    let best = 0;
    let most = out[at]!;
    for (let j = 1; j < k; j++)
      if (out[at + j * output]! > most) {
        best = j;
        most = out[at + j * output]!;
      }
    let sum = 0;
    for (let j = 0; j < k; j++) sum += Math.exp(out[at + j * output]! - most);
    loss += most + Math.log(sum) - out[at + label * output]!;
    if (best === label && !Number.isNaN(most)) correct++;
    if (slope)
      for (let j = 0; j < k; j++) {
        const p = Math.exp(out[at + j * output]! - most) / sum;
        slope.to[to + j * output] = slope.scale * (j === label ? p - 1 : p);
      }
  }
  return { loss, correct: objective === 'squared-error' ? Number.NaN : correct };
}
