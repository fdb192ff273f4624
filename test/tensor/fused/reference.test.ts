/** The authors' own recorded FCN grids (METHODS A): J at every point, on every fused route that runs in Node. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readNpz } from '../../../src/arrays/npz.js';
import type { Lattice } from '../../../src/catalog/values.js';
import { evaluateFusedCpu, evaluateFusedWasm } from '../../../src/tensor/fused/index.js';
import { FCN, quiet, worst } from './oracles.js';

const folder = join(dirname(fileURLToPath(import.meta.url)), '../../../../shared/reference/genni');
const CASES = ['case_fcn_2d_35.npz', 'case_fcn_3d_50.npz'];
const present = CASES.filter((name) => existsSync(join(folder, name)));

test('recorded FCN grids', async () => {
  if (present.length === 0 && process.env.REQUIRE_REFERENCE !== '1') {
    console.log('reference: absent');
    return;
  }
  expect(present).toEqual(CASES);
  for (const name of CASES) {
    const arrays = new Map(readNpz(readFileSync(join(folder, name)), name).map((array) => [array.name, array]));
    const floats = (key: string): Float32Array => Float32Array.from(arrays.get(key)!.data as Float32Array);
    const [points, ...others] = arrays.get('loss')!.shape as readonly [number, ...number[]];
    const rank = others.length + 1;
    const [low, high] = floats('bound') as unknown as [number, number];
    const lattice: Lattice = {
      subspace: {
        type: 'Subspace',
        origin: floats('theta').subarray(0, 4),
        basis: floats('basis'),
        rank,
        size: 4,
        coordinates: new Float64Array(rank),
        flags: [],
      },
      low,
      high,
      points,
    };
    const recorded = arrays.get('loss')!.data as Float64Array;
    const want = Float64Array.from(recorded, (_, index) => recorded[reversed(index, points, rank)]!);
    const x = floats('x');
    const inputs = { type: 'Inputs', x, count: x.length, item: [1], weights: floats('weights'), source: name } as const;
    const outputs = { type: 'Outputs', y: floats('y'), count: x.length, width: 1 } as const;
    const work = { architecture: FCN, inputs, outputs, family: { kind: 'lattice', lattice } } as const;
    for (const evaluate of [evaluateFusedCpu, evaluateFusedWasm]) {
      const { loss } = await evaluate(work, quiet());
      expect(worst(loss, want, 1e-9, 1e-4), name).toBeLessThan(1e-4);
    }
  }
  console.log(`reference: ${present.length} run`);
}, 60_000);

/** The recorded axes are ours in reverse: axis k is the coefficient of basis vector m − 1 − k. */
function reversed(index: number, points: number, rank: number): number {
  let rest = index;
  let other = 0;
  for (let k = 0; k < rank; k++) {
    other = other * points + (rest % points);
    rest = Math.floor(rest / points);
  }
  return other;
}
