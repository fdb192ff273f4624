import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readArrays } from '../../src/arrays/array-file.js';
import { FiberscopeError } from '../../src/catalog/errors.js';
import { packBundle } from '../../src/document/bundle.js';
import { setMuted } from '../../src/document/commands.js';
import { documentHash } from '../../src/document/format.js';
import { parseDocumentText } from '../../src/document/parse.js';
import type { PipelineDocument } from '../../src/document/schema.js';
import { documentOf } from '../documents.js';
import { pipeline as fakePipeline, lab } from '../execute/fakes.js';
import { arrays, cli, file, folder, loading, pipeline, small, written } from './harness.js';

const outputs = (out: string, name: string) =>
  Object.fromEntries(
    readArrays(name, new Uint8Array(readFileSync(join(out, name)))).map(({ name, shape, data }) => [
      name,
      { shape, data },
    ]),
  );
const manifestOf = (out: string) => JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8'));

test('run prints what each node shows, and writes nothing', async () => {
  const into = folder();
  const path = written(small(), into);
  const { code, out, err } = await cli(['run', path, '--device', 'cpu', '--quiet']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/^grid \(Grid\)\n {2}members {6}5³? ?².*= 25/m);
  expect(readdirSync(into)).toEqual(['pipeline.json']);
});

test('--out holds the manifest, arrays in lattice shape and pictures', async () => {
  const out = join(folder(), 'a', 'results');
  const document = small(
    { points: 5, low: -1, high: 3 },
    { set: ['threshold', { epsilon: 10 }], plot: ['plot', { kind: 'contour' }] },
  );
  const { code } = await cli(['run', written(document), '--device', 'cpu', '--out', out, '--quiet']);
  expect(code).toBe(0);

  const field = outputs(out, 'grid.field.npz');
  expect(field.values?.shape).toEqual([5, 5]);
  expect([...field.axis0!.data]).toEqual([-1, 0, 1, 2, 3]);
  expect([...field.axis1!.data]).toEqual([-1, 0, 1, 2, 3]);
  const subspace = outputs(out, 'basis.subspace.npz');
  expect(subspace).toMatchObject({ origin: { shape: [4] }, basis: { shape: [2, 4] }, coordinates: { shape: [3, 2] } });
  expect(outputs(out, 'points.parameters.npz').theta?.shape).toEqual([3, 4]);

  // The ε-set names members of the field: its values and coefficients are theirs.
  const set = outputs(out, 'set.set.npz');
  const members = [...set.index!.data];
  expect(members.length).toBeGreaterThan(0);
  expect([...set.values!.data]).toEqual(members.map((member) => field.values!.data[member]));
  expect([...set.coefficients!.data]).toEqual(members.flatMap((m) => [-1 + Math.floor(m / 5), -1 + (m % 5)]));

  const manifest = manifestOf(out);
  expect(manifest).toMatchObject({
    documentHash: documentHash(document),
    device: { name: 'cpu', software: false },
    outcome: 'done',
    package: expect.stringMatching(/^fiberscope /),
  });
  expect(Object.keys(manifest.nodes).sort()).toEqual(document.nodes.map(({ id }) => id).sort());
  expect(manifest.nodes.grid).toMatchObject({
    state: 'done',
    key: expect.stringMatching(/^[0-9a-f]{64}$/),
    seconds: expect.any(Number),
    summary: expect.any(Object),
  });
  const listed = Object.values<{ files: string[] }>(manifest.nodes).flatMap((node) => node.files);
  expect([...listed, 'manifest.json', 'report.html'].sort()).toEqual(readdirSync(out).sort());
  expect(readFileSync(join(out, 'plot.svg'), 'utf8')).toMatch(/^<svg/);
});

test('--out replaces earlier results as a whole', async () => {
  const out = folder();
  const run = (document: PipelineDocument) =>
    cli(['run', written(document), '--device', 'cpu', '--out', out, '--quiet']);
  const first = await run(small({ points: 5 }, { plot: ['plot', { kind: 'contour' }] }));
  expect(readdirSync(out)).toContain('plot.svg');
  file('.DS_Store', 'what a desktop leaves', out);
  const second = await run(small());
  expect([first.code, second.code]).toEqual([0, 0]);
  expect(readdirSync(out)).not.toContain('plot.svg');
});

test('--set of a parameter that a wired input overrules warns that it has no effect', async () => {
  const nodes = { digits: ['glyphs', { count: 10 }], net: ['architecture', { preset: 'myrtle', width: 1 }] } as const;
  const path = written(documentOf(nodes, ['digits.inputs net.data']));
  const checked = await cli(['check', path, '--set', 'net.input=3,32,32', '--set', 'net.width=2']);
  expect(checked.out.split('\n').filter((line) => line.includes('--set'))).toEqual([
    'warning: --set net.input=3,32,32 has no effect while something is wired to net.data',
  ]);
});

test('--set changes parameters of every kind, and the manifest names the changed document', async () => {
  const out = join(folder(), 'results');
  const path = written(small());
  const settings = [
    'grid.points=3',
    'grid.low=-0.5',
    'theta.values=1, -0.8,0.9,2',
    'plot.kind=contour',
    'inputs.shape=[1]',
  ];
  const document = small({ points: 5 }, { plot: ['plot'] });
  const argv = ['run', written(document), '--device', 'cpu', '--quiet', '--out', out];
  const { code, err } = await cli([...argv, ...settings.flatMap((setting) => ['--set', setting])]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const field = outputs(out, 'grid.field.npz');
  expect([...field.axis0!.data]).toEqual([-0.5, 0.75, 2]);
  expect(manifestOf(out).documentHash).not.toBe(documentHash(document));
  expect([...outputs(out, 'theta.reference.npz').theta!.data]).toEqual([1, -0.8, 0.9, 2].map(Math.fround));
  const points = await cli(['plan', path, '--set', 'points.values=1,0,0,1;0,1,1,0']);
  expect(points.out).toMatch(/basis .* subspace m 1 in P 4/);
});

test('--set of a parameter that another hides warns that it has no effect', async () => {
  const path = written(small());
  const warned = async (...settings: string[]) => {
    const argv = ['run', path, '--device', 'cpu', ...settings.flatMap((setting) => ['--set', setting])];
    const { code, err } = await cli(argv);
    expect(code).toBe(0);
    return err.split('\n').filter((line) => line.startsWith('warning: --set'));
  };
  expect(await warned('theta.seed=3')).toEqual(['warning: --set theta.seed=3 has no effect while theta.from is typed']);
  expect(await warned('theta.deviation=3', 'theta.from=random', 'grid.points=3')).toEqual([
    'warning: --set theta.deviation=3 has no effect while theta.initialisation is pytorch',
  ]);
  expect(await warned('theta.seed=3', 'theta.from=random')).toEqual([]);
  expect(await warned('theta.values=1,1,1,1', 'theta.from=auto')).toEqual([
    'warning: --set theta.values=1,1,1,1 has no effect while theta.from is auto, here random',
  ]);
  const checked = await cli(['check', path, '--set', 'theta.seed=3']);
  expect(checked.out).toMatch(/^warning: --set theta\.seed=3 has no effect while theta\.from is typed$/m);
});

test('--set of a file parameter takes a path', async () => {
  const path = loading(arrays());
  const other = file('other.npz', arrays({ x: { data: new Float32Array(4).fill(2), shape: [4, 1] } }));
  const out = join(folder(), 'results');
  const { code } = await cli(['run', path, '--device', 'cpu', '--quiet', '--out', out, '--set', `data.file=${other}`]);
  expect(code).toBe(0);
  expect([...outputs(out, 'data.inputs.npz').x!.data]).toEqual([2, 2, 2, 2]);
});

test('files lie beside the document, or in its bundle', async () => {
  const path = loading(arrays());
  const beside = await cli(['run', path, '--device', 'cpu', '--quiet']);
  expect(beside.code).toBe(0);
  const parsed = parseDocumentText(readFileSync(path, 'utf8'));
  if (!parsed.ok) throw new Error('expected a document');
  const bytes = arrays();
  const sha256 = (parsed.document.nodes[1]!.params.file as { sha256: string }).sha256;
  const bundle = file('p.zip', packBundle(parsed.document, new Map([[sha256, { name: 'data.npz', bytes }]])));
  const inside = await cli(['run', bundle, '--device', 'cpu', '--quiet']);
  expect(inside).toEqual(beside);
});

test('check and plan run nothing', async () => {
  const { registry, runs } = lab();
  const options = { nodes: registry.all };
  const path = written(fakePipeline({ source: ['source'], scale: ['scale'] }, ['source scale']));
  expect(await cli(['check', path], options)).toEqual({ code: 0, out: 'ok: 2 nodes\n', err: '' });
  const plan = await cli(['plan', path], options);
  expect(plan.code).toBe(0);
  expect(plan.out).toMatch(/^2 +scale +scale +.*source\.values/m);
  expect(runs).toEqual({});
});

test('check says every fault on a line of its own', async () => {
  const path = written(fakePipeline({ a: ['scale', { factor: 'x' }], b: ['unheard-of'], c: ['cut'] }, []));
  const { code, out } = await cli(['check', path], { nodes: lab().registry.all });
  expect(code).toBe(2);
  expect(out.trimEnd().split('\n')).toEqual([
    expect.stringMatching(/^error: nodes\[0\]\.params\.factor: expected a number, got "x"$/),
    expect.stringMatching(/^error: nodes\[0\]: node 'a' input 'values': expected Outputs, got nothing/),
    expect.stringMatching(/^error: nodes\[1\]\.type: /),
    expect.stringMatching(/^error: nodes\[2\]: node 'c' input 'values': /),
  ]);
});

const fakes = () => {
  const bench = lab();
  return {
    ...bench,
    options: {
      nodes: bench.registry.all,
      openDevice: async () => new (await import('../execute/fakes.js')).FakeDevice('cpu'),
    },
  };
};

test('a failed node: exit code 1, the others are written, the manifest says why', async () => {
  const { options } = fakes();
  const out = join(folder(), 'results');
  const path = written(fakePipeline({ bad: ['failing'], after: ['cut'], source: ['source'] }, ['bad after']));
  const run = await cli(['run', path, '--out', out, '--quiet'], options);
  expect(run.code).toBe(1);
  expect(run.err).toBe("error: node 'bad': no candidate reached the tolerance\n");
  const { outcome, nodes } = manifestOf(out);
  expect(outcome).toBe('failed');
  expect(nodes).toMatchObject({
    bad: { state: 'failed', message: 'no candidate reached the tolerance' },
    after: { state: 'blocked', message: "waits for 'bad', which failed" },
    source: { state: 'done', files: ['source.values.npz'] },
  });
});

test('a device that is not there: exit code 3', async () => {
  const openDevice = async (): Promise<never> => {
    throw new FiberscopeError('device', 'no WebGPU adapter was found; choose wasm or cpu');
  };
  const out = join(folder(), 'results');
  const run = await cli(['run', written(small()), '--device', 'webgpu', '--out', out], { openDevice });
  expect(run).toMatchObject({
    code: 3,
    err: expect.stringContaining('no WebGPU adapter was found; choose wasm or cpu\n'),
  });
  expect(existsSync(out)).toBe(false);
});

test('interrupted: exit code 130, nothing is left behind', async () => {
  const { options } = fakes();
  const into = folder();
  const interrupt = new AbortController();
  const path = written(fakePipeline({ source: ['source'], wait: ['patient'] }, ['source wait']));
  const running = cli(['run', path, '--out', join(into, 'results')], { ...options, signal: interrupt.signal });
  setTimeout(() => interrupt.abort(), 100);
  const run = await running;
  expect(run.code).toBe(130);
  expect(run.err).toMatch(/interrupted\n$/);
  expect(readdirSync(into)).toEqual([]);
});

test('progress goes to stderr: sparse lines, or one line that is rewritten on a terminal', async () => {
  const path = written(fakePipeline({ source: ['source'], scale: ['scale'] }, ['source scale']));
  const plain = await cli(['run', path], fakes().options);
  expect(plain.err).toMatch(
    /^\[1\/2\] source: done in .*\n\[2\/2\] scale: done in .*\ndone: 2 steps in [\d.]+ s on cpu \(fake\)\n$/,
  );
  const terminal = await cli(['run', path], { ...fakes().options, terminal: true });
  expect(terminal.err).toContain('\r\x1b[K[1/2] scale  50 %  half way');
  expect(terminal.out).toBe(plain.out);
});

const mutedIn = (document: PipelineDocument, id: string): PipelineDocument => setMuted(document, [id], true);

test('muted nodes, and those that wait for them alone, do not fail a run', async () => {
  const { options } = fakes();
  const document = fakePipeline({ a: ['source'], b: ['scale'], c: ['cut'], d: ['scale'] }, ['a b', 'b c', 'a d']);
  const { code, err } = await cli(['run', written(mutedIn(document, 'b'))], options);
  expect(code).toBe(0);
  expect(err).toMatch(/^done: 2 steps/m);
  const alone = pipeline({ net: ['architecture'], data: ['load-arrays'] }, []);
  expect((await cli(['run', written(mutedIn(alone, 'data')), '--device', 'cpu', '--quiet'])).code).toBe(0);
});

test('an interrupt before the start leaves nothing behind and closes the executor', async () => {
  const { options, devices } = fakes();
  const into = folder();
  const path = written(fakePipeline({ source: ['source'] }, []));
  const run = await cli(['run', path, '--out', join(into, 'results')], { ...options, signal: AbortSignal.abort() });
  expect(run).toMatchObject({ code: 130, out: '' });
  expect(readdirSync(into)).toEqual([]);
  expect(devices).toEqual([]);
});
