/** What gradient engines share that take a minibatch in parts, one candidate after the other. */
import type { GradientEngine } from './descend.js';

const NUMBERS_TOGETHER = 2 ** 20; // of the gradients that one call returns: 8 MB
const BREATH_MS = 5; // computing time between two breaths; one per candidate would cost more than a small network

/** Candidates in one call of an engine whose own memory does not depend on it. */
export function candidatesTogether(size: number): number {
  return Math.max(1, Math.floor(NUMBERS_TOGETHER / Math.max(1, size)));
}

/**
 * J and its gradient of each candidate, summed over the parts in order, so that they do not depend on how many candidates run.
 * `add` adds ∂J/∂θ of one part at θ [P] to the gradient [P] and gives its part of J.
 */
export async function sumOverParts<Part>(
  [theta, candidates, , loss, gradient, breathe]: Parameters<GradientEngine['gradients']>,
  size: number,
  parts: readonly Part[],
  add: (row: Float64Array, part: Part, gradient: Float64Array) => number | Promise<number>,
): Promise<void> {
  let breathed = performance.now();
  for (const [i, candidate] of candidates.entries()) {
    const row = theta.subarray(candidate * size, (candidate + 1) * size);
    const slope = gradient.subarray(i * size, (i + 1) * size).fill(0);
    let sum = 0;
    for (const part of parts) {
      const share = add(row, part, slope);
      sum += typeof share === 'number' ? share : await share; // small networks have no time for a turn of the queue
    }
    loss[i] = sum;
    if (performance.now() - breathed < BREATH_MS) continue;
    await breathe((i + 1) / candidates.length);
    breathed = performance.now();
  }
}
