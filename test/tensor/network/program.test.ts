/** Operations of a network and how they are cut into phases: what is read where, and what is walked back. */
import { expect, test } from 'vitest';
import { type Architecture, layoutOf } from '../../../src/catalog/architecture.js';
import { mlp, myrtle, resnet20 } from '../../../src/catalog/presets.js';
import { programOf, wantedOf } from '../../../src/tensor/network/program.js';
import { planOf } from '../../../src/tensor/network/wasm-plan.js';

const kinds = (architecture: Architecture): string[] => programOf(architecture).operations.map(({ step }) => step.kind);
const all = (architecture: Architecture) => [{ start: 0, end: layoutOf(architecture).size }];

test('a join reads what its branches give, and every layer has its slot', () => {
  const norm = { kind: 'batch-norm', momentum: 0.1, epsilon: 1e-5 } as const;
  const dense = { kind: 'dense', units: 4, bias: false } as const;
  const architecture: Architecture = {
    type: 'Architecture',
    input: [1, 2, 2],
    layers: [{ kind: 'flatten' }, { kind: 'residual', block: [dense, norm], shortcut: [] }, dense],
  };
  const { operations, places, result, slots } = programOf(architecture);
  expect(operations.map(({ step, from, to }) => [step.kind, from, to])).toEqual([
    ['linear', [0], 1],
    ['batch-norm', [1], 2],
    ['join', [2, 0], 3],
    ['linear', [3], 4],
  ]);
  expect(Object.fromEntries(places)).toEqual({ '0': 0, '1.block.0': 1, '1.block.1': 2, '1': 3, '2': 4 });
  expect([result, slots]).toEqual([4, [4, 4, 4, 4, 4]]);
});

test('the parameters of all operations are those of the layout, each once', () => {
  for (const architecture of [
    myrtle([3, 8, 8], 2, 4),
    resnet20([3, 8, 8], 2, 4),
    mlp([5, 4, 3], { name: 'relu' }, true),
  ]) {
    const ranges = programOf(architecture).operations.flatMap(({ parameters }) => parameters);
    const covered = new Uint8Array(layoutOf(architecture).size);
    for (const { start, end } of ranges) for (let i = start; i < end; i++) covered[i]!++;
    expect(covered.every((times) => times === 1)).toBe(true);
  }
});

test('nothing below the lowest parameter that moves is walked back', () => {
  const architecture = mlp([5, 4, 4, 3], { name: 'relu' }, true);
  const program = programOf(architecture);
  expect(kinds(architecture)).toEqual(['linear', 'activation', 'linear', 'activation', 'linear']);
  const second = layoutOf(architecture).tensors.find(({ name }) => name === '2.bias')!;
  const { parameters, slots } = wantedOf(program, [{ start: second.offset, end: second.offset + 1 }]);
  expect(parameters).toEqual([false, false, true, false, false]);
  expect(slots).toEqual([false, false, false, true, true, true]);
  expect(wantedOf(program, []).slots).toEqual(new Array(6).fill(false));
});

test('a phase begins at each batch normalisation in a row where it divides by the batch, and nowhere else', () => {
  for (const [architecture, phases] of [
    [mlp([5, 4, 3], { name: 'relu' }, true), 1],
    [myrtle([3, 8, 8], 2, 4), 5],
    [resnet20([3, 8, 8], 2, 4), 20], // 1 + 9 · 2; those of shortcuts lie beside
  ] as const) {
    const program = programOf(architecture);
    const trainable = all(architecture);
    expect(planOf(program, { statistics: 'batch', trainable, kept: [] }).phases).toBe(phases);
    const plan = planOf(program, { statistics: 'running', trainable, kept: [] });
    expect([plan.phases, plan.held.some(Boolean)]).toEqual([1, false]);
  }
});

test('a layer that is kept is not taken into another', () => {
  const architecture = myrtle([3, 8, 8], 2, 4);
  const program = programOf(architecture);
  const norm = program.places.get('1')!;
  const writes = (kept: readonly number[]): boolean =>
    planOf(program, { statistics: 'running', trainable: [], kept }).operations.some(({ to }) => to === norm);
  expect([writes([]), writes([norm])]).toEqual([false, true]);
});
