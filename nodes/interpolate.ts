import { z } from 'zod';
import { layoutOf } from '../src/catalog/architecture.js';
import { FiberscopeError } from '../src/catalog/errors.js';
import { defineNode } from '../src/catalog/node.js';
import { integer, toggle } from '../src/catalog/params.js';
import { formatNumber } from '../src/catalog/text.js';
import { modelNotes, sameNetworkNotes } from '../src/methods/diagnostics/models.js';
import { barrierNotes } from '../src/methods/diagnostics/weights.js';
import { requireInputs, requireLabelled } from '../src/methods/models/examples.js';
import { pairsOf, requirePair } from '../src/methods/models/pairs.js';
import { curvePicture, tablePicture } from '../src/methods/pictures.js';
import { alignmentsOf } from '../src/methods/weights/alignments.js';
import { passes } from '../src/methods/weights/forecast.js';
import { outcomesIn } from '../src/methods/weights/outcomes.js';

export default defineNode({
  type: 'interpolate',
  version: 1,
  title: 'Interpolate',
  group: 'Weights',
  summary: 'Loss and accuracy on the segment between two networks, before and after they are aligned.',
  help: `At $n$ values of $t$ from 0 to 1, the mean cross-entropy $L(t)$ and the accuracy of $(1 - t)\\,\\theta_A + t\\,\\theta_B$ on labelled data, for network $i$ of A and of B (or the only one). The **barrier** is
$$\\max_t \\bigl( L(t) - (1 - t) L(0) - t L(1) \\bigr) \\ge 0,$$
in nats; of the accuracy, how far it falls below the line of the ends, in percentage points. Lower is better, 0 where the networks are linearly connected. The table has the mean of both, $t = 1/2$, beside it: of
several pairs each number is the mean over them, with two standard errors.

Wire *A sorted* and *B sorted* (from NodeSort) and *B matched* (from Match, onto A) to have all alignments in one table. *Statistics anew*: those of batch normalisation are estimated at each $t$, on *Statistics from* or on the data.

Caveat: between the $n$ values the loss is not looked at. A barrier on training data and one on test data differ.

Source: Frankle et al. 2020, Section 2 (barrier); Ainsworth, Hayase and Srinivasa 2023 (Git Re-Basin), Definition 2.1; Sorensen 2020, Section 5 (averages after NodeSort).`,
  params: z.strictObject({
    points: integer({ label: 'Points n', help: 'odd, so that the mean is one', default: 11, min: 3, max: 101 }),
    statistics: toggle({
      label: 'Statistics anew',
      help: 'of batch normalisation, at each t',
      default: true,
    }),
  }),
  inputs: {
    a: { types: ['Model'], label: 'A', help: 'networks at t = 0' },
    b: { types: ['Model'], label: 'B', help: 'networks at t = 1' },
    data: { types: ['Inputs'], label: 'Data', help: 'what they are judged on, with labels' },
    from: {
      types: ['Inputs'],
      label: 'Statistics from',
      help: 'for batch normalisation; the data where not wired',
      optional: true,
    },
    sortedA: { types: ['Model'], label: 'A sorted', help: 'A after NodeSort', optional: true },
    sortedB: { types: ['Model'], label: 'B sorted', help: 'B after NodeSort', optional: true },
    matched: { types: ['Model'], label: 'B matched', help: 'B after Match onto A', optional: true },
  },
  outputs: {
    curve: { type: 'Curve', label: 'Loss', help: 'mean cross-entropy against t' },
    accuracy: { type: 'Curve', label: 'Accuracy', help: 'in percent, against t' },
    table: { type: 'Table', label: 'Barriers', help: 'a row for each alignment: the ends, the mean, the barrier' },
  },
  card: ({ points }) => [['points', String(points)]],
  infer({ params: { points, statistics }, inputs: { a, b, data, from, sortedA, sortedB, matched } }) {
    if (points % 2 === 0)
      throw new FiberscopeError(
        'parameter',
        `parameter 'points': expected an odd number, so that the mean of both networks is one of the points, got ${points}; take ${points + 1}`,
      );
    requirePair(a, b);
    requireLabelled(a.architecture, data, 'data');
    if (from) requireInputs(a.architecture, from, 'from');
    const ways = alignmentsOf({ a, b, sortedA, sortedB, matched });
    for (const way of ways) requirePair(way.a, way.b);
    const normalises = statistics && layoutOf(a.architecture).bufferSize > 0;
    const inputs = data.count + (normalises ? (from ?? data).count : 0);
    return {
      outputs: { curve: {}, accuracy: {}, table: {} },
      cost: passes(
        a.architecture,
        pairsOf(a, b) * points * ways.length,
        inputs,
        64 * points * ways.length * pairsOf(a, b),
      ),
    };
  },
  async run({ params: { points, statistics }, inputs: { data, from, ...models }, context }) {
    const { interpolate } = await import('../src/methods/weights/interpolate.js');
    const { outcomeOf, outcomeTable, segmentCurve } = await import('../src/methods/weights/outcomes.js');
    const anew = statistics ? (from ?? data) : undefined;
    const segments = await interpolate(
      alignmentsOf(models),
      { points, statistics: anew },
      data,
      context.device,
      context,
    );
    return {
      curve: segmentCurve(segments, 'loss'),
      accuracy: segmentCurve(segments, 'accuracy'),
      table: outcomeTable(segments.map(outcomeOf)),
    };
  },
  view({ params: { points }, inputs: { a, b, data }, outputs: { curve, accuracy, table } }) {
    const outcomes = outcomesIn(table);
    const caption = `A: ${a.origin}; B: ${b.origin}; on ${data.source}`;
    return {
      summary: {
        pairs: pairsOf(a, b),
        points,
        ...Object.fromEntries(
          outcomes.flatMap(({ name, accuracy: mean, lossBarrier, accuracyBarrier }) => [
            [`${name}: accuracy of the mean (%)`, mean.mean],
            [`${name}: loss barrier (nats)`, lossBarrier.mean],
            [`${name}: accuracy barrier (points)`, accuracyBarrier.mean],
          ]),
        ),
      },
      rows: outcomes.map(({ name, accuracy: mean, lossBarrier }) => [
        name,
        `${formatNumber(mean.mean)} %, loss barrier ${Number.isNaN(lossBarrier.mean) ? 'none' : formatNumber(lossBarrier.mean, 2)}`,
      ]),
      status: pairsOf(a, b) > 1 ? `mean over ${pairsOf(a, b)} pairs` : 'one pair',
      notes: [
        ...barrierNotes(outcomes),
        ...sameNetworkNotes(a, b),
        ...modelNotes({ flags: [...new Set([...a.flags, ...b.flags])] }),
      ],
      plots: [
        curvePicture(curve, 'Loss on the segment', caption),
        curvePicture(accuracy, 'Accuracy on the segment', caption),
        tablePicture(table, 'Barriers', caption),
      ],
    };
  },
});
