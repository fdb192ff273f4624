/** What a Model node says before a run, and shows after it. */
import { type Architecture, layoutOf } from '../../catalog/architecture.js';
import type { Cost } from '../../catalog/info.js';
import { formatCount } from '../../catalog/text.js';
import type { Curve, Inputs, Model, Table } from '../../catalog/values.js';
import type { PlotData, View } from '../../catalog/views.js';
import { chanceNotes, countedNotes, modelNotes } from '../diagnostics/models.js';
import { curvePicture, tablePicture } from '../pictures.js';
import { accuracyColumn, columnSpread, epochsIn, lossColumn } from './scores.js';
import { asShare, type Spread, shareText, spreadText } from './spread.js';

/**
 * What training will take: 3 multiply-adds forward and backward for each one of the network, and the scores at the end. `judged` is
 * the number of inputs of the validation, which is scored after each epoch too.
 */
export function trainingCost(
  { epochs, batch }: { readonly epochs: number; readonly batch: number },
  architecture: Architecture,
  count: number,
  examples: number,
  judged: number,
): Cost {
  const { size, bufferSize, multiplyAdds } = layoutOf(architecture);
  const passes = (3 * epochs + 1) * examples + (epochs + 1) * judged;
  return {
    points: count * epochs * examples,
    multiplyAdds: count * passes * multiplyAdds,
    work: { kind: 'train', architecture, batch: Math.min(batch, examples), networks: count },
    bytes: 4 * count * (size + bufferSize),
    working: 32 * count * size, // θ in float64, its gradient and what the optimiser keeps
  };
}

/** Outputs of a Model node. */
export interface ModelOutputs {
  readonly model: Model;
  readonly history: Curve | undefined;
  readonly accuracy: Curve | undefined;
  readonly scores: Table | undefined;
}

const SETS = ['training', 'validation'] as const;
const AT_CHANCE = ' More epochs or another learning rate may help.';

/** Accuracies or losses of the finished networks, curves, and what is to be said of them; `data` is what they were trained and judged on. */
export function modelView(
  { model, history, accuracy, scores }: ModelOutputs,
  data: Readonly<Record<(typeof SETS)[number], Inputs | undefined>>,
): View {
  const { size } = layoutOf(model.architecture);
  const summary: Record<string, number | null> = { networks: model.count, parameters: size };
  const notes = [...modelNotes(model)];
  const rows: [string, string][] = [];
  for (const set of SETS) {
    const loss = scores && columnSpread(scores, lossColumn(set));
    if (loss === undefined) continue;
    const percent = scores && columnSpread(scores, accuracyColumn(set));
    const share = percent && asShare(percent);
    summary[`${set}Loss`] = loss.mean;
    if (share) Object.assign(summary, summaryOf(`${set}Accuracy`, share));
    rows.push(share ? [set, shareText(share)] : [`${set} loss`, spreadText(loss)]);
    const labels = data[set]?.labels;
    if (share && labels) notes.push(...chanceNotes(share, labels, `the ${set} data`, AT_CHANCE));
  }
  notes.push(...countedNotes((scores && epochsIn(scores)) ?? []));
  rows.push(['P', formatCount(size)]);
  const networks = model.count === 1 ? model.names[0]! : `${model.count} networks`;
  return {
    summary,
    rows,
    status: `${networks} · ${history ? `${formatCount(history.x.length)} epoch${history.x.length === 1 ? '' : 's'}` : 'not trained'}`,
    notes,
    plots: picturesOf(model, history, accuracy, scores),
  };
}

const summaryOf = (name: string, { mean, deviation }: Spread): Record<string, number> => ({
  [name]: mean,
  ...(Number.isFinite(deviation) ? { [`${name}Deviation`]: deviation } : {}),
});

function picturesOf(
  { origin }: Model,
  history: Curve | undefined,
  accuracy: Curve | undefined,
  scores: Table | undefined,
): readonly PlotData[] {
  const caption = 'training: of the examples while they were trained on; validation: after the epoch';
  return [
    ...(history && history.x.length > 0 ? [curvePicture(history, 'Loss by epoch', `${caption}; ${origin}`)] : []),
    ...(accuracy && accuracy.x.length > 0 ? [curvePicture(accuracy, 'Accuracy by epoch', caption)] : []),
    ...(scores ? [tablePicture(scores, 'Scores of the finished networks', origin)] : []),
  ];
}
