/** What trained or loaded networks say about themselves. */
import { formatCount, formatShare, listed } from '../../catalog/text.js';
import type { Model } from '../../catalog/values.js';
import type { Note } from '../../catalog/views.js';
import { inPair, pairsOf } from '../models/pairs.js';
import type { Spread } from '../models/spread.js';

/** The id of sentences that travel with a Model. */
export const MODEL_FLAG = 'model-flag';

/** A sentence for each flag of a Model: stopped early, untrained, diverged (`MODEL_FLAG`). */
export function modelNotes({ flags }: Pick<Model, 'flags'>): readonly Note[] {
  return flags.map((text) => ({ level: 'warning', id: MODEL_FLAG, text }));
}

/** Says which of several networks the means are over where some did no epoch (`means-over`). */
export function countedNotes(epochs: readonly number[]): readonly Note[] {
  const trained = epochs.filter((done) => done > 0).length;
  const all = epochs.length;
  if (all === 1 || trained === all) return [];
  const text =
    trained === 0
      ? `No network was trained for a whole epoch: the means count all ${formatCount(all)} as they are.`
      : `The means count ${formatCount(trained)} of ${formatCount(all)} networks: ${trained === 1 ? 'the one' : 'those'} trained for at least one epoch.`;
  return [{ level: 'info', id: 'means-over', text }];
}

/** Says when a pair of A and B is one network, number by number, so that it is compared with itself (`same-networks`). */
export function sameNetworkNotes(a: Model, b: Model): readonly Note[] {
  if (JSON.stringify(a.architecture) !== JSON.stringify(b.architecture)) return [];
  const of = ({ theta, buffers, count }: Model, i: number): readonly Float32Array[] =>
    [theta, buffers].map((all) => all.subarray((i * all.length) / count, ((i + 1) * all.length) / count));
  const pairs = pairsOf(a, b);
  const same = Array.from({ length: pairs }, (_, i) => i).filter((i) => {
    const theirs = of(b, inPair(b, i));
    return of(a, inPair(a, i)).every((x, k) => x.every((value, at) => value === theirs[k]![at]));
  });
  if (same.length === 0) return [];
  const which = same.map((i) => a.names[inPair(a, i)]!);
  const text =
    pairs === 1
      ? `A and B are the same network (${which[0]}), compared with itself: train one of them from another seed.`
      : `${formatCount(same.length)} of ${formatCount(pairs)} pairs are the same network in A and B (${listed(which, 4)}), compared with itself: train one of them from another seed.`;
  return [{ level: 'warning', id: 'same-networks', text }];
}

/** The share of the most frequent label; 1 of none. */
export function commonest(labels: Int32Array): number {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return labels.length === 0 ? 1 : Math.max(...counts.values()) / labels.length;
}

/** Says when networks are on the mean no better than the one answer that is right most often (`accuracy-chance`). */
export function chanceNotes({ mean }: Spread, labels: Int32Array, on: string, helps = ''): readonly Note[] {
  const share = commonest(labels);
  if (!(mean <= share)) return [];
  return [
    {
      level: 'warning',
      id: 'accuracy-chance',
      text: `The accuracy on ${on}, ${formatShare(mean)}, is no better than that of always giving the most frequent class, ${formatShare(share)}.${helps}`,
    },
  ];
}
