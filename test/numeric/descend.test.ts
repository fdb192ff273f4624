import { describe, expect, it } from 'vitest';
import { type Architecture, layoutOf } from '../../src/catalog/architecture.js';
import type { Inputs, Outputs } from '../../src/catalog/values.js';
import type { DescendWork, Optimizer } from '../../src/catalog/work.js';
import { LENET, NETWORKS, someTheta } from './networks.js';
import { finiteDifferences, lossAndPower, normals, someInputs, someOutputs } from './oracle.js';
import { onEachDevice, quiet, TOLERANCE } from './setting.js';

const sgd = (learningRate: number, momentum = 0): Optimizer => ({ name: 'sgd', learningRate, momentum });

function workOf(architecture: Architecture, inputs: Inputs, outputs: Outputs, start: Float32Array): DescendWork {
  const count = start.length / layoutOf(architecture).size;
  const rest = { optimizer: sgd(0.1), steps: 1, batch: inputs.count, seed: 3, record: 1 };
  return { architecture, inputs, outputs, start, count, ...rest };
}

/** φ = θ x: J = Σ w (θ x − y)², so J′ = 2 a θ − 2 b with a = Σ w x², b = Σ w x y. */
function line(): { architecture: Architecture; inputs: Inputs; outputs: Outputs; slope(theta: number): number } {
  const architecture: Architecture = {
    type: 'Architecture',
    input: [1],
    layers: [{ kind: 'dense', units: 1, bias: false }],
  };
  const inputs = someInputs([1], 40, 21);
  const outputs = someOutputs(40, 1, 22);
  let a = 0;
  let b = 0;
  inputs.weights.forEach((w, i) => {
    a += w * inputs.x[i]! ** 2;
    b += w * inputs.x[i]! * outputs.y[i]!;
  });
  return { architecture, inputs, outputs, slope: (theta) => 2 * a * theta - 2 * b };
}

onEachDevice((device, name) => {
  describe('the gradient', () => {
    it.each(Object.entries(NETWORKS))('of %s equals central differences', async (_, architecture) => {
      const inputs = someInputs(architecture.input, 11, 31);
      const outputs = someOutputs(11, layoutOf(architecture).outputs, 32);
      const theta = someTheta(architecture, 1, 33);
      const rate = 2 ** 10; // large, so that the step's rounding to float32 does not hide the gradient
      const work = { ...workOf(architecture, inputs, outputs, theta), optimizer: sgd(rate) };
      const { theta: moved, history } = await device().descend(work, quiet);
      const want = finiteDifferences(architecture, theta, inputs, outputs);
      const scale = Math.sqrt(want.reduce((sum, v) => sum + v * v, 0) / want.length);
      want.forEach((g, i) => {
        expect(Math.abs((theta[i]! - moved[i]!) / rate - g)).toBeLessThan(2e-4 * scale);
      });
      const { loss, power } = lossAndPower(architecture, theta, inputs, outputs);
      expect(Math.abs(history[0]! - loss)).toBeLessThan(TOLERANCE[name] * (loss + power));
    });
  });

  it('of LeNet equals central differences at some parameters of each layer', async () => {
    const inputs = someInputs(LENET.input, 4, 34);
    const outputs = someOutputs(4, 1, 35);
    const theta = someTheta(LENET, 1, 36).map((v) => 0.3 * v);
    theta[theta.length - 1] = 3; // keeps the output's ReLU open
    const rate = 2 ** 10;
    const { theta: moved } = await device().descend(
      { ...workOf(LENET, inputs, outputs, theta), optimizer: sgd(rate) },
      quiet,
    );
    const gradient = theta.map((v, i) => (v - moved[i]!) / rate);
    const scale = Math.max(...gradient.map(Math.abs));
    for (const { offset, size } of layoutOf(LENET).tensors)
      for (const i of [offset, offset + Math.floor(size / 2), offset + size - 1]) {
        const at = (h: number): number => {
          const shifted = Float64Array.from(theta);
          shifted[i]! += h;
          return lossAndPower(LENET, shifted, inputs, outputs).loss;
        };
        expect(Math.abs(gradient[i]! - (at(1e-6) - at(-1e-6)) / 2e-6)).toBeLessThan(1e-4 * scale);
      }
  });

  it('momentum and Adam follow their recurrences', async () => {
    const { architecture, inputs, outputs, slope } = line();
    const start = Float32Array.of(1.5);
    const base = { ...workOf(architecture, inputs, outputs, start), steps: 7, record: 100 };

    let theta = 1.5;
    let v = 0;
    for (let s = 0; s < 7; s++) {
      v = 0.9 * v + slope(theta);
      theta -= 0.05 * v;
    }
    const momentum = await device().descend({ ...base, optimizer: sgd(0.05, 0.9) }, quiet);
    expect(Math.abs(momentum.theta[0]! - theta)).toBeLessThan(1e-5);

    theta = 1.5;
    let m = 0;
    v = 0;
    for (let s = 1; s <= 7; s++) {
      const g = slope(theta);
      m = 0.9 * m + 0.1 * g;
      v = 0.99 * v + 0.01 * g * g;
      theta -= (0.05 * (m / (1 - 0.9 ** s))) / (Math.sqrt(v / (1 - 0.99 ** s)) + 1e-8);
    }
    const optimizer: Optimizer = { name: 'adam', learningRate: 0.05, beta1: 0.9, beta2: 0.99, epsilon: 1e-8 };
    const adam = await device().descend({ ...base, optimizer }, quiet);
    expect(Math.abs(adam.theta[0]! - theta)).toBeLessThan(1e-5);
  });

  it.each(['an MLP with three outputs', 'relu, convolutional'])(
    'treats each candidate of %s alone, whoever else is there',
    async (which) => {
      const architecture = NETWORKS[which]!;
      const size = layoutOf(architecture).size;
      const inputs = someInputs(architecture.input, 50, 41);
      const outputs = someOutputs(50, layoutOf(architecture).outputs, 42);
      const start = someTheta(architecture, 3, 43);
      const work = { ...workOf(architecture, inputs, outputs, start), steps: 12, batch: 16, record: 5 };
      const together = await device().descend(work, quiet);
      expect([...together.steps]).toEqual([0, 5, 10, 11]);
      const alone = await device().descend({ ...work, start: start.slice(size, 2 * size), count: 1 }, quiet);
      expect([...alone.theta]).toEqual([...together.theta.slice(size, 2 * size)]);
      expect([...alone.history]).toEqual([...together.steps].map((_, r) => together.history[r * 3 + 1]!));
    },
  );

  it('gives NaN to a diverged candidate and leaves the others unharmed', async () => {
    const { architecture, inputs, outputs } = line();
    const start = Float32Array.of(0.3, 1e38, -0.2);
    const work = { ...workOf(architecture, inputs, outputs, start), steps: 4, optimizer: sgd(0.1) };
    const { theta, history } = await device().descend(work, quiet);
    const without = await device().descend({ ...work, start: Float32Array.of(0.3, -0.2), count: 2 }, quiet);
    expect(theta[1]).toBeNaN();
    expect([theta[0], theta[2]]).toEqual([...without.theta]);
    expect(history[3 * 3 + 1]).toBeNaN();
    expect(history[3 * 3]).toBeLessThan(history[0]!);
  });

  it('finds networks that it was given the outputs of', async () => {
    const architecture = NETWORKS['tanh, convolutional']!;
    const inputs = someInputs(architecture.input, 60, 51);
    const target = someTheta(architecture, 1, 52);
    const y = await device().forward(architecture, target, inputs, quiet);
    const outputs: Outputs = { type: 'Outputs', y, count: 60, width: 2 };
    const start = target.map((v, i) => v + normals(target.length, 0.1, 53)[i]!);
    const optimizer: Optimizer = { name: 'adam', learningRate: 0.02, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
    const steps = name === 'webgpu' ? 60 : 200; // a software adapter is slow
    const { theta } = await device().descend(
      { ...workOf(architecture, inputs, outputs, start), steps, optimizer },
      quiet,
    );
    const before = lossAndPower(architecture, start, inputs, outputs).loss;
    expect(lossAndPower(architecture, theta, inputs, outputs).loss).toBeLessThan(before / 20);
  });
});
