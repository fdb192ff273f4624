/** Trained networks on the command line: saved as PyTorch's, loaded again, and trained once. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Device } from '../../src/catalog/work.js';
import type { MainOptions } from '../../src/cli/main.js';
import { openDevice } from '../../src/tensor/device.js';
import type { Nodes } from '../documents.js';
import { cli, folder, pipeline, written } from './harness.js';

const NODES: Nodes = {
  digits: ['glyphs', { count: 200 }],
  parts: ['split'],
  net: ['architecture', { preset: 'mlp', widths: [784, 8, 10] }],
  trained: ['model', { seeds: [0, 3], epochs: 2 }],
  score: ['score'],
};
const WIRES = [
  'digits.inputs parts.inputs',
  'net.architecture trained.architecture',
  'parts.train trained.data',
  'trained.model score.model',
  'parts.test score.data',
];

/** A device whose training is dear, and how often it trained. */
function dear(cache: string): { readonly options: MainOptions; readonly trainings: () => number } {
  let trainings = 0;
  return {
    trainings: () => trainings,
    options: {
      cache: { folder: cache, build: 'b' },
      openDevice: async () => {
        const device = await openDevice('cpu', { threads: 1 });
        const train = device.train.bind(device);
        const slow: Device['train'] = async (work, control) => {
          trainings++;
          await new Promise((resolve) => setTimeout(resolve, 1100));
          return train(work, control);
        };
        return Object.assign(device, { train: slow });
      },
    },
  };
}

interface Manifest {
  readonly nodes: Readonly<
    Record<string, { readonly cached?: true; readonly files: readonly string[]; readonly summary: object }>
  >;
}
const manifestIn = (out: string): Manifest => JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')) as Manifest;

test('a network is saved with PyTorch’s names, and scores the same when it is loaded', async () => {
  const out = join(folder(), 'out');
  const one = { ...NODES, trained: ['model', { seeds: [3], epochs: 2 }] } as const;
  const saved = await cli(['run', written(pipeline(one, WIRES)), '--quiet', '--out', out, '--device', 'cpu']);
  expect(saved).toMatchObject({ code: 0 });
  const { nodes } = manifestIn(out);
  expect(nodes.trained!.files).toContain('trained.model.safetensors');
  const { trained: _, ...others } = NODES;
  const wires = WIRES.filter((wire) => !wire.includes('trained'));
  const loading = pipeline({ ...others, loaded: ['load-model'] }, [
    ...wires,
    'net.architecture loaded.architecture',
    'loaded.model score.model',
  ]);
  const again = join(folder(), 'again');
  const set = ['--set', `loaded.file=${join(out, 'trained.model.safetensors')}`];
  const ran = await cli(['run', written(loading), '--quiet', '--out', again, '--device', 'cpu', ...set]);
  expect(ran).toMatchObject({ code: 0 });
  expect(manifestIn(again).nodes.score!.summary).toEqual(nodes.score!.summary);
});

test('what was trained is kept across runs: neither the same run nor one with more below trains again', async () => {
  const { options, trainings } = dear(join(folder(), 'cache'));
  const outs = [join(folder(), 'one'), join(folder(), 'two')] as const;
  await cli(['run', written(pipeline(NODES, WIRES)), '--quiet', '--out', outs[0]], options);
  const more = pipeline({ ...NODES, again: ['score'] }, [
    ...WIRES,
    'trained.model again.model',
    'parts.train again.data',
  ]);
  expect((await cli(['run', written(more), '--quiet', '--out', outs[1]], options)).code).toBe(0);
  expect(trainings()).toBe(1);
  const names = ['trained.model.seed-0.safetensors', 'trained.model.seed-3.safetensors'];
  for (const out of outs) expect(readdirSync(out)).toEqual(expect.arrayContaining(names));
  const [first, second] = outs.map((out) => manifestIn(out).nodes.trained!);
  expect(first!.cached).toBeUndefined();
  expect(second).toEqual({ ...first, cached: true });
  for (const name of first!.files.filter((each) => each.endsWith('.npz') || each.endsWith('.safetensors')))
    expect(readFileSync(join(outs[1], name))).toEqual(readFileSync(join(outs[0], name)));
  await cli(['run', written(pipeline(NODES, WIRES)), '--quiet', '--set', 'trained.epochs=3'], options);
  expect(trainings()).toBe(2);
});

test('--stop-after ends trainings that take longer, keeps what there is, and says so; what is over sooner is not touched', async () => {
  const endless = { ...NODES, trained: ['model', { seeds: [0, 3], epochs: 100_000 }] } as const;
  const into = folder();
  const of = async (nodes: Nodes, seconds: string) => {
    const out = join(into, seconds);
    const argv = ['run', written(pipeline(nodes, WIRES)), '--out', out, '--device', 'cpu', '--threads', '1'];
    const ran = await cli([...argv, '--stop-after', seconds]);
    expect(ran).toMatchObject({ code: 0 });
    return { ...ran, ...manifestIn(out) };
  };
  const stopped = await of(endless, '.3');
  expect(stopped.nodes.trained).toMatchObject({
    stopped: 'here',
    files: expect.arrayContaining(['trained.history.npz']),
  });
  expect(stopped.nodes.score).toMatchObject({ stopped: 'above' });
  expect(stopped.nodes.digits).not.toHaveProperty('stopped');
  for (const id of ['trained', 'score'])
    expect(stopped.out).toMatch(
      new RegExp(
        `^${id} (.*\\n)(  .*\\n)+  warning: seed 0: stopped (after epoch \\d+|in its first epoch) of 100000\\.$`,
        'm',
      ),
    );
  const whole = await of(NODES, '600');
  expect(whole.nodes.trained).not.toHaveProperty('stopped');
});

test('plan says what training will take before it runs', async () => {
  const { out, code } = await cli(['plan', written(pipeline(NODES, WIRES)), '--device', 'cpu']);
  expect(code).toBe(0);
  expect(out).toMatch(/^4 +trained .* 640 +1\.42·10⁷ .*[≈<] [\d.]+ (ms|s|min) /m); // 2 networks × 2 epochs × 160 examples
});

const LABELLED = 'expected inputs with labels, got none';
test.each<readonly [string, Nodes, string]>([
  ['no labels', { digits: ['random-inputs', { shape: [784], count: 50 }] }, LABELLED],
  ['too many classes', { net: ['architecture', { preset: 'mlp', widths: [784, 8, 4] }] }, 'at most 4 classes'],
  [
    'another shape',
    { net: ['architecture', { preset: 'mlp', widths: [100, 10] }] },
    'shape [100], or any of 100 numbers',
  ],
  ['a seed twice', { trained: ['model', { seeds: [1, 1] }] }, 'at least one seed and no two equal, got 1, 1'],
])('%s is refused before anything runs', async (_, change, message) => {
  const { digits, net, trained } = NODES;
  const document = pipeline({ digits: digits!, net: net!, trained: trained!, ...change }, [
    'digits.inputs trained.data',
    'net.architecture trained.architecture',
  ]);
  const { code, err, out } = await cli(['check', written(document)]);
  expect(code).toBe(2);
  expect(err + out).toContain(message);
});
