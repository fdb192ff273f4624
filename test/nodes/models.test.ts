/** Architectures with joins, and Models of them, as they run in a document. */
import { describe, expect, it } from 'vitest';
import { builtin } from '../../nodes/index.js';
import { layoutOf } from '../../src/catalog/architecture.js';
import { describeArchitecture, myrtle, resnet20 } from '../../src/catalog/presets.js';
import { Registry } from '../../src/catalog/registry.js';
import { addNodeOf, resolveParams } from '../../src/catalog/resolve.js';
import { compile } from '../../src/compile/compile.js';
import { emptyDocument } from '../../src/document/format.js';
import { documentOf, type Nodes } from '../documents.js';
import { runDocument } from '../golden/run.js';

const registry = new Registry(builtin);
const small = { input: [1, 28, 28], width: 2 };

/** The architecture that a node gives, or the first fault. */
function architectureOf(nodes: Nodes, wires: readonly string[], node: string): unknown {
  const plan = compile(documentOf(nodes, wires), { registry });
  const fault = plan.problems.find(({ severity }) => severity === 'error')?.message;
  return fault ?? (plan.nodes.get(node)!.outputs.architecture as { architecture: unknown }).architecture;
}

describe('architectures', () => {
  it('by preset are those of the papers', () => {
    const preset = (name: string) => architectureOf({ net: ['architecture', { preset: name, ...small }] }, [], 'net');
    expect(preset('resnet20')).toEqual(resnet20([1, 28, 28], 2, 10));
    expect(preset('myrtle')).toEqual(myrtle([1, 28, 28], 2, 10));
    const of = (params: object) => architectureOf({ net: ['architecture', params as never] }, [], 'net');
    expect(of({ preset: 'myrtle', input: [3, 32] })).toMatch(
      /parameter 'input': expected channels, height and an equal/,
    );
    expect(of({ preset: 'myrtle', input: [3, 32, 16] })).toMatch(/got 3, 32, 16; type for example 3, 32, 32/);
  });

  it('have the activation that is chosen, with its number', () => {
    const mlp = (params: object) =>
      architectureOf({ net: ['architecture', { preset: 'mlp', widths: [2, 3, 1], ...params }] }, [], 'net');
    expect(mlp({ activation: 'power', degree: 3 })).toMatchObject({
      layers: [{}, { activation: { name: 'power', degree: 3 } }, {}],
    });
    expect(mlp({ activation: 'leaky-relu', slope: 0.2 })).toMatchObject({
      layers: [{}, { activation: { name: 'leaky-relu', slope: 0.2 } }, {}],
    });
  });

  it('of documents from before keep the activation that was meant without a word: tanh', () => {
    const definition = registry.get('architecture')!;
    const resolved = (params: object) =>
      resolveParams(definition, { id: 'net', version: 1, params: params as never }).params;
    expect(resolved({ preset: 'mlp', widths: [2, 3, 1] })).toMatchObject({ activation: 'tanh' });
    expect(resolved({ preset: 'mlp', activation: 'relu' })).toMatchObject({ activation: 'relu' });
  });

  it('are described in one short line, repeats counted', () => {
    expect(describeArchitecture(resnet20([3, 32, 32], 16, 10))).toBe(
      '3×32×32 → conv 16@3×3 → batch norm → ReLU → 3 × (residual 16 → ReLU) → 3 × (residual 32 → ReLU) → 3 × (residual 64 → ReLU) → mean-pool 8 → flatten → dense 10',
    );
  });

  it('wired from layers with joins are those of the preset', () => {
    const conv = (channels: number, kernel = 3, stride = 1) => {
      const padding = (kernel - 1) / 2;
      return ['conv', { channels, kernel, stride, padding, bias: false }] as const;
    };
    const nodes: Nodes = {
      input: ['input', { shape: [2, 8, 8] }],
      inside: ['input', { shape: [2, 8, 8] }],
      c1: conv(4, 3, 2),
      n1: ['batch-norm'],
      a1: ['activation'],
      c2: conv(4),
      n2: ['batch-norm'],
      beside: ['input', { shape: [2, 8, 8] }],
      c3: conv(4, 1, 2),
      n3: ['batch-norm'],
      join: ['residual'],
    };
    const chain = (...ids: string[]) => ids.slice(1).map((id, i) => `${ids[i]}.architecture ${id}.architecture`);
    const wires = [
      ...chain('input', 'join'),
      ...chain('inside', 'c1', 'n1', 'a1', 'c2', 'n2'),
      'n2.architecture join.block',
      ...chain('beside', 'c3', 'n3'),
      'n3.architecture join.shortcut',
    ];
    const { layers } = resnet20([3, 16, 16], 2, 10);
    const third = layers.filter(({ kind }) => kind === 'residual')[3]!; // 2 → 4 channels, stride 2
    expect(architectureOf(nodes, wires, 'join')).toMatchObject({ input: [2, 8, 8], layers: [third] });
    const straight = wires.filter((wire) => !wire.endsWith('join.shortcut'));
    expect(architectureOf(nodes, straight, 'join')).toMatch(
      /expected the shortcut to give \[4, 4, 4\] as the block does/,
    );
    const other = { ...nodes, inside: ['input', { shape: [3, 8, 8] }] } as Nodes;
    expect(architectureOf(other, wires, 'join')).toMatch(
      /input 'block': expected an architecture that starts with \[2, 8, 8\].* got \[3, 8, 8\]/,
    );
  });

  it('with joins are refused where a plain sequence is meant', () => {
    const nodes: Nodes = {
      net: ['architecture', { preset: 'resnet20', ...small }],
      x: ['random-inputs', { shape: [1, 28, 28], count: 4 }],
      theta: ['reference'],
    };
    const plan = compile(documentOf(nodes, ['net.architecture theta.architecture', 'x.inputs theta.inputs']), {
      registry,
    });
    expect(plan.problems.map(({ message }) => message).join()).toContain('expected a plain sequence of layers');
  });
});

describe('a Model', () => {
  const data: Nodes = { digits: ['glyphs', { count: 60 }], net: ['architecture', { preset: 'resnet20', ...small }] };

  it('of a ResNet20 is trained, moves its statistics, and is scored', async () => {
    const ran = await runDocument(
      documentOf({ ...data, trained: ['model', { seeds: [1], epochs: 2, batch: 20 }], score: ['score'] }, [
        'digits.inputs trained.data',
        'net.architecture trained.architecture',
        'trained.model score.model',
        'digits.inputs score.data',
      ]),
    );
    expect(ran.failures).toEqual([]);
    const { theta, buffers } = await ran.arrays('trained', 'model');
    const { size, bufferSize } = layoutOf(resnet20([1, 28, 28], 2, 10));
    expect([theta!.shape, buffers!.shape]).toEqual([
      [1, size],
      [1, bufferSize],
    ]);
    expect([...buffers!.data].some((value) => value !== 0 && value !== 1)).toBe(true);
    const { trainingAccuracy } = ran.results.get('trained')!.view.summary;
    expect(ran.results.get('score')!.view.summary.accuracy).toBeCloseTo(trainingAccuracy as number, 6);
    expect(ran.results.get('trained')!.view.plots.map(({ title }) => title)).toEqual([
      'Loss by epoch',
      'Accuracy by epoch',
      'Scores of the finished networks',
    ]);
  });

  it('that is added takes a seed that no other has, and two that are the same say so', () => {
    const model = registry.get('model')!;
    let document = addNodeOf(emptyDocument(), model, [0, 0]);
    document = addNodeOf(document, registry.get('reference')!, [0, 0]);
    document = addNodeOf(document, model, [0, 0], { mode: 'initialise' });
    expect(document.nodes.map(({ params }) => params.seeds ?? params.seed)).toEqual([[0], 1, [2]]);
    const nodes: Nodes = { net: data.net!, a: ['model', { mode: 'initialise' }], b: ['model', { mode: 'initialise' }] };
    const same = documentOf(nodes, ['net.architecture a.architecture', 'net.architecture b.architecture']);
    expect(compile(same, { registry }).problems.map(({ message }) => message)).toEqual([
      expect.stringContaining(
        "'a' and 'b' are the same in everything, so they are computed once and hold equal numbers; give one other seeds",
      ),
    ]);
  });

  it('is drawn without data, and then has neither curves nor scores', async () => {
    const wires = ['net.architecture drawn.architecture'];
    const nodes: Nodes = { net: data.net!, drawn: ['model', { mode: 'initialise', seeds: [0, 1] }] };
    const ran = await runDocument(documentOf(nodes, wires));
    expect(ran.failures).toEqual([]);
    expect(ran.results.get('drawn')!.view).toMatchObject({
      summary: { networks: 2 },
      plots: [],
      status: '2 networks · not trained',
    });
    const plan = compile(documentOf({ ...nodes, drawn: ['model'] }, wires), { registry });
    expect(plan.problems.map(({ message }) => message).join()).toContain("input 'data': expected labelled inputs");
    const wrong = compile(documentOf({ ...nodes, table: ['table'] }, [...wires, 'drawn.scores table.data']), {
      registry,
    });
    expect(wrong.problems.map(({ message }) => message).join()).toContain('the networks are drawn, not trained');
  });
});
