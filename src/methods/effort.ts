/** What evaluating members took, in words. */
import { formatCount, formatNumber } from '../catalog/text.js';
import type { Effort } from '../catalog/work.js';

/** Rows of a card: points per second, and how many blocks of inputs a member took on average where some took fewer than all. */
export function effortRows({ members, evaluated, blocks, blocksEach, seconds, from }: Effort): [string, string][] {
  const rows: [string, string][] = [];
  if (from !== undefined) rows.push(['went on from', `${from}, ${formatCount(evaluated)} evaluated`]);
  else if (evaluated < members) rows.push(['evaluated', formatCount(evaluated)]);
  if (evaluated === 0) return rows;
  if (seconds > 0) rows.push(['rate', `${formatCount(roughly(evaluated / seconds))} points/s`]);
  if (blocks < evaluated * blocksEach)
    rows.push(['inputs per member', `${formatNumber(blocks / evaluated, 2)} of ${formatCount(blocksEach)} blocks`]);
  return rows;
}

/** Two significant digits: a rate is not known better. */
const roughly = (rate: number): number => Number(rate.toPrecision(2));
