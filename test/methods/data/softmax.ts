/** Multinomial logistic regression in plain loops: how far a linear model gets on a data set. */
import type { Inputs } from '../../../src/catalog/values.js';
import { stream } from '../../../src/tensor/random.js';

/** Accuracies on the training part, at the end, and the best on the test part after any epoch. */
export interface LinearFit {
  readonly train: number;
  readonly test: number;
}

/** Fits W x + b by minibatches of 20 with momentum 0.9 and a falling rate, on pixels standardised by the training part. */
export function linearFit(
  train: Inputs,
  test: Inputs,
  { epochs, rate, decay }: Record<'epochs' | 'rate' | 'decay', number>,
): LinearFit {
  const size = train.x.length / train.count;
  const classes = train.classes!.length;
  const mean = new Float64Array(size);
  const deviation = new Float64Array(size);
  for (const [i, value] of train.x.entries()) mean[i % size]! += value / train.count;
  for (const [i, value] of train.x.entries()) deviation[i % size]! += (value - mean[i % size]!) ** 2 / train.count;
  const scaled = ({ x }: Inputs) =>
    x.map((value, i) => (value - mean[i % size]!) / (Math.sqrt(deviation[i % size]!) + 1e-3));
  const [a, b] = [scaled(train), scaled(test)];
  const weights = new Float32Array((size + 1) * classes); // [classes, size + 1], the last column is b
  const moving = new Float32Array(weights.length);
  const scores = new Float64Array(classes);
  const score = (x: Float32Array, row: number): number => {
    let best = 0;
    for (let k = 0; k < classes; k++) {
      const start = k * (size + 1);
      let sum = weights[start + size]!;
      for (let j = 0; j < size; j++) sum += weights[start + j]! * x[row * size + j]!;
      scores[k] = sum;
      if (sum > scores[best]!) best = k;
    }
    return best;
  };
  const accuracy = (x: Float32Array, { labels, count }: Inputs): number => {
    let right = 0;
    for (let i = 0; i < count; i++) if (score(x, i) === labels![i]) right++;
    return right / count;
  };
  const gradient = new Float32Array(weights.length);
  const BATCH = 20;
  let best = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = stream(epoch, 'test', 0).shuffle(Array.from({ length: train.count }, (_, i) => i));
    const step = rate * (1 - epoch / epochs);
    for (let at = 0; at < order.length; at += BATCH) {
      gradient.fill(0);
      for (const row of order.slice(at, at + BATCH)) {
        score(a, row);
        const most = Math.max(...scores);
        const total = scores.reduce((sum, s) => sum + Math.exp(s - most), 0);
        for (let k = 0; k < classes; k++) {
          const slope = (Math.exp(scores[k]! - most) / total - (train.labels![row] === k ? 1 : 0)) / BATCH;
          const start = k * (size + 1);
          for (let j = 0; j < size; j++) gradient[start + j]! += slope * a[row * size + j]!;
          gradient[start + size]! += slope;
        }
      }
      for (let i = 0; i < weights.length; i++) {
        moving[i] = 0.9 * moving[i]! + gradient[i]! + decay * weights[i]!;
        weights[i]! -= step * moving[i]!;
      }
    }
    best = Math.max(best, accuracy(b, test));
  }
  return { train: accuracy(a, train), test: best };
}
