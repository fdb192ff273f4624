/** Dense layers of a million parameters, which every device cuts into slices: the numbers stay those of the plain loops. */
import { expect, it } from 'vitest';
import { type Architecture, layoutOf } from '../../src/catalog/architecture.js';
import { someTheta } from './networks.js';
import { network, someInputs } from './oracle.js';
import { onEachDevice, quiet } from './setting.js';

const tanh = { kind: 'activation', activation: { name: 'tanh' } } as const;
/** Odd widths, so that slices end anywhere; 3·10⁸ multiply-adds for 300 inputs. */
const LARGE: Architecture = {
  type: 'Architecture',
  input: [3],
  layers: [
    { kind: 'dense', units: 1013, bias: true },
    tanh,
    { kind: 'dense', units: 1021, bias: false },
    tanh,
    { kind: 'dense', units: 2, bias: true },
  ],
};
const COUNT = 300;

/** θ so that no unit saturates: numbers scaled by 1 / √fan-in. */
function mildTheta(): Float32Array {
  const theta = someTheta(LARGE, 1, 21);
  for (const { offset, size, shape } of layoutOf(LARGE).tensors)
    for (let i = offset; i < offset + size; i++) theta[i]! /= Math.sqrt(shape[1] ?? 1);
  return theta;
}

onEachDevice((device) => {
  const theta = mildTheta();
  const inputs = someInputs(LARGE.input, COUNT, 22);
  const outputs = { type: 'Outputs', y: new Float32Array(2 * COUNT), count: COUNT, width: 2 } as const;

  it('a large network: forward gives the outputs of the plain loops', async () => {
    const got = await device().forward(LARGE, theta, inputs, quiet);
    for (const n of [0, 127, 128, 299]) {
      const want = network(LARGE, theta, inputs.x.subarray(3 * n, 3 * n + 3));
      want.forEach((v, j) => {
        expect(Math.abs(got[2 * n + j]! - v)).toBeLessThan(2e-5);
      });
    }
  });

  it('a large network: evaluate agrees with forward', async () => {
    const phi = await device().forward(LARGE, theta, inputs, quiet);
    const family = { kind: 'explicit', theta, count: 1 } as const;
    const { loss } = await device().evaluate({ architecture: LARGE, inputs, outputs, family }, quiet);
    const want = phi.reduce((sum, v, i) => sum + inputs.weights[i >> 1]! * v * v, 0);
    expect(Math.abs(loss[0]! / want - 1)).toBeLessThan(1e-5);
  });

  it('a large network: one step of descent goes down the slope that differences of J give', async () => {
    const optimizer = { name: 'sgd', learningRate: 1, momentum: 0 } as const;
    const work = { architecture: LARGE, inputs, outputs, start: theta, count: 1, optimizer, steps: 1 } as const;
    const { theta: after } = await device().descend({ ...work, batch: COUNT, seed: 1, record: 1 }, quiet);
    const gradient = Float64Array.from(theta, (v, i) => v - after[i]!);
    const slope = Math.sqrt(gradient.reduce((sum, g) => sum + g * g, 0));
    // along the whole gradient, and along that of each tensor alone, J falls as |gradient|² says
    for (const { offset, size } of layoutOf(LARGE).tensors) {
      const part = gradient.subarray(offset, offset + size);
      const square = part.reduce((sum, g) => sum + g * g, 0);
      const h = 0.01 / slope;
      const moved = new Float32Array(2 * theta.length);
      for (const [row, sign] of [
        [0, 1],
        [1, -1],
      ] as const) {
        moved.set(theta, row * theta.length);
        for (let i = 0; i < size; i++) moved[row * theta.length + offset + i]! += sign * h * part[i]!;
      }
      const family = { kind: 'explicit', theta: moved, count: 2 } as const;
      const { loss } = await device().evaluate({ architecture: LARGE, inputs, outputs, family }, quiet);
      expect((loss[0]! - loss[1]!) / (2 * h) / square).toBeCloseTo(1, 1);
    }
  });
});
