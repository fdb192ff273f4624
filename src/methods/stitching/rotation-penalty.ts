/** The sanity test of intertwiners (intertwiner paper, Section 3.3 and Figure 4): act, freeze, fine-tune, and compare accuracies. */
import type { NamedPlace } from '../../catalog/layer-names.js';
import { chooseLayers } from '../../catalog/layer-names.js';
import type { Curve, Inputs, Model, Table } from '../../catalog/values.js';
import type { Device, WorkControl } from '../../catalog/work.js';
import { cell } from '../cell.js';
import { errorsText, estimateOf, meansOf } from '../models/estimate.js';
import { singleModel } from '../models/networks.js';
import type { TrainingRules } from '../models/training-params.js';
import { part } from '../progress.js';
import { DIVERGED } from './classes.js';
import { accuracies, fineTune } from './fine-tune.js';
import { rotate } from './rotate.js';
import { together } from './together.js';
import { type Turn, turnName } from './turns.js';

/** What is acted, how often, and how the rest is trained. */
export interface RotationOptions {
  readonly turns: readonly Turn[];
  readonly draws: number; // of A, for each network
  readonly rules: TrainingRules;
  readonly seed: number;
}

/** The penalties Acc before − Acc after acting and fine-tuning, in percentage points, [turns][layers][trials], and the accuracies before, [trials]. */
export interface RotationPenalties {
  readonly penalties: readonly (readonly (readonly number[])[])[];
  readonly unrepaired: readonly (readonly (readonly number[])[])[]; // without fine-tuning
  readonly before: readonly number[];
  readonly diverged: readonly (readonly number[])[]; // [turns][layers] how many trials
}

/** For each layer, turn, network and draw: A before the activation, all up to it frozen, what follows fine-tuned. */
export async function rotationPenalties(
  model: Model,
  places: readonly NamedPlace[],
  train: Inputs,
  test: Inputs,
  { turns, draws, rules, seed }: RotationOptions,
  device: Device,
  control: WorkControl,
): Promise<RotationPenalties> {
  const own = await accuracies(model, test, device, control);
  const trials = Array.from({ length: model.count * draws }, (_, trial) => trial);
  const before = trials.map((trial) => own[trial % model.count]!);
  const jobs = turns.flatMap((turn, t) =>
    places.flatMap((place, p) => trials.map((trial) => ({ turn, t, place, p, trial }))),
  );
  const empty = (): number[][][] =>
    turns.map(() => places.map(() => new Array<number>(trials.length).fill(Number.NaN)));
  const [penalties, unrepaired] = [empty(), empty()];
  const diverged = turns.map(() => places.map(() => 0));
  await together(jobs, device.threads ?? 1, control, async ({ turn, t, place, p, trial }, share) => {
    const acted = rotate(singleModel(model, trial % model.count), place, turn, seed, trial);
    const [after] = chooseLayers(acted.architecture, String(place.top + 1)); // the activation, a place further on
    const [turned] = await accuracies(acted, test, device, share);
    const { model: tuned } = await fineTune(acted, after!, train, rules, seed + trial, device, part(share, 0, 0.98));
    const [accuracy] = await accuracies(tuned, test, device, share);
    unrepaired[t]![p]![trial] = before[trial]! - turned!;
    penalties[t]![p]![trial] = before[trial]! - accuracy!;
    if (tuned.flags.length > acted.flags.length) diverged[t]![p]!++;
  });
  return { penalties, unrepaired, before, diverged };
}

/** A line for each turn over the layers, with two standard errors over trials. */
export function rotationCurve(
  { penalties, before }: RotationPenalties,
  places: readonly NamedPlace[],
  turns: readonly Turn[],
): Curve {
  return {
    type: 'Curve',
    x: Float64Array.from(places, (_, i) => i),
    xName: 'acted on before',
    yName: 'rotation penalty (percentage points)',
    logY: false,
    lines: turns.map((turn, t) => ({ name: turnName(turn), ...meansOf(penalties[t]!) })),
    places: places.map(({ short }) => short),
    ...(before.length > 1 ? { spreadName: errorsText(before.length, 'trials') } : {}),
    baseline: { name: 'no penalty', y: 0 },
  };
}

/** A row for each layer and turn. */
export function rotationTable(
  { penalties, unrepaired, before, diverged }: RotationPenalties,
  places: readonly NamedPlace[],
  turns: readonly Turn[],
): Table {
  const points = 'percentage points';
  return {
    type: 'Table',
    columns: [
      { name: 'acted on before' },
      { name: 'by' },
      { name: 'penalty', unit: points },
      { name: '2 standard errors', unit: points },
      { name: 'accuracy before', unit: '%' },
      { name: 'penalty without fine-tuning', unit: points },
      { name: DIVERGED },
    ],
    rows: places.flatMap(({ label }, p) =>
      turns.map((turn, t) => {
        const { mean, twice } = estimateOf(penalties[t]![p]!);
        const raw = estimateOf(unrepaired[t]![p]!).mean;
        return [label, turnName(turn), mean, cell(twice), estimateOf(before).mean, raw, diverged[t]![p]!];
      }),
    ),
  };
}
