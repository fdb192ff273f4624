/** Many stitches at once on a pool of threads: the numbers of one thread, and cancelling that ends all of them. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { namedPlaces } from '../../../src/catalog/layer-names.js';
import { mlp } from '../../../src/catalog/presets.js';
import type { WorkControl } from '../../../src/catalog/work.js';
import { stitch } from '../../../src/methods/stitching/stitch.js';
import type { PooledDevice } from '../../../src/tensor/pool/pooled-device.js';
import { builtWorker, poolOf, removeWorkers, withWorkers } from '../../tensor/pool/workers.js';
import { drawnInputs, drawnModel, labelledBy, silent } from './networks.js';

const architecture = mlp([12, 24, 24, 6], { name: 'relu' }, true);
const places = namedPlaces(architecture).filter(({ layer }) => layer.kind === 'activation');
const classes = [{ kind: 'group' }, { kind: 'rank', rank: 2 }, { kind: 'affine' }] as const;
const options = { classes, epochs: 3, batch: 16, learningRate: 0.01, seed: 0 };
const [f, g] = [drawnModel(architecture, 2, 30), drawnModel(architecture, 2, 31)];

let alone: PooledDevice;
let pool: PooledDevice;
beforeAll(async () => {
  const path = await builtWorker();
  alone = await poolOf('wasm', 1, path);
  pool = await poolOf('wasm', 3, path);
});
afterAll(async () => {
  await Promise.all([alone.dispose(), pool.dispose()]);
  removeWorkers();
});

const data = () => labelledBy(drawnModel(architecture, 1, 32), drawnInputs([12], 256, 33), alone);
const on = async (device: PooledDevice, control: WorkControl = silent) =>
  stitch(f, g, places, await data(), await data(), options, device, control);

it('gives the numbers of one thread', async () => {
  const expected = await on(alone);
  expect(expected.stitches).toHaveLength(12);
  expect(await withWorkers(pool, () => on(pool))).toEqual(expected);
});

it('ends when it is cancelled, and the pool goes on with other work', async () => {
  const abort = new AbortController();
  const progress = (fraction: number): void => {
    if (fraction > 0.1) abort.abort();
  };
  await expect(on(pool, { signal: abort.signal, progress })).rejects.toMatchObject({ kind: 'cancelled' });
  expect((await on(pool)).stitches).toHaveLength(12);
});
