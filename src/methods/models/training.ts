/** Networks that are drawn, and trained, one for each seed. */
import { type Architecture, freshBuffers, layoutOf } from '../../catalog/architecture.js';
import { formatCount, formatNumber, listed } from '../../catalog/text.js';
import type { Curve, Model, Table } from '../../catalog/values.js';
import type { Device, Examples, Training, WorkControl } from '../../catalog/work.js';
import { type Initialisation, initialTheta } from '../initialise.js';
import { part, quiet } from '../progress.js';
import { accuracyCurve, lossCurve } from './history.js';
import { scheduleText } from './schedules.js';
import { type Marks, scoreTable } from './scores.js';
import type { TrainingRules } from './training-params.js';

/** How networks begin. */
export interface Beginning {
  readonly seeds: readonly number[]; // one network for each
  readonly initialisation: Initialisation;
}

/** How networks are trained. */
export type TrainingOptions = Beginning & TrainingRules;

/** Trained networks, how it went, and what they reach in the end. */
export interface Trained {
  readonly model: Model;
  readonly history: Curve; // loss
  readonly accuracy: Curve | undefined; // none with the squared error
  readonly scores: Table;
}

/** Networks as they are drawn, one for each seed, with running statistics of mean 0 and variance 1. */
export async function initialModel(
  architecture: Architecture,
  { seeds, initialisation }: Beginning,
  control: WorkControl,
): Promise<Model> {
  const { size, bufferSize } = layoutOf(architecture);
  const theta = new Float32Array(seeds.length * size);
  const buffers = new Float32Array(seeds.length * bufferSize);
  const fresh = freshBuffers(architecture);
  for (const [i, seed] of seeds.entries()) {
    const share = part(control, i / seeds.length, (i + 1) / seeds.length);
    theta.set(await initialTheta(architecture, initialisation, seed, 'model', 0, share), i * size);
    buffers.set(fresh, i * bufferSize);
  }
  return {
    type: 'Model',
    architecture,
    theta,
    buffers,
    count: seeds.length,
    names: seeds.map((seed) => `seed ${seed}`),
    origin: `drawn (${initialisation.name}), not trained`,
    flags: [],
  };
}

const SCORING = 0.97; // share of the progress that training takes

/**
 * Draws networks and trains them on examples, all at once where the device can. The loss is the mean cross-entropy with labels, or
 * the mean squared error with targets. Told to finish, it keeps what there is; a network that diverges ends alone with its last good
 * weights. Both are flagged. In the end all are scored on the examples, and on the validation where there is one.
 */
export async function train(
  options: TrainingOptions,
  architecture: Architecture,
  examples: Examples,
  validation: Examples | undefined,
  device: Device,
  control: WorkControl,
): Promise<Trained> {
  const drawn = await initialModel(architecture, options, quiet(control));
  const { optimizer, schedule, weightDecay, epochs, batch, seeds } = options;
  const objective = examples.targets === undefined ? 'cross-entropy' : 'squared-error';
  const training = await device.train(
    {
      networks: drawn,
      examples,
      ...(validation ? { validation } : {}),
      objective,
      optimizer,
      weightDecay,
      schedule,
      epochs,
      batch: Math.min(batch, examples.inputs.count),
      seeds,
      statistics: 'batch',
    },
    part(control, 0, SCORING),
  );
  const { networks } = training;
  const marks: Marks[] = [];
  for (const [name, on] of [['training', examples] as const, ['validation', validation] as const])
    if (on) marks.push({ name, ...(await device.score(networks, on, objective, quiet(control))) });
  const history = lossCurve(training.history, training.epochs);
  const model: Model = {
    ...drawn,
    theta: networks.theta,
    buffers: networks.buffers,
    origin: originText(options, examples, training),
    flags: endingFlags(drawn.names, training, epochs),
  };
  return {
    model,
    history,
    accuracy: objective === 'squared-error' ? undefined : accuracyCurve(training.history, training.epochs),
    scores: scoreTable(model.names, marks, training.epochs),
  };
}

function originText(
  { optimizer, schedule, batch }: TrainingOptions,
  { inputs }: Examples,
  { epochs }: Training,
): string {
  const rule =
    optimizer.name === 'adam' ? 'Adam' : optimizer.momentum > 0 ? `SGD, momentum ${optimizer.momentum}` : 'SGD';
  const [least, most] = [Math.min(...epochs), Math.max(...epochs)];
  const done = least === most ? String(most) : `${least} to ${most}`;
  return `trained ${done} epoch${most === 1 ? '' : 's'} on ${formatCount(inputs.count)} inputs (${inputs.source}); ${rule}, learning rate ${formatNumber(optimizer.learningRate)}${scheduleText(schedule)}, batches of ${formatCount(Math.min(batch, inputs.count))}`;
}

/** What is to be said of networks that did not come to the end; `never` of those that were stopped before they began. */
export function endingFlags(
  names: readonly string[],
  { ended, epochs }: Pick<Training, 'ended' | 'epochs'>,
  all: number,
  never = 'untrained',
): readonly string[] {
  const idle = names.filter((_, i) => ended[i] === 'untrained');
  const each = names.flatMap((name, i) => {
    const done = epochs[i]!;
    if (ended[i] === 'finished')
      return [`${name}: stopped ${done === 0 ? 'in its first epoch' : `after epoch ${done}`} of ${all}.`];
    if (ended[i] === 'diverged')
      return [
        `${name}: diverged in epoch ${done + 1} of ${all}; ${done === 0 ? 'its weights are those it began with' : `its weights after epoch ${done} are kept`}. A smaller learning rate helps.`,
      ];
    return [];
  });
  if (idle.length === 0) return each;
  return [...each, `${listed(idle)}: ${never}; stopped before ${idle.length === 1 ? 'its' : 'their'} first step.`];
}
