/** What is saved is what PyTorch loads, and what PyTorch saves is loaded. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readArrays } from '../../../src/arrays/array-file.js';
import { type Activation, type Architecture, type Layer, layoutOf } from '../../../src/catalog/architecture.js';
import type { Inputs, Model } from '../../../src/catalog/values.js';
import type { Device } from '../../../src/catalog/work.js';
import { loadModel } from '../../../src/methods/models/load.js';
import { matchNotes, matchTable, modelArrays } from '../../../src/methods/models/model-arrays.js';
import { networkAt } from '../../../src/methods/models/networks.js';
import { outputsOf } from '../../../src/methods/models/score.js';
import { modelFiles, stateDict } from '../../../src/methods/models/state-dict.js';
import { openDevice } from '../../../src/tensor/device.js';
import { silent } from '../fixtures.js';

const conv = (channels: number, kernel: number, stride: number): Layer => ({
  kind: 'conv',
  channels,
  kernel: [kernel, kernel],
  stride,
  padding: (kernel - 1) / 2,
  bias: false,
});
const norm: Layer = { kind: 'batch-norm', momentum: 0.1, epsilon: 1e-5 };
const apply = (activation: Activation): Layer => ({ kind: 'activation', activation });
const network: Architecture = {
  type: 'Architecture',
  input: [2, 8, 8],
  layers: [
    conv(3, 3, 1),
    norm,
    apply({ name: 'leaky-relu', slope: 0.1 }),
    {
      kind: 'residual',
      block: [conv(4, 3, 2), norm, apply({ name: 'tanh' }), conv(4, 3, 1), norm],
      shortcut: [conv(4, 1, 2), norm],
    },
    apply({ name: 'gelu' }),
    { kind: 'pool', pool: 'mean', size: 4, stride: 4 },
    { kind: 'flatten' },
    { kind: 'dense', units: 5, bias: true },
  ],
};

/** Two networks of numbers that are easy to make again, and inputs. */
function setting(): { readonly model: Model; readonly inputs: Inputs } {
  const { size, bufferSize, buffers: places } = layoutOf(network);
  const buffers = new Float32Array(2 * bufferSize);
  for (let i = 0; i < 2; i++)
    for (const { role, offset, size: channels } of places)
      for (let c = 0; c < channels; c++) {
        const k = i * bufferSize + offset + c;
        buffers[k] = role === 'mean' ? 0.1 * Math.cos(k) : 1 + 0.5 * Math.sin(k) ** 2;
      }
  const count = 3;
  return {
    model: {
      type: 'Model',
      architecture: network,
      theta: Float32Array.from({ length: 2 * size }, (_, k) => 0.3 * Math.sin(0.37 * k + 0.1)),
      buffers,
      count: 2,
      names: ['seed 0', 'seed 4'],
      origin: 'made for a test',
      flags: [],
    },
    inputs: {
      type: 'Inputs',
      x: Float32Array.from({ length: count * 128 }, (_, k) => 2 * Math.sin(0.11 * k * (1 + 2 * Math.floor(k / 128)))),
      count,
      item: [2, 8, 8],
      weights: new Float32Array(count).fill(1 / count),
      source: 'waves',
    },
  };
}

/** Of network 0 on the three inputs by PyTorch 1.13.1: load_state_dict.py on the file that `modelFiles` writes of it. */
const PYTORCH = [
  -0.44701391, -0.59451205, -0.16557378, 0.08852273, -0.20110402, -0.44555146, -0.59241784, -0.16665648, 0.08623222,
  -0.2004367, -0.44559711, -0.59391034, -0.16688147, 0.08768389, -0.19994846,
];

const installed = spawnSync('/usr/bin/python3', ['-c', 'import torch, numpy']).status === 0;

describe('networks as state dicts', () => {
  const { model, inputs } = setting();
  let device: Device;
  let folder: string;
  beforeAll(async () => {
    device = await openDevice('cpu', { threads: 1 });
    folder = mkdtempSync(join(tmpdir(), 'state-dict-'));
  });
  afterAll(async () => {
    await device.dispose();
    rmSync(folder, { recursive: true });
  });
  const given = async (i: number): Promise<number[]> => [
    ...(await outputsOf(networkAt(model, i), inputs, device, silent)),
  ];
  const near = (ours: readonly number[], theirs: readonly number[]): void => {
    expect(ours).toHaveLength(theirs.length);
    const largest = Math.max(...theirs.map(Math.abs));
    for (const [i, value] of ours.entries()) expect(Math.abs(value - theirs[i]!)).toBeLessThan(1e-5 * largest);
  };

  it('give the outputs that PyTorch gave', async () => near(await given(0), PYTORCH));

  it('have a file each, with the names and counters of PyTorch', () => {
    expect(modelFiles(model, 'a.model').map(({ name }) => name)).toEqual([
      'a.model.seed-0.safetensors',
      'a.model.seed-4.safetensors',
    ]);
    const [one] = modelFiles({ ...model, count: 1, names: ['seed 0'] }, 'a.model');
    expect(one!.name).toBe('a.model.safetensors');
    expect(stateDict(model, 0).map(({ name }) => name)).toContain('3.block.1.num_batches_tracked');
    const [first] = modelFiles(model, 'a');
    const arrays = readArrays(first!.name, first!.bytes);
    expect(arrays.find(({ name }) => name === '1.num_batches_tracked')).toMatchObject({ dtype: 'i8', shape: [] });
    expect(arrays).toHaveLength(stateDict(model, 0).length);
  });

  it('come back from their files as they were', () => {
    for (const [i, { name, bytes }] of modelFiles(model, 'a').entries()) {
      const arrays = readArrays(name, bytes);
      const used = modelArrays(name, arrays, network, new Map());
      const back = loadModel(name, arrays, network, used);
      const { theta, buffers } = networkAt(model, i);
      expect(back.theta).toEqual(theta.slice());
      expect(back.buffers).toEqual(buffers.slice());
      const how = matchTable(arrays, used).rows.map(([, , , by]) => by);
      expect(new Set(how)).toEqual(new Set(['by name', 'not used'])); // the counters are not
      expect(matchNotes(matchTable(arrays, used))).toEqual([]);
    }
  });

  it('say which arrays of a file are left over', () => {
    const [{ name, bytes }] = modelFiles(model, 'a') as [{ name: string; bytes: Uint8Array }];
    const arrays = [...readArrays(name, bytes), { name: 'extra', dtype: 'f4', shape: [2], data: [1, 2] } as never];
    const table = matchTable(arrays, modelArrays(name, arrays, network, new Map()));
    const text = expect.stringContaining('takes: extra is not used');
    expect(matchNotes(table)).toEqual([{ level: 'warning', id: 'arrays-unused', text }]);
  });

  it(installed
    ? 'load in PyTorch strictly with the same outputs, and PyTorch’s own names load here'
    : 'give PyTorch’s recorded outputs (python3-torch is not installed, so no file was loaded there)', async () => {
    if (!installed) {
      near(await given(0), PYTORCH);
      return;
    }
    writeFileSync(join(folder, 'architecture.json'), JSON.stringify(network));
    writeFileSync(join(folder, 'inputs.f4'), new Uint8Array(inputs.x.buffer));
    for (const [i, { name, bytes }] of modelFiles(model, 'a').entries()) {
      writeFileSync(join(folder, name), bytes);
      const other = join(folder, `${i}.npz`);
      const script = join(import.meta.dirname, 'load_state_dict.py');
      const files = ['architecture.json', name, 'inputs.f4'].map((file) => join(folder, file));
      const printed = execFileSync('/usr/bin/python3', [script, ...files, other], { encoding: 'utf8' });
      near(await given(i), JSON.parse(printed) as number[]);
      const arrays = readArrays(other, readFileSync(other));
      const back = loadModel(other, arrays, network, modelArrays(other, arrays, network, new Map()));
      expect(back.theta).toEqual(networkAt(model, i).theta.slice());
      expect(back.buffers).toEqual(networkAt(model, i).buffers.slice());
    }
  }, 60_000);
});
