import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { genniFcn, mlp } from '../../src/catalog/presets.js';
import type { Device } from '../../src/catalog/work.js';
import { referenceNotes } from '../../src/methods/diagnostics/reference.js';
import { scaleOf } from '../../src/methods/null-models.js';
import { lossOf } from '../../src/methods/points.js';
import { referenceOf } from '../../src/methods/reference.js';
import { openDevice } from '../../src/tensor/device.js';
import { FcnClosedForm, inputsOf, silent } from './fixtures.js';

let device: Device;
beforeAll(async () => {
  device = await openDevice('cpu');
});

describe('scaleOf', () => {
  it('no constant beats the best constant, whatever the weights (fuzz)', () => {
    const value = fc.float({ min: -10, max: 10, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(value, value, fc.float({ min: Math.fround(0.01), max: 2, noNaN: true })), {
          minLength: 1,
          maxLength: 20,
        }),
        value,
        value,
        (rows, c0, c1) => {
          const inputs = inputsOf(
            rows.map(() => [0]),
            rows.map(([, , w]) => w),
          );
          const y = Float32Array.from(rows.flatMap((row) => row.slice(0, 2)));
          const scale = scaleOf(inputs, { type: 'Outputs', y, count: rows.length, width: 2 });
          const loss = (a: number, b: number): number =>
            rows.reduce((sum, [p, q, w]) => sum + Math.fround(w) * ((p - a) ** 2 + (q - b) ** 2), 0);
          const slack = 1e-9 * (1 + scale.power);
          expect(scale.zero).toBeCloseTo(loss(0, 0), 4);
          expect(scale.constant).toBeLessThanOrEqual(loss(c0, c1) + slack);
          expect(scale.constant).toBeLessThanOrEqual(scale.zero + slack);
        },
      ),
      { seed: 5, numRuns: 200 },
    );
  });
});

describe('referenceOf', () => {
  const inputs = inputsOf([[-2], [-1], [0.5], [1], [3]], [0.1, 0.3, 0.2, 0.25, 0.15]);

  it('the FCN’s power is that of its closed form, and its own J is 0', async () => {
    const theta = Float32Array.from([1, -0.8, 0.9, 1.1]);
    const reference = await referenceOf(genniFcn(), theta, inputs, device, silent);
    const form = new FcnClosedForm(inputs, theta);
    expect(reference.scale.power).toBeCloseTo(form.power(theta), 6);
    const { loss, power } = await lossOf(theta, 1, reference, device, silent);
    expect(loss[0]).toBeLessThan(1e-12);
    expect(power[0]).toBeCloseTo(reference.scale.power, 6);
  });

  it('counts a ReLU unit that is 0 on all inputs, and only it', async () => {
    const positive = inputsOf([[1], [2], [0.1]]);
    const one = await referenceOf(genniFcn(), Float32Array.from([1, -1, 1, 1]), positive, device, silent);
    expect(one.units).toEqual([{ layer: 1, units: 2, dead: 1 }]); // ReLU(−x) = 0 for x > 0
    const none = await referenceOf(genniFcn(), Float32Array.from([1, 1, 1, 1]), positive, device, silent);
    expect(none.units).toEqual([{ layer: 1, units: 2, dead: 0 }]);
    const both = await referenceOf(genniFcn(), Float32Array.from([-1, -1, 1, 1]), positive, device, silent);
    expect(both.units).toEqual([{ layer: 1, units: 2, dead: 2 }]);
    expect(both.scale.power).toBe(0);
  });

  it('a convolution’s unit is a channel: alive when it is not 0 somewhere', async () => {
    const architecture = {
      type: 'Architecture' as const,
      input: [1, 3, 3],
      layers: [
        { kind: 'conv' as const, channels: 2, kernel: [2, 2] as const, stride: 1, padding: 0, bias: false },
        { kind: 'activation' as const, activation: { name: 'relu' as const } },
        { kind: 'flatten' as const },
        { kind: 'dense' as const, units: 1, bias: false },
      ],
    };
    const x = new Float32Array(9);
    x[8] = 1; // one lit pixel in the last corner: seen by kernels' last weight at one place only
    const image = {
      type: 'Inputs' as const,
      x,
      count: 1,
      item: [1, 3, 3],
      weights: Float32Array.of(1),
      source: 'test',
    };
    const theta = Float32Array.from([0, 0, 0, 1, 0, 0, 0, -1, ...new Array(8).fill(1)]);
    const reference = await referenceOf(architecture, theta, image, device, silent);
    expect(reference.units).toEqual([{ layer: 1, units: 2, dead: 1 }]);
  });

  it('refuses a θ, an output and a power beyond float32, where it arises', async () => {
    const made = (theta: number[], x = inputs) => referenceOf(genniFcn(), Float32Array.from(theta), x, device, silent);
    await expect(made([1, 1e39, 1, 1])).rejects.toThrow(
      'θ: expected 4 numbers within float32 (up to 3.4·10³⁸), got Infinity at place 2; choose smaller ones',
    );
    await expect(made([1e30, 1, 1e30, 1])).rejects.toThrow(
      /^the reference overflows: expected φ\(x, θ\) within float32 .*, got Infinity at input 3 of 5; choose smaller inputs/,
    );
    await expect(made([1e20, 1, 1, 1])).rejects.toThrow(/^the reference is too large: expected E\[φ²\] within float32/);
    const far = inputsOf([[1], [1e30]], [1, 0]);
    const reference = await made([1e10, 1, 1, 1], far); // 10⁴⁰ at the input of weight 0 does not count
    expect(reference.scale.power).toBeCloseTo(1e20, -15);
  });

  it('is dead where inputs of weight > 0 say so, in these words', async () => {
    const weighted = inputsOf([[1], [2], [-1]], [0.5, 0.5, 0]);
    const reference = await referenceOf(genniFcn(), Float32Array.of(-1, -1, 1, 1), weighted, device, silent);
    expect(referenceNotes(reference).map(({ text }) => text)[0]).toMatch(
      /^The reference is dead: its output is 0 on all 2 inputs of weight > 0\./,
    );
  });

  it('does not ask an input of weight 0 whether a unit is dead', async () => {
    const weighted = inputsOf([[1], [2], [-1]], [0.5, 0.5, 0]); // ReLU(−x) is 0 but at the third
    const reference = await referenceOf(genniFcn(), Float32Array.of(1, -1, 1, 1), weighted, device, silent);
    expect(reference.units).toEqual([{ layer: 1, units: 2, dead: 1 }]);
    expect(referenceNotes(reference).map(({ text }) => text)).toEqual([
      expect.stringMatching(/^Dead units \(activation 0 on all 2 inputs of weight > 0\): 1 of 2 in layer 1 /),
    ]);
  });

  it('judges units by inputs beyond the first block', async () => {
    const far = inputsOf(
      Array.from({ length: 1300 }, (_, i) => [i === 1299 ? -1 : 1]), // ReLU(−x) lives on the last only
      Array.from({ length: 1300 }, (_, i) => (i % 3 === 0 ? 1 : 0)), // 1,299 = 3 · 433 counts
    );
    const reference = await referenceOf(genniFcn(), Float32Array.of(1, -1, 1, 1), far, device, silent);
    expect(reference.units).toEqual([{ layer: 1, units: 2, dead: 0 }]);
  });

  it('refuses a θ of the wrong length', async () => {
    await expect(
      referenceOf(mlp([1, 3, 1], { name: 'tanh' }, true), new Float32Array(4), inputs, device, silent),
    ).rejects.toThrow('θ: expected 10 numbers (P), got 4');
  });
});
