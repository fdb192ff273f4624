import { describe, expect, test } from 'vitest';
import { type Architecture, layoutOf } from '../../../src/catalog/architecture.js';
import { CpuGradient } from '../../../src/tensor/cpu-gradient.js';
import type { GradientEngine } from '../../../src/tensor/descend.js';
import type { Minibatch } from '../../../src/tensor/minibatch.js';
import { SimdGradient } from '../../../src/tensor/simd/index.js';
import { LENET, NETWORKS, someTheta } from '../../numeric/networks.js';
import { finiteDifferences, lossAndPower, someInputs, someOutputs } from '../../numeric/oracle.js';

const quiet = (): void => undefined;
const still = async (): Promise<void> => {};

function batchOf(architecture: Architecture, count: number): Minibatch {
  const { x, weights } = someInputs(architecture.input, count, 31);
  return { x, y: someOutputs(count, layoutOf(architecture).outputs, 32).y, weights, count, whole: true };
}

async function gradients(
  engine: GradientEngine,
  theta: Float64Array,
  chosen: readonly number[],
  batch: Minibatch,
  size: number,
) {
  const loss = new Float64Array(chosen.length).fill(7); // whatever they hold
  const gradient = new Float64Array(chosen.length * size).fill(7);
  await engine.gradients(theta, chosen, batch, loss, gradient, still);
  return { loss, gradient };
}

const rms = (values: ArrayLike<number>): number =>
  Math.sqrt(Array.from(values).reduce((sum, v) => sum + v * v, 0) / values.length);

function expectClose(got: ArrayLike<number>, want: ArrayLike<number>, tolerance: number): void {
  const scale = rms(want);
  Array.from(want).forEach((v, i) => {
    expect(Math.abs(got[i]! - v)).toBeLessThan(tolerance * scale);
  });
}

describe.each(Object.entries(NETWORKS))('the gradient of %s', (_, architecture) => {
  const { size } = layoutOf(architecture);

  test('equals central differences of float64 loops', async () => {
    const batch = batchOf(architecture, 11);
    const inputs = someInputs(architecture.input, 11, 31);
    const outputs = someOutputs(11, layoutOf(architecture).outputs, 32);
    const start = someTheta(architecture, 1, 33);
    const engine = new SimdGradient(architecture, quiet);
    const { loss, gradient } = await gradients(engine, Float64Array.from(start), [0], batch, size);
    expectClose(gradient, finiteDifferences(architecture, start, inputs, outputs), 2e-5);
    expect(Math.abs(loss[0]! / lossAndPower(architecture, start, inputs, outputs).loss - 1)).toBeLessThan(1e-5);
  });

  test('equals that of the plain loops, each candidate alone', async () => {
    const theta = Float64Array.from(someTheta(architecture, 3, 34));
    for (const count of [1, 64, 70]) {
      const batch = batchOf(architecture, count);
      const engine = new SimdGradient(architecture, quiet);
      const got = await gradients(engine, theta, [2, 0], batch, size);
      const want = await gradients(new CpuGradient(architecture, quiet), theta, [2, 0], batch, size);
      expectClose(got.gradient, want.gradient, 1e-5);
      expectClose(got.loss, want.loss, 1e-5);
      const alone = await gradients(engine, theta, [0], batch, size);
      expect([...alone.gradient]).toEqual([...got.gradient.subarray(size)]);
    }
  });
});

test('LeNet on more inputs than are added in float32, in parts of little memory', async () => {
  const { size } = layoutOf(LENET);
  const theta = Float64Array.from(someTheta(LENET, 1, 36), (v) => 0.3 * v);
  theta[size - 1] = 3; // keeps the output's ReLU open
  const batch = batchOf(LENET, 1100);
  const want = await gradients(new SimdGradient(LENET, quiet), theta, [0], batch, size);
  const little = await gradients(new SimdGradient(LENET, quiet, 1 / 64), theta, [0], batch, size); // 334 inputs at once
  expectClose(little.gradient, want.gradient, 1e-5);
  const few = batchOf(LENET, 20);
  const got = await gradients(new SimdGradient(LENET, quiet), theta, [0], few, size);
  expectClose(got.gradient, (await gradients(new CpuGradient(LENET, quiet), theta, [0], few, size)).gradient, 5e-5);
});

test('a minibatch in the same arrays is read anew, a whole one once', async () => {
  const architecture = NETWORKS['tanh, convolutional']!;
  const { size } = layoutOf(architecture);
  const theta = Float64Array.from(someTheta(architecture, 1, 34));
  const engine = new SimdGradient(architecture, quiet);
  const batch = { ...batchOf(architecture, 9), whole: false };
  const before = await gradients(engine, theta, [0], batch, size);
  batch.x.set(someInputs(architecture.input, 9, 77).x);
  const after = await gradients(engine, theta, [0], batch, size);
  const fresh = await gradients(new SimdGradient(architecture, quiet), theta, [0], batch, size);
  expect([...after.gradient]).toEqual([...fresh.gradient]);
  expect([...after.gradient]).not.toEqual([...before.gradient]);
});

test('the first of equal numbers gets the derivative of a maximum', async () => {
  const architecture: Architecture = {
    type: 'Architecture',
    input: [1, 2, 2],
    layers: [
      { kind: 'conv', channels: 1, kernel: [1, 1], stride: 1, padding: 0, bias: true },
      { kind: 'pool', pool: 'max', size: 2, stride: 2 },
    ],
  };
  // φ = max(a x + b): with a = 0 all four are equal, so ∂φ/∂a is the first input and ∂φ/∂b is 1.
  const batch: Minibatch = {
    x: Float32Array.of(5, 7, 11, 13),
    y: Float32Array.of(1),
    weights: Float32Array.of(1),
    count: 1,
    whole: true,
  };
  const { loss, gradient } = await gradients(
    new SimdGradient(architecture, quiet),
    Float64Array.of(0, 3),
    [0],
    batch,
    2,
  );
  expect(loss[0]).toBe(4);
  expect([...gradient]).toEqual([2 * 2 * 5, 2 * 2]);
});
