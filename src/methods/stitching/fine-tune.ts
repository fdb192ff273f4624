/** Training what comes after a layer, with all up to and including it frozen (intertwiner paper, Section 3.3). */

import { joined } from '../../arrays/numbers.js';
import type { NamedPlace } from '../../catalog/layer-names.js';
import { formatCount } from '../../catalog/text.js';
import type { Inputs, Model, Table } from '../../catalog/values.js';
import type { Device, WorkControl } from '../../catalog/work.js';
import { networkAt } from '../models/networks.js';
import { epochsColumn, networkTable } from '../models/scores.js';
import { endingFlags } from '../models/training.js';
import type { TrainingRules } from '../models/training-params.js';
import { part, quiet } from '../progress.js';
import { cutInputs } from './cut.js';
import { assemble, type Network, piecesOf } from './pieces.js';
import { together } from './together.js';

/** Networks that were fine-tuned. */
export interface Tuned {
  readonly model: Model;
  readonly epochs: readonly number[];
}

/**
 * A Model whose layers after `place`, a layer outside residual blocks, are trained on, each network in an order of `seed` + its index. What
 * the frozen layers give is recorded once, so their running statistics stay too. A network that diverges keeps its last good weights and
 * is flagged. `epochs` is how many each did.
 */
export async function fineTune(
  model: Model,
  place: NamedPlace,
  data: Inputs,
  rules: TrainingRules,
  seed: number,
  device: Device,
  control: WorkControl,
): Promise<Tuned> {
  const all = Array.from({ length: model.count }, (_, i) => i);
  const at = place.top + 1;
  const tuned = await together(all, device.threads ?? 1, control, async (i, share) => {
    const cut = await cutInputs(networkAt(model, i), at, data, device, part(share, 0, 0.1));
    const pieces = piecesOf(model, i);
    const before = assemble(model.architecture.input, pieces.slice(0, at));
    const after = assemble(cut.item, pieces.slice(at));
    const training = await device.train(
      {
        networks: { ...after, count: 1 },
        examples: { inputs: cut },
        objective: 'cross-entropy',
        ...rules,
        batch: Math.min(rules.batch, data.count),
        seeds: [seed + i],
        statistics: 'batch',
      },
      part(share, 0.1, 1),
    );
    const { networks } = training;
    return { whole: [before, networks] as readonly Pick<Network, 'theta' | 'buffers'>[], training };
  });
  const epochs = tuned.map(({ training }) => training.epochs[0]!);
  const outcome: Model = {
    ...model,
    theta: joined(tuned.flatMap(({ whole }) => whole.map(({ theta }) => theta))),
    buffers: joined(tuned.flatMap(({ whole }) => whole.map(({ buffers }) => buffers))),
    origin: `${model.origin}; fine-tuned after ${place.short} on ${formatCount(data.count)} inputs`,
    flags: [
      ...model.flags,
      ...tuned.flatMap(({ training }, i) => endingFlags([model.names[i]!], training, rules.epochs, 'not fine-tuned')),
    ],
  };
  return { model: outcome, epochs };
}

/** Accuracy of each network in percent. */
export async function accuracies(
  model: Model,
  test: Inputs,
  device: Device,
  control: WorkControl,
): Promise<readonly number[]> {
  const { accuracy } = await device.score(model, { inputs: test }, 'cross-entropy', quiet(control));
  return Array.from(accuracy, (share) => 100 * share);
}

/**
 * A row for each network: accuracies in percent of the original where there is one, before and after fine-tuning, the penalty, and epochs;
 * these last, as a sweep reads the first number unless told.
 */
export async function tuneTable(
  before: Model,
  { model: after, epochs }: Tuned,
  original: Model | undefined,
  test: Inputs,
  device: Device,
  control: WorkControl,
): Promise<Table> {
  const scored = async (model: Model): Promise<readonly number[]> => accuracies(model, test, device, control);
  const first = original && (await scored(original));
  const columns: [string, readonly number[]][] = [
    ['accuracy before', await scored(before)],
    ['accuracy fine-tuned', await scored(after)],
  ];
  if (first) {
    const from = after.names.map((_, i) => first[first.length === 1 ? 0 : i]!);
    columns.unshift(['accuracy of the original', from]);
    columns.push(['rotation penalty', from.map((accuracy, i) => accuracy - columns[2]![1][i]!)]);
  }
  const unit = (name: string): string => (name === 'rotation penalty' ? 'points' : '%');
  const percents = columns.map(([name, values]) => ({ name, unit: unit(name), values }));
  return networkTable(after.names, [...percents, epochsColumn(epochs)]);
}
