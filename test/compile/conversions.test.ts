import { expect, test } from 'vitest';
import type { Info } from '../../src/catalog/info.js';
import type { Model, Parameters, Reference, Value } from '../../src/catalog/values.js';
import { CONVERSIONS, convert, convertInfo, passage } from '../../src/compile/conversions.js';
import { network } from './fakes.js';

const theta = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9);
const reference: Reference = {
  type: 'Reference',
  architecture: network,
  inputs: {
    type: 'Inputs',
    x: Float32Array.of(1, 2),
    count: 1,
    item: [2],
    weights: Float32Array.of(1),
    source: 'typed',
  },
  outputs: { type: 'Outputs', y: Float32Array.of(0), count: 1, width: 1 },
  theta,
  scale: { power: 1, variance: 1, zero: 1, constant: 1 },
};
const model: Model = {
  type: 'Model',
  architecture: network,
  theta,
  buffers: new Float32Array(0),
  count: 1,
  names: ['typed'],
  origin: 'typed',
  flags: [],
};
const values: Readonly<Record<string, Value>> = { Reference: reference, Model: model };
const infos: Record<string, Info> = {
  Reference: { type: 'Reference', architecture: network, count: 1 },
  Model: { type: 'Model', architecture: network, count: 1 },
};

test('each gives a value of its type whose shape is the one it announces', () => {
  for (const { name, from, to } of CONVERSIONS) {
    const value = convert(name, values[from]!);
    const info = convertInfo(name, infos[from]!);
    expect([value.type, info.type]).toEqual([to, to]);
    if (value.type === 'Parameters' && info.type === 'Parameters')
      expect([value.count, value.size, value.theta.length]).toEqual([info.count, info.size, info.count * info.size]);
  }
});

test('a chain of conversions and the direct one give the same θ', () => {
  const direct = convert('reference-to-parameters', reference) as Parameters;
  const chained = convert('model-to-parameters', convert('reference-to-model', reference)) as Parameters;
  expect(direct.theta).toEqual(chained.theta);
  expect(direct.reference).toBe(reference);
  expect(direct.loss).toEqual(Float64Array.of(0)); // J of the reference's own θ
});

test('a reference made from loaded Outputs has no θ to give', () => {
  const { theta: _, ...loaded } = reference;
  expect(() => convert('reference-to-model', loaded)).toThrow('got one made from loaded Outputs');
  expect(() => convert('nothing', model)).toThrow("no conversion 'nothing' of a Model");
});

test('a port that takes the type itself needs no conversion', () => {
  expect(passage('Model', ['Parameters', 'Model'])).toEqual({ to: 'Model' });
  expect(passage('Model', ['Field', 'Parameters'])?.conversion?.name).toBe('model-to-parameters');
  expect(passage('Parameters', ['Model'])).toBeUndefined();
});
