/** Drawing some of the examples of a data set: for a test, or for a smaller set. */
import { formatCount } from '../../catalog/text.js';
import type { Inputs } from '../../catalog/values.js';
import { rowsAt } from '../../tensor/chosen-inputs.js';
import { stream } from '../../tensor/random.js';

/** Which examples to draw. */
export interface DrawOptions {
  readonly count: number; // how many
  readonly seed: number;
  readonly stratified: boolean; // each class its share of them
}

/** A data set in two parts that have nothing in common. */
export interface SplitParts {
  readonly train: Inputs;
  readonly test: Inputs;
}

/**
 * Two parts: `count` examples drawn for the test, all others for training, both in the order of the whole. Every part's quadrature
 * weights are scaled to the sum of the whole's.
 */
export function split(inputs: Inputs, options: DrawOptions): SplitParts {
  const drawn = drawRows(inputs, options, 'split');
  const tested = new Set(drawn);
  const rest = Uint32Array.from({ length: inputs.count }, (_, i) => i).filter((i) => !tested.has(i));
  const of = `${inputs.source}, split by seed ${options.seed}`;
  return {
    train: examplesAt(inputs, rest, `training part of ${of}`),
    test: examplesAt(inputs, drawn, `test part of ${of}`),
  };
}

/** `count` examples, in the order of the whole. Without strata a larger draw of the same seed has the smaller one in it. */
export function subsample(inputs: Inputs, options: DrawOptions): Inputs {
  const rows = drawRows(inputs, options, 'subsample');
  return examplesAt(inputs, rows, `${formatCount(options.count)} of ${inputs.source}, drawn by seed ${options.seed}`);
}

/** Numbers of the drawn examples, ascending: the first of a random order, of all or of each class. */
function drawRows({ count: all, labels }: Inputs, options: DrawOptions, purpose: 'split' | 'subsample'): Uint32Array {
  const { count, seed, stratified } = options;
  if (!stratified || labels === undefined) return stream(seed, purpose, 0).subset(all, count);
  const members = new Map<number, number[]>(); // label → its examples
  labels.forEach((label, row) => {
    const known = members.get(label);
    if (known) known.push(row);
    else members.set(label, [row]);
  });
  const classes = [...members].sort(([a], [b]) => a - b);
  const quotas = shares(
    classes.map(([, { length }]) => length),
    count,
  );
  const drawn = classes.flatMap(([label, examples], k) =>
    stream(seed, purpose, 1 + label)
      .shuffle(examples)
      .slice(0, quotas[k]),
  );
  return Uint32Array.from(drawn).sort();
}

/**
 * How many of `count` fall to each class of these sizes: count · size / Σ sizes rounded down, and one more for the largest remainders
 * (of equal ones, the first classes), so that they add up to `count`.
 */
export function shares(sizes: readonly number[], count: number): number[] {
  const total = sizes.reduce((a, b) => a + b, 0);
  const whole = sizes.map((size) => Math.floor((count * size) / total));
  const rest = count - whole.reduce((a, b) => a + b, 0);
  const remainder = (k: number): number => (count * sizes[k]!) % total;
  const order = sizes.map((_, k) => k).sort((a, b) => remainder(b) - remainder(a) || a - b);
  for (const k of order.slice(0, rest)) whole[k]!++;
  return whole;
}

/** Some examples with all that is known of them. */
function examplesAt(inputs: Inputs, index: Uint32Array, source: string): Inputs {
  const { count, x, weights, labels, concepts } = inputs;
  const rows = <A extends Float32Array | Int32Array | Uint8Array>(values: A): A => rowsAt(values, count, index);
  const kept = rows(weights);
  const sum = (values: Float32Array): number => values.reduce((a, b) => a + b, 0);
  const scale = sum(weights) / sum(kept);
  return {
    ...inputs,
    x: rows(x),
    count: index.length,
    weights: Number.isFinite(scale) ? kept.map((weight) => weight * scale) : kept,
    ...(labels === undefined ? {} : { labels: rows(labels) }),
    ...(concepts === undefined ? {} : { concepts: { ...concepts, masks: rows(concepts.masks) } }),
    source,
  };
}
