/** The authors' own recorded grids: J on every point of the FCN on 35² and 50³, LeNet on 15². */
import { afterAll, describe, expect, inject, it } from 'vitest';
import { readNpz } from '../../src/arrays/npz.js';
import type { Architecture } from '../../src/catalog/architecture.js';
import type { Inputs, Outputs, Subspace } from '../../src/catalog/values.js';
import { deviation } from '../golden/deviation.js';
import { FCN, LENET } from './networks.js';
import { onEachDevice, quiet } from './setting.js';

interface Recorded {
  readonly inputs: Inputs;
  readonly outputs: Outputs;
  readonly subspace: Subspace;
  readonly low: number;
  readonly high: number;
  readonly points: number;
  readonly loss: Float64Array; // axis k = coefficient of basis vector m − 1 − k
}

const folder = inject('reference');
let run = 0;

async function bytesOf(name: string): Promise<Uint8Array> {
  if (typeof window === 'undefined') {
    const { readFile } = await import('node:fs/promises');
    return readFile(`${folder}/${name}`);
  }
  const response = await fetch(`/@fs${folder}/${name}`);
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

async function recorded(name: string, item: readonly number[]): Promise<Recorded> {
  const arrays = new Map(readNpz(await bytesOf(name), name).map((array) => [array.name, array]));
  const [x, y, weights, theta, basis, bound, loss] = ['x', 'y', 'weights', 'theta', 'basis', 'bound', 'loss'].map(
    (key) => arrays.get(key),
  );
  const count = x!.shape[0]!;
  const [rank, size] = basis!.shape as [number, number];
  return {
    inputs: {
      type: 'Inputs',
      x: Float32Array.from(x!.data),
      count,
      item,
      weights: Float32Array.from(weights!.data),
      source: name,
    },
    outputs: { type: 'Outputs', y: Float32Array.from(y!.data), count, width: 1 },
    subspace: {
      type: 'Subspace',
      origin: Float32Array.from(theta!.data.slice(0, size)),
      basis: Float32Array.from(basis!.data),
      rank,
      size,
      coordinates: new Float64Array((rank + 1) * rank),
      flags: [],
    },
    low: bound!.data[0]!,
    high: bound!.data[1]!,
    points: loss!.shape[0]!,
    loss: Float64Array.from(loss!.data),
  };
}

const CASES: readonly [string, string, Architecture, readonly number[]][] = [
  ['the FCN on 35²', 'case_fcn_2d_35.npz', FCN, [1]],
  ['the FCN on 50³', 'case_fcn_3d_50.npz', FCN, [1]],
  ['LeNet on 15²', 'case_lenet_2d_15.npz', LENET, [1, 28, 28]],
];

describe('the recorded grids', () => {
  afterAll(() => {
    console.log(folder === '' ? 'reference: absent' : `reference: ${run} run`);
  });

  it('are there where they are required', () => {
    if (folder === '' && inject('requireReference')) throw new Error('reference: absent, but REQUIRE_REFERENCE=1');
  });

  if (folder !== '')
    onEachDevice((device) => {
      it.each(CASES)('%s agrees at every point', async (_, file, architecture, item) => {
        const { inputs, outputs, subspace, low, high, points, loss } = await recorded(file, item);
        const lattice = { subspace, low, high, points };
        const work = { architecture, inputs, outputs, family: { kind: 'lattice', lattice } } as const;
        const got = await device().evaluate(work, quiet);
        const shape = Array.from({ length: subspace.rank }, () => points);
        expect(deviation(got.loss, loss, shape)).toBeLessThanOrEqual(1); // 1e-4 relative + 1e-9
        run++;
      });
    });
});
