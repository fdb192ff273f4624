/** J and its gradient by the WebAssembly kernels, against float64 oracles, and that candidates do not feel one another. */
import { describe, expect, it, test } from 'vitest';
import { type Activation, type Architecture, type Layer, layoutOf } from '../../../src/catalog/architecture.js';
import type { Inputs, Outputs } from '../../../src/catalog/values.js';
import { writtenOut } from '../../../src/tensor/fused/gradient-unrolled.js';
import { FusedGradient, type GradientRooms } from '../../../src/tensor/fused/gradient-wasm.js';
import { chainOf } from '../../../src/tensor/fused/network.js';
import type { Minibatch } from '../../../src/tensor/minibatch.js';
import { type Stream, stream } from '../../../src/tensor/random.js';
import { lossAndPower, normals, someInputs, someOutputs } from '../../numeric/oracle.js';

const ACTIVATIONS: readonly Activation[] = [
  { name: 'relu' },
  { name: 'leaky-relu', slope: 0.1 },
  { name: 'leaky-relu', slope: -0.5 },
  { name: 'leaky-relu', slope: 2 },
  { name: 'tanh' },
  { name: 'sigmoid' },
  { name: 'gelu' },
  { name: 'identity' },
];

const act = (activation: Activation): Layer => ({ kind: 'activation', activation });
const dense = (units: number, bias: boolean): Layer => ({ kind: 'dense', units, bias });
const net = (input: number, ...layers: Layer[]): Architecture => ({ type: 'Architecture', input: [input], layers });

/** A minibatch of all inputs. */
function batchOf(inputs: Inputs, outputs: Outputs, whole = false): Minibatch {
  return { x: inputs.x, y: outputs.y, weights: inputs.weights, count: inputs.count, whole };
}

interface Gradients {
  readonly loss: Float64Array; // [candidates]
  readonly gradient: Float64Array; // [candidates, P]
}

async function gradientsOf(
  architecture: Architecture,
  theta: Float64Array,
  candidates: readonly number[],
  batch: Minibatch,
  rooms?: GradientRooms,
): Promise<Gradients> {
  const { size } = layoutOf(architecture);
  const engine = new FusedGradient(architecture, () => undefined, 1, rooms);
  const loss = new Float64Array(candidates.length).fill(Number.NaN); // what was there is overwritten
  const gradient = new Float64Array(candidates.length * size).fill(Number.NaN);
  for (let from = 0; from < candidates.length; from += engine.together) {
    const some = candidates.slice(from, from + engine.together);
    const rows = gradient.subarray(from * size);
    await engine.gradients(theta, some, batch, loss.subarray(from), rows, async () => undefined);
  }
  engine.dispose();
  return { loss, gradient };
}

/** A chain of one to four layers, one to thirteen wide, with any activations, also several and none, also before the first layer. */
function someChain(random: Stream): Architecture {
  const pick = (n: number): number => random.integer(n);
  const activations = (): Layer[] =>
    Array.from({ length: [1, 1, 1, 0, 2][pick(5)]! }, () => act(ACTIVATIONS[pick(ACTIVATIONS.length)]!));
  const layers = Array.from({ length: 1 + pick(4) }, () => [dense(1 + pick(13), pick(2) === 0), ...activations()]);
  return net(1 + pick(9), ...(pick(4) === 0 ? activations() : []), ...layers.flat());
}

/**
 * Compares with central differences of J of the same float32 parameters: by each parameter, or where there are many, by some and
 * along a line that changes all of them.
 */
async function expectExact(architecture: Architecture, count: number, seed: number): Promise<void> {
  const { size, outputs: k } = layoutOf(architecture);
  const inputs = someInputs(architecture.input, count, seed);
  const outputs = someOutputs(count, k, seed + 1);
  const start = normals(3 * size, 0.5, seed + 2);
  const batch = batchOf(inputs, outputs);
  const { loss, gradient } = await gradientsOf(architecture, Float64Array.from(start), [0, 1, 2], batch);
  const every = Math.max(1, Math.floor((size * count) / 1000));
  const line = normals(size, 1, seed + 3);
  for (let c = 0; c < 3; c++) {
    const theta = start.slice(c * size, (c + 1) * size);
    const own = lossAndPower(architecture, theta, inputs, outputs);
    expect(Math.abs(loss[c]! - own.loss)).toBeLessThan(2e-6 * (own.loss + own.power));
    const along = (change: (p: number) => number): number => {
      const at = (h: number): number => {
        const moved = Float64Array.from(theta, (v, p) => v + h * change(p));
        return lossAndPower(architecture, moved, inputs, outputs).loss;
      };
      return (at(1e-6) - at(-1e-6)) / 2e-6;
    };
    const slope = gradient.subarray(c * size, (c + 1) * size);
    const scale = Math.sqrt(slope.reduce((sum, v) => sum + v * v, 0) / size) + 1e-3 * (own.loss + own.power);
    for (let p = c % every; p < size; p += every)
      expect(Math.abs(slope[p]! - along((q) => (q === p ? 1 : 0)))).toBeLessThan(2e-5 * scale);
    const total = slope.reduce((sum, v, p) => sum + v * line[p]!, 0);
    expect(Math.abs(total - along((p) => line[p]!))).toBeLessThan(2e-5 * scale * Math.sqrt(size));
  }
}

describe('the gradient equals central differences', () => {
  test.each(Array.from({ length: 30 }, (_, i) => i))('of random chain %i', async (i) => {
    const random = stream(7, 'test gradient chains', i);
    const counts = [1, 2, 3, 4, 5, 31, 32, 33, 127, 128, 129, 150];
    await expectExact(someChain(random), counts[i % counts.length]!, 100 * i);
  });

  for (const activation of ACTIVATIONS)
    for (const [kind, width] of [
      ['written out', 3],
      ['tiled', 9],
    ] as const)
      test(`of ${activation.name}${'slope' in activation ? ` ${activation.slope}` : ''}, ${kind}`, async () => {
        const architecture = net(
          2,
          dense(width, true),
          act(activation),
          dense(width, true),
          act(activation),
          dense(2, true),
        );
        expect(writtenOut(chainOf(architecture)!)).toBe(kind === 'written out');
        await expectExact(architecture, 21, 5);
      });
});

describe.each([
  { name: 'tanh' },
  { name: 'sigmoid' },
  { name: 'gelu' },
  { name: 'relu' },
  { name: 'leaky-relu', slope: 0.25 },
] as const)('σ′ of $name', (activation) => {
  it('is that of float64 over −30 … 30', async () => {
    // φ = v σ(w) + b at v = 1 and b = 1/2 − σ(w), with y = 0: ∂J/∂w = 2 φ σ′(w) = σ′(w)
    const architecture = net(1, dense(1, false), act(activation), dense(1, true));
    const zs = Array.from({ length: 1201 }, (_, i) => Math.fround((i - 600) / 20));
    const theta = new Float64Array(3 * zs.length);
    zs.forEach((z, i) => {
      theta.set([z, 1, 0.5 - Math.fround(sigma(activation, z))], 3 * i);
    });
    const batch = { x: Float32Array.of(1), y: Float32Array.of(0), weights: Float32Array.of(1), count: 1, whole: true };
    const candidates = zs.map((_, i) => i);
    const { gradient } = await gradientsOf(architecture, theta, candidates, batch);
    const worst = { absolute: 0, relative: 0 };
    zs.forEach((z, i) => {
      const want = sigmaSlope(activation, z);
      const error = Math.abs(gradient[3 * i]! - want);
      worst.absolute = Math.max(worst.absolute, error);
      worst.relative = Math.max(worst.relative, error / want);
    });
    expect(worst.absolute).toBeLessThan(4e-6); // σ up to 30 in float32
    if (activation.name === 'tanh' || activation.name === 'sigmoid') expect(worst.relative).toBeLessThan(2e-6); // also far out
  });
});

/** The closed forms, with the normal distribution by its own series. */
function sigma(activation: Activation, z: number): number {
  switch (activation.name) {
    case 'tanh':
      return Math.tanh(z);
    case 'sigmoid':
      return 1 / (1 + Math.exp(-z));
    case 'gelu':
      return z * normalShare(z);
    case 'relu':
      return Math.max(0, z);
    case 'leaky-relu':
      return z > 0 ? z : activation.slope * z;
    default:
      return z;
  }
}
function sigmaSlope(activation: Activation, z: number): number {
  switch (activation.name) {
    case 'tanh':
      return 1 / Math.cosh(z) ** 2;
    case 'sigmoid':
      return 1 / (2 + Math.exp(z) + Math.exp(-z));
    case 'gelu':
      return normalShare(z) + (z * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
    case 'relu':
      return z > 0 ? 1 : 0;
    case 'leaky-relu':
      return z > 0 ? 1 : activation.slope;
    default:
      return 1;
  }
}
/** Φ(z) = 1/2 + φ(z) (z + z³/3 + z⁵/15 + …) (Marsaglia 2004), all terms of one sign. */
function normalShare(z: number): number {
  if (Math.abs(z) > 8) return z > 0 ? 1 : 0;
  let term = z;
  let sum = z;
  for (let n = 3; n < 400; n += 2) {
    term *= (z * z) / n;
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
}

describe.each([
  ['written out', net(2, dense(4, true), act({ name: 'tanh' }), dense(2, true))],
  ['tiled', net(5, dense(17, true), act({ name: 'gelu' }), dense(9, false), act({ name: 'relu' }), dense(3, true))],
])('candidates of a network that is %s', (kind, architecture) => {
  const { size, outputs: k } = layoutOf(architecture);
  const inputs = someInputs(architecture.input, 300, 61);
  const outputs = someOutputs(300, k, 62);
  const batch = batchOf(inputs, outputs);
  const theta = Float64Array.from(normals(11 * size, 0.5, 63));
  const all = Array.from({ length: 11 }, (_, i) => i);
  const row = ({ gradient }: Gradients, i: number): number[] => [...gradient.subarray(i * size, (i + 1) * size)];

  it('is the kernel that the name says', () => {
    expect(writtenOut(chainOf(architecture)!)).toBe(kind === 'written out');
  });

  it('have the same numbers in every lane, order and number', async () => {
    const together = await gradientsOf(architecture, theta, all, batch);
    for (const candidates of [[3], [3, 4], [0, 1, 2, 3], [...all].reverse(), [10, 3, 7, 1, 0], [5, 5, 5, 3, 5]]) {
      const some = await gradientsOf(architecture, theta, candidates, batch);
      candidates.forEach((candidate, i) => {
        expect(some.loss[i]).toBe(together.loss[candidate]);
        expect(row(some, i)).toEqual(row(together, candidate));
      });
    }
  });

  it('have the same numbers whatever the memory and the slices', async () => {
    const whole = await gradientsOf(architecture, theta, all, batch);
    for (const rooms of [
      { candidates: 1, inputs: 1 },
      { candidates: 1 << 20, inputs: 1 },
      { candidates: 1, inputs: 1 << 20 },
    ])
      expect(await gradientsOf(architecture, theta, all, batch, rooms)).toEqual(whole);
  });

  it('that overflow give numbers that are not finite, and leave the others alone', async () => {
    const wild = theta.slice();
    for (const lost of [1, 6]) wild.fill(3e38, lost * size, (lost + 1) * size);
    const some = await gradientsOf(architecture, wild, all, batch);
    const clean = await gradientsOf(architecture, theta, all, batch);
    for (const candidate of all)
      if (candidate === 1 || candidate === 6)
        expect([some.loss[candidate]!, ...row(some, candidate)].every(Number.isFinite)).toBe(false);
      else {
        expect(some.loss[candidate]).toBe(clean.loss[candidate]);
        expect(row(some, candidate)).toEqual(row(clean, candidate));
      }
  });

  it('see the inputs of each call, or those that stay', async () => {
    const engine = new FusedGradient(architecture, () => undefined);
    const loss = new Float64Array(1);
    const ask = async (given: Minibatch): Promise<number> => {
      await engine.gradients(theta, [2], given, loss, new Float64Array(size), async () => undefined);
      return loss[0]!;
    };
    const want = async (given: Minibatch): Promise<number> =>
      (await gradientsOf(architecture, theta, [2], given)).loss[0]!;
    const other = batchOf(someInputs(architecture.input, 200, 71), someOutputs(200, k, 72));
    const whole = batchOf(inputs, outputs, true);
    const another = { ...whole, x: inputs.x.map((v) => -v) };
    for (const given of [whole, whole, other, whole, another, another, whole, { ...other, y: other.y.map((v) => -v) }])
      expect(await ask(given)).toBe(await want(given));
  });
});
