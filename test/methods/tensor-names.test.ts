import { describe, expect, it } from 'vitest';
import { dtypeName } from '../../src/arrays/dtype.js';
import { layoutOf } from '../../src/catalog/architecture.js';
import { lenet5, mlp, myrtle, resnet20 } from '../../src/catalog/presets.js';
import { type ArrayNames, chooseArrays, joinNotes, listArrays, shapesOf } from '../../src/methods/array-uses.js';
import { matchTensors, tensorsOf } from '../../src/methods/tensor-names.js';

const TANH = { name: 'tanh' } as const;
const small = mlp([3, 8, 1], TANH, true);
const deep = mlp([3, 8, 8, 8, 1], TANH, true);
const header = (name: string, ...shape: number[]) => ({ name, shape, dtype: 'f4' });
const NAMES: ArrayNames = {
  single: 'inputs',
  inputs: '',
  weights: '',
  outputs: '',
  parameters: '',
  basis: '',
  origin: '',
  coordinates: '',
};
/** The tensors of an architecture under other layer names, in the order that safetensors writes: by name. */
const saved = (architecture: typeof small, layers: readonly string[]) => {
  const { tensors } = layoutOf(architecture);
  const numbers = [...new Set(tensors.map(({ layer }) => layer))];
  return tensors
    .map(({ layer, role, shape }) => header(`${layers[numbers.indexOf(layer)]}.${role}`, ...shape))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
};
const names = (architecture: typeof small, layers: readonly string[]) =>
  tensorsOf('net.safetensors', saved(architecture, layers), architecture)?.map(({ name }) => name);
const inOrder = (layers: readonly string[]) => layers.flatMap((name) => [`${name}.weight`, `${name}.bias`]);

describe('tensors of PyTorch', () => {
  it.each([
    ['nn.Sequential', small, ['0', '2']],
    ['a module around it', small, ['net.0', 'net.2']],
    ['a deep one', deep, ['model.body.0', 'model.body.2', 'model.body.4', 'model.body.6']],
    ['named layers', small, ['fc1', 'fc2']],
    ['names that say no order, where the shapes do', small, ['zeta.first', 'alpha']],
    ['layers of equal shapes by number, ten after nine', deep, ['fc8', 'fc9', 'fc10', 'out']],
    ['LeNet-5', lenet5(true), ['conv1', 'conv2', 'fc1', 'fc2', 'fc3']],
  ] as const)('%s', (_, architecture, layers) => {
    expect(names(architecture, layers)).toEqual(inOrder(layers));
  });

  it('a residual network as torchvision names it, block by block', () => {
    const { tensors, buffers } = layoutOf(resnet20([3, 16, 16], 4, 10));
    const inside: Readonly<Record<string, string>> = {
      'block.0': 'conv1',
      'block.1': 'bn1',
      'block.3': 'conv2',
      'block.4': 'bn2',
      'shortcut.0': 'downsample.0',
      'shortcut.1': 'downsample.1',
    };
    const outside: Readonly<Record<string, string>> = { 0: 'conv1', 1: 'bn1', 23: 'fc' };
    const theirs = (name: string): string => {
      const [top, ...rest] = name.split('.') as [string, ...string[]];
      if (rest.length === 1) return `${outside[top]}.${rest[0]}`;
      const block = (Number(top) - 3) / 2; // blocks are at 3, 5, …, 19, an activation after each
      const layer = `layer${1 + Math.floor(block / 3)}.${block % 3}`;
      return `${layer}.${inside[rest.slice(0, 2).join('.')]}.${rest[2]}`;
    };
    const own = [
      ...tensors.map(({ name, shape }) => header(name, ...shape)),
      ...buffers.map(({ name, size }) => header(name, size)),
    ];
    const file = [
      ...own.map(({ name, shape }) => header(theirs(name), ...shape)),
      header('bn1.num_batches_tracked'),
    ].sort((a, b) => (a.name < b.name ? -1 : 1));
    const matches = matchTensors('a.npz', file, resnet20([3, 16, 16], 4, 10));
    expect(matches.map((match) => match.header.name)).toEqual(own.map(({ name }) => theirs(name)));
    expect(new Set(matches.map(({ by }) => by))).toEqual(new Set(['shape']));
  });

  it('that are mapped by hand come first, as tensors or as layers; the others are found as ever', () => {
    const headers = saved(deep, ['a', 'left', 'right', 'b']);
    const map = new Map([
      ['2', 'right'],
      ['4.weight', 'left.weight'],
      ['4.bias', 'left.bias'],
    ]);
    const matches = matchTensors('a.npz', headers, deep, map);
    expect(matches.map(({ header: { name }, by }) => [name, by])).toEqual([
      ['a.weight', 'shape'],
      ['a.bias', 'shape'],
      ['right.weight', 'given'],
      ['right.bias', 'given'],
      ['left.weight', 'given'],
      ['left.bias', 'given'],
      ['b.weight', 'shape'],
      ['b.bias', 'shape'],
    ]);
    const wrong = (ours: string, theirs: string) => () =>
      matchTensors('a.npz', headers, deep, new Map([[ours, theirs]]));
    expect(wrong('9', 'a')).toThrow(/parameter 'names': .*got '9'; it has 0\.weight, 0\.bias/);
    expect(wrong('0', 'c')).toThrow(/parameter 'names': expected an array of 'a\.npz' for 0\.weight, got 'c\.weight'/);
    expect(wrong('0.weight', 'b.weight')).toThrow(
      "array 'b.weight' as 0.weight: expected [8, 3] for this architecture, got [1, 8]",
    );
  });

  it('without running statistics are refused where batch normalisation needs them', () => {
    const normed = myrtle([1, 8, 8], 1, 2);
    const headers = layoutOf(normed).tensors.map(({ name, shape }) => header(name, ...shape));
    expect(() => matchTensors('a.npz', headers, normed)).toThrow(
      'such as 1.running_mean [1], got none; save the whole state_dict, not the parameters alone',
    );
  });

  it('whose order is not known are refused with what to do', () => {
    expect(() => names(deep, ['a', 'left', 'right', 'b'])).toThrow(/got 'left' and 'right'; rename them/);
  });

  it('of another network are refused, saying what the wired one has', () => {
    expect(() => tensorsOf('a.npz', saved(deep, ['fc1', 'fc2', 'fc3', 'fc4']), small)).toThrow(
      /expected the tensors of the wired architecture, weight \[8, 3\], bias \[8\], weight \[1, 8\], bias \[1\], .*got fc1\.bias \[8\]/,
    );
    expect(() => tensorsOf('a.npz', saved(mlp([3, 8, 1], TANH, false), ['fc1', 'fc2']), small)).toThrow(/bias/);
  });

  it.each(['', 'net.'])("of a deeper network are refused, naming what is left over: '%s'", (prefix) => {
    const more = saved(mlp([3, 8, 1, 2], TANH, true), [`${prefix}0`, `${prefix}2`, `${prefix}4`]);
    expect(() => tensorsOf('a.npz', more, small)).toThrow(
      `got also ${prefix}4.bias [2], ${prefix}4.weight [2, 1]; wire the architecture of this file`,
    );
    const biased = saved(small, [`${prefix}0`, `${prefix}2`]);
    expect(() => tensorsOf('a.npz', biased, mlp([3, 8, 1], TANH, false))).toThrow(`got also ${prefix}0.bias [8], `);
  });

  it('of another module beside the one that fits are left aside', () => {
    const two = [...saved(small, ['net.0', 'net.2']), header('head.weight', 4, 1)];
    expect(tensorsOf('a.npz', two, small)?.map(({ name }) => name)).toEqual(inOrder(['net.0', 'net.2']));
  });

  it('are listed with their places in θ, and the note says the order', () => {
    const headers = [...saved(small, ['fc1', 'fc2']), header('x', 5, 3)];
    const chosen = chooseArrays('net.npz', headers, NAMES, small);
    expect(shapesOf(chosen)).toMatchObject({ parameters: { count: 1, size: 41 }, inputs: { count: 5 } });
    const table = listArrays(headers, chosen);
    expect(table.rows.find(([name]) => name === 'fc2.weight')).toEqual(['fc2.weight', '[1, 8]', 'float32', 'θ[32…39]']);
    expect(joinNotes(table).map(({ text }) => text)).toEqual([
      'θ joins, in this order: fc1.weight, fc1.bias, fc2.weight, fc2.bias.',
    ]);
    expect(joinNotes(listArrays([header('x', 5, 3)], {}))).toEqual([]);
  });
});

describe('Parameters beside an Architecture', () => {
  const headers = saved(small, ['fc1', 'fc2']);

  it('must fit its P', () => {
    expect(() => chooseArrays('net.npz', headers, { ...NAMES, parameters: 'fc1.weight' }, small)).toThrow(
      /array 'fc1\.weight' as parameters: expected shape \[41\] or \[B, 41\] for the wired architecture.*got \[8, 3\]/,
    );
    const whole = [header('theta', 2, 41), header('other', 3)];
    expect(shapesOf(chooseArrays('a.npz', whole, NAMES, small)).parameters).toEqual({ count: 2, size: 41 });
  });

  it('without one, the error says how tensors are joined', () => {
    expect(() => chooseArrays('net.npz', headers, NAMES, undefined)).toThrow(
      /wire an Architecture to join the tensors/,
    );
  });
});

describe('a file of one array', () => {
  const uses = (name: string, single: ArrayNames['single'] = 'inputs') =>
    Object.keys(chooseArrays('a.npz', [header(name, 41)], { ...NAMES, single }, undefined));

  it('is what its name says, else what was chosen', () => {
    expect(uses('theta')).toEqual(['parameters']);
    expect(uses('y')).toEqual(['outputs']);
    expect(uses('x')).toEqual(['inputs']);
    expect(uses('array')).toEqual(['inputs']);
    expect(uses('array', 'parameters')).toEqual(['parameters']);
    expect(uses('x', 'outputs')).toEqual(['outputs']); // said otherwise
  });
});

it('formats are called as people call them', () => {
  expect(['f2', 'f4', 'f8', 'bf16', 'i1', 'i8', 'u2', 'b1', 'x'].map(dtypeName)).toEqual([
    'float16',
    'float32',
    'float64',
    'bfloat16',
    'int8',
    'int64',
    'uint16',
    'bool',
    'x',
  ]);
});
