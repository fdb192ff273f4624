/** What trained or loaded networks say about themselves. */
import { formatShare } from '../../catalog/text.js';
import type { Model } from '../../catalog/values.js';
import type { Note } from '../../catalog/views.js';
import type { Spread } from '../models/spread.js';

/** A sentence for each flag of a Model: stopped early, diverged (`model-flag`). */
export function modelNotes({ flags }: Pick<Model, 'flags'>): readonly Note[] {
  return flags.map((text) => ({ level: 'warning', id: 'model-flag', text }));
}

/** The share of the most frequent label; 1 of none. */
export function commonest(labels: Int32Array): number {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return labels.length === 0 ? 1 : Math.max(...counts.values()) / labels.length;
}

/** Says when networks are on the mean no better than the one answer that is right most often (`accuracy-chance`). */
export function chanceNotes({ mean }: Spread, labels: Int32Array, on: string): readonly Note[] {
  const share = commonest(labels);
  if (!(mean <= share)) return [];
  return [
    {
      level: 'warning',
      id: 'accuracy-chance',
      text: `The accuracy on ${on}, ${formatShare(mean)}, is no better than that of always giving the most frequent class, ${formatShare(share)}.`,
    },
  ];
}
