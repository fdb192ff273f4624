/** Models from files that are as they should be, and from ones that are not. */
import { describe, expect, it } from 'vitest';
import { readArrays } from '../../../src/arrays/array-file.js';
import { writeNpz } from '../../../src/arrays/npz.js';
import { writeSafetensors } from '../../../src/arrays/safetensors-writer.js';
import type { Architecture } from '../../../src/catalog/architecture.js';
import { mlp } from '../../../src/catalog/presets.js';
import type { Model } from '../../../src/catalog/values.js';
import { loadModel } from '../../../src/methods/models/load.js';
import { modelArrays, readNames } from '../../../src/methods/models/model-arrays.js';

const normed: Architecture = {
  type: 'Architecture',
  input: [2],
  layers: [
    { kind: 'dense', units: 3, bias: true },
    { kind: 'batch-norm', momentum: 0.1, epsilon: 1e-5 },
    { kind: 'dense', units: 2, bias: false },
  ],
};
const numbers = (length: number): Float32Array => Float32Array.from({ length }, (_, i) => i + 1);
const tensors = {
  '0.weight': [3, 2],
  '0.bias': [3],
  '1.weight': [3],
  '1.bias': [3],
  '1.running_mean': [3],
  '1.running_var': [3],
  '2.weight': [2, 3],
} as const;
const file = (change: Readonly<Record<string, Float32Array>> = {}) =>
  writeSafetensors(
    Object.entries(tensors).map(([name, shape]) => ({
      name,
      shape,
      data: change[name] ?? numbers(shape.reduce<number>((a, b) => a * b, 1)),
    })),
  );
function load(name: string, bytes: Uint8Array, architecture: Architecture, names = ''): Model {
  const arrays = readArrays(name, bytes);
  return loadModel(name, arrays, architecture, modelArrays(name, arrays, architecture, readNames(names)));
}

describe('a model from a file', () => {
  it('of tensors has them in the order of θ and of the buffers', () => {
    const model = load('net.safetensors', file(), normed);
    expect([...model.theta]).toEqual([1, 2, 3, 4, 5, 6, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 4, 5, 6]);
    expect([...model.buffers]).toEqual([1, 2, 3, 1, 2, 3]);
    expect(model).toMatchObject({ count: 1, names: ['net.safetensors'], origin: 'loaded from net.safetensors' });
  });

  it('of whole vectors is several networks', () => {
    const whole = { theta: { data: numbers(42), shape: [2, 21] }, buffers: { data: numbers(12), shape: [2, 6] } };
    const model = load('m.npz', writeNpz(whole), normed);
    expect(model).toMatchObject({ count: 2, theta: numbers(42), buffers: numbers(12) });
    expect(model.names).toEqual(['m.npz 0', 'm.npz 1']);
    expect(() => load('m.npz', writeNpz({ theta: whole.theta }), normed)).toThrow(
      "expected an array 'buffers' [2, 6] with the running statistics beside 'theta', got none",
    );
    expect(() => load('m.npz', writeNpz(whole), mlp([2, 3, 2], { name: 'relu' }, true))).toThrow(
      "array 'theta': expected [17] or [networks, 17] for this architecture, whose P is 17, got [2, 21]",
    );
  });

  it('is refused where a number is not finite or a variance is negative', () => {
    expect(() => load('a.safetensors', file({ '0.bias': Float32Array.of(1, Number.NaN, 2) }), normed)).toThrow(
      "array '0.bias': expected finite numbers within float32, got NaN at [1]",
    );
    expect(() => load('a.safetensors', file({ '1.running_var': Float32Array.of(1, 2, -1) }), normed)).toThrow(
      'expected variances ≥ 0 in 1.running_var, got a negative one at [2]',
    );
    expect(() => load('a.safetensors', file().slice(0, -4), normed)).toThrow(/cut off/);
  });
});

describe('the name map', () => {
  it('is read line by line, or parted by commas and semicolons', () => {
    const map = [
      ['0', 'fc1'],
      ['2.weight', 'out.w'],
    ];
    for (const text of ['0 = fc1\n2.weight=out.w', '0=fc1, 2.weight = out.w', '0=fc1; 2.weight=out.w;\n'])
      expect([...readNames(text)]).toEqual(map);
    expect(readNames(' \n').size).toBe(0);
  });

  it.each(['0', '0 =', '= fc1', '0 = a = b', '0 = a\n0 = b'])("'%s' is none", (text) => {
    expect(() => readNames(text)).toThrow("parameter 'names': expected lines such as 0.weight = fc1.weight");
  });
});
