/** What the runs of a sweep take: all of them, and those that are not held from runs before. */
import type { Cost } from '../catalog/info.js';
import { totalTime } from './limits.js';
import { type Plan, type PlannedNode, type PlannedRun, type PlannedSweep, runsText } from './plan.js';
import type { Estimate } from './rates.js';

/** What of a sweep is still to compute. */
export interface Left {
  readonly runs: number;
  readonly cost: Cost;
  readonly estimate?: Estimate;
}

/** What is to compute of a sweep where the executor has all that it needs of the copies of these keys. */
export function leftOf({ runs, copies: ids }: PlannedSweep, copies: Plan['copies'], held: ReadonlySet<string>): Left {
  const missing = ids.map((id) => copies.get(id)!).filter(({ key }) => !held.has(key));
  const gone = new Set(missing.map(({ id }) => id));
  const left = runs.filter(({ source }) => source && gone.has(source.node)).length;
  return { runs: left, ...together(missing, runs) };
}

/** `12 runs`, and where it is known how many of them are to compute: `12 runs, 3 to compute`. */
export function sweepText({ runs }: PlannedSweep, left: Left | undefined): string {
  const all = runsText(runs.length);
  if (left === undefined || left.runs === runs.filter(({ source }) => source).length) return all;
  return `${all}, ${left.runs === 0 ? 'all kept' : `${left.runs} to compute`}`;
}

/** What copies take together, equal ones once. What is held are the results that the sweep reads. */
export function together(
  copies: readonly PlannedNode[],
  runs: readonly PlannedRun[],
): Pick<PlannedSweep, 'cost' | 'estimate'> {
  const steps = [...new Map(copies.filter(({ key }) => key !== '').map((copy) => [copy.key, copy])).values()];
  const ends = new Set(runs.flatMap(({ source }) => source?.node ?? []));
  const cost = steps.reduce(
    (sum, { id, cost: { points, multiplyAdds, bytes } }): Cost => ({
      points: sum.points + points,
      multiplyAdds: sum.multiplyAdds + multiplyAdds,
      bytes: sum.bytes + (ends.has(id) ? bytes : 0),
    }),
    { points: 0, multiplyAdds: 0, bytes: 0 },
  );
  const working = Math.max(0, ...steps.map((step) => step.cost.working ?? 0));
  const time = totalTime(steps.map(({ cost, estimate }) => ({ cost, time: estimate })));
  const estimate: Estimate = { ...time, perSecond: time.seconds > 0 ? cost.points / time.seconds : 0 };
  const said = time.seconds > 0 || time.untimed !== undefined;
  return { cost: { ...cost, ...(working > 0 ? { working } : {}) }, ...(said ? { estimate } : {}) };
}
