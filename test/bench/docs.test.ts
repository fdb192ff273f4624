import { expect, it } from 'vitest';
import { type Result, section, together } from '../../bench/docs.js';
import { rowOf, sideOf } from '../../bench/rows.js';

const side = (who: string) => sideOf({ who, how: '', threads: 1, count: 1 }, { times: [1000] });
const tasks = [{ phase: 'opening', seconds: 1, tasks: 0, longest: 0 }];

/** A run at a commit with a row for each job, beside a peer of that name. */
function run(
  commit: string,
  jobs: readonly (readonly [job: string, peer: string])[],
  more: Partial<Result> = {},
): Result {
  const rows = jobs.map(([job, peer]) =>
    rowOf({ job, ours: side('ours'), against: side(peer) }, { atLeast: 1, same: true, answer: 'the same' }),
  );
  const machine = {
    ...{ date: '2030-01-01T00:00:00.000Z', processor: 'P', cores: 2, memory: 1e9, system: 'S', node: 'v1', v8: '1' },
    ...{ commit, load: [0] },
  };
  return { machine, adapters: {}, quick: false, seconds: 30, rows, ...more };
}

const first = run(
  'c1',
  [
    ['a', 'x'],
    ['a', 'y'],
    ['b', 'x'],
  ],
  { tasks },
);
const named = (runs: readonly Result[]) =>
  runs.map(({ machine, rows }) => [machine.commit, rows.map(({ job, against }) => `${job} ${against?.who}`)]);

it('a job that was measured again has the rows of the later run alone; the others stay with theirs', () => {
  const runs = together([
    first,
    run('c2', [
      ['a', 'z'],
      ['c', 'x'],
    ]),
  ]);
  expect(named(runs)).toEqual([
    ['c1', ['b x']],
    ['c2', ['a z', 'c x']],
  ]);
  expect(runs.map((one) => one.tasks)).toEqual([tasks, undefined]);
});

it('a run of which nothing is left is gone', () => {
  const again = run(
    'c3',
    [
      ['a', 'x'],
      ['b', 'x'],
    ],
    { tasks },
  );
  expect(together([first, again])).toEqual([again]);
});

it('every row stands under the machine and the commit that it was measured on', () => {
  const page = section(together([first, run('c2', [['c', 'x']])]));
  const at = ['commit c1', '| a |', '| b |', '| opening |', 'commit c2', '| c |', '4 of 4 promised'];
  const places = at.map((text) => page.indexOf(text));
  expect(places).not.toContain(-1);
  expect(places).toEqual(places.toSorted((p, q) => p - q));
});
