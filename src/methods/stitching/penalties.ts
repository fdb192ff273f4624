/** Stitching penalties (Acc f + Acc f̃) / 2 − Acc S (intertwiner paper, eq. 4.3), in percentage points, as a chart and a table. */
import type { NamedPlace } from '../../catalog/layer-names.js';
import type { Curve, Table } from '../../catalog/values.js';
import { cell } from '../cell.js';
import { errorsText, estimateOf, meansOf } from '../models/estimate.js';
import { classDimension, className, DIVERGED, PARENTS, type StitchClass } from './classes.js';
import type { Stitches } from './stitch.js';

/** Penalties in percentage points, by class, layer and pair. */
export function penalties(found: Stitches, layers: number, classes: number): number[][][] {
  const pairs = found.first.length;
  const all = Array.from({ length: classes }, () =>
    Array.from({ length: layers }, () => new Array<number>(pairs).fill(Number.NaN)),
  );
  for (const { layer, pair, of, accuracy } of found.stitches)
    all[of]![layer]![pair] = 100 * ((found.first[pair]! + found.second[pair]!) / 2 - accuracy);
  return all;
}

/** A line for each class over the layers: mean over pairs, two standard errors, and each pair. */
export function penaltyCurve(found: Stitches, places: readonly NamedPlace[], classes: readonly StitchClass[]): Curve {
  const all = penalties(found, places.length, classes.length);
  const pairs = found.first.length;
  return {
    type: 'Curve',
    x: Float64Array.from(places, (_, i) => i),
    xName: 'stitched after',
    yName: 'stitching penalty (percentage points)',
    logY: false,
    lines: classes.map((of, k) => ({ name: className(of), ...meansOf(all[k]!) })),
    places: places.map(({ short }) => short),
    ...(pairs > 1 ? { spreadName: errorsText(pairs, 'pairs') } : {}),
    baseline: { name: 'no penalty', y: 0 },
  };
}

/** A row for each layer and class: penalty, accuracy of S and of its parents, training loss, dimension of the class, pairs that diverged. */
export function penaltyTable(found: Stitches, places: readonly NamedPlace[], classes: readonly StitchClass[]): Table {
  const all = penalties(found, places.length, classes.length);
  const parents = 50 * (estimateOf(found.first).mean + estimateOf(found.second).mean);
  return {
    type: 'Table',
    columns: [
      { name: 'stitched after' },
      { name: 'class' },
      { name: 'penalty', unit: 'percentage points' },
      { name: '2 standard errors', unit: 'percentage points' },
      { name: 'accuracy of S', unit: '%' },
      { name: PARENTS, unit: '%' },
      { name: 'training loss' },
      { name: 'dimension of the class' },
      { name: DIVERGED },
    ],
    rows: places.flatMap(({ label, to }, layer) =>
      classes.map((of, k) => {
        const { mean, twice } = estimateOf(all[k]![layer]!);
        const own = found.stitches.filter((each) => each.layer === layer && each.of === k);
        const accuracy = estimateOf(own.map((each) => 100 * each.accuracy)).mean;
        const loss = estimateOf(own.map(({ trainingLoss }) => trainingLoss)).mean;
        const diverged = own.filter((each) => each.diverged).length;
        const dimension = classDimension(of, to[0]!);
        return [label, className(of), mean, cell(twice), accuracy, parents, cell(loss), dimension, diverged];
      }),
    ),
  };
}
