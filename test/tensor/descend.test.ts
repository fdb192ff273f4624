/** The loop of descend around a gradient engine that is written out here: J = Σ θ² / 2, so a step multiplies θ by 1 − η. */
import { expect, it } from 'vitest';
import type { DescendWork } from '../../src/catalog/work.js';
import { descendWith, type GradientEngine } from '../../src/tensor/descend.js';

const quiet = { signal: new AbortController().signal, progress: () => undefined };
const one = Float32Array.of(1);
const work: DescendWork = {
  architecture: { type: 'Architecture', input: [1], layers: [{ kind: 'dense', units: 1, bias: true }] },
  inputs: { type: 'Inputs', x: one, count: 1, item: [1], weights: one, source: 'test' },
  outputs: { type: 'Outputs', y: one, count: 1, width: 1 },
  start: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
  count: 5,
  optimizer: { name: 'sgd', learningRate: 0.25, momentum: 0 },
  steps: 4,
  batch: 1,
  seed: 0,
  record: 1,
};

/** Engine for `together` candidates; J of candidate 1 is not finite at step `fatal`. `calls` are the candidates of each call. */
function bowl(together: number, fatal: number, calls: number[][]): GradientEngine {
  let seen = 0; // calls for candidate 1
  return {
    together,
    gradients: (theta, candidates, _, loss, gradient) => {
      calls.push([...candidates]);
      gradient.fill(Number.NaN); // what is beyond the candidates is not read
      candidates.forEach((candidate, i) => {
        const row = theta.subarray(2 * candidate, 2 * candidate + 2);
        gradient.set(row, 2 * i);
        loss[i] = (row[0]! ** 2 + row[1]! ** 2) / 2;
        if (candidate === 1 && seen++ === fatal) loss[i] = Number.POSITIVE_INFINITY;
      });
    },
    dispose: () => undefined,
  };
}

it.each([1, 2, 3, 5, 100])('gives each candidate its own row with %i in a call', async (together) => {
  const calls: number[][] = [];
  const { theta, history } = await descendWith(work, bowl(together, 2, calls), quiet);
  const shrunk = 0.75 ** 4;
  expect([...theta]).toEqual(
    [...work.start].map((v, i) => (i === 2 || i === 3 ? Number.NaN : Math.fround(v * shrunk))),
  );
  for (let s = 0; s < 4; s++)
    for (let c = 0; c < 5; c++) {
      const [a, b] = [work.start[2 * c]! * 0.75 ** s, work.start[2 * c + 1]! * 0.75 ** s];
      expect(history[s * 5 + c]).toEqual(c === 1 && s >= 2 ? Number.NaN : Math.fround((a * a + b * b) / 2));
    }
  expect(Math.max(...calls.map(({ length }) => length))).toBe(Math.min(together, 5));
  for (let s = 0, at = 0; s < 4; s++) {
    const alive = s <= 2 ? [0, 1, 2, 3, 4] : [0, 2, 3, 4]; // candidate 1 was lost at step 2
    const calledFor: number[] = [];
    while (calledFor.length < alive.length) calledFor.push(...calls[at++]!);
    expect(calledFor).toEqual(alive);
  }
});

it('ends when no candidate is left', async () => {
  const calls: number[][] = [];
  const alone = { ...work, start: Float32Array.of(1, 2, 3, 4), count: 2, steps: 1000 };
  const lost = bowl(2, 0, calls);
  const engine: GradientEngine = {
    ...lost,
    gradients: (theta, candidates, batch, loss, gradient, breathe) => {
      lost.gradients(theta, candidates, batch, loss, gradient, breathe);
      loss.fill(Number.NaN);
    },
  };
  const { theta, history } = await descendWith(alone, engine, quiet);
  expect(calls).toHaveLength(1);
  expect([...theta, ...history].every(Number.isNaN)).toBe(true);
});
