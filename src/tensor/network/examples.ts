/** What networks are trained and judged on: checks, and examples brought together. */
import { type Layout, layoutOf } from '../../catalog/architecture.js';
import { FiberscopeError } from '../../catalog/errors.js';
import { product } from '../../catalog/shape.js';
import type { Inputs } from '../../catalog/values.js';
import type { Examples, Networks, Objective, ParameterRange, TrainWork } from '../../catalog/work.js';
import type { ExampleBatch } from './engine.js';

function unfit(who: string, what: string, expected: string | number, got: string | number, remedy: string): never {
  throw new FiberscopeError('shape', `${who}: ${what}: expected ${expected}, got ${got}; ${remedy}`);
}

/** Throws a `shape` error where networks do not have the numbers of their Architecture. */
export function checkNetworks({ architecture, theta, buffers, count }: Networks, who: string): Layout {
  const layout = layoutOf(architecture);
  const remedy = 'give networks of this architecture';
  if (!(Number.isInteger(count) && count >= 1)) unfit(who, 'networks', 'at least 1', count, remedy);
  if (theta.length !== count * layout.size)
    unfit(who, 'parameters of the networks', `${count} × ${layout.size}`, theta.length, remedy);
  if (buffers.length !== count * layout.bufferSize)
    unfit(who, 'running statistics of the networks', `${count} × ${layout.bufferSize}`, buffers.length, remedy);
  return layout;
}

/** Throws a `shape` error where inputs are none of the Architecture's. */
export function checkInputs(inputs: Inputs, { shapes }: Layout, who: string): void {
  const width = product(shapes[0]!);
  const item = product(inputs.item);
  const remedy = 'wire data of the shape that the network takes';
  if (item !== width) unfit(who, 'numbers in one input', `${width} (${shapes[0]!.join(' × ')})`, item, remedy);
  if (inputs.x.length !== inputs.count * width)
    unfit(who, 'numbers in the inputs', inputs.count * width, inputs.x.length, remedy);
  if (inputs.count < 1) unfit(who, 'inputs', 'at least 1', inputs.count, 'wire some');
}

/** Throws a typed error where examples lack what the objective compares with. */
export function checkExamples({ inputs, targets }: Examples, objective: Objective, layout: Layout, who: string): void {
  checkInputs(inputs, layout, who);
  const k = layout.outputs;
  if (objective === 'squared-error') {
    if (targets === undefined)
      unfit(who, 'targets of the squared error', `[${inputs.count}, ${k}]`, 'none', 'give them');
    if (targets.count !== inputs.count || targets.width !== k || targets.y.length !== inputs.count * k)
      unfit(
        who,
        'targets of the squared error',
        `[${inputs.count}, ${k}]`,
        `[${targets.count}, ${targets.width}]`,
        'give one row for each input',
      );
    return;
  }
  const { labels } = inputs;
  if (labels === undefined)
    unfit(who, 'labels', `${inputs.count} labels from 0 to ${k - 1}`, 'none', 'wire data with labels');
  if (labels.length !== inputs.count)
    unfit(who, 'labels', inputs.count, labels.length, 'give one label for each input');
  const wrong = labels.findIndex((label) => !(label >= 0 && label < k));
  if (wrong >= 0)
    unfit(
      who,
      `label of input ${wrong}`,
      `0 to ${k - 1}, since the network has ${k} outputs`,
      labels[wrong]!,
      'give the last layer one output for each class',
    );
}

/** What moves in training: all of θ where the work does not say. */
export function trainableOf({ networks, trainable }: TrainWork): readonly ParameterRange[] {
  return trainable ?? [{ start: 0, end: networks.theta.length / networks.count }];
}

/** Brings examples together for a network, in arrays that are written anew each time. */
export class Gatherer {
  private readonly features: number;
  private readonly width: number;
  private readonly x: Float32Array;
  private readonly labels: Int32Array | undefined;
  private readonly targets: Float32Array | undefined;

  constructor(
    private readonly examples: Examples,
    objective: Objective,
    most: number,
  ) {
    const { inputs, targets } = examples;
    this.features = product(inputs.item);
    this.width = targets?.width ?? 0;
    this.x = new Float32Array(most * this.features);
    if (objective === 'squared-error') this.targets = new Float32Array(most * this.width);
    else this.labels = new Int32Array(most);
  }

  /** The examples of these indices. */
  take(index: Uint32Array): ExampleBatch {
    const { features, width, x, labels, targets } = this;
    const { inputs } = this.examples;
    const count = index.length;
    for (let i = 0; i < count; i++) {
      const from = index[i]!;
      x.set(inputs.x.subarray(from * features, (from + 1) * features), i * features);
      if (labels) labels[i] = inputs.labels![from]!;
      targets?.set(this.examples.targets!.y.subarray(from * width, (from + 1) * width), i * width);
    }
    return {
      x: x.subarray(0, count * features),
      count,
      ...(labels ? { labels: labels.subarray(0, count) } : {}),
      ...(targets ? { targets: targets.subarray(0, count * width) } : {}),
    };
  }
}

/** Examples `start` ≤ i < `end` as they lie. */
export function slice({ inputs, targets }: Examples, start: number, end: number): ExampleBatch {
  const features = product(inputs.item);
  return {
    x: inputs.x.subarray(start * features, end * features),
    count: end - start,
    ...(inputs.labels ? { labels: inputs.labels.subarray(start, end) } : {}),
    ...(targets ? { targets: targets.y.subarray(start * targets.width, end * targets.width) } : {}),
  };
}
