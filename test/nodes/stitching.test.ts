/** Stitching, rotating and dissecting as they run in documents, and what is refused before a run. */
import { describe, expect, it } from 'vitest';
import { builtin } from '../../nodes/index.js';
import { MemoryFiles } from '../../src/arrays/file-source.js';
import { FiberscopeError } from '../../src/catalog/errors.js';
import type { Cost } from '../../src/catalog/info.js';
import { mlp, myrtle, resnet20 } from '../../src/catalog/presets.js';
import { documentOf } from '../documents.js';
import { runDocument } from '../golden/run.js';

const architecture = mlp([784, 16, 16, 10], { name: 'relu' }, true);
const net = ['architecture', { preset: 'mlp', widths: [784, 16, 16, 10], activation: 'relu' }] as const;
const quick = { epochs: 3, batch: 32, learningRate: 0.005 };

describe('documents', () => {
  it('stitch networks, act on them, and fine-tune what follows', async () => {
    const ran = await runDocument(
      documentOf(
        {
          digits: ['glyphs', { count: 700 }],
          parts: ['split', { share: 0.3 }],
          net,
          a: ['model', { seeds: [0, 1], ...quick }],
          b: ['model', { seeds: [2, 3], ...quick }],
          stitch: ['stitch', { epochs: 2 }],
          turned: ['rotate', { layer: 'relu 1', kind: 'group' }],
          tuned: ['fine-tune', { layer: 'relu 1', ...quick, epochs: 1 }],
          penalty: ['rotation-penalty', { ...quick, epochs: 1, control: true }],
        },
        [
          'digits.inputs parts.inputs',
          ...['a', 'b'].flatMap((id) => [`net.architecture ${id}.architecture`, `parts.train ${id}.data`]),
          ...['a.model stitch.a', 'b.model stitch.b', 'parts.train stitch.data', 'parts.test stitch.test'],
          ...['a.model turned.model', 'turned.model tuned.model', 'a.model tuned.original'],
          ...['parts.train tuned.data', 'parts.test tuned.test'],
          ...['a.model penalty.model', 'parts.train penalty.data', 'parts.test penalty.test'],
        ],
      ),
    );
    expect(ran.failures).toEqual([]);
    const view = (id: string) => ran.results.get(id)!.view;
    const ids = view('stitch').notes.map(({ id }) => id);
    expect(ids).toEqual(['rank-above-group', 'group-not-below-affine', 'identity-above-group']);
    expect(Object.keys(view('stitch').summary)).toContain('G_ReLU, layer 3 (points)');
    const [stitched] = view('stitch').plots;
    if (stitched?.kind !== 'curves') throw new Error('no chart');
    expect(stitched.curve.places).toEqual(['ReLU 1', 'ReLU 2']);
    expect(stitched.curve.lines.map(({ name }) => name)).toEqual(['identity', 'G_ReLU', 'rank 1', 'full affine']);
    const [identity, , rank, affine] = stitched.curve.lines;
    for (const place of [0, 1]) {
      expect(identity!.y[place]).toBeGreaterThan(affine!.y[place]! + 10);
      expect(rank!.y[place]).toBeGreaterThan(affine!.y[place]! + 5);
    }
    expect(view('turned').summary).toMatchObject({ networks: 2, channels: 16 });
    const tuned = view('tuned').summary;
    expect(tuned['rotation penalty (points)']).toBeCloseTo(
      Number(tuned['accuracy of the original (%)']) - Number(tuned['accuracy fine-tuned (%)']),
      9,
    );
    expect(Number(tuned['accuracy fine-tuned (%)'])).toBeGreaterThan(Number(tuned['accuracy before (%)']));
    const [turned] = view('penalty').plots;
    if (turned?.kind !== 'curves') throw new Error('no chart');
    expect(turned.curve.spreadName).toBe('± 2 standard errors over 2 trials');
  });

  it('dissect networks on scenes, which keep their masks through a split', async () => {
    const ran = await runDocument(
      documentOf(
        {
          scenes: ['scenes', { count: 48 }],
          parts: ['split', { share: 0.5 }],
          net: ['architecture', { preset: 'myrtle', width: 2, input: [3, 32, 32] }],
          drawn: ['model', { mode: 'initialise', seeds: [0, 1] }],
          dissect: ['dissect', { layers: 'conv 2, relu 2', alphas: [0, 1], rotations: 1 }],
        },
        [
          'scenes.inputs parts.inputs',
          'net.architecture drawn.architecture',
          'drawn.model dissect.model',
          'parts.test dissect.data',
        ],
      ),
    );
    expect(ran.failures).toEqual([]);
    const { plots, notes, summary } = ran.results.get('dissect')!.view;
    if (plots[0]?.kind !== 'curves') throw new Error('no chart');
    expect([...plots[0].curve.x]).toEqual([0, 1]);
    expect(notes.map(({ id }) => id)).toEqual(['interpretable-to-be-activated', 'interpretable-activated']);
    expect(Object.values(summary).every((share) => Number(share) >= 0 && Number(share) <= 1)).toBe(true);
  });
});

type Inferred = { readonly outputs: object; readonly cost: Cost };

function infer(type: string, params: object, inputs: object): Inferred {
  const node = builtin.find((candidate) => candidate.type === type)!;
  return node.infer({ params: node.params.parse(params), inputs, files: new MemoryFiles() } as never) as Inferred;
}

function refusal(type: string, params: object, inputs: object): string {
  try {
    infer(type, params, inputs);
  } catch (error) {
    if (error instanceof FiberscopeError) return `${error.kind}: ${error.message}`;
    throw error;
  }
  return 'accepted';
}

const model = (of = architecture, count = 1) => ({ type: 'Model', architecture: of, count });
const digits = { type: 'Inputs', count: 1000, item: [1, 28, 28], classes: 10 };
const scenes = { type: 'Inputs', count: 100, item: [3, 32, 32], classes: 12, concepts: 10 };
const cnn = myrtle([3, 32, 32], 4, 12, { name: 'relu' });

describe('Stitch', () => {
  const wired = (b: object, data: object = digits) => ({ a: model(), b, data });

  it('costs what its classes, layers and pairs take', () => {
    const one = infer('stitch', { layers: 'relu 1', ranks: [], identity: false, group: false }, wired(model()));
    const all = infer(
      'stitch',
      { layers: 'relu 1' },
      { a: model(architecture, 3), b: model(architecture, 3), data: digits },
    );
    expect(all.cost.points).toBe(12);
    expect(one.cost.points).toBe(1);
    expect(all.cost.multiplyAdds).toBeGreaterThan(4 * one.cost.multiplyAdds);
  });

  it('refuses networks that make no pairs, data without labels, and layers that are not there', () => {
    expect(refusal('stitch', {}, wired(model(mlp([784, 12, 10], { name: 'relu' }, true))))).toMatch(
      /^shape: input 'b': expected networks of A's architecture, got .*dense 12/,
    );
    expect(refusal('stitch', {}, { ...wired(model(architecture, 2)), a: model(architecture, 3) })).toMatch(
      /^shape: input 'b': expected 3 networks as in A, or one, got 2/,
    );
    expect(refusal('stitch', {}, wired(model(), { ...digits, classes: undefined }))).toMatch(/^shape: input 'data'/);
    expect(refusal('stitch', { layers: 'relu 3' }, wired(model()))).toMatch(/^parameter: parameter 'layers'.*ReLU 2/);
    expect(refusal('stitch', { layers: 'dense 3' }, wired(model()))).toMatch(/got dense 3 \(layer 4\), the last/);
    expect(infer('stitch', { layers: 'dense' }, wired(model())).cost.points).toBe(8); // without the last
    const none = { identity: false, group: false, ranks: [], affine: false };
    expect(refusal('stitch', none, wired(model()))).toMatch(
      /^parameter: parameter 'group': expected at least one class/,
    );
  });
});

describe('Rotate and Fine-tune', () => {
  it('give the Architecture one layer more: a dense one on vectors, a convolution on images', () => {
    const layers = (of: typeof architecture) => {
      const { outputs } = infer('rotate', { layer: 'relu 2' }, { model: model(of, 2) });
      return (outputs as { model: ReturnType<typeof model> }).model.architecture.layers;
    };
    expect(layers(architecture)[3]).toEqual({ kind: 'dense', units: 16, bias: false });
    const conv = { kind: 'conv', channels: 8, kernel: [1, 1], stride: 1, padding: 0, bias: false };
    expect(layers(cnn)[5]).toEqual(conv);
  });

  it('refuse what is no activation, several layers, and places that nothing can be trained after', () => {
    expect(refusal('rotate', { layer: 'dense 1' }, { model: model() })).toMatch(/expected activations, got dense 1/);
    expect(refusal('rotate', { layer: 'relu' }, { model: model() })).toMatch(
      /expected the name of one layer, got 'relu', which are ReLU 1.*ReLU 2/,
    );
    const tune = (layer: string, of = architecture, data: object = digits) =>
      refusal('fine-tune', { layer }, { model: model(of), data });
    expect(tune('dense 3')).toMatch(/got dense 3 \(layer 4\), the last: nothing would be left to train/);
    const resnet = resnet20([3, 32, 32], 4, 12, { name: 'relu' });
    expect(tune('relu 2', resnet, scenes)).toMatch(/expected layers outside residual blocks, got ReLU 2\*/);
    expect(tune('relu 1', cnn, { ...scenes, count: 200_000 })).toMatch(/^limit: parameter 'layer': expected at most/);
    const original = { model: model(architecture, 3), original: model(architecture, 2), data: digits };
    expect(refusal('fine-tune', {}, original)).toMatch(/^shape: input 'original': expected 3 networks/);
  });

  it('rotation penalties leave out layers inside residual blocks, and need some way to act', () => {
    const resnet = model(resnet20([3, 32, 32], 4, 12, { name: 'relu' }));
    expect(infer('rotation-penalty', {}, { model: resnet, data: scenes }).outputs).toEqual({ penalty: {}, table: {} });
    const none = { group: false, orthogonal: false };
    expect(refusal('rotation-penalty', none, { model: model(), data: digits })).toMatch(
      /expected at least one way to act/,
    );
  });
});

describe('Dissect', () => {
  it('refuses data without masks, layers that are no images, and angles out of range', () => {
    const wired = (data: object = scenes) => ({ model: model(cnn), data });
    expect(refusal('dissect', {}, wired({ ...scenes, concepts: undefined }))).toMatch(
      /expected images with masks of concepts/,
    );
    expect(refusal('dissect', { layers: 'flatten' }, wired())).toMatch(/expected layers of images .*got flatten/);
    expect(refusal('dissect', { alphas: [0, 2] }, wired())).toMatch(/expected numbers from 0 to 1, got 2/);
    expect(infer('dissect', {}, wired()).cost.points).toBe(12);
  });
});
