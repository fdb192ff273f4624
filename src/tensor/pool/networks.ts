/** Work on networks cut into tasks for the desk: by network, and by inputs where these are independent. */

import { joined } from '../../arrays/numbers.js';
import { product } from '../../catalog/shape.js';
import type { Curve, Inputs } from '../../catalog/values.js';
import type {
  Examples,
  Networks,
  Objective,
  RecordWork,
  Scores,
  Training,
  TrainWork,
  WorkControl,
} from '../../catalog/work.js';
import { chunksOf, type Range } from '../blocks.js';
import { emptyHistory, epochText, togetherCurve } from '../network/history.js';
import { meanOfPieces, SCORED } from '../network/score.js';
import type { Desk } from './desk.js';
import type { NetworkTask, NetworkTasks } from './network-task.js';
import { reporter } from './report.js';

/** Network i alone. */
function networkOf({ architecture, theta, buffers, count }: Networks, i: number): Networks {
  const cut = (all: Float32Array): Float32Array => all.slice((i * all.length) / count, ((i + 1) * all.length) / count);
  return { architecture, theta: cut(theta), buffers: cut(buffers), count: 1 };
}

/** Some of the inputs, in arrays of their own: a view would cross to a worker with all of them. */
function inputsOf(inputs: Inputs, { start, end }: Range): Inputs {
  if (end - start === inputs.count) return inputs;
  const features = product(inputs.item);
  return {
    ...inputs,
    x: inputs.x.slice(start * features, end * features),
    weights: inputs.weights.slice(start, end),
    count: end - start,
    ...(inputs.labels ? { labels: inputs.labels.slice(start, end) } : {}),
  };
}

function examplesOf({ inputs, targets }: Examples, range: Range): Examples {
  const { start, end } = range;
  return {
    inputs: inputsOf(inputs, range),
    ...(targets
      ? {
          targets: { ...targets, y: targets.y.slice(start * targets.width, end * targets.width), count: end - start },
        }
      : {}),
  };
}

/** Work on networks on the threads of a pool. */
export class NetworkWork {
  constructor(private readonly desk: Desk) {}

  /** Does the tasks, and says how far all of them are together. The first failure ends the others. */
  private async all<K extends keyof NetworkTasks>(
    tasks: readonly (NetworkTask & { readonly kind: K })[],
    control: WorkControl,
    message?: (fraction: number) => string,
    curve?: (curves: readonly Curve[]) => Curve | undefined,
  ): Promise<NetworkTasks[K]['gives'][]> {
    const done = tasks.map(() => 0);
    const curves: (Curve | undefined)[] = tasks.map(() => undefined);
    const known = (): Curve[] => curves.filter((one) => one !== undefined);
    const say = reporter(
      control,
      (fraction) => message?.(fraction),
      () => curve?.(known()),
    );
    const stop = new AbortController();
    const forget = this.desk.watch.add(control.signal, () => stop.abort());
    if (control.signal.aborted) stop.abort();
    const { finish } = control;
    try {
      const running = tasks.map((task, i) =>
        this.desk.run(task, {
          signal: stop.signal,
          ...(finish ? { finish } : {}),
          listen: (fraction, own) => {
            done[i] = fraction;
            curves[i] = own ?? curves[i];
            say(done.reduce((sum, one) => sum + one, 0) / tasks.length);
          },
        }),
      );
      for (const [i, one] of running.entries())
        one.then(
          () => {
            done[i] = 1;
          },
          () => undefined,
        );
      return (await Promise.all(running)) as NetworkTasks[K]['gives'][];
    } finally {
      forget();
      stop.abort();
    }
  }

  async train(work: TrainWork, control: WorkControl): Promise<Training> {
    const { networks, seeds, epochs } = work;
    const { count } = networks;
    const tasks = seeds.map(
      (seed, i) => ({ kind: 'train', asks: { ...work, networks: networkOf(networks, i), seeds: [seed] } }) as const,
    );
    const message = (fraction: number): string => epochText(fraction * epochs, epochs);
    const parts = await this.all<'train'>(tasks, control, message, togetherCurve);
    const theta = joined(parts.map((part) => part.networks.theta));
    const buffers = joined(parts.map((part) => part.networks.buffers));
    const history = emptyHistory(epochs, count);
    for (const [i, part] of parts.entries())
      for (const line of Object.keys(history) as (keyof typeof history)[])
        for (let e = 0; e < epochs; e++) history[line][e * count + i] = part.history[line][e]!;
    return {
      networks: { ...networks, theta, buffers },
      epochs: parts.map((part) => part.epochs[0]!),
      ended: parts.map((part) => part.ended[0]!),
      history,
    };
  }

  async score(networks: Networks, examples: Examples, objective: Objective, control: WorkControl): Promise<Scores> {
    const { count } = networks;
    const pieces = chunksOf(examples.inputs.count, SCORED);
    const own = pieces.map((piece) => examplesOf(examples, piece));
    const tasks = Array.from({ length: count }, (_, i) => networkOf(networks, i)).flatMap((network) =>
      own.map((part) => ({ kind: 'score', asks: { networks: network, examples: part, objective } }) as const),
    );
    const parts = await this.all<'score'>(tasks, control);
    const numbers = (key: keyof Scores): Float64Array =>
      Float64Array.from({ length: count }, (_, i) =>
        meanOfPieces(pieces, (p) => parts[i * pieces.length + p]![key][0]!),
      );
    return { loss: numbers('loss'), accuracy: numbers('accuracy') };
  }

  async record(work: RecordWork, control: WorkControl): Promise<readonly Float32Array[]> {
    const pieces = chunksOf(work.inputs.count, SCORED);
    const tasks = pieces.map(
      (piece) => ({ kind: 'record', asks: { ...work, inputs: inputsOf(work.inputs, piece) } }) as const,
    );
    const parts = await this.all<'record'>(tasks, control);
    if (parts.length === 1) return parts[0]!;
    return work.layers.map((_, layer) => joined(parts.map((part) => part[layer]!)));
  }

  async estimate(networks: Networks, inputs: Inputs, batch: number, control: WorkControl): Promise<Float32Array> {
    const tasks = Array.from(
      { length: networks.count },
      (_, i) => ({ kind: 'estimate', asks: { networks: networkOf(networks, i), inputs, batch } }) as const,
    );
    return joined(await this.all<'estimate'>(tasks, control));
  }
}
