/** Random architectures: the kernels of WebAssembly against plain loops in float64. Two activations in a row, empty branches and strides beyond a kernel come up. */
import { expect, test } from 'vitest';
import { type Activation, type Architecture, type Layer, layoutOf } from '../../../src/catalog/architecture.js';
import { CpuNetworkEngine } from '../../../src/tensor/network/cpu-engine.js';
import type { GradientJob, NetworkEngine } from '../../../src/tensor/network/engine.js';
import { WasmNetworkEngine } from '../../../src/tensor/network/wasm-engine.js';
import { stream } from '../../../src/tensor/random.js';
import { act, conv, dense, flatten, net, pool, residual } from '../../numeric/layers.js';
import { someExamples, someNetworks } from '../../numeric/network-oracle.js';

/** With an ε beside which float32 rounding of small variances does not count, however many follow one another. */
const norm: Layer = { kind: 'batch-norm', momentum: 0.3, epsilon: 0.1 };

type Draw = ReturnType<typeof stream>;
const pick = <T>(draw: Draw, from: readonly T[]): T => from[draw.integer(from.length)]!;

const ACTIVATIONS: readonly Activation[] = [
  { name: 'relu' },
  { name: 'leaky-relu', slope: -0.3 },
  { name: 'tanh' },
  { name: 'sigmoid' },
  { name: 'gelu' },
  { name: 'identity' },
  { name: 'power', degree: 2 },
];

/** A layer for numbers of a shape; one that keeps the shape where that is asked for. */
function someLayer(draw: Draw, shape: readonly number[], keeps: boolean, depth: number): Layer {
  const [channels, ...sides] = shape as [number, ...number[]];
  const plain = sides.length === 0 ? dense(channels) : conv(channels, [3, 3], 1, 1, true);
  const activation = (): Layer => act(pick(draw, ACTIVATIONS));
  const kinds: (() => Layer)[] = [activation, activation, () => norm, () => norm, () => plain];
  if (depth > 0)
    kinds.push(() => residual(someLayers(draw, shape, 3, true, depth - 1), someLayers(draw, shape, 1, true, 0)));
  const side = Math.min(3, ...sides);
  if (!keeps && sides.length === 0) kinds.push(() => dense(1 + draw.integer(9), draw.integer(2) > 0));
  if (!keeps && sides.length > 0)
    kinds.push(
      () =>
        conv(
          1 + draw.integer(7),
          [1 + draw.integer(side), 1 + draw.integer(side)],
          1 + draw.integer(3),
          draw.integer(3),
        ),
      () => pool(pick(draw, ['max', 'mean']), 1 + draw.integer(side), 1 + draw.integer(3)),
      () => flatten,
    );
  return pick(draw, kinds)();
}

/** Up to `most` layers. */
function someLayers(draw: Draw, shape: readonly number[], most: number, keeps: boolean, depth: number): Layer[] {
  const layers: Layer[] = [];
  for (let left = draw.integer(most + 1); left > 0; left--) {
    const now = layoutOf(net([...shape], ...layers)).shapes.at(-1)!;
    layers.push(someLayer(draw, now, keeps, depth));
  }
  return layers;
}

/** A network with three outputs. */
function someArchitecture(draw: Draw): Architecture {
  const input =
    draw.integer(3) === 0 ? [1 + draw.integer(6)] : [1 + draw.integer(3), 3 + draw.integer(4), 3 + draw.integer(4)];
  return net(input, ...someLayers(draw, input, 9, false, 2), flatten, dense(3));
}

async function stepOf(engine: NetworkEngine, architecture: Architecture, seed: number): Promise<GradientJob> {
  const { size } = layoutOf(architecture);
  const { theta, buffers } = someNetworks(architecture, 1, seed);
  const count = 6 + (seed % 20);
  const { inputs, targets } = someExamples(architecture, count, seed);
  const job: GradientJob = {
    theta: Float64Array.from(theta),
    buffers,
    networks: [0],
    batches: [{ x: inputs.x, count, labels: inputs.labels, targets: targets.y }],
    objective: seed % 2 === 0 ? 'cross-entropy' : 'squared-error',
    statistics: seed % 3 === 0 ? 'running' : 'batch',
    trainable: [{ start: 0, end: size }],
    loss: new Float64Array(1),
    correct: new Float64Array(1),
    gradient: new Float64Array(size),
  };
  await engine.gradients(job, async () => undefined);
  return job;
}

/** The largest difference, of the largest number. */
const apart = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let [most, off] = [1e-3, 0];
  for (let i = 0; i < a.length; i++) {
    most = Math.max(most, Math.abs(b[i]!));
    off = Math.max(off, Math.abs(a[i]! - b[i]!));
  }
  return off / most;
};

test('losses, gradients and running statistics of random networks', async () => {
  for (let seed = 0; seed < 90; seed++) {
    const architecture = someArchitecture(stream(seed, 'test networks', 0));
    const want = await stepOf(new CpuNetworkEngine(architecture, () => undefined), architecture, seed);
    const got = await stepOf(new WasmNetworkEngine(architecture, () => undefined), architecture, seed);
    const off = [apart(got.loss, want.loss), apart(got.gradient, want.gradient), apart(got.buffers, want.buffers)];
    expect(Math.max(...off), `${seed}: ${JSON.stringify([off, architecture])}`).toBeLessThan(1e-4);
  }
});
