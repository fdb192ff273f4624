/** The package as it is installed: built, with its command, its library and its types. */
import { execFile, spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { transformWithOxc } from 'vite';
import { expect, test } from 'vitest';
import { COMMAND } from './build-command.js';
import { cli, folder, pipeline, small, written } from './harness.js';

test('the command is what package.json names, and can be executed', () => {
  const { bin } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(bin).toEqual({ fiberscope: COMMAND });
  accessSync(COMMAND, constants.X_OK);
  expect(readFileSync(COMMAND, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
});

test('results on stdout, progress on stderr, the same as in one process', async () => {
  const path = written(small());
  const run = spawnSync(COMMAND, ['run', path, '--device', 'cpu'], { encoding: 'utf8' });
  const here = await cli(['run', path, '--device', 'cpu']);
  expect(run.status).toBe(0);
  const masked = (out: string): string => out.replace(/points\/s .*/g, 'points/s');
  expect(masked(run.stdout)).toBe(masked(here.out));
  expect(run.stderr).toMatch(/^\[1\/6\] .*: done in/);
});

test('a refusal ends with its exit code and one line', () => {
  const run = spawnSync(COMMAND, ['run', '/nowhere.json'], { encoding: 'utf8' });
  expect(run).toMatchObject({ status: 2, stdout: '', stderr: '/nowhere.json: no such file\n' });
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)(
  '%s ends a long run with %i and leaves nothing behind',
  async (signal, expected) => {
    const document = pipeline(
      {
        net: ['architecture'],
        inputs: ['random-inputs'],
        theta: ['reference', { from: 'typed', values: [1, -0.8, 0.9, 1.1] }],
        search: ['search', { mode: 'first', steps: 1_000_000 }],
      },
      ['net.architecture theta.architecture', 'inputs.inputs theta.inputs', 'theta.reference search.reference'],
    );
    const into = folder();
    const child = spawn(COMMAND, ['run', written(document), '--device', 'cpu', '--out', join(into, 'results')]);
    let err = '';
    child.stderr.on('data', (chunk) => {
      const before = err.includes('theta: done');
      err += chunk;
      if (!before && err.includes('theta: done')) child.kill(signal); // once: a second signal ends at once
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(expected);
    expect(err).toMatch(/interrupted\n$/);
    expect(readdirSync(into)).toEqual([]);
  },
  60_000,
);

test('the library runs a document in Node', () => {
  const script = `
    import { Executor, Registry, builtin, parseDocumentText, planText, compile } from 'fiberscope';
    import { readFileSync } from 'node:fs';
    const parsed = parseDocumentText(readFileSync(process.argv[1], 'utf8'));
    const registry = new Registry(builtin);
    const executor = new Executor({ registry, device: 'cpu' });
    const report = await executor.run(parsed.document, undefined, () => undefined);
    console.log(report.outcome, report.stepsRun, planText(compile(parsed.document, { registry })).includes('grid'));
    await executor.dispose();`;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', script, written(small())], {
    encoding: 'utf8',
  });
  expect(run).toMatchObject({ stdout: 'done 6 true\n', status: 0 });
});

test('the library finds its workers: long work is spread over two threads, with the bits of one', () => {
  const document = small({ points: 40 });
  const long = {
    ...document,
    nodes: document.nodes.map((n) => (n.id === 'inputs' ? { ...n, params: { count: 1_000_000 } } : n)),
  };
  const script = `
    import { Executor, Registry, builtin, parseDocumentText } from 'fiberscope';
    import { readFileSync } from 'node:fs';
    const { document } = parseDocumentText(readFileSync(process.argv[1], 'utf8'));
    const values = [];
    for (const threads of [1, 2]) {
      const executor = new Executor({ registry: new Registry(builtin), device: 'wasm', threads });
      let key;
      const { outcome, device } = await executor.run(document, ['grid'], (event) => {
        if (event.kind === 'done' && event.result.id === 'grid') key = event.result.key;
      });
      console.log(outcome, device.threads);
      const { arrays } = await executor.arrays(key, 'field');
      values.push(Buffer.from(arrays.values.data.buffer));
      await executor.dispose();
    }
    console.log(values[0].equals(values[1]));`;
  const argv = ['--input-type=module', '-e', script, written(long)];
  const run = spawnSync(process.execPath, argv, { encoding: 'utf8' });
  // a worker that could not be started would leave one thread
  expect(run).toMatchObject({ stderr: '', stdout: 'done undefined\ndone 2\ntrue\n', status: 0 });
}, 120_000);

/** What the type checker says of programs that use the package as a dependant would; the empty text where nothing is wrong. */
function typeFaults(programs: Readonly<Record<string, string>>): string {
  const folder = 'test/output/types';
  mkdirSync(folder, { recursive: true });
  const paths = Object.entries(programs).map(([name, text]) => {
    writeFileSync(`${folder}/${name}`, text);
    return `${folder}/${name}`;
  });
  const flags = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'esnext', '--moduleResolution', 'bundler'];
  const lib = ['--target', 'es2022', '--lib', 'es2023,dom,dom.iterable', '--types', '', '--ignoreConfig'];
  const tsc = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', ...flags, ...lib, ...paths], {
    encoding: 'utf8',
  });
  rmSync(folder, { recursive: true });
  return tsc.status === 0 ? '' : tsc.stdout + tsc.stderr;
}

test('a program that uses the library type-checks against its declarations', () => {
  const program = `import { connectWorker, defineNode, Executor, params, Registry, builtin, serve, type ExecutorApi } from 'fiberscope';
import { z } from 'zod';
const mine = defineNode({
  type: 'norm', version: 1, title: 'Norm', group: 'Look', summary: 'Lengths.', help: '',
  params: z.strictObject({ power: params.number({ label: 'p', default: 2, min: 1 }) }),
  inputs: { of: { types: ['Parameters'], label: 'Of', help: '' } },
  outputs: { norms: { type: 'Table', label: 'Norms', help: '' } },
  card: ({ power }) => [['p', String(power)]],
  infer: () => ({ outputs: { norms: {} } }),
  async run({ params: { power }, inputs: { of } }) {
    const sum = of.theta.reduce((total, value) => total + Math.abs(value) ** power, 0);
    return { norms: { type: 'Table', columns: [{ name: 'norm' }], rows: [[sum ** (1 / power)]] } };
  },
  view: ({ outputs: { norms } }) => ({ summary: { norm: Number(norms.rows[0]?.[0]) }, rows: [], notes: [], plots: [] }),
});
export const executor: ExecutorApi = new Executor({ registry: new Registry([...builtin, mine]) });
export const remote = (worker: Worker): ExecutorApi => connectWorker(worker);
export const here = (): void => serve([...builtin, mine]);
// @ts-expect-error a Parameters port has no pixels
defineNode({ ...mine, run: async ({ inputs: { of } }) => of.pixels });
`;
  expect(typeFaults({ 'use.ts': program })).toBe('');
}, 60_000);

/** The programs in the README: the host of the plugin, its worker file, a node. */
const readmePrograms = (): string[] =>
  [...readFileSync('README.md', 'utf8').matchAll(/```ts\n(.*?)```/gs)].map((match) => match[1]!);

test('the programs in the README type-check as they stand', () => {
  const programs = readmePrograms();
  expect(programs).toHaveLength(3);
  const [host, worker, node] = programs as [string, string, string];
  expect(typeFaults({ 'host.ts': host, 'worker.ts': worker, 'my-node.ts': node })).toBe('');
}, 60_000);

test('the node in the README runs, and gives the mean of J', async () => {
  const source = readmePrograms().at(-1)!;
  const folder = 'test/output/readme-node'; // inside the package, so that its name resolves
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/my-node.js`, (await transformWithOxc(source, 'my-node.ts')).code);
  writeFileSync(
    `${folder}/run.js`,
    `import { Executor, Registry, builtin, parseDocumentText } from 'fiberscope';
import { readFileSync } from 'node:fs';
import mine from './my-node.js';
const { document } = parseDocumentText(readFileSync(process.argv[2], 'utf8'));
const executor = new Executor({ registry: new Registry([...builtin, mine]), device: 'cpu' });
const results = new Map();
await executor.run(document, undefined, (event) => event.kind === 'done' && results.set(event.result.id, event.result));
const { arrays } = await executor.arrays(results.get('grid').key, 'field');
console.log(JSON.stringify([results.get('mean').view.summary.mean, Array.from(arrays.values.data)]));
await executor.dispose();`,
  );
  const document = small();
  const mean = { id: 'mean', type: 'mean-loss', version: 1, params: { relative: false }, at: [0, 900] as const };
  const path = written({
    ...document,
    nodes: [...document.nodes, mean],
    wires: [...document.wires, { from: 'grid.field', to: 'mean.field' }],
  });
  const run = spawnSync(process.execPath, [`${folder}/run.js`, path], { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  expect(run).toMatchObject({ stderr: '', status: 0 });
  const [got, values] = JSON.parse(run.stdout) as [number, number[]];
  expect(values.length).toBeGreaterThan(1);
  expect(got).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / values.length, 9);
}, 60_000);

/** Runs a LeNet grid of n² points in a process of its own; its peak resident memory in bytes. */
async function peakOf(n: number): Promise<number> {
  const document = pipeline(
    {
      net: ['architecture', { preset: 'lenet-5', outputRelu: false }],
      inputs: ['random-inputs', { shape: [1, 28, 28], count: 64 }],
      theta: ['reference'],
      points: ['search', { rank: 2, mode: 'first', steps: 1, batch: 2 }],
      basis: ['gram-schmidt'],
      grid: ['grid', { points: n, low: -1, high: 1 }],
    },
    [
      'net.architecture theta.architecture',
      'inputs.inputs theta.inputs',
      'theta.reference points.reference',
      'points.parameters basis.parameters',
      'basis.subspace grid.subspace',
    ],
  );
  const script = `
    import { Executor, Registry, builtin, parseDocumentText } from 'fiberscope';
    import { readFileSync } from 'node:fs';
    const { document } = parseDocumentText(readFileSync(process.argv[1], 'utf8'));
    const executor = new Executor({ registry: new Registry(builtin), device: 'wasm' });
    const report = await executor.run(document, undefined, (event) => event.kind === 'failed' && console.error(event));
    if (report.outcome !== 'done') process.exit(1);
    console.log(process.resourceUsage().maxRSS * 1024);
    process.exit(0);`;
  const argv = ['--input-type=module', '-e', script, written(document)];
  return Number((await promisify(execFile)(process.execPath, argv)).stdout);
}

// Streaming: θ of 10⁴ LeNets would be 1.7 GB. LeNet takes inputs in blocks of 64 one after another, so that more need no more.
test('the peak of a LeNet grid of 10⁴ points is within 300 MB of that of 10²', async () => {
  const few = await peakOf(10);
  const many = await peakOf(100);
  console.log(`peak memory: ${(few / 1e6).toFixed(0)} MB for 10² points, ${(many / 1e6).toFixed(0)} MB for 10⁴`);
  expect(many - few).toBeLessThan(300e6);
}, 900_000);
