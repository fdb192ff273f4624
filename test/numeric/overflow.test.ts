/** J where numbers of the network leave float32: whether it is finite, +∞ or NaN, by the limits of the activations. */
import { describe, expect, it } from 'vitest';
import { type Activation, type Architecture, type Layer, layoutOf } from '../../src/catalog/architecture.js';
import type { EvaluateWork, Evaluation } from '../../src/catalog/work.js';
import { ACTIVATIONS, latticeOf, NETWORKS } from './networks.js';
import { lossAndPower, someInputs, someOutputs } from './oracle.js';
import { onEachDevice, quiet, TOLERANCE } from './setting.js';

/** σ(−∞) and σ(+∞). */
const LIMITS: Record<Exclude<Activation['name'], 'power'>, readonly [number, number]> = {
  relu: [0, Number.POSITIVE_INFINITY],
  'leaky-relu': [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  tanh: [-1, 1],
  sigmoid: [0, 1],
  gelu: [0, Number.POSITIVE_INFINITY],
  identity: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
};

const dense = (units: number): Layer => ({ kind: 'dense', units, bias: false });
const conv: Layer = { kind: 'conv', channels: 1, kernel: [1, 1], stride: 1, padding: 0, bias: false };

/** Networks φ(x) = σ(a x), for each way that WebGPU takes; θ = [a, …rest]. */
const SHAPES: Readonly<Record<string, (sigma: Layer) => { architecture: Architecture; rest: number[] }>> = {
  'a small network': (sigma) => ({
    architecture: { type: 'Architecture', input: [1], layers: [dense(1), sigma, dense(1)] },
    rest: [1],
  }),
  'a wide network': (sigma) => ({
    architecture: { type: 'Architecture', input: [1], layers: [dense(1), sigma, dense(16), dense(16), dense(1)] },
    rest: [...new Array<number>(16 + 256).fill(1 / 16), ...new Array<number>(16).fill(1)],
  }),
  'a convolutional network': (sigma) => ({
    architecture: { type: 'Architecture', input: [1, 1, 1], layers: [conv, sigma, { kind: 'flatten' }, dense(1)] },
    rest: [1],
  }),
};

const Y = 0.5;
const LARGE = 1e20; // its square is beyond float32

/** J and power of φ(x) = σ(a x) on x = LARGE, for a = −LARGE and LARGE. */
function workOf(shape: string, activation: Activation): EvaluateWork {
  const { architecture, rest } = SHAPES[shape]!({ kind: 'activation', activation });
  const x = Float32Array.of(LARGE, LARGE, LARGE);
  const weights = new Float32Array(3).fill(1 / 3);
  return {
    architecture,
    inputs: { type: 'Inputs', x, count: 3, item: architecture.input, weights, source: 'large' },
    outputs: { type: 'Outputs', y: new Float32Array(3).fill(Y), count: 3, width: 1 },
    family: { kind: 'explicit', theta: Float32Array.of(-LARGE, ...rest, LARGE, ...rest), count: 2 },
  };
}

function expectLimits({ loss, power }: Evaluation, limits: readonly [number, number], tolerance: number): void {
  limits.forEach((phi, member) => {
    if (!Number.isFinite(phi)) expect([loss[member], power[member]]).toEqual([Infinity, Infinity]);
    else {
      expect(Math.abs(loss[member]! - (phi - Y) ** 2)).toBeLessThan(tolerance);
      expect(Math.abs(power[member]! - phi ** 2)).toBeLessThan(tolerance);
    }
  });
}

onEachDevice((device, name) => {
  describe.each(Object.keys(SHAPES))('%s', (shape) => {
    it.each(ACTIVATIONS)('whose pre-activations overflow has J at the limits of $name', async (activation) => {
      const got = await device().evaluate(workOf(shape, activation), quiet);
      expectLimits(got, LIMITS[activation.name as keyof typeof LIMITS], TOLERANCE[name]);
    });
  });

  it('of one member does not change the others', async () => {
    const architecture = NETWORKS['the FCN']!;
    const inputs = someInputs([1], 150, 41);
    const outputs = someOutputs(150, 1, 42);
    const few = Float32Array.of(1, -0.8, 0.9, 1.1, 0.3, 0.7, -0.2, 0.5);
    const many = Float32Array.of(...few, 1e30, 1e30, 1e30, 1e30);
    const evaluate = (theta: Float32Array) =>
      device().evaluate(
        { architecture, inputs, outputs, family: { kind: 'explicit', theta, count: theta.length / 4 } },
        quiet,
      );
    const [alone, beside] = [await evaluate(few), await evaluate(many)];
    expect([...beside.loss]).toEqual([...alone.loss, Infinity]);
    expect([...beside.power]).toEqual([...alone.power, Infinity]);
  });

  it('of both signs in one sum is told as NaN or as it is in float64, never as another number', async () => {
    const { architecture } = SHAPES['a small network']!({ kind: 'activation', activation: { name: 'relu' } });
    const deep: Architecture = {
      ...architecture,
      layers: [
        dense(2),
        { kind: 'activation', activation: { name: 'relu' } },
        dense(1),
        ...architecture.layers.slice(1),
      ],
    };
    const inputs = { ...someInputs([1], 1, 1), x: Float32Array.of(LARGE) };
    const outputs = { type: 'Outputs', y: Float32Array.of(Y), count: 1, width: 1 } as const;
    // ReLU(1e40 − 2e40) = 0, ReLU(2e40 − 1e40) = 1e40
    const theta = Float32Array.of(LARGE, LARGE, 1, -2, 1, LARGE, LARGE, 2, -1, 1);
    expect(layoutOf(deep).size).toBe(5);
    const { loss } = await device().evaluate(
      { architecture: deep, inputs, outputs, family: { kind: 'explicit', theta, count: 2 } },
      quiet,
    );
    for (const member of [0, 1]) {
      const want = lossAndPower(deep, theta.slice(5 * member, 5 * member + 5), inputs, outputs).loss;
      expect([Number.NaN, Math.fround(want)]).toContainEqual(loss[member]);
    }
  });

  it('at the ends of a lattice leaves its middle as it is', async () => {
    const architecture = NETWORKS['the FCN']!;
    const inputs = someInputs([1], 40, 43);
    const outputs = someOutputs(40, 1, 44);
    const lattice = latticeOf(Float32Array.of(1, -0.8, 0.9, 1.1), 1, 3);
    const ends = { ...lattice, low: -1e30, high: 1e30 };
    const { loss } = await device().evaluate(
      { architecture, inputs, outputs, family: { kind: 'lattice', lattice: ends } },
      quiet,
    );
    const want = lossAndPower(architecture, lattice.subspace.origin, inputs, outputs).loss;
    expect(loss[0]).toBe(Infinity);
    expect(Math.abs(loss[1]! - want)).toBeLessThan(TOLERANCE[name] * want);
    expect(loss[2]).toBe(Infinity);
  });

  describe.each([
    { kind: 'convolutional', item: [1, 1, 1], first: { ...conv, bias: true } as Layer, second: conv },
    { kind: 'dense', item: [1], first: { kind: 'dense', units: 1, bias: true } as Layer, second: dense(1) },
  ])('in $kind layers on what fills up the last inputs', ({ item, first, second }) => {
    const flatten: Layer = { kind: 'flatten' };

    /** A step from θ on so many inputs 1, of weight 1 in all, with this y. */
    function descend(layers: Layer[], theta: number[], count: number, y: number) {
      const x = new Float32Array(count).fill(1);
      const weights = new Float32Array(count).fill(1 / count);
      const inputs = { type: 'Inputs', x, count, item, weights, source: 'ones' } as const;
      const outputs = { type: 'Outputs', y: new Float32Array(count).fill(y), count, width: 1 } as const;
      const architecture: Architecture = { type: 'Architecture', input: item, layers };
      const optimizer = { name: 'sgd', learningRate: 0.1, momentum: 0 } as const;
      const start = Float32Array.from(theta);
      return device().descend(
        { architecture, inputs, outputs, start, count: 1, optimizer, steps: 1, batch: count, seed: 1, record: 1 },
        quiet,
      );
    }

    it('the derivative is that of the inputs', async () => {
      // φ(x) = a (w x + b) = 0 for x = 1, and 1e40 for x = 0: ∂J/∂w = ∂J/∂b = −2 y a, ∂J/∂a = 0
      const { theta, history } = await descend([first, flatten, dense(1)], [-LARGE, LARGE, LARGE], 3, 1e-3);
      expect(Math.abs(history[0]! - 1e-6)).toBeLessThan(1e-12);
      const want = [-LARGE + 2e-4 * LARGE, LARGE + 2e-4 * LARGE, LARGE];
      want.forEach((value, p) => {
        expect(Math.abs(theta[p]! / value - 1)).toBeLessThan(1e-6);
      });
    });

    it.each(ACTIVATIONS)('three inputs go where four do behind $name', async (activation) => {
      const layers: Layer[] = [first, second, { kind: 'activation', activation }, flatten, dense(1)];
      const theta = [-LARGE, LARGE, LARGE, 1e-25]; // z(1) = 0, z(0) = 1e40
      const [three, four] = [await descend(layers, theta, 3, 0.25), await descend(layers, theta, 4, 0.25)];
      expect(Math.abs(three.history[0]! - 0.0625)).toBeLessThan(1e-6);
      three.theta.forEach((value, p) => {
        expect(Math.abs(value / four.theta[p]! - 1)).toBeLessThan(1e-5);
      });
    });
  });
});
