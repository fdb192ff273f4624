/** How fast this machine is, where that is known, and the time that a cost takes at that speed. */
import type { Cost, Work } from '../catalog/info.js';

/** Measured speed of one device: multiply-adds per second by `speedKey`. */
export type Rates = Readonly<Record<string, number>>;

/**
 * What is of one speed: the same work on the same network, with counts rounded to powers of two. A node whose work cannot be
 * sliced has the speed of its type.
 */
export function speedKey(type: string, work: Work | undefined): string {
  switch (work?.kind) {
    case undefined:
      return `node ${type}`;
    case 'evaluate': {
      const { rank, inputs, architecture } = work;
      return JSON.stringify(['evaluate', rank, rounded(inputs), architecture.input, architecture.layers]);
    }
    case 'descend': {
      const { candidates, batch, architecture } = work;
      return JSON.stringify(['descend', rounded(candidates), rounded(batch), architecture.input, architecture.layers]);
    }
    case 'embed':
      return JSON.stringify(['embed', rounded(work.neighbours)]);
  }
}

const rounded = (count: number): number => 2 ** Math.round(Math.log2(Math.max(1, count)));

/** Seconds that a step takes whatever its size, about: code is loaded and compiled, its result is checked and drawn. */
const STEP = 0.05;
/** Seconds that each point of a result takes to be counted and drawn, about: what small networks on large grids spend most on. */
const LOOK = 3e-7;

/** Rough time for a cost, where it says how much is to be computed and the speed is known. */
export function secondsFor(type: string, cost: Cost, rates: Rates | undefined): number | undefined {
  if (rates === undefined || cost.multiplyAdds === 0) return undefined;
  const key = speedKey(type, cost.work);
  const rate = Object.hasOwn(rates, key) ? rates[key]! : 0;
  return rate > 0 ? STEP + cost.points * LOOK + cost.multiplyAdds / rate : undefined;
}
