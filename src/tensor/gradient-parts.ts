/** The loop that gradient engines share: a minibatch taken in parts, one candidate after the other. */
import type { GradientEngine } from './descend.js';

type Gradients = Parameters<GradientEngine['gradients']>;

/**
 * J and its gradient of each candidate, summed over the parts in order, so that they do not depend on how many candidates run.
 * `add` adds ∂J/∂θ of one part at θ [P] to the gradient [P] and gives its part of J.
 */
export async function sumOverParts<Part>(
  [theta, candidates, , each, breathe]: Gradients,
  size: number,
  parts: readonly Part[],
  add: (row: Float64Array, part: Part, gradient: Float64Array) => number | Promise<number>,
): Promise<void> {
  const gradient = new Float64Array(size);
  for (const candidate of candidates) {
    const row = theta.subarray(candidate * size, (candidate + 1) * size);
    gradient.fill(0);
    let loss = 0;
    for (const part of parts) {
      const share = add(row, part, gradient);
      loss += typeof share === 'number' ? share : await share; // small networks have no time for a turn of the queue
    }
    each(candidate, loss, gradient);
    await breathe();
  }
}
