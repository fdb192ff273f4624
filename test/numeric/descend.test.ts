import { describe, expect, it } from 'vitest';
import { type Architecture, layoutOf } from '../../src/catalog/architecture.js';
import type { Inputs, Outputs } from '../../src/catalog/values.js';
import type { DescendWork, Optimizer } from '../../src/catalog/work.js';
import { Minibatches } from '../../src/tensor/minibatch.js';
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

  it.each(['the FCN', 'an MLP with three outputs', 'padding and stride'])(
    'many candidates of %s on minibatches go where plain float64 steps go',
    async (which) => {
      const architecture = NETWORKS[which]!;
      const { size, outputs: width } = layoutOf(architecture);
      const count = 6;
      const inputs = someInputs(architecture.input, 30, 44);
      const outputs = someOutputs(30, width, 45);
      const start = someTheta(architecture, count, 46);
      const work = { ...workOf(architecture, inputs, outputs, start), count, steps: 5, batch: 7, seed: 11 };
      const optimizer = sgd(0.01, 0.5);
      const { theta, history } = await device().descend({ ...work, optimizer }, quiet);
      const batches = new Minibatches(inputs, outputs, 7, 11);
      for (let c = 0; c < count; c++) {
        const own = start.slice(c * size, (c + 1) * size);
        const velocity = new Float64Array(size);
        const at = Float64Array.from(own);
        for (let s = 0; s < 5; s++) {
          const batch = batches.at(s);
          const some: Inputs = { ...inputs, x: batch.x, weights: batch.weights, count: 7 };
          const wanted: Outputs = { ...outputs, y: batch.y, count: 7 };
          const { loss, power } = lossAndPower(architecture, at, some, wanted);
          expect(Math.abs(history[s * count + c]! - loss)).toBeLessThan(2 * TOLERANCE[name] * (loss + power));
          finiteDifferences(architecture, at, some, wanted).forEach((g, i) => {
            velocity[i] = 0.5 * velocity[i]! + g;
            at[i] = at[i]! - 0.01 * velocity[i]!;
          });
        }
        at.forEach((v, i) => {
          expect(Math.abs(theta[c * size + i]! - v)).toBeLessThan(2e-5);
        });
      }
    },
  );

  it('keeps what is left bit for bit while one candidate after another diverges', async () => {
    const { architecture, inputs, outputs } = line();
    const good = Float32Array.of(0.3, -0.2, 1.1, 0.7, -0.9);
    const start = Float32Array.of(1e38, 0.3, -0.2, 3e30, 1.1, 0.7, 1e25, -0.9);
    const work = { ...workOf(architecture, inputs, outputs, start), steps: 300, batch: 9, optimizer: sgd(0.02) };
    const growing = { ...work, optimizer: sgd(60) }; // also the good ones diverge, at steps of their own
    const { theta, history } = await device().descend(work, quiet);
    const without = await device().descend({ ...work, start: good, count: 5 }, quiet);
    for (const lost of [0, 3, 6]) expect(theta[lost]).toBeNaN(); // J is not finite in float32
    const kept = [1, 2, 4, 5, 7];
    kept.forEach((from, to) => {
      expect(theta[from]).toBe(without.theta[to]);
      for (const s of [0, 1, 50, 299]) expect(history[s * 8 + from]).toBe(without.history[s * 5 + to]);
    });
    const lost = await device().descend(growing, quiet);
    expect([...lost.theta].every(Number.isNaN)).toBe(true);
    const lostWithout = await device().descend({ ...growing, start: good, count: 5 }, quiet);
    kept.forEach((from, to) => {
      for (let s = 0; s < 300; s++) expect(lost.history[s * 8 + from]).toEqual(lostWithout.history[s * 5 + to]);
    });
    const lengths = kept.map((from) =>
      Array.from({ length: 300 }, (_, s) => lost.history[s * 8 + from]!).filter(Number.isFinite),
    );
    expect(Math.min(...lengths.map(({ length }) => length))).toBeGreaterThan(3);
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
