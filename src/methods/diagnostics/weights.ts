/** What changed, matched and averaged weights say about themselves, computed from what was measured. */
import { formatCount, formatNumber } from '../../catalog/text.js';
import type { Inputs, Model, Table } from '../../catalog/values.js';
import type { Note } from '../../catalog/views.js';
import { isAbove } from '../models/estimate.js';
import { ALIGNMENTS } from '../weights/alignments.js';
import type { Outcome } from '../weights/outcomes.js';
import { ALL, MATCH_CONSTANT, matchMean, SILENT } from '../weights/rows.js';
import { PRESERVED, worstOf } from '../weights/verdict.js';

/**
 * Says whether the function stayed as it was (`function-preserved`, `function-not-preserved`), or that the question has no answer where
 * the output is about 0 (`function-undefined`) or not finite (`function-not-finite`).
 */
export function preservationNotes(table: Table): readonly Note[] {
  const { verdict, max, rms, on, network } = worstOf(table);
  if (verdict === 'undefined')
    return [
      {
        level: 'warning',
        id: 'function-undefined',
        text: `Whether the function is preserved is undefined: the output of ${network} is about 0 on ${on}.`,
      },
    ];
  if (verdict === 'not finite')
    return [
      {
        level: 'problem',
        id: 'function-not-finite',
        text: `Whether the function is preserved cannot be said: the output of ${network} is not finite on ${on}. Its weights are too large, or it has diverged.`,
      },
    ];
  const change = `max |φ(x, gθ) − φ(x, θ)| is ${formatNumber(max)} and its RMS ${formatNumber(rms)} of RMS φ, on ${on}`;
  if (verdict === 'preserved')
    return [{ level: 'info', id: 'function-preserved', text: `The function is preserved: ${change}.` }];
  return [
    {
      level: 'problem',
      id: 'function-not-preserved',
      text: `The function is NOT preserved (above ${PRESERVED}): ${change}; ${network} moved most.`,
    },
  ];
}

/** Says which channels NodeSort could not tell apart (`sort-ties`), and which have no scale (`sort-silent`), from its table. */
export function sortNotes({ rows }: Table): readonly Note[] {
  const notes: Note[] = [];
  const tied = rows.reduce((sum, row) => sum + Number(row[3] ?? 0), 0);
  const differ = rows.some((row) => row[5] === 'no');
  if (tied > 0)
    notes.push({
      level: differ ? 'warning' : 'info',
      id: 'sort-ties',
      text: `${formatCount(tied)} channels stay tied: ${
        differ
          ? 'their keys are equal but not all their weights, so copies of this network may be sorted differently.'
          : 'they are equal in all their weights, so their order changes nothing.'
      }`,
    });
  const silent = rows.reduce((sum, row) => sum + (row[1] === SILENT ? Number(row[2]) : 0), 0);
  if (silent > 0)
    notes.push({
      level: 'info',
      id: 'sort-silent',
      text: `${formatCount(silent)} ${silent > 1 ? 'channels keep their' : 'channel keeps its'} scale: no weights come in and none go out.`,
    });
  return notes;
}

const LIKE = 0.9; // similarity from which networks count as copies with noise; those trained independently reach 0.2 to 0.6

/**
 * Says how alike networks became (`match-copies` from 0.9 on, else `match-unlike`, `match-nothing` of zero weights), and how many channels
 * are constant (`match-constant`), from the table of Match.
 */
export function matchNotes({ rows }: Table, by: 'weights' | 'activations'): readonly Note[] {
  const pairs = rows.filter((row) => row[1] === ALL);
  const mean = (column: number): number => matchMean(pairs, column);
  const notes: Note[] = [];
  const constant = Math.max(0, ...pairs.map((row) => Number(row[MATCH_CONSTANT] ?? 0)));
  if (constant > 0)
    notes.push({
      level: 'warning',
      id: 'match-constant',
      text: `Up to ${formatCount(constant)} of ${formatCount(Number(pairs[0]![2]))} channels are constant on the data: they correlate with none, so where they go says nothing.`,
    });
  if (Number.isNaN(mean(5))) {
    const text = 'There is nothing to match by: all weights of a network are 0.';
    return [{ level: 'warning', id: 'match-nothing', text }];
  }
  const what = by === 'weights' ? 'similarity of the weights' : 'correlation of the channels';
  const grew = `the mean ${what} (1 of copies) went from ${formatNumber(mean(4), 2)} to ${formatNumber(mean(5), 2)}`;
  if (mean(5) >= LIKE)
    return [...notes, { level: 'info', id: 'match-copies', text: `The networks are alike: ${grew}.` }];
  const text = `The networks are no copies of each other: ${grew} by the best permutation found.`;
  return [...notes, { level: 'info', id: 'match-unlike', text }];
}

const POINT = 1; // percentage point of accuracy that counts as a barrier

/** Whether accuracy on the segment falls by more than a point below the line of the ends, of several pairs beyond two standard errors. */
const hasBarrier = ({ accuracyBarrier, pairs }: Outcome): boolean =>
  accuracyBarrier.mean > POINT && (pairs < 2 || isAbove(accuracyBarrier));

/**
 * Says of each alignment whether a barrier stays: of NodeSort that it does not align these networks (`sort-barrier`) or that it does
 * (`sort-no-barrier`), of Match `match-barrier` or `match-no-barrier`; without either, `plain-barrier` or `plain-no-barrier`; of all where a
 * loss is not finite (`segment-not-finite`).
 */
export function barrierNotes(outcomes: readonly Outcome[]): readonly Note[] {
  const of = (name: string): Outcome | undefined => outcomes.find((outcome) => outcome.name === name);
  const [plain, sorted, matched] = [of(ALIGNMENTS.plain), of(ALIGNMENTS.sorted), of(ALIGNMENTS.matched)];
  const height = ({ accuracyBarrier: { mean, twice }, accuracy }: Outcome): string =>
    `${formatNumber(mean, 2)}${Number.isFinite(twice) ? ` ± ${formatNumber(twice, 2)}` : ''} points of accuracy, ${formatNumber(accuracy.mean)} % at the mean`;
  const lost = outcomes.filter(({ lossBarrier }) => Number.isNaN(lossBarrier.mean)).map(({ name }) => name);
  const notes: Note[] = [];
  const say = (outcome: Outcome | undefined, id: string, stays: string, gone: string): void => {
    if (outcome === undefined || lost.includes(outcome.name)) return;
    const text = `${hasBarrier(outcome) ? stays : gone}: ${height(outcome)}.`;
    notes.push({
      level: hasBarrier(outcome) && id === 'sort' ? 'warning' : 'info',
      id: `${id}-${hasBarrier(outcome) ? 'barrier' : 'no-barrier'}`,
      text,
    });
  };
  say(
    plain,
    'plain',
    'There is a barrier between the networks as they are',
    'There is no barrier between the networks as they are',
  );
  say(
    sorted,
    'sort',
    'NodeSort alone does not align these networks, a barrier stays: it gives copies of one network one form, and networks that were trained independently are no copies',
    'After NodeSort there is no barrier',
  );
  say(matched, 'match', 'After Match a barrier stays', 'After Match there is no barrier');
  if (lost.length > 0)
    notes.push({
      level: 'warning',
      id: 'segment-not-finite',
      text: `The loss is not finite somewhere on the segment (${lost.join(', ')}), so it has no barrier: weights there are too large, or a network has diverged.`,
    });
  return notes;
}

/** Says what became of the statistics of batch normalisation (`average-statistics`, `average-statistics-anew`). */
export function averageNotes({
  model,
  data,
}: {
  readonly model: Model;
  readonly data: Inputs | undefined;
}): readonly Note[] {
  if (model.buffers.length === 0) return [];
  if (data !== undefined) {
    const text = `The running statistics of batch normalisation are estimated anew on ${data.source}.`;
    return [{ level: 'info', id: 'average-statistics-anew', text }];
  }
  const text =
    'The running statistics of batch normalisation are averaged, not estimated anew: they do not fit the averaged weights. Wire data.';
  return [{ level: 'warning', id: 'average-statistics', text }];
}

const UNRELATED = 1.3; // relative distance from which networks have little in common: √2 where nothing

/** Says what sorting or matching did to the total distance (`distance-after`), and that networks are far apart (`distance-unrelated`). */
export function distanceNotes({ rows, columns }: Table): readonly Note[] {
  const total = rows.at(-1)!.map(Number);
  const after = columns.length > 6;
  const [mean, relative] = after ? [total[8]!, total[9]!] : [total[4]!, total[5]!];
  const notes: Note[] = [];
  if (after) {
    const change = total[4]! > 0 ? mean / total[4]! - 1 : 0;
    const way = change < 0 ? 'less' : 'more';
    const text = `The mean distance is ${formatNumber(mean, 4)} after, ${formatNumber(total[4]!, 4)} before: ${formatNumber(100 * Math.abs(change))} % ${way}.`;
    notes.push({ level: 'info', id: 'distance-after', text });
  }
  if (relative > UNRELATED)
    notes.push({
      level: 'info',
      id: 'distance-unrelated',
      text: `The networks are about as far apart as unrelated ones: ${formatNumber(relative)} of their norm, where weights with nothing in common have √2.`,
    });
  return notes;
}
