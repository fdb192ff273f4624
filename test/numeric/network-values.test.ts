/** What layers give, scores and estimated statistics, against plain loops in float64. */
import { describe, expect, it } from 'vitest';
import { freshBuffers, layoutOf } from '../../src/catalog/architecture.js';
import { product } from '../../src/catalog/shape.js';
import { batchOf, lossOf, NETWORKS, someExamples, someNetworks } from './network-oracle.js';
import { onEachDevice, quiet, TOLERANCE } from './setting.js';

function expectClose(got: ArrayLike<number>, want: readonly number[], tolerance: number): void {
  expect(got.length).toBe(want.length);
  const scale = Math.max(...want.map(Math.abs), 1e-3);
  want.forEach((value, i) => {
    expect(Math.abs(got[i]! - value), `number ${i}, ${value}`).toBeLessThan(tolerance * scale);
  });
}

onEachDevice((device, name) => {
  describe.each(Object.entries(NETWORKS))('%s', (_, architecture) => {
    const count = 37;
    const networks = someNetworks(architecture, 1, 7);
    const examples = someExamples(architecture, count, 9);
    const { inputs } = examples;
    const { places } = layoutOf(architecture);
    const { layers } = batchOf(architecture, networks.theta, inputs.x, networks.buffers);

    it('gives what every layer gives, whole', async () => {
      const asked = places.map(({ path }) => ({ path }));
      const got = await device().record({ networks, inputs, layers: asked }, quiet);
      for (const [i, { path }] of places.entries()) expectClose(got[i]!, layers.get(path)!.flat(), TOLERANCE[name]);
    });

    it('gives chosen positions of images, and means over them', async () => {
      const images = places.filter(({ to }) => to.length === 3 && product(to.slice(1)) > 1);
      const asked = images.map(({ path, to }) => ({ path, positions: Uint32Array.of(product(to.slice(1)) - 1, 0) }));
      const vector = places.find(({ to }) => to.length === 1)!;
      const all = [...asked, { path: vector.path, positions: Uint32Array.of(0) }]; // a vector has no positions
      const chosen = await device().record({ networks, inputs, layers: all }, quiet);
      const means = await device().record({ networks, inputs, layers: all, mean: true }, quiet);
      for (const [i, { path, to }] of images.entries()) {
        const plane = product(to.slice(1));
        const values = layers.get(path)!;
        const of = (row: number[], c: number): number[] => row.slice(c * plane, (c + 1) * plane);
        const channels = Array.from({ length: to[0]! }, (__, c) => c);
        const picked = values.flatMap((row) => channels.flatMap((c) => [of(row, c)[plane - 1]!, of(row, c)[0]!]));
        expectClose(chosen[i]!, picked, TOLERANCE[name]);
        const mean = values.flatMap((row) => channels.map((c) => of(row, c).reduce((a, b) => a + b, 0) / plane));
        expectClose(means[i]!, mean, TOLERANCE[name]);
      }
      for (const got of [chosen, means]) expectClose(got.at(-1)!, layers.get(vector.path)!.flat(), TOLERANCE[name]);
    });

    it.each(['cross-entropy', 'squared-error'] as const)('scores the %s of each network', async (objective) => {
      const two = someNetworks(architecture, 2, 7);
      const { loss, accuracy } = await device().score(two, examples, objective, quiet);
      for (const i of [0, 1]) {
        const theta = two.theta.subarray((i * two.theta.length) / 2, ((i + 1) * two.theta.length) / 2);
        const buffers = two.buffers.subarray((i * two.buffers.length) / 2, ((i + 1) * two.buffers.length) / 2);
        const want = lossOf(objective, batchOf(architecture, theta, inputs.x, buffers).outputs, examples);
        expect(Math.abs(loss[i]! - want.loss)).toBeLessThan(TOLERANCE[name] * (1 + want.loss));
        expect(accuracy[i]).toEqual(want.accuracy);
      }
    });

    it('estimates statistics anew: the mean over batches of mean and unbiased variance', async () => {
      const batch = 15; // the last has 7
      const features = product(architecture.input);
      const batches = [0, 15, 30].map((start) => inputs.x.subarray(start * features, (start + batch) * features));
      const seen = batches.map((x) => batchOf(architecture, networks.theta, x).seen);
      const { buffers } = layoutOf(architecture);
      const want = new Array<number>(networks.buffers.length);
      let channel = 0;
      for (const { role, offset, size } of buffers) {
        for (let c = 0; c < size; c++) {
          const own = seen.map((channels) => channels[channel + c]!);
          want[offset + c] = own.reduce((sum, s) => sum + (role === 'mean' ? s.mean : s.unbiased), 0) / 3;
        }
        if (role === 'variance') channel += size;
      }
      expectClose(await device().estimateStatistics(networks, inputs, batch, quiet), want, TOLERANCE[name]);
    });

    it('is forward with fresh statistics', async () => {
      const got = await device().forward(architecture, networks.theta, inputs, quiet);
      const fresh = batchOf(architecture, networks.theta, inputs.x, freshBuffers(architecture));
      expectClose(got, fresh.outputs.flat(), TOLERANCE[name]);
    });
  });

  it('refuses what does not fit, and says what to do', async () => {
    const architecture = NETWORKS['powers of dense layers']!;
    const networks = someNetworks(architecture, 1, 1);
    const { inputs } = someExamples(architecture, 4, 2);
    const record = (layers: { path: string; positions?: Uint32Array }[], of = networks) =>
      device().record({ networks: of, inputs, layers }, quiet);
    await expect(record([{ path: '3.block.7' }])).rejects.toThrow(
      /layer '3\.block\.7': expected one of 0, 1, .*3\.block\.0/,
    );
    await expect(record([], someNetworks(architecture, 2, 1))).rejects.toThrow(/expected one network, got 2/);
    const images = NETWORKS['images with a max-pool and a mean-pool']!;
    const far = { networks: someNetworks(images, 1, 1), inputs: someExamples(images, 4, 2).inputs };
    await expect(
      device().record({ ...far, layers: [{ path: '0', positions: Uint32Array.of(25) }] }, quiet),
    ).rejects.toThrow(/positions 0 to 24, got 25/);
    const wrong = { ...inputs, labels: Int32Array.of(0, 1, 3, 0) };
    await expect(device().score(networks, { inputs: wrong }, 'cross-entropy', quiet)).rejects.toThrow(
      /label of input 2: expected 0 to 2, since the network has 3 outputs, got 3/,
    );
    await expect(device().score(networks, { inputs }, 'squared-error', quiet)).rejects.toThrow(/targets .*got none/);
    const short = { ...networks, buffers: networks.buffers.subarray(1) };
    await expect(device().estimateStatistics(short, inputs, 2, quiet)).rejects.toMatchObject({ kind: 'shape' });
  });
});
