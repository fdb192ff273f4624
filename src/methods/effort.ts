/** What evaluating members took, in words. */
import { formatCount, formatNumber } from '../catalog/text.js';
import type { Effort } from '../catalog/work.js';

/**
 * Rows of a card: how many cells were judged, how many members were evaluated where not all were, points per second, and blocks of
 * inputs for each where some took fewer than all.
 */
export function effortRows({
  members,
  evaluated,
  judged = 0,
  blocks,
  blocksEach,
  seconds,
}: Effort): [string, string][] {
  const rows: [string, string][] = [];
  if (judged > 0) rows.push(['cells judged', formatCount(judged)]);
  if (evaluated - judged < members) rows.push(['evaluated', formatCount(evaluated - judged)]);
  if (evaluated === 0) return rows;
  if (seconds > 0) rows.push(['points/s', formatCount(roughly(evaluated / seconds))]);
  if (blocks < evaluated * blocksEach)
    rows.push(['blocks each', `${formatNumber(blocks / evaluated, 2)} of ${formatCount(blocksEach)}`]);
  return rows;
}

/** The same in one line: `1,234 of 125,000 members, 1.3 of 4 blocks of inputs each, on from a Field below 0.05 E[φ²]`. */
export function effortText({ members, evaluated, judged = 0, blocks, blocksEach, from }: Effort): string {
  const cells = judged > 0 ? `${formatCount(judged)} cells judged, ` : '';
  const all = evaluated - judged < members ? `${formatCount(evaluated - judged)} of ` : '';
  const each =
    evaluated > 0 ? `, ${formatNumber(blocks / evaluated, 2)} of ${formatCount(blocksEach)} blocks of inputs each` : '';
  return `${cells}${all}${formatCount(members)} members${each}${from === undefined ? '' : `, on from ${from}`}`;
}

/** Two significant digits: a rate is not known better. */
const roughly = (rate: number): number => Number(rate.toPrecision(2));
