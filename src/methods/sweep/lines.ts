/** Lines that have the swept value in their names, such as `rank 1` and `rank 2` over ranks: they are one line of the sweep. */
import type { SweptParameter } from '../../catalog/sweep.js';
import type { Outcome } from './collect.js';

/** The outcomes with one name, `rank …`, for the lines that differ from run to run in nothing but the value of the first parameter. */
export function joinLines(outcomes: readonly Outcome[], { texts }: SweptParameter): readonly Outcome[] {
  const read = outcomes.filter(({ readings }) => readings.length > 0);
  if (new Set(read.map(({ places }) => places[0])).size < 2) return outcomes;
  const joined = outcomes.map(({ places, readings }) =>
    readings.map(({ line }) => withoutValue(line, texts[places[0]!]!)),
  );
  const names = new Set(joined.flat().filter((name) => name !== undefined));
  for (const name of names) {
    const whole = outcomes.every(
      ({ readings }, k) => readings.length === 0 || joined[k]!.filter((each) => each === name).length === 1,
    );
    if (!whole || !outcomes.every((outcome, k) => isOwn(outcome, joined[k]!.indexOf(name), outcomes)))
      names.delete(name);
  }
  return outcomes.map((outcome, k) => ({
    ...outcome,
    readings: outcome.readings.map((reading, i) => {
      const name = joined[k]![i];
      return name !== undefined && names.has(name) ? { ...reading, line: name } : reading;
    }),
  }));
}

/** Whether no run at another value has a line of the same name. */
function isOwn({ places, readings }: Outcome, at: number, outcomes: readonly Outcome[]): boolean {
  const line = readings[at]?.line;
  return outcomes.every(
    (other) =>
      other.places[0] === places[0] || line === undefined || other.readings.every((each) => each.line !== line),
  );
}

/** A name with `…` in the place of the value as a word of its own; undefined where that is not in it. */
function withoutValue(line: string, text: string): string | undefined {
  const words = line.split(' ');
  const at = words.indexOf(text);
  return at < 0 ? undefined : words.with(at, '…').join(' ');
}
