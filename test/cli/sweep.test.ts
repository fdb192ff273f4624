import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readArrays } from '../../src/arrays/array-file.js';
import { sweepLab, swept } from '../compile/sweep-fakes.js';
import { FakeDevice } from '../execute/fakes.js';
import { cli, folder, written } from './harness.js';

function bench() {
  const { registry, runs } = sweepLab();
  const options = { nodes: registry.all, openDevice: async () => new FakeDevice('cpu') };
  return { runs, run: (...argv: string[]) => cli(argv, options) };
}

test('run takes the values of a sweep from --set, and --out holds what the sweep gives, not its runs', async () => {
  const { runs, run } = bench();
  const path = written(swept({ target: 'train.width', values: '1, 2' }));
  const out = join(folder(), 'results');
  const { code, out: text, err } = await run('run', path, '--set', 'sweep.values=2,13,8', '--out', out);
  expect(code).toBe(0); // one value that fails is a row of the table
  expect(runs).toEqual({ draw: 1, train: 4, judge: 3 }); // 4 is the document's own; 13 fails
  expect(text).toMatch(/^sweep \(Sweep\)\n {2}over +Width, 3 values/m);
  expect(text).toMatch(/warning: 1 of 3 runs gave no value: Width 13: training diverged/);
  expect(err).toMatch(/train@width=13: failed: training diverged/);
  const files = readdirSync(out);
  expect(files.filter((name) => name.includes('@'))).toEqual([]);
  expect(readFileSync(join(out, 'sweep.curve.csv'), 'utf8').split('\r\n')[1]).toBe('2,201.25,401.5');
  expect(readFileSync(join(out, 'sweep.table.csv'), 'utf8')).toMatch(/^Width,full,rank,fault\r\n/);
  const arrays = new Map(
    readArrays('sweep.curve.npz', new Uint8Array(readFileSync(join(out, 'sweep.curve.npz')))).map(({ name, data }) => [
      name,
      [...data],
    ]),
  );
  expect(arrays.get('x')).toEqual([2, 8, 13]);
  expect(arrays.get('y0')).toEqual([201.25, 801.25, Number.NaN]);
  const manifest = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8'));
  expect(Object.keys(manifest.nodes).sort()).toEqual(['draw', 'judge', 'sweep', 'train']);
  expect(manifest.nodes.sweep.summary).toMatchObject({ runs: 3, failed: 1 });
  const [two, thirteen, eight] = manifest.nodes.sweep.runs;
  expect(two).toMatchObject({
    ...{ values: { 'train.width': 2 }, state: 'done', node: 'judge@width=2', seeds: [0] },
    summary: { score: 1200.25 }, // 100 · 2 + seed 0 + ¼, and 1,000
  });
  expect(two).toMatchObject({ key: expect.stringMatching(/^[0-9a-f]{64}$/), device: expect.any(String) });
  expect(two.steps).toEqual({ 'train@width=2': { key: expect.any(String), seconds: expect.any(Number) } });
  expect(Date.parse(two.finished)).toBeLessThanOrEqual(Date.now());
  expect(thirteen).toMatchObject({ values: { 'train.width': 13 }, state: 'failed', message: 'training diverged' });
  expect(eight.key).not.toBe(two.key);
  expect(manifest.nodes.judge.runs).toBeUndefined();
  expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('training diverged');
});

test('--set names another parameter to sweep over, checked before anything runs', async () => {
  const { runs, run } = bench();
  const path = written(swept({ target: 'train.width', values: '1, 2' }));
  const good = await run('run', path, '--set', 'sweep.target=judge.kind', '--set', 'sweep.values=plain,cut', '--quiet');
  expect(good.code).toBe(0);
  expect(runs).toEqual({ draw: 1, train: 1, judge: 2 });
  const bad = await run('run', path, '--set', 'sweep.target=judge.knid');
  expect(bad.code).toBe(2);
  expect(bad.err).toMatch(/unknown parameter of 'judge' .*did you mean .*kind/);
  expect(runs.judge).toBe(2);
});

test('plan prints the copies and what they take before anything runs', async () => {
  const { runs, run } = bench();
  const { code, out } = await run('plan', written(swept({ target: 'train.width', values: '2, 4, 8' })));
  expect(code).toBe(0);
  for (const width of [2, 4, 8]) expect(out).toContain(`train@width=${width}`);
  expect(out).toMatch(/140 multiply-adds/); // (2 + 4 + 8) · 10: 4 is the document's own too
  expect(runs).toEqual({});
  expect(existsSync('results')).toBe(false);
});
