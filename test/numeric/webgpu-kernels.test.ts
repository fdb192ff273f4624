/**
 * The layered kernels of WebGPU beside the choices that a device makes: those for hardware on whatever adapter there is, small
 * networks too, minibatches in parts. Runs in Chromium only.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Architecture, layoutOf } from '../../src/catalog/architecture.js';
import type { Subspace } from '../../src/catalog/values.js';
import type { EvaluateWork } from '../../src/catalog/work.js';
import { CpuGradient } from '../../src/tensor/cpu-gradient.js';
import type { GradientEngine } from '../../src/tensor/descend.js';
import { findAdapter, GuardedGpu } from '../../src/tensor/gpu.js';
import { GpuEngine } from '../../src/tensor/gpu-engine.js';
import { GpuGradient } from '../../src/tensor/gpu-gradient.js';
import { layeredSums } from '../../src/tensor/layered.js';
import { act, dense, net } from './layers.js';
import { ACTIVATIONS, conv, NETWORKS, someTheta } from './networks.js';
import { finiteDifferences, lossAndPower, someInputs, someOutputs } from './oracle.js';

/** Wide enough for tiles of several threads, with ends everywhere. */
const WIDE: Readonly<Record<string, Architecture>> = {
  'wide dense layers': net(
    [70],
    dense(33),
    act({ name: 'tanh' }),
    dense(41, false),
    act({ name: 'sigmoid' }),
    dense(19),
  ),
  'wide convolutions': net(
    [5, 9, 9],
    conv(20, [3, 3], 2, 1),
    act({ name: 'relu' }),
    conv(17, [3, 2], 1, 2),
    act({ name: 'tanh' }),
    { kind: 'pool', pool: 'max', size: 3, stride: 2 },
    { kind: 'flatten' },
    dense(2),
  ),
};
/** Small ones that descend would take to the host, and chains that kernels cannot join. */
const SMALL: Readonly<Record<string, Architecture>> = {
  ...Object.fromEntries(ACTIVATIONS.map(({ name }) => [`${name}, dense`, NETWORKS[`${name}, dense`]!])),
  'the FCN': NETWORKS['the FCN']!,
  'activations in a row, and last': net(
    [3],
    dense(5),
    act({ name: 'relu' }),
    act({ name: 'tanh' }),
    dense(2),
    act({ name: 'gelu' }),
    act({ name: 'sigmoid' }),
  ),
  'a leak that turns the sign': net([3], dense(5), act({ name: 'leaky-relu', slope: -0.3 }), dense(2)),
  'an activation first, pools in between': net(
    [2, 9, 9],
    act({ name: 'tanh' }),
    conv(3, [3, 3], 1, 1),
    act({ name: 'relu' }),
    { kind: 'pool', pool: 'mean', size: 3, stride: 1 },
    act({ name: 'sigmoid' }),
    { kind: 'pool', pool: 'max', size: 2, stride: 2 },
    conv(2, [2, 2], 1, 1),
    { kind: 'flatten' },
  ),
};

let gpu: GuardedGpu;
beforeAll(async () => {
  gpu = await GuardedGpu.open(await findAdapter(), () => undefined);
});
afterAll(() => gpu.device.destroy());

const CANDIDATES = 5;

/** J and gradients of candidates 4, 0 and 2 of five, on `count` inputs. */
async function gradients(
  engine: GradientEngine,
  architecture: Architecture,
  count: number,
  candidates: readonly number[] = [4, 0, 2],
): Promise<{ loss: Float64Array; gradient: Float64Array }> {
  const { x, weights } = someInputs(architecture.input, count, 61);
  const { y } = someOutputs(count, layoutOf(architecture).outputs, 62);
  const theta = Float64Array.from(someTheta(architecture, CANDIDATES, 63));
  const loss = new Float64Array(candidates.length);
  const gradient = new Float64Array(candidates.length * layoutOf(architecture).size);
  await engine.gradients(
    theta,
    candidates,
    { x, y, weights, count, whole: true },
    loss,
    gradient,
    async () => undefined,
  );
  engine.dispose();
  return { loss, gradient };
}

/** That gradients are those of plain loops in float64, to float32 rounding. */
async function expectGradients(engine: GradientEngine, architecture: Architecture, count: number): Promise<void> {
  const got = await gradients(engine, architecture, count);
  const want = await gradients(new CpuGradient(architecture, () => undefined), architecture, count);
  want.loss.forEach((loss, i) => {
    expect(Math.abs(got.loss[i]! / loss - 1)).toBeLessThan(1e-5);
  });
  const { size } = layoutOf(architecture);
  for (let at = 0; at < want.gradient.length; at += size) {
    const row = want.gradient.subarray(at, at + size);
    const scale = Math.sqrt(row.reduce((sum, g) => sum + g * g, 0) / size);
    row.forEach((g, i) => {
      expect(Math.abs(got.gradient[at + i]! - g)).toBeLessThan(5e-5 * scale);
    });
  }
}

describe('the gradient', () => {
  it.each(Object.entries(SMALL))('of %s equals central differences', async (_, architecture) => {
    const { gradient } = await gradients(new GpuGradient(architecture, gpu, true, 1), architecture, 11);
    const { size, outputs } = layoutOf(architecture);
    const inputs = someInputs(architecture.input, 11, 61);
    const theta = someTheta(architecture, CANDIDATES, 63).slice(0, size); // of candidate 0, the second of the call
    const want = finiteDifferences(architecture, theta, inputs, someOutputs(11, outputs, 62));
    const scale = Math.sqrt(want.reduce((sum, g) => sum + g * g, 0) / size);
    want.forEach((g, i) => {
      expect(Math.abs(gradient[size + i]! - g)).toBeLessThan(5e-5 * scale);
    });
  });

  it.each(Object.entries(WIDE))('of %s, by the kernels for either kind of adapter', async (_, architecture) => {
    for (const software of [true, false])
      await expectGradients(new GpuGradient(architecture, gpu, software, 1), architecture, 70);
  });

  it('of a minibatch in parts, the last one short', async () => {
    const architecture = NETWORKS['padding and stride']!;
    await expectGradients(new GpuGradient(architecture, gpu, true, 1 / 64), architecture, 70); // 16 at once
  });

  it('of a candidate is the same to the bit in groups of any size', async () => {
    const architecture = WIDE['wide convolutions']!;
    const { size } = layoutOf(architecture);
    const together = await gradients(new GpuGradient(architecture, gpu, false, 1), architecture, 70);
    const alone = await gradients(new GpuGradient(architecture, gpu, false, 1), architecture, 70, [2]);
    expect(alone.loss[0]).toBe(together.loss[2]);
    expect(alone.gradient).toEqual(together.gradient.slice(2 * size));
  });
});

describe('J and power by the kernels for hardware', () => {
  it.each(Object.entries(WIDE))('of %s, of vectors and of an affine family', async (_, architecture) => {
    const count = 150;
    const inputs = someInputs(architecture.input, count, 61);
    const { size, outputs: width } = layoutOf(architecture);
    const outputs = someOutputs(count, width, 62);
    const vectors = someTheta(architecture, 3, 63);
    const subspace: Subspace = {
      type: 'Subspace',
      rank: 2,
      size,
      origin: vectors.slice(0, size),
      basis: vectors.slice(size),
      coordinates: new Float64Array(2),
      flags: [],
    };
    const coefficients = Float64Array.of(0.3, -0.5, 1, 0.2);
    const families: [EvaluateWork['family'], (member: number) => ArrayLike<number>][] = [
      [
        { kind: 'explicit', theta: vectors.slice(0, 2 * size), count: 2 },
        (m) => vectors.slice(m * size, (m + 1) * size),
      ],
      [
        { kind: 'affine', subspace, coefficients },
        (m) =>
          Float64Array.from(subspace.origin, (v, i) => {
            const [b, c] = [subspace.basis[i]!, subspace.basis[size + i]!];
            return v + coefficients[2 * m]! * b + coefficients[2 * m + 1]! * c;
          }),
      ],
    ];
    for (const [family, thetaOf] of families) {
      const sums = layeredSums({ architecture, inputs, outputs, family }, new GpuEngine(architecture, gpu, false, 1));
      const loss = new Float64Array(2);
      const power = new Float64Array(2);
      await sums.add({ members: Uint32Array.of(0, 1), loss, power }, 0, sums.blocks, async () => undefined);
      sums.close();
      for (const m of [0, 1]) {
        const want = lossAndPower(architecture, thetaOf(m), inputs, outputs);
        const scale = want.loss + want.power;
        expect(Math.abs(loss[m]! - want.loss)).toBeLessThan(5e-6 * scale);
        expect(Math.abs(power[m]! - want.power)).toBeLessThan(5e-6 * scale);
      }
    }
  });
});
