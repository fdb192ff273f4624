/** Search over node types: fuzzy, ranked, pure. The palette and the canvas' popup use the same one. */
import type { AnyNode } from '../../catalog/node.js';

/** A node type that fits a query; `ranges` are the matched spans [start, end) of its title. */
export interface NodeMatch {
  readonly definition: AnyNode;
  readonly score: number;
  readonly ranges: readonly (readonly [start: number, end: number])[];
}

const PLAIN: Readonly<Record<string, string>> = { θ: 'theta', ε: 'epsilon', φ: 'phi', σ: 'sigma', '–': '-' };

/** Lower case without accents, Greek letters spelled out one by one, so that `theta` finds θ. */
export function plain(text: string): string {
  return [...text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()].map((c) => PLAIN[c] ?? c).join('');
}

/**
 * How well `query` fits `text`: undefined when its letters do not all occur in order. Whole text beats prefix, prefix beats
 * the start of a word, that beats a piece inside a word, and that beats scattered letters.
 */
export function fuzzyScore(query: string, text: string): number | undefined {
  const q = plain(query).trim();
  const t = plain(text);
  if (q === '') return 0;
  if (t === q) return 1000;
  if (t.startsWith(q)) return 900 - t.length;
  const at = t.indexOf(q);
  if (at > 0) return (/[^a-z0-9]/.test(t[at - 1]!) ? 700 : 500) - at - t.length / 10;
  return scattered(q.replace(/[\s-]+/g, ''), t);
}

/** Letters in order; starts of words and runs count more, gaps count less. */
function scattered(q: string, t: string): number | undefined {
  let score = 300;
  let from = 0;
  let last = -2;
  for (const letter of q) {
    const at = t.indexOf(letter, from);
    if (at < 0) return undefined;
    const startsWord = at === 0 || /[^a-z0-9]/.test(t[at - 1]!);
    score += at === last + 1 ? 6 : startsWord ? 4 : -Math.min(12, at - from + 2);
    last = at;
    from = at + 1;
  }
  return score > 200 ? score - t.length / 10 : undefined; // of two that fit alike the shorter one comes first
}

/** Spans of `title` to show in bold: the query as one piece where it occurs so, nothing otherwise. */
function spans(query: string, title: string): NodeMatch['ranges'] {
  const q = query.trim().toLowerCase();
  const at = q === '' ? -1 : title.toLowerCase().indexOf(q);
  return at < 0 ? [] : [[at, at + q.length]];
}

/**
 * The node types that fit `query`, best first; all of them in the given order for an empty query. Titles and types count
 * most, then the group, then the summary (whole words only, so that two letters do not match every sentence).
 */
export function matchNodes(query: string, definitions: readonly AnyNode[]): NodeMatch[] {
  const found: (NodeMatch & { order: number })[] = [];
  definitions.forEach((definition, order) => {
    const title = fuzzyScore(query, definition.title);
    const type = fuzzyScore(query, definition.type);
    const group = fuzzyScore(query, definition.group);
    const q = plain(query).trim();
    const summary = q.length >= 3 && plain(definition.summary).includes(q) ? 150 : undefined;
    const scores = [
      title,
      type === undefined ? undefined : type - 1,
      group === undefined ? undefined : group / 4,
      summary,
    ];
    const score = Math.max(...scores.filter((s) => s !== undefined));
    if (Number.isFinite(score)) found.push({ definition, score, ranges: spans(query, definition.title), order });
  });
  return found
    .sort((a, b) => b.score - a.score || a.order - b.order)
    .map(({ definition, score, ranges }) => ({ definition, score, ranges }));
}
