import { describe, expect, it } from 'vitest';
import { builtin } from '../../nodes/index.js';
import { MemoryFiles } from '../../src/arrays/file-source.js';
import { writeNpy } from '../../src/arrays/npy.js';
import { Registry } from '../../src/catalog/registry.js';
import { addNodeOf, writeOut } from '../../src/catalog/resolve.js';
import { compile } from '../../src/compile/compile.js';
import { connect, disconnect, setParams } from '../../src/document/commands.js';
import { emptyDocument } from '../../src/document/format.js';
import type { Params, PipelineDocument } from '../../src/document/schema.js';
import { Executor } from '../../src/execute/executor.js';
import { seedsBehind } from '../../src/execute/seeds.js';

const registry = new Registry(builtin);
const THETA = [1, -0.8, 0.9, 1.1];
const files = new MemoryFiles();
const { sha256 } = await files.add('theta.npy', writeNpy(Float32Array.from(THETA), [4]));

/** The FCN with a reference and points, and a file of one θ beside them, wired to `port` where one is named. */
function pipeline(port?: 'reference.parameters' | 'reference.outputs' | 'points.parameters'): PipelineDocument {
  let document = emptyDocument();
  for (const type of ['architecture', 'random-inputs', 'load-arrays', 'reference', 'points'])
    document = addNodeOf(document, registry.get(type)!, [0, 0]);
  document = setParams(document, 'load-arrays', { file: { name: 'theta.npy', sha256 }, single: 'parameters' });
  document = setParams(document, 'random-inputs', { count: 5, shape: [1], seed: 3 });
  for (const [from, to] of [
    ['architecture.architecture', 'reference.architecture'],
    ['random-inputs.inputs', 'reference.inputs'],
    ['reference.reference', 'points.reference'],
  ] as const)
    document = connect(document, from, to);
  if (port === 'reference.outputs') return connect(document, 'load-arrays.outputs', port);
  return port ? connect(document, 'load-arrays.parameters', port) : document;
}
const plan = (document: PipelineDocument) => compile(document, { registry, files });
const faults = (document: PipelineDocument, id: string) =>
  plan(document).problems.flatMap(({ node, message, severity }) =>
    node === id && severity === 'error' ? message : [],
  );

describe('Reference θ takes what is wired', () => {
  const wired = pipeline('reference.parameters');

  it('without being told so, and is the same step as when it is told', () => {
    expect(faults(wired, 'reference')).toEqual([]);
    expect(plan(wired).nodes.get('reference')!.params.from).toBe('parameters');
    const told = setParams(wired, 'reference', { from: 'parameters' });
    expect(plan(told).nodes.get('reference')!.key).toBe(plan(wired).nodes.get('reference')!.key);
  });

  it('and its numbers are those of the file', async () => {
    const executor = new Executor({ registry, device: 'cpu', files });
    const results = new Map<string, string>();
    await executor.run(wired, ['reference'], (event) => {
      if (event.kind === 'done') results.set(event.result.id, event.result.key);
    });
    const output = await executor.arrays(results.get('reference')!, 'reference');
    await executor.dispose();
    expect([...output!.arrays.theta!.data]).toEqual([...Float32Array.from(THETA)]);
  });

  it('has no seed where nothing is drawn; its inputs keep theirs', () => {
    expect(seedsBehind(plan(wired), registry, 'reference')).toEqual([3]);
    const seed = Number(wired.nodes.find(({ id }) => id === 'reference')!.params.seed);
    expect(seed).not.toBe(3);
    const cut = disconnect(wired, 'reference.parameters');
    expect(plan(cut).nodes.get('reference')!.params.from).toBe('random');
    expect(seedsBehind(plan(cut), registry, 'reference')).toContain(seed);
  });

  it.each(['random', 'typed'] as const)('and refuses to leave it aside for %s, saying what to do', (from) => {
    const values = from === 'typed' ? THETA : [];
    const [fault] = faults(setParams(wired, 'reference', { from, values }), 'reference');
    expect(fault).toMatch(
      /node 'reference' parameter 'from': Parameters are wired, but θ is from (Seeded random|Typed values); choose Loaded Parameters, or remove the wire/,
    );
  });
});

describe('Points take what is wired', () => {
  const wired = pipeline('points.parameters');

  it('without being told so; typed ones beside a wire are refused', () => {
    expect(faults(wired, 'points')).toEqual([]);
    expect(plan(wired).nodes.get('points')!.params.from).toBe('loaded');
    const typed = setParams(wired, 'points', { from: 'typed', values: [THETA] });
    expect(faults(typed, 'points')[0]).toMatch(/Parameters are wired, but the vectors are Typed; choose Loaded/);
  });

  it('and are typed where nothing is wired', () => {
    expect(faults(pipeline(), 'points')[0]).toMatch(/type one per line, or wire Parameters in/);
    expect(faults(setParams(pipeline(), 'points', { values: [THETA] }), 'points')).toEqual([]);
  });
});

describe('Architecture takes the shape and the classes of what is wired', () => {
  const wired = (params: Params, type = 'glyphs', given: Params = {}): PipelineDocument => {
    let document = addNodeOf(emptyDocument(), registry.get('architecture')!, [0, 0], params);
    document = addNodeOf(document, registry.get(type)!, [0, 0], given);
    return connect(document, `${type}.inputs`, 'architecture.data');
  };
  const net = (document: PipelineDocument) => plan(document).nodes.get('architecture')!;

  it('in place of those typed, so that these change nothing', () => {
    const small = { preset: 'myrtle', width: 2 };
    const given = net(wired(small));
    expect(given.overruled).toEqual(['input', 'classes']);
    expect(given.params).toMatchObject({ input: [1, 28, 28], classes: 10 });
    expect(given.outputs.architecture).toMatchObject({ architecture: { input: [1, 28, 28] } });
    expect(net(wired({ ...small, input: [1, 16, 16], classes: 7 })).key).toBe(given.key);
    expect(net(wired({ ...small, width: 3 })).key).not.toBe(given.key);
  });

  it('only the shape where there are no labels, and the ends of the widths of an MLP', () => {
    const plain = wired({ preset: 'myrtle', classes: 7 }, 'random-inputs', { shape: [3, 16, 16] });
    expect(net(plain)).toMatchObject({ overruled: ['input'], params: { input: [3, 16, 16], classes: 7 } });
    expect(net(wired({ preset: 'mlp', widths: [5, 8, 6, 3] })).params.widths).toEqual([784, 8, 6, 10]);
    expect(net(wired({ preset: 'genni-fcn' })).overruled).toBeUndefined();
  });

  it('and refuses what is no square image where the preset needs one', () => {
    const faulty = (shape: readonly number[]) =>
      faults(wired({ preset: 'resnet20' }, 'random-inputs', { shape: [...shape] }), 'architecture');
    expect(faulty([12])[0]).toMatch(
      /input 'data': expected images \[channels, height, width\].* got inputs of shape \[12\];/,
    );
    expect(faulty([3, 16, 8])[0]).toMatch(
      /input 'data': expected images as high as they are wide .* got \[3, 16, 8\];/,
    );
    expect(faulty([3, 16, 16])).toEqual([]);
    expect(faults(wired({ preset: 'genni-fcn' }), 'architecture')[0]).toMatch(
      /input 'data': expected inputs of shape \[1\], which the preset GENNI FCN takes, got \[1, 28, 28\]; choose another/,
    );
    expect(faults(wired({ preset: 'lenet-5' }), 'architecture')).toEqual([]);
  });
});

describe('documents of before', () => {
  const before = (type: string, params: Params) => {
    const document = emptyDocument();
    const node = { id: 'old', type, version: 1, params, at: [0, 0] as [number, number] };
    return writeOut({ ...document, nodes: [node] }, registry).nodes[0]!;
  };

  it.each([
    ['reference', {}, 'random'],
    ['reference', { from: 'parameters' }, 'parameters'],
    ['points', {}, 'typed'],
    ['points', { from: 'loaded' }, 'loaded'],
  ] as const)('%s with %j still means %s', (type, params, from) => {
    expect(before(type, params)).toMatchObject({ version: 2, params: { from } });
  });
});
