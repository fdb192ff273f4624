import { expect, test } from 'vitest';
import type { Field, Reference, Subspace } from '../../src/catalog/values.js';
import { hasArrays, outputArrays } from '../../src/execute/export.js';

const f32 = (...values: number[]) => Float32Array.of(...values);
const reference: Reference = {
  type: 'Reference',
  architecture: { type: 'Architecture', input: [1], layers: [{ kind: 'dense', units: 1, bias: false }] },
  inputs: { type: 'Inputs', x: f32(1, 2), count: 2, item: [1], weights: f32(0.5, 0.5), source: 'two points' },
  outputs: { type: 'Outputs', y: f32(3, 6), count: 2, width: 1 },
  theta: f32(3),
  scale: { power: 22.5, variance: 2.25, zero: 22.5, constant: 2.25 },
};
const subspace: Subspace = {
  type: 'Subspace',
  origin: f32(1, 2, 3),
  basis: f32(1, 0, 0, 0, 1, 0),
  rank: 2,
  size: 3,
  coordinates: Float64Array.of(0, 0, 1, 0, 0, 1),
  flags: [],
};
const field: Field = {
  type: 'Field',
  lattice: { subspace, low: -1, high: 1, points: 3 },
  values: f32(0, 1, 2, 3, 4, 5, 6, 7, 8),
  power: new Float32Array(9),
  reference,
  route: '',
  device: '',
};
const shapes = (value: Parameters<typeof outputArrays>[0]) =>
  Object.fromEntries(Object.entries(outputArrays(value)?.arrays ?? {}).map(([name, { shape }]) => [name, shape]));

test('a Field in lattice shape with its axes', () => {
  const arrays = outputArrays(field)?.arrays;
  expect(shapes(field)).toEqual({ values: [3, 3], power: [3, 3], axis0: [3], axis1: [3] });
  expect([...arrays!.axis0!.data]).toEqual([-1, 0, 1]);
});

test('an ε-set as indices, coefficients and values; axis k belongs to basis vector k, the last fastest', () => {
  const set = { type: 'EpsilonSet', field, epsilon: 6, index: Uint32Array.of(0, 5), values: f32(0, 5) } as const;
  const arrays = outputArrays(set)!.arrays;
  expect(shapes(set)).toEqual({ index: [2], coefficients: [2, 2], values: [2], epsilon: [] });
  expect([...arrays.coefficients!.data]).toEqual([-1, -1, 0, 1]); // 5 = 1 · 3 + 2
  expect([...arrays.epsilon!.data]).toEqual([6]);
});

test('Parameters, Subspace, Model, Reference, Inputs, Outputs, Embedding', () => {
  expect(shapes({ type: 'Parameters', theta: f32(1, 2, 3, 4), count: 2, size: 2, flags: [] })).toEqual({
    theta: [2, 2],
  });
  expect(shapes(subspace)).toEqual({ origin: [3], basis: [2, 3], coordinates: [3, 2] });
  const made = { type: 'Model', architecture: reference.architecture, origin: '', flags: [] } as const;
  const models = { ...made, theta: f32(3, 4), buffers: f32(1, 2, 3, 4), count: 2, names: ['seed 0', 'seed 1'] };
  expect(shapes(models)).toEqual({ theta: [2, 1], buffers: [2, 2] });
  expect(outputArrays(models)!.texts).toEqual({ names: ['seed 0', 'seed 1'] });
  expect(shapes({ ...made, theta: f32(3), buffers: f32(), count: 1, names: ['seed 0'] })).toEqual({ theta: [1, 1] });
  expect(shapes(reference)).toEqual({ theta: [1], x: [2, 1], weights: [2], y: [2, 1] });
  expect(shapes(reference.inputs)).toEqual({ x: [2, 1], weights: [2] });
  expect(shapes(reference.outputs)).toEqual({ y: [2, 1] });
  const digits = { ...reference.inputs, item: [1, 1, 1], labels: Int32Array.of(1, 0), classes: ['no', 'yes'] } as const;
  const seen = { ...digits, concepts: { names: ['red', 'blue', 'dot'], masks: Uint8Array.of(1, 0, 1, 0, 1, 1) } };
  expect(shapes(seen)).toEqual({ x: [2, 1, 1, 1], weights: [2], labels: [2], masks: [2, 3, 1, 1] });
  expect(outputArrays(seen)!.texts).toEqual({ classes: ['no', 'yes'], concepts: ['red', 'blue', 'dot'] });
  expect(outputArrays(digits)!.texts).toEqual({ classes: ['no', 'yes'] });
  expect(
    shapes({
      type: 'Embedding',
      position: f32(0, 0, 1, 1),
      count: 2,
      dimension: 2,
      values: f32(1, 2),
      marks: [],
      scale: reference.scale,
      axes: ['u', 'v'],
      note: '',
    }),
  ).toEqual({ position: [2, 2], values: [2] });
});

test('the columns of a Table with their names, lines of a Curve, data of a Figure; nothing of an Architecture', () => {
  const table = {
    type: 'Table',
    columns: [{ name: 'J' }, { name: 'verdict' }],
    rows: [
      [1, 'selected'],
      [null, 'loss'],
    ],
  } as const;
  expect([...outputArrays(table)!.arrays.column0!.data]).toEqual([1, Number.NaN]);
  expect(shapes(table)).toEqual({ column0: [2] });
  expect(outputArrays(table)!.texts).toEqual({
    names: ['J', 'verdict'],
    units: ['', ''],
    column1: ['selected', 'loss'],
  });
  const curve = {
    type: 'Curve',
    x: Float64Array.of(0, 1),
    xName: 'step',
    yName: 'J',
    logY: true,
    lines: [{ name: 'a', y: Float64Array.of(2, 1) }],
  } as const;
  expect(shapes(curve)).toEqual({ x: [2], y0: [2] });
  expect(outputArrays(curve)!.texts).toEqual({ names: ['a'] });
  expect(shapes({ type: 'Figure', plot: { kind: 'curves', title: '', curve, caption: '' } })).toEqual({
    x: [2],
    y0: [2],
  });
});

test('spreads, runs and places of a Curve; a Matrix with its names; the pixels of pictures', () => {
  const curve = {
    type: 'Curve',
    x: Float64Array.of(0, 1),
    xName: 'layer',
    yName: 'penalty',
    logY: false,
    lines: [
      {
        name: 'full',
        y: Float64Array.of(2, 1),
        spread: Float64Array.of(0.5, 0),
        samples: [Float64Array.of(1.5, 1), Float64Array.of(2.5, 1)],
      },
      { name: 'rank 1', y: Float64Array.of(4, 3) },
    ],
    places: ['0.relu', '1.relu'],
  } as const;
  expect(shapes(curve)).toEqual({ x: [2], y0: [2], spread0: [2], samples0: [2, 2], y1: [2] });
  expect([...outputArrays(curve)!.arrays.samples0!.data]).toEqual([1.5, 1, 2.5, 1]); // a row for each run
  expect(outputArrays(curve)!.texts).toEqual({ names: ['full', 'rank 1'], places: ['0.relu', '1.relu'] });

  const matrix = {
    type: 'Matrix',
    rows: ['a', 'b'],
    columns: ['p', 'q', 'r'],
    values: Float64Array.of(1, 2, 3, 4, 5, Number.NaN),
    spread: new Float64Array(6),
    rowName: 'layers of A',
    columnName: 'layers of B',
    valueName: 'linear CKA',
  } as const;
  expect(shapes(matrix)).toEqual({ values: [2, 3], spread: [2, 3] });
  expect(shapes({ type: 'Figure', plot: { kind: 'matrix', title: '', matrix, caption: '' } })).toEqual(shapes(matrix));
  expect(outputArrays(matrix)!.texts).toEqual({ rows: ['a', 'b'], columns: ['p', 'q', 'r'] });

  const pixels = Uint8ClampedArray.of(0, 1, 2, 3, 4, 5, 6, 255);
  const plot = {
    kind: 'pictures',
    title: '',
    height: 2,
    width: 2,
    channels: 1,
    pixels,
    caption: '',
    labels: ['7', '3'],
  } as const;
  expect(shapes({ type: 'Figure', plot })).toEqual({ pixels: [2, 2, 2, 1] });
  expect([...outputArrays({ type: 'Figure', plot })!.arrays.pixels!.data]).toEqual([...pixels]);
});

test('what is no arrays says so by its type: an Architecture, and Activations that nobody has evaluated', () => {
  const model = { type: 'Model', architecture: reference.architecture, theta: f32(3), buffers: f32() } as const;
  const activations = {
    type: 'Activations',
    layers: ['0'],
    reading: 'flat',
    rows: 10,
    seed: 0,
    inputs: reference.inputs,
    model: { ...model, count: 1, names: ['seed 0'], origin: '', flags: [] },
  } as const;
  for (const value of [reference.architecture, activations]) {
    expect(outputArrays(value)).toBeUndefined();
    expect(hasArrays(value.type)).toBe(false);
  }
  expect(hasArrays('Model')).toBe(true);
});
