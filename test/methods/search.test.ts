import { beforeAll, describe, expect, it } from 'vitest';
import { genniFcn, mlp } from '../../src/catalog/presets.js';
import type { Curve, Reference } from '../../src/catalog/values.js';
import type { Device } from '../../src/catalog/work.js';
import { gramSchmidt } from '../../src/methods/gram-schmidt.js';
import { initialTheta } from '../../src/methods/initialise.js';
import { randomInputs } from '../../src/methods/random-inputs.js';
import { referenceOf } from '../../src/methods/reference.js';
import { type SearchOptions, search } from '../../src/methods/search.js';
import { openDevice } from '../../src/tensor/device.js';
import { FcnClosedForm, silent } from './fixtures.js';

let device: Device;
let fcn: Reference;
let tanh: Reference;
beforeAll(async () => {
  device = await openDevice('cpu');
  const draw = (shape: number[]) =>
    randomInputs({ distribution: 'normal', shape, count: 500, mean: 0, deviation: 1, low: 0, high: 1, seed: 10 });
  fcn = await referenceOf(genniFcn(), Float32Array.from([1, -0.8, 0.9, 1.1]), draw([1]), device, silent);
  const network = mlp([2, 4, 1], { name: 'tanh' }, true);
  const theta = await initialTheta(network, { name: 'pytorch', deviation: 1 }, 0, 'reference', 0, silent);
  tanh = await referenceOf(network, theta, draw([2]), device, silent);
});

const adam = { name: 'adam', learningRate: 0.02, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;
const usual: SearchOptions = {
  mode: 'independent',
  rank: 3,
  starts: 32,
  rounds: 8,
  optimizer: adam,
  steps: 1000,
  batch: 64,
  tolerance: 1e-4,
  initialisation: { name: 'pytorch', deviation: 1 },
  seed: 0,
};

const seeds = Array.from({ length: 20 }, (_, seed) => seed);

describe('the search finds m + 1 = 4 independent candidates at relative J ≤ 10⁻⁴ by itself', () => {
  it.each(seeds)('FCN θ = (1, −0.8, 0.9, 1.1), seed %i', async (seed) => {
    const { parameters } = await search({ ...usual, starts: 16, seed }, fcn, device, silent);
    const form = new FcnClosedForm(fcn.inputs, fcn.theta!);
    const losses = Array.from(
      { length: 4 },
      (_, i) => form.loss(parameters.theta.subarray(4 * i, 4 * i + 4)) / fcn.scale.power,
    );
    const sigma = gramSchmidt(parameters).singularValues!;
    console.log(
      `FCN seed ${seed}: J/E[φ²] ${losses.map((x) => x.toExponential(1)).join(' ')}; σ ${[...sigma].map((s) => s.toFixed(3)).join(' ')}`,
    );
    expect(Math.max(...losses)).toBeLessThanOrEqual(1e-4);
    expect(sigma[2]).toBeGreaterThan(0.01);
  });

  it.each(seeds)(
    'MLP 2–4–1 tanh, seed %i',
    async (seed) => {
      const { parameters } = await search({ ...usual, starts: 16, seed }, tanh, device, silent);
      const { power } = tanh.scale;
      const losses: number[] = [];
      for (let i = 0; i < 4; i++)
        losses.push(lossInPlainLoops(parameters.theta.subarray(17 * i, 17 * i + 17), tanh) / power);
      const sigma = gramSchmidt(parameters).singularValues!;
      console.log(
        `MLP seed ${seed}: J/E[φ²] ${losses.map((x) => x.toExponential(1)).join(' ')}; σ ${[...sigma].map((s) => s.toFixed(3)).join(' ')}`,
      );
      expect(Math.max(...losses)).toBeLessThanOrEqual(1e-4 * (1 + 1e-4));
      expect(sigma[2]).toBeGreaterThan(0.01);
    },
    30_000,
  );
});

/** J of a 2–4–1 tanh network, written out in float64. */
function lossInPlainLoops(theta: Float32Array, { inputs, outputs }: Reference): number {
  let loss = 0;
  for (let i = 0; i < inputs.count; i++) {
    let y = theta[16]!;
    for (let h = 0; h < 4; h++)
      y +=
        theta[12 + h]! *
        Math.tanh(theta[2 * h]! * inputs.x[2 * i]! + theta[2 * h + 1]! * inputs.x[2 * i + 1]! + theta[8 + h]!);
    loss += inputs.weights[i]! * (y - outputs.y[i]!) ** 2;
  }
  return loss;
}

describe('search', () => {
  it('is reproducible, and more starts keep the first ones', async () => {
    const options = { ...usual, steps: 300, batch: 32, tolerance: 1e-2 };
    const one = await search(options, fcn, device, silent);
    expect((await search(options, fcn, device, silent)).parameters.theta).toEqual(one.parameters.theta);
    const more = await search({ ...options, starts: 48 }, fcn, device, silent);
    expect(more.candidates.slice(0, 32)).toEqual(one.candidates);
  });

  it('goes on to further rounds until enough are found', async () => {
    const { candidates, parameters } = await search({ ...usual, starts: 2, rounds: 40 }, fcn, device, silent);
    expect(parameters.count).toBe(4);
    expect(Math.max(...candidates.map(({ round }) => round))).toBeGreaterThan(0);
    expect(candidates.filter(({ verdict }) => verdict === 'selected').length).toBe(4);
  });

  it('finds the same candidates however the starts are cut into rounds', async () => {
    const whole = await search({ ...usual, starts: 16, rounds: 1 }, fcn, device, silent);
    const cut = await search({ ...usual, starts: 2, rounds: 40 }, fcn, device, silent);
    expect(cut.parameters.theta).toEqual(whole.parameters.theta);
    expect(cut.candidates.map(({ loss }) => loss)).toEqual(
      whole.candidates.slice(0, cut.candidates.length).map(({ loss }) => loss),
    );
  });

  it('every verdict is true of its candidate', async () => {
    const { candidates } = await search(usual, fcn, device, silent);
    expect(candidates.length % 32).toBe(0);
    for (const one of candidates) {
      if (one.verdict === 'selected' || one.verdict === 'spare') expect(one.relative).toBeLessThanOrEqual(1e-4);
      if (one.verdict === 'loss') expect(one.relative).toBeGreaterThan(1e-4);
      if (one.verdict === 'dependent') expect(one.newness).toBeLessThan(0.05);
    }
  });

  it('there is a loss curve of every candidate of every round, live and in the result', async () => {
    const live: { names: string[]; lengths: number[] }[] = [];
    const control = {
      ...silent,
      progress: (_: number, __?: string, curve?: Curve) => {
        if (curve)
          live.push({ names: curve.lines.map(({ name }) => name), lengths: curve.lines.map(({ y }) => y.length) });
      },
    };
    // A device that says at the end of each round what it says in between on a slow machine.
    const telling: Device = Object.assign(Object.create(device) as Device, {
      descend: async (...[work, told]: Parameters<Device['descend']>) => {
        const { steps, history, theta } = await device.descend(work, told);
        const lines = Array.from({ length: work.count }, (_, i) => ({
          name: `candidate ${i}`,
          y: Float64Array.from(steps, (_, r) => history[r * work.count + i]!),
        }));
        told.progress(1, '', { type: 'Curve', x: steps, xName: 'step', yName: 'J', logY: true, lines });
        return { steps, history, theta };
      },
    });
    const { curve, candidates } = await search({ ...usual, starts: 3, rank: 2 }, fcn, telling, control);
    expect(candidates.length).toBeGreaterThan(3); // more than one round, else this says nothing
    expect(curve.lines).toHaveLength(candidates.length);
    const thin = candidates.flatMap(({ verdict }, i) => (verdict === 'selected' ? [] : [`start ${i + 1}`]));
    expect(curve.lines.slice(3).map(({ name }) => name)).toEqual(thin);
    const { names, lengths } = live.at(-1)!;
    expect(names).toEqual(candidates.map((_, i) => `start ${i + 1}`));
    expect(new Set(lengths)).toEqual(new Set([curve.x.length]));
  });

  it('the loss curves name the selected ones θ₀ … θ₃', async () => {
    const { curve } = await search(usual, fcn, device, silent);
    expect(curve.lines.slice(0, 4).map(({ name }) => name)).toEqual(['θ₀', 'θ₁', 'θ₂', 'θ₃']);
    expect(curve.lines.slice(4).every(({ state }) => state !== 'selected')).toBe(true);
    expect(curve.lines[0]!.y.length).toBe(curve.x.length);
  });

  it('fails with the best candidates and the reasons', async () => {
    const hopeless = { ...usual, starts: 4, rounds: 2, steps: 2, tolerance: 1e-9 };
    await expect(search(hopeless, fcn, device, silent)).rejects.toThrow(
      /expected m \+ 1 = 4 independent candidates with J ≤ 10⁻⁹ E\[φ²\], got 0 from 8 starts in 2 rounds; rejected: 8 J above the tolerance; best rejected J \/ E\[φ²\]: .*\(loss, round \d, start \d\).*; allow more steps/,
    );
  });

  it('says diverged where the learning rate is absurd', async () => {
    const wild = {
      ...usual,
      starts: 4,
      rounds: 1,
      steps: 100,
      optimizer: { name: 'sgd', learningRate: 1e4, momentum: 0 },
    } as const;
    await expect(search(wild, fcn, device, silent)).rejects.toThrow(/4 diverged/);
  });

  it('does not take the same θ twice: a linear network has one equivalent only', async () => {
    const line = randomInputs({
      distribution: 'normal',
      shape: [1],
      count: 50,
      mean: 0,
      deviation: 1,
      low: 0,
      high: 1,
      seed: 1,
    });
    const linear = mlp([1, 1], { name: 'relu' }, true); // P = 2, one equivalent only
    const reference = await referenceOf(linear, Float32Array.of(1, 0.5), line, device, silent);
    const easy = { ...usual, rank: 1, starts: 4, rounds: 2, optimizer: { ...adam, learningRate: 0.05 } };
    await expect(search(easy, reference, device, silent)).rejects.toThrow(
      /got 1 from 8 starts .* 7 linearly dependent on those before/,
    );
  });

  it('refuses a dead reference', async () => {
    const dead = await referenceOf(genniFcn(), new Float32Array(4), fcn.inputs, device, silent);
    await expect(search(usual, dead, device, silent)).rejects.toThrow('got a dead one');
  });

  it('first m + 1 takes the first starts whatever their J, and says so', async () => {
    const sgd = { name: 'sgd', learningRate: 0.015, momentum: 0 } as const;
    const options = { ...usual, mode: 'first', steps: 10, optimizer: sgd } as const;
    const { parameters, candidates } = await search(options, fcn, device, silent);
    expect(candidates.map(({ verdict }) => verdict)).toEqual(new Array(4).fill('selected'));
    expect(Math.max(...parameters.loss!) / fcn.scale.power).toBeGreaterThan(1e-4);
    expect(parameters.flags[0]).toMatch(/^Chosen as the first m \+ 1 starts whatever their J, .* θ₀ /);
  });

  it('first m + 1 fails in its own words where a start diverges', async () => {
    const wild = { name: 'sgd', learningRate: 1e4, momentum: 0 } as const;
    const options = { ...usual, mode: 'first', steps: 100, optimizer: wild } as const;
    await expect(search(options, fcn, device, silent)).rejects.toThrow(
      'expected the first m + 1 = 4 starts to stay finite and linearly independent, got 0; rejected: 4 diverged; use a smaller learning rate',
    );
  });

  it('stops when told to', async () => {
    const controller = new AbortController();
    const control = {
      signal: controller.signal,
      progress: (fraction: number) => {
        if (fraction > 0) controller.abort();
      },
    };
    await expect(search({ ...usual, steps: 1_000_000 }, fcn, device, control)).rejects.toThrow(/cancel/);
  }, 20_000);

  it('lets starts of a large network descend one after the other, with the same outcome as together', async () => {
    const million = mlp([1, 3_000_000, 1], { name: 'tanh' }, true); // P = 9·10⁶
    const line = { ...fcn.inputs, x: Float32Array.of(1), count: 1, weights: Float32Array.of(1), item: [1] };
    const outputs = { type: 'Outputs', y: Float32Array.of(1), count: 1, width: 1 } as const;
    const reference: Reference = { ...fcn, architecture: million, inputs: line, outputs };
    const given: number[][] = []; // the first number of every start, by call
    const still: Device = {
      ...device,
      name: 'cpu',
      evaluate: async ({ family }) => {
        const count = family.kind === 'explicit' ? family.count : 0;
        return { loss: new Float32Array(count), power: new Float32Array(count).fill(1), route: 'layered', blocks: 0 };
      },
      descend: async ({ start, count }) => {
        const size = start.length / count;
        given.push(Array.from({ length: count }, (_, i) => start[i * size]!));
        return { theta: start, steps: Float64Array.of(0), history: new Float32Array(count) };
      },
    };
    const options = { ...usual, mode: 'first', rank: 2, starts: 3, steps: 1 } as const;
    const { candidates, parameters, curve } = await search(options, reference, still, silent);
    expect(given.map((one) => one.length)).toEqual([1, 1, 1]);
    const drawn = await initialTheta(million, usual.initialisation, usual.seed, 'search', 2, silent);
    expect(given[2]).toEqual([drawn[0]]);
    expect(candidates.map(({ start, verdict }) => [start, verdict])).toEqual([0, 1, 2].map((i) => [i, 'selected']));
    expect(parameters.theta.subarray(2 * drawn.length).every((value, i) => value === drawn[i])).toBe(true);
    expect(curve.lines).toHaveLength(3);
  });
});
