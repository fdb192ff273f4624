/** What comes of segments between networks: barriers, a table for all alignments, curves. Plain: no device. */
import type { Curve, Table } from '../../catalog/values.js';
import { cell } from '../cell.js';
import { type Estimate, errorsText, estimateOf, meansOf } from '../models/estimate.js';

/** What is measured of the points of a segment, for each pair: [points][pairs]. */
export interface Segment {
  readonly name: string;
  readonly loss: readonly Float64Array[];
  readonly accuracy: readonly Float64Array[]; // from 0 to 1
}

const ROUNDING = 1e-12; // relative to the line: nothing is above it

/**
 * max over t of y(t) − ((1 − t) y(0) + t y(1)), at least 0 as it is 0 at the ends, of each pair; `sign` −1 for what is better when it
 * is higher.
 */
export function barriers(y: readonly ArrayLike<number>[], sign: 1 | -1 = 1): Float64Array {
  const last = y.length - 1;
  return Float64Array.from({ length: y[0]!.length }, (_, pair) => {
    let most = 0;
    for (const [k, values] of y.entries()) {
      const t = k / last;
      const line = (1 - t) * y[0]![pair]! + t * y[last]![pair]!;
      const above = sign * (values[pair]! - line);
      if (Number.isNaN(above)) return Number.NaN;
      if (above > ROUNDING * Math.abs(line)) most = Math.max(most, above);
    }
    return most;
  });
}

/** What comes of a segment at its middle and over it, as estimates over pairs. Accuracies in percent, barriers of them in points. */
export interface Outcome {
  readonly name: string;
  readonly pairs: number;
  readonly endLoss: Estimate;
  readonly endAccuracy: Estimate;
  readonly loss: Estimate; // of the mean of both, t = ½
  readonly accuracy: Estimate;
  readonly lossBarrier: Estimate;
  readonly accuracyBarrier: Estimate;
}

/** The outcome of a segment; its number of points is odd, so that t = ½ is one. */
export function outcomeOf({ name, loss, accuracy }: Segment): Outcome {
  const middle = (loss.length - 1) / 2;
  const ends = (y: readonly Float64Array[]): Float64Array => y[0]!.map((value, i) => (value + y.at(-1)![i]!) / 2);
  const percent = (values: Float64Array): Estimate => estimateOf(values.map((value) => 100 * value));
  return {
    name,
    pairs: loss[0]!.length,
    endLoss: estimateOf(ends(loss)),
    endAccuracy: percent(ends(accuracy)),
    loss: estimateOf(loss[middle]!),
    accuracy: percent(accuracy[middle]!),
    lossBarrier: estimateOf(barriers(loss)),
    accuracyBarrier: percent(barriers(accuracy, -1)),
  };
}

/** The columns of the table that are estimates. */
const ESTIMATES = [
  ['accuracy of the ends', '%', 'endAccuracy'],
  ['accuracy of the mean', '%', 'accuracy'],
  ['accuracy barrier', 'points', 'accuracyBarrier'],
  ['loss of the ends', 'nats', 'endLoss'],
  ['loss of the mean', 'nats', 'loss'],
  ['loss barrier', 'nats', 'lossBarrier'],
] as const;

/** A row for each alignment: accuracy and loss of the ends, of their mean, and the barriers, each with two standard errors over pairs. */
export function outcomeTable(outcomes: readonly Outcome[]): Table {
  return {
    type: 'Table',
    columns: [
      { name: 'alignment' },
      { name: 'pairs' },
      ...ESTIMATES.flatMap(([name, unit]) => [
        { name, unit },
        { name: `± ${name}`, unit },
      ]),
    ],
    rows: outcomes.map((outcome) => [
      outcome.name,
      outcome.pairs,
      ...ESTIMATES.flatMap(([, , key]) => [cell(outcome[key].mean), cell(outcome[key].twice)]),
    ]),
  };
}

/** The outcomes that a table was made of. */
export function outcomesIn({ rows }: Table): readonly Outcome[] {
  return rows.map((row) => {
    const number = (at: number): number => (typeof row[at] === 'number' ? row[at] : Number.NaN);
    const pairs = number(1);
    const estimate = (k: number): Estimate => ({ mean: number(2 + 2 * k), twice: number(3 + 2 * k), count: pairs });
    const [endAccuracy, accuracy, accuracyBarrier, endLoss, loss, lossBarrier] = ESTIMATES.map((_, k) => estimate(k));
    return {
      name: String(row[0]),
      pairs,
      endAccuracy: endAccuracy!,
      accuracy: accuracy!,
      accuracyBarrier: accuracyBarrier!,
      endLoss: endLoss!,
      loss: loss!,
      lossBarrier: lossBarrier!,
    };
  });
}

/** Loss, or accuracy in percent, against t; of several pairs the mean with two standard errors. */
export function segmentCurve(segments: readonly Segment[], of: 'loss' | 'accuracy'): Curve {
  const points = segments[0]!.loss.length;
  const factor = of === 'accuracy' ? 100 : 1;
  const pairs = segments[0]!.loss[0]!.length;
  return {
    type: 'Curve',
    x: Float64Array.from({ length: points }, (_, k) => k / (points - 1)),
    xName: 'share t of B',
    yName: of === 'accuracy' ? 'accuracy (%)' : 'loss',
    logY: false,
    lines: segments.map((each) => ({
      name: each.name,
      ...meansOf(each[of].map((values) => Array.from(values, (value) => factor * value))),
    })),
    ...(pairs > 1 ? { spreadName: errorsText(pairs, 'pairs') } : {}),
  };
}
