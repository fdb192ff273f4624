import { describe, expect, it } from 'vitest';
import type { View } from '../../src/catalog/views.js';
import type { PipelineDocument } from '../../src/document/schema.js';
import { Executor } from '../../src/execute/executor.js';
import type { NodeResult, RunEvent } from '../../src/execute/protocol.js';
import { SLOW, sweepLab, swept } from '../compile/sweep-fakes.js';
import { FakeDevice } from './fakes.js';

function bench() {
  const { registry, runs } = sweepLab();
  const executor = new Executor({ registry, openDevice: async () => new FakeDevice('cpu') });
  const run = async (document: PipelineDocument, targets?: readonly string[]) => {
    const events: RunEvent[] = [];
    const report = await executor.run(document, targets, (event) => events.push(event));
    const views = new Map(
      events.flatMap((event): [string, View][] =>
        event.kind === 'done' ? [[event.result.id, event.result.view]] : [],
      ),
    );
    const done = events.flatMap((event) =>
      event.kind === 'done' && event.result.id === 'sweep' ? [event.result] : [],
    );
    return { report, events, views, result: done[0]! };
  };
  return { executor, runs, run };
}

/** The table of a sweep as it is shown. */
const rowsOf = (view: View | undefined) => {
  const table = view?.plots.find(({ kind }) => kind === 'table');
  return table?.kind === 'table' ? table.table : undefined;
};
const curveOf = (view: View | undefined) => {
  const plot = view?.plots[0];
  return plot?.kind === 'curves' ? plot.curve : undefined;
};

describe('a run of a sweep', () => {
  it('runs what depends on a value once for each, and what does not once', async () => {
    const { runs, run } = bench();
    const { report, views } = await run(swept({ target: 'train.width', values: '1, 2, 3' }), ['sweep']);
    expect(report.outcome).toBe('done');
    expect(runs).toEqual({ draw: 1, train: 3, judge: 3 });
    const curve = curveOf(views.get('sweep'))!;
    expect([...curve.x]).toEqual([1, 2, 3]);
    expect(curve.xName).toBe('Width of Train');
    // judged: 100 · width + seed 0 + ¼ for one hidden layer; over two places y and y + 2, so y + 1 in the mean
    expect(curve.lines.map(({ name, y }) => [name, ...y])).toEqual([
      ['full', 101.25, 201.25, 301.25],
      ['rank', 201.5, 401.5, 601.5],
    ]);
    expect(curve.yName).toBe('penalty');
    expect(views.get('sweep')!.plots[0]!.caption).toBe('mean over 2 places');
  });

  it('with the document beside it runs the document’s own value once for both', async () => {
    const { runs, run } = bench();
    const { report } = await run(swept({ target: 'train.width', values: '1, 4' }));
    expect(runs).toEqual({ draw: 1, train: 2, judge: 2 }); // 4 is the document's own width
    expect(report.stepsRun).toBe(1 + 2 + 2 + 1);
  });

  it('with other values runs only what is new, and nothing after a change of the measure but itself', async () => {
    const { runs, run } = bench();
    await run(swept({ target: 'train.width', values: '1, 2' }), ['sweep']);
    await run(swept({ target: 'train.width', values: '1, 2, 3' }), ['sweep']);
    expect(runs).toEqual({ draw: 1, train: 3, judge: 3 });
    const { report, views } = await run(swept({ target: 'train.width', values: '1, 2, 3', measure: '3.relu' }), [
      'sweep',
    ]);
    expect(report.stepsRun).toBe(1);
    expect([...curveOf(views.get('sweep'))!.lines[0]!.y]).toEqual([102.25, 202.25, 302.25]);
    const { result } = await run(swept({ target: 'train.width', values: '1,2,3', measure: '3.relu' }), ['sweep']);
    expect(result.cached).toBe(true);
  });

  it('gives mean, standard deviation and single runs over a second parameter', async () => {
    const { runs, run } = bench();
    const repeat = { repeat: true, over: 'draw.seed', overValues: '0, 1, 5', measure: 'full' };
    const { views } = await run(swept({ target: 'judge.strict', values: 'off, on', ...repeat }), ['sweep']);
    expect(runs).toEqual({ draw: 3, train: 3, judge: 6 });
    const curve = curveOf(views.get('sweep'))!;
    expect(curve.places).toEqual(['off', 'on']);
    const [line] = curve.lines;
    expect([...line!.y]).toEqual([403.25, 403.75]); // 401.25 + mean of 0, 1, 5
    expect(line!.spread![0]).toBeCloseTo(Math.sqrt((4 + 1 + 9) / 2), 12);
    expect(line!.samples!.map((runs) => runs[0])).toEqual([401.25, 402.25, 406.25]);
    expect(curve.spreadName).toBe('± standard deviation over 3 values of Seed of Draw');
    expect(rowsOf(views.get('sweep'))!.rows).toHaveLength(6);
  });

  it('goes on after a value that fails, which the table and a sentence say, and the run is no failure', async () => {
    const { run } = bench();
    const { report, views, events } = await run(swept({ target: 'train.width', values: '12, 13, 14, 50' }), ['sweep']);
    expect(report.outcome).toBe('done');
    const table = rowsOf(views.get('sweep'))!;
    expect(table.columns.map(({ name }) => name)).toEqual(['Width', 'full', 'rank', 'fault']);
    expect(table.rows.map((row) => [row[0], row[1]])).toEqual([
      [12, 1201.25],
      [13, null],
      [14, 1401.25],
      [50, null],
    ]);
    expect(table.rows[1]![3]).toBe('training diverged');
    expect(table.rows[3]![3]).toMatch(/expected at most 40, got 50/);
    expect([...curveOf(views.get('sweep'))!.lines[0]!.y]).toEqual([1201.25, Number.NaN, 1401.25, Number.NaN]);
    const [note] = views.get('sweep')!.notes;
    expect(note).toMatchObject({ level: 'warning', id: 'sweep-failed' });
    expect(note!.text).toMatch(/^2 of 4 runs gave no value: Width 13: training diverged; and 1 more/);
    expect(views.get('sweep')!.summary).toMatchObject({ runs: 4, failed: 2 });
    expect(events.some((event) => event.kind === 'failed' && event.id === 'train@width=13')).toBe(true);
  });

  it('fails where no value gives anything, and the document’s own failure is one', async () => {
    const { run } = bench();
    const failed = await run(swept({ target: 'train.width', values: '13' }), ['sweep']);
    expect(failed.report.outcome).toBe('failed');
    expect(failed.events.find((event) => event.kind === 'failed' && event.id === 'sweep')).toMatchObject({
      message: expect.stringMatching(/at least one of 1 runs, got none: training diverged/),
    });
    const own = await run(swept({ target: 'train.width', values: '12, 13' }, { train: { width: 13 } }));
    expect(own.report.outcome).toBe('failed'); // the node 'train' has the width 13 itself
    expect(own.views.has('sweep')).toBe(true);
  });

  it.each([
    [
      'a number that is not there',
      'curve',
      'scroe',
      /expected a number of the result, got "scroe"; it gives score, full, rank/,
    ],
    ['text', 'table', 'class', /got 'class', which is text; it gives score, loss/],
  ])('over %s fails after the first run, which is kept', async (_, of, measure, message) => {
    const { runs, run } = bench();
    const document = (asked: string) => swept({ target: 'train.width', values: '1, 13, 3', measure: asked }, {}, of);
    const { report, events } = await run(document(measure), ['sweep']);
    expect(report.outcome).toBe('failed');
    expect(runs).toEqual({ draw: 1, train: 1, judge: 1 });
    const failed = events.flatMap((event) => (event.kind === 'failed' ? [event] : []));
    expect(failed.map(({ id }) => id)).toEqual(['sweep']);
    expect(failed[0]!.message).toMatch(message);
    expect(failed[0]!.message).toMatch(/1 run is kept, 2 were not started$/);
    expect(events.filter(({ kind }) => kind === 'cancelled')).toHaveLength(4);
    expect((await run(document('score'), ['sweep'])).report.outcome).toBe('done');
    expect(runs).toEqual({ draw: 1, train: 3, judge: 2 });
    const again = await run(document(measure)); // all is held now
    expect(again.events.filter(({ kind }) => kind === 'failed')).toHaveLength(1);
  });

  it('decides by the first value that gave something', async () => {
    const { run } = bench();
    const { events } = await run(swept({ target: 'train.width', values: '13, 2, 3', measure: 'nothing' }), ['sweep']);
    expect(events.find((event) => event.kind === 'failed' && event.id === 'sweep')).toMatchObject({
      message: expect.stringMatching(/1 run is kept, 1 was not started$/), // 13 diverged; 2 decides
    });
  });

  it('waits for what failed above all its values', async () => {
    const { run } = bench();
    const document = swept({ target: 'judge.strict', values: 'on, off' }, { train: { width: 13 } });
    const { events, report } = await run(document);
    expect(report.outcome).toBe('failed');
    expect(events.find((event) => event.kind === 'blocked' && event.id === 'sweep')).toMatchObject({ by: ['train'] });
  });

  it('says how many runs it has behind it, up to all', async () => {
    const { run } = bench();
    const { events } = await run(swept({ target: 'train.width', values: '1, 13, 3, 4' }), ['sweep']);
    const told = events.flatMap((event) =>
      event.kind === 'running' && event.id === 'sweep' && event.message ? [`${event.fraction} ${event.message}`] : [],
    );
    expect(told).toEqual(['0.25 1 of 4 runs', '0.5 2 of 4 runs', '0.75 3 of 4 runs', '1 4 of 4 runs']);
  });

  it('is cancelled with what is done kept', async () => {
    const { run, runs, executor } = bench();
    const document = swept({ target: 'train.width', values: '1, 2, 3' });
    const events: RunEvent[] = [];
    const report = await executor.run(document, ['sweep'], (event) => {
      events.push(event);
      if (event.kind === 'done' && event.result.id === 'judge@width=1') executor.cancel();
    });
    expect(report.outcome).toBe('cancelled');
    expect(events.filter((event) => event.kind === 'cancelled').map((event) => event.id)).toContain('sweep');
    expect(runs.train).toBe(1);
    expect((await run(document, ['sweep'])).report.outcome).toBe('done');
    expect(runs.train).toBe(3);
  });

  it('says what the networks behind a run say, also where the node at its end does not', async () => {
    const { run } = bench();
    for (const values of ['4, 5', '6, 5']) {
      const { views } = await run(swept({ target: 'train.width', values }), ['sweep']); // the second time 5 is kept
      expect(rowsOf(views.get('sweep'))!.rows.map((row) => row.at(-1))).toEqual([null, 'seed 0: diverged.']);
    }
  });

  it('keeps a run that is told to end early, says which it is, and runs it to its end when it is forgotten', async () => {
    const { run, runs, executor } = bench();
    const document = swept({ target: 'train.width', values: `1, ${SLOW}, 2`, measure: 'full' });
    let result: NodeResult | undefined;
    await executor.run(document, ['sweep'], (event) => {
      if (event.kind === 'running' && event.id === `train@width=${SLOW}`) executor.finish();
      if (event.kind === 'done' && event.result.id === 'sweep') result = event.result;
    });
    expect(runs.train).toBe(3);
    expect(result!.provenance.stopped).toBe('above');
    const table = rowsOf(result!.view)!;
    expect(table.columns.map(({ name }) => name)).toEqual(['Width', 'full', 'flag']);
    expect(table.rows.map(([, , flag]) => flag)).toEqual([null, 'stopped early and kept as it was.', null]);
    expect(table.rows[1]![1]).toBe(2); // 1, and 3 at the second place
    expect(result!.view.notes.map(({ text }) => text).join()).toMatch(/1 of 3 runs .* Width 17: stopped early/);
    await executor.forget(document, 'sweep');
    const whole = await run(document, ['sweep']);
    expect(whole.result.provenance.stopped).toBeUndefined();
    expect(rowsOf(whole.views.get('sweep'))!.rows[1]).toEqual([SLOW, 1701.25]);
    expect(runs.train).toBe(4); // the others were whole
  });

  it('shows the plots of its runs beside each other, those of the first repeat', async () => {
    const { run } = bench();
    const repeat = { repeat: true, over: 'draw.seed', overValues: '0, 1' };
    const { views } = await run(swept({ target: 'train.width', values: '1, 2', ...repeat }), ['sweep']);
    expect(views.get('sweep')!.plots.map(({ title }) => title)).toEqual([
      'Penalty by Width',
      'Runs',
      'width = 1 · Judged',
      'width = 2 · Judged',
    ]);
    const many = await run(swept({ target: 'train.width', by: 'linear', from: 1, to: 30, count: 30 }), ['sweep']);
    const view = many.views.get('sweep')!;
    expect(view.plots).toHaveLength(2 + 16);
    expect(view.notes.map(({ text }) => text)).toContain('Plots of the first 16 of 29 values are shown.');
  });

  it('carries the seeds that its runs drew with', async () => {
    const { run } = bench();
    const { result } = await run(swept({ target: 'draw.seed', values: '3, 8' }), ['sweep']);
    expect(result.provenance.seeds).toEqual([3, 8]);
  });
});
