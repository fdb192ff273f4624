/** What the answer may not depend on, and how work ends early. */
import { describe, expect, test } from 'vitest';
import { layoutOf } from '../../../src/catalog/architecture.js';
import type { EvaluateWork, Evaluation, Family, WorkControl } from '../../../src/catalog/work.js';
import { familyCount } from '../../../src/tensor/family.js';
import { familyTheta } from '../../numeric/family.js';
import * as oracle from './oracles.js';

const routes = {
  cpu: oracle.evaluateFusedCpu,
  wasm: (work: EvaluateWork, c: WorkControl) => oracle.evaluateFusedWasm(work, c),
};
const NETWORKS = {
  FCN: oracle.FCN,
  'tiny with tanh': oracle.mlp([2, 4, 1], { name: 'tanh' }, true),
  'looped, projected': oracle.mlp([9, 30, 20, 2], { name: 'gelu' }, true),
};

function caseOf(architecture: EvaluateWork['architecture'], count = 300) {
  const { size, outputs: width } = layoutOf(architecture);
  const lattice = { subspace: oracle.someSubspace(3, size, 2), low: -1, high: 1, points: 7 };
  const inputs = oracle.someInputs(4, count, architecture.input[0]!);
  return { architecture, inputs, outputs: oracle.someOutputs(4, count, width), lattice };
}

const explicit = (family: Family): Family => {
  const theta = Array.from({ length: familyCount(family) }, (_, i) => [...familyTheta(family, i)]);
  return { kind: 'explicit', theta: Float32Array.from(theta.flat()), count: theta.length };
};

describe.each(Object.entries(routes))('fused on %s', (_, evaluate) => {
  describe.each(Object.entries(NETWORKS))('%s', (_, architecture) => {
    const { lattice, ...rest } = caseOf(architecture);
    const run = (family: Family): Promise<Evaluation> => evaluate({ ...rest, family }, oracle.quiet());
    const whole = run({ kind: 'lattice', lattice });

    test('members in any order and number give the bits of the whole lattice', async () => {
      const { loss, power } = await whole;
      for (const index of [Uint32Array.of(48, 3, 3, 17, 0), Uint32Array.of(21), new Uint32Array(0)]) {
        const got = await run({ kind: 'members', lattice, index });
        expect([...got.loss]).toEqual(Array.from(index, (i) => loss[i]));
        expect([...got.power]).toEqual(Array.from(index, (i) => power[i]));
      }
    });

    test('explicit parameters give the same answer: bits, unless the first layer was projected', async () => {
      const { loss, route } = await whole;
      const got = await run(explicit({ kind: 'lattice', lattice }));
      if (route === 'fused') expect(got.loss).toEqual(loss);
      else expect(oracle.worst(got.loss, loss, 1e-9, 1e-5)).toBeLessThan(1e-5);
    });
  });

  test('dead networks have power exactly 0 and the loss of the zero function', async () => {
    const { inputs, outputs } = caseOf(oracle.FCN);
    const family: Family = { kind: 'explicit', theta: Float32Array.of(0, 0, 5, 7, 3, -2, 0, 0), count: 2 };
    const got = await evaluate({ architecture: oracle.FCN, inputs, outputs, family }, oracle.quiet());
    expect([...got.power]).toEqual([0, 0]);
    let zero = 0;
    for (let n = 0; n < inputs.count; n++) zero += inputs.weights[n]! * outputs.y[n]! ** 2;
    expect(Math.abs(got.loss[0]! - zero)).toBeLessThan(1e-6 * zero);
    expect(got.loss[1]).toBe(got.loss[0]);
  });

  test('a diverged member is not finite; its neighbours are', async () => {
    const { inputs, outputs } = caseOf(oracle.FCN);
    const theta = new Float32Array(4 * 9).fill(0.5);
    theta[4 * 4] = 1e38;
    theta[4 * 4 + 2] = 1e38;
    const work = { architecture: oracle.FCN, inputs, outputs, family: { kind: 'explicit', theta, count: 9 } } as const;
    const { loss } = await evaluate(work, oracle.quiet());
    expect(Array.from(loss, Number.isFinite)).toEqual([true, true, true, true, false, true, true, true, true]);
  });

  test('work stops when it is cancelled, with a typed error', async () => {
    const { lattice, ...rest } = caseOf(oracle.FCN, 200_000); // minutes, were it not stopped
    const stop = new AbortController();
    const family: Family = { kind: 'lattice', lattice: { ...lattice, points: 1000 } };
    const running = evaluate({ ...rest, family }, { signal: stop.signal, progress: () => stop.abort() });
    await expect(running).rejects.toMatchObject({ name: 'FiberscopeError', kind: 'cancelled' });
    await expect(evaluate({ ...rest, family }, { signal: stop.signal, progress: () => {} })).rejects.toMatchObject({
      kind: 'cancelled',
    });
  });

  test('shapes that do not fit are refused', async () => {
    const { lattice, ...rest } = caseOf(oracle.FCN);
    const family: Family = { kind: 'explicit', theta: new Float32Array(6), count: 2 };
    await expect(evaluate({ ...rest, family }, oracle.quiet())).rejects.toThrow(
      'evaluate: parameters of a member: expected 4, got 3',
    );
    const outputs = oracle.someOutputs(1, 300, 2);
    await expect(evaluate({ ...rest, outputs, family: { kind: 'lattice', lattice } }, oracle.quiet())).rejects.toThrow(
      "evaluate: width of 'outputs': expected 1, got 2",
    );
  });
});

test('memory for members and inputs does not change a bit', async () => {
  for (const architecture of Object.values(NETWORKS)) {
    const { lattice, ...rest } = caseOf(architecture, 1000);
    for (const family of [{ kind: 'lattice', lattice } as const, explicit({ kind: 'lattice', lattice })]) {
      const work = { ...rest, family };
      const { loss, power } = await oracle.evaluateFusedWasm(work, oracle.quiet());
      const small = await oracle.evaluateFusedWasm(work, oracle.quiet(), { members: 1, inputs: 1 });
      expect(small.loss).toEqual(loss);
      expect(small.power).toEqual(power);
    }
  }
});

test('progress grows to the end and names the points', async () => {
  const { lattice, ...rest } = caseOf(oracle.FCN, 20_000);
  const family: Family = { kind: 'lattice', lattice: { ...lattice, points: 50 } };
  const seen: number[] = [];
  const messages = new Set<string | undefined>();
  const progress = (fraction: number, message?: string): void => {
    seen.push(fraction);
    messages.add(message);
  };
  await oracle.evaluateFusedCpu({ ...rest, family }, { signal: new AbortController().signal, progress });
  expect(seen.length).toBeGreaterThan(0);
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  expect(Math.max(...seen)).toBeLessThanOrEqual(1);
  for (const message of messages) expect(message).toMatch(/^[\d,]+ of 2,500 points$/);
});
