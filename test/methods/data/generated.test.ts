/** Glyphs and Textures: reproducible, balanced, and out of a linear model's reach. */
import { describe, expect, it } from 'vitest';
import type { Architecture } from '../../../src/catalog/architecture.js';
import { FiberscopeError } from '../../../src/catalog/errors.js';
import { mlp, myrtle } from '../../../src/catalog/presets.js';
import type { Inputs } from '../../../src/catalog/values.js';
import { split } from '../../../src/methods/data/draw.js';
import { type GlyphOptions, glyphs } from '../../../src/methods/data/glyphs.js';
import { type TextureOptions, textures } from '../../../src/methods/data/textures.js';
import { type TrainingOptions, train as trainModel } from '../../../src/methods/models/training.js';
import { openDevice } from '../../../src/tensor/device.js';
import { silent } from '../fixtures.js';
import { linearFit } from './softmax.js';

/** Accuracy on the test part of a small network that is trained for some epochs with Adam. */
async function networkFit(architecture: Architecture, train: Inputs, test: Inputs, epochs: number): Promise<number> {
  const device = await openDevice('wasm', { threads: 1 });
  const options: TrainingOptions = {
    seeds: [0],
    initialisation: { name: 'pytorch', deviation: 1 },
    optimizer: { name: 'adam', learningRate: 0.003, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
    schedule: { name: 'constant' },
    weightDecay: 0,
    epochs,
    batch: 32,
  };
  try {
    const { model } = await trainModel(options, architecture, { inputs: train }, undefined, device, silent);
    const { accuracy } = await device.score(model, { inputs: test }, 'cross-entropy', silent);
    return accuracy[0]!;
  } finally {
    await device.dispose();
  }
}

const glyphStyle: GlyphOptions = { count: 40, seed: 3, jitter: 1, width: 2.4, noise: 0.15 };
const textureStyle: TextureOptions = { count: 40, seed: 3, contrast: 0.8, noise: 0.1 };

describe.each([
  ['glyphs', (more: object = {}, control = silent) => glyphs({ ...glyphStyle, ...more }, control), [1, 28, 28]],
  ['textures', (more: object = {}, control = silent) => textures({ ...textureStyle, ...more }, control), [3, 32, 32]],
] as const)('%s', (_, draw, item) => {
  const size = item[0] * item[1] * item[2];

  it('have their shape, ten classes in turn and numbers from 0 to 1', async () => {
    const set = await draw({ count: 25 });
    expect(set).toMatchObject({ count: 25, item });
    expect(set.x.length).toBe(25 * size);
    expect([...set.labels!]).toEqual(Array.from({ length: 25 }, (_, i) => i % 10));
    expect(set.classes!.length).toBe(10);
    expect(set.x.every((value) => value >= 0 && value <= 1)).toBe(true);
    expect([...set.weights]).toEqual(new Array(25).fill(Math.fround(1 / 25)));
  });

  it('are the same again, and a longer set begins with the shorter one', async () => {
    const { x } = await draw();
    expect((await draw()).x).toEqual(x);
    expect((await draw({ count: 100 })).x.subarray(0, 40 * size)).toEqual(x);
  });

  it('are others for another seed, each image by itself', async () => {
    const [a, b] = [await draw(), await draw({ seed: 4 })];
    const image = (x: Float32Array, i: number) => x.subarray(i * size, (i + 1) * size).join();
    const all = Array.from({ length: 40 }, (_, i) => [image(a.x, i), image(b.x, i)]).flat();
    expect(new Set(all).size).toBe(80);
  });

  it('say how far they are, and stop when they are told to', async () => {
    const controller = new AbortController();
    const told: number[] = [];
    const progress = (fraction: number) => {
      told.push(fraction);
      controller.abort();
    };
    const drawn = draw({ count: 20_000 }, { signal: controller.signal, progress });
    const error = await drawn.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(FiberscopeError);
    expect((error as FiberscopeError).kind).toBe('cancelled');
    expect(told).toHaveLength(1);
    expect(told[0]).toBeLessThan(1);
  });
});

describe('glyphs', () => {
  it('without jitter and noise are one picture for each digit', async () => {
    const { x } = await glyphs({ ...glyphStyle, jitter: 0, noise: 0, count: 20 }, silent);
    const image = (i: number) => x.subarray(i * 784, (i + 1) * 784);
    for (let digit = 0; digit < 10; digit++) {
      expect(image(digit + 10)).toEqual(image(digit));
      for (let other = 0; other < digit; other++) expect(image(digit).join()).not.toBe(image(other).join());
    }
  });

  it('leave the rim free where nothing is jittered, and ink as wide as was asked', async () => {
    const ink = async (width: number) => {
      const { x } = await glyphs({ ...glyphStyle, jitter: 0, noise: 0, count: 2, width }, silent);
      const one = x.subarray(784); // a bar down the middle and a flag on its left
      expect(x.filter((_, i) => i % 28 === 0 || i % 28 === 27).every((value) => value === 0)).toBe(true);
      return one.subarray(18 * 28, 19 * 28).reduce((a, b) => a + b, 0); // across the bar alone
    };
    for (const width of [2, 3, 4.5]) expect(Math.abs((await ink(width)) - width)).toBeLessThan(0.01 * width);
  });

  it('leave a linear model below 95 % but well above chance', { timeout: 120_000 }, async () => {
    const { train, test } = split(await glyphs({ ...glyphStyle, count: 5000, seed: 0 }, silent), {
      count: 1000,
      seed: 0,
      stratified: true,
    });
    const fit = linearFit(train, test, { epochs: 10, rate: 0.003, decay: 0.01 });
    console.log(`glyphs, linear: training ${fit.train}, best test ${fit.test}`);
    expect(fit.train).toBeGreaterThan(0.9); // trained to the end
    expect(fit.test).toBeLessThan(0.95);
    expect(fit.test).toBeGreaterThan(0.6);
    const net = await networkFit(mlp([784, 48, 10], { name: 'relu' }, true), train, test, 5);
    console.log(`glyphs, one hidden layer of 48: test ${net}`);
    expect(net).toBeGreaterThan(fit.test + 0.05);
  });
});

describe('textures', () => {
  it('have the same mean in every pixel, whatever the class', async () => {
    const set = await textures({ ...textureStyle, count: 1000 }, silent);
    const sums = Array.from({ length: 10 }, () => new Float64Array(3)); // of each class and channel
    for (const [i, value] of set.x.entries()) sums[Math.floor(i / 3072) % 10]![Math.floor(i / 1024) % 3]! += value;
    // an image's mean colour is uniform on [¼, ¾] (variance 1/48), moved by at most half the colours' difference
    for (const sum of sums)
      for (const channel of sum)
        expect(Math.abs(channel / (100 * 1024) - 0.5)).toBeLessThan(5 * Math.sqrt((1 / 48 + 0.1) / 100));
  });

  it('give a linear model nearly nothing to hold on to, though it learns its examples by heart', {
    timeout: 120_000,
  }, async () => {
    const { train, test } = split(await textures({ ...textureStyle, count: 1500, seed: 0 }, silent), {
      count: 500,
      seed: 0,
      stratified: true,
    });
    const fit = linearFit(train, test, { epochs: 8, rate: 0.001, decay: 0.01 });
    console.log(`textures, linear: training ${fit.train}, best test ${fit.test}`);
    expect(fit.train).toBeGreaterThan(0.9);
    expect(fit.test).toBeLessThan(0.3);
    const net = await networkFit(myrtle([3, 32, 32], 4, 10, { name: 'relu' }), train, test, 4);
    console.log(`textures, Myrtle CNN of width 4: test ${net}`);
    expect(net).toBeGreaterThan(fit.test + 0.2);
  });
});
