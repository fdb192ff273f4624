/** The loop of training written out in float64, with slopes by finite differences: what every device is compared with. */
import type { Examples, Schedule, TrainWork } from '../../src/catalog/work.js';
import { stream } from '../../src/tensor/random.js';
import { batchOf, lossOf, slopeOf } from './network-oracle.js';

/** Some of the examples, in this order. */
function taken({ inputs, targets }: Examples, order: readonly number[]): Examples {
  const of = <T extends Float32Array | Int32Array>(all: T, width: number): T =>
    (all.constructor as unknown as { from(items: number[]): T }).from(
      order.flatMap((i) => [...all.subarray(i * width, (i + 1) * width)]),
    );
  return {
    inputs: { ...inputs, x: of(inputs.x, inputs.item[0]!), labels: of(inputs.labels!, 1), count: order.length },
    targets: { ...targets!, y: of(targets!.y, targets!.width), count: order.length },
  };
}

/** η at a step, as the catalog words it. */
function rate(schedule: Schedule, step: number, steps: number, epoch: number): number {
  if (schedule.name === 'cosine') return 0.5 + 0.5 * Math.cos((Math.PI * step) / steps);
  if (schedule.name === 'step') return schedule.factor ** Math.floor(epoch / schedule.epochs);
  if (schedule.name !== 'one-cycle') return 1;
  const t = (step + 0.5) / steps;
  return Math.min(t / schedule.warmup, (1 - t) / (1 - schedule.warmup));
}

/** The whole of training of one network on points, with one batch normalisation at most, which is `norm`. */
export function trainedBy(work: TrainWork): { theta: number[]; buffers: number[]; loss: number[] } {
  const { networks, examples, optimizer, weightDecay, batch, epochs, schedule, objective, seeds } = work;
  const { architecture } = networks;
  const theta = [...networks.theta];
  const buffers = [...networks.buffers];
  const [first, second] = [theta.map(() => 0), theta.map(() => 0)];
  const moves = (i: number): boolean => work.trainable?.some(({ start, end }) => start <= i && i < end) ?? true;
  const N = examples.inputs.count;
  const perEpoch = Math.ceil(N / batch);
  const losses: number[] = [];
  let step = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = stream(seeds[0]!, 'epoch', epoch).shuffle([...Array(N).keys()]);
    let sum = 0;
    for (let s = 0; s < perEpoch; s++, step++) {
      const own = taken(examples, order.slice(s * batch, (s + 1) * batch));
      const divided = work.statistics === 'running' ? buffers : undefined;
      const slope = slopeOf(architecture, theta, objective, own, divided);
      const { outputs, seen } = batchOf(architecture, theta, own.inputs.x, divided);
      sum += lossOf(objective, outputs, own).loss * own.inputs.count;
      if (work.statistics === 'batch')
        seen.forEach(({ mean, unbiased }, c) => {
          buffers[c] = 0.7 * buffers[c]! + 0.3 * mean;
          buffers[seen.length + c] = 0.7 * buffers[seen.length + c]! + 0.3 * unbiased;
        });
      const eta = optimizer.learningRate * rate(schedule, step, epochs * perEpoch, epoch);
      for (let i = 0; i < theta.length; i++) {
        if (!moves(i)) continue;
        if (optimizer.name === 'sgd') {
          first[i] = optimizer.momentum * first[i]! + slope[i]! + weightDecay * theta[i]!;
          theta[i]! -= eta * first[i]!;
          continue;
        }
        const { beta1, beta2, epsilon } = optimizer;
        theta[i]! *= 1 - eta * weightDecay;
        first[i] = beta1 * first[i]! + (1 - beta1) * slope[i]!;
        second[i] = beta2 * second[i]! + (1 - beta2) * slope[i]! ** 2;
        const [m, v] = [first[i]! / (1 - beta1 ** (step + 1)), second[i]! / (1 - beta2 ** (step + 1))];
        theta[i]! -= (eta * m) / (Math.sqrt(v) + epsilon);
      }
    }
    losses.push(sum / N);
  }
  return { theta, buffers, loss: losses };
}
