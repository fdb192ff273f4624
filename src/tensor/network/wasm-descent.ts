/** Steps of the optimiser on parameters in the memory of kernels: whole registers by them, what is left over of a range one by one. */
import type { Optimizer, ParameterRange } from '../../catalog/work.js';
import type { Memory } from './wasm-way-back.js';

/** Addresses of a network's θ, of its gradient and of the optimiser's state. */
export interface Standing {
  readonly theta: number;
  readonly gradient: number;
  readonly first: number; // velocity, or m
  readonly second: number; // v of Adam
}

/** Takes step `step`, from 1, of these parameters; rules as in optimizer.ts, in float32. */
export function descend(
  memory: Memory,
  rule: Optimizer,
  learningRate: number,
  decay: number,
  step: number,
  standing: Standing,
  ranges: readonly ParameterRange[],
): void {
  for (const { start, end } of ranges) {
    const middle = end - ((end - start) % 4);
    if (rule.name === 'sgd') sgd(memory, rule, learningRate, decay, standing, start, middle, end);
    else adam(memory, rule, learningRate, decay, step, standing, start, middle, end);
  }
}

function sgd(
  { numbers, kernels }: Memory,
  { momentum }: Extract<Optimizer, { name: 'sgd' }>,
  learningRate: number,
  decay: number,
  { theta, gradient, first }: Standing,
  start: number,
  middle: number,
  end: number,
): void {
  const from = 4 * start;
  const kernel = kernels[momentum === 0 ? 'sgd' : 'momentum']!;
  if (middle > start)
    kernel(theta + from, gradient + from, first + from, (middle - start) / 4, learningRate, momentum, decay);
  for (let i = middle; i < end; i++) {
    const t = theta / 4 + i;
    let v = numbers[gradient / 4 + i]! + decay * numbers[t]!;
    if (momentum !== 0) {
      v += momentum * numbers[first / 4 + i]!;
      numbers[first / 4 + i] = v;
    }
    numbers[t]! -= learningRate * v;
  }
}

function adam(
  { numbers, kernels }: Memory,
  { beta1, beta2, epsilon }: Extract<Optimizer, { name: 'adam' }>,
  learningRate: number,
  decay: number,
  step: number,
  { theta, gradient, first, second }: Standing,
  start: number,
  middle: number,
  end: number,
): void {
  const kept = 1 - learningRate * decay;
  const rate = learningRate / (1 - beta1 ** step);
  const scale = 1 / Math.sqrt(1 - beta2 ** step);
  const from = 4 * start;
  if (middle > start)
    kernels.adam!(
      ...[theta + from, gradient + from, first + from, second + from, (middle - start) / 4],
      ...[kept, rate, beta1, 1 - beta1, beta2, 1 - beta2, scale, epsilon],
    );
  for (let i = middle; i < end; i++) {
    const [t, m, v] = [theta / 4 + i, first / 4 + i, second / 4 + i];
    const g = numbers[gradient / 4 + i]!;
    numbers[m] = beta1 * numbers[m]! + (1 - beta1) * g;
    numbers[v] = beta2 * numbers[v]! + (1 - beta2) * g * g;
    numbers[t] = kept * numbers[t]! - (rate * numbers[m]!) / (Math.sqrt(numbers[v]!) * scale + epsilon);
  }
}
