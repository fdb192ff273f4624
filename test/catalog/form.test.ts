import { expect, test } from 'vitest';
import { z } from 'zod';
import { builtin } from '../../nodes/index.js';
import { effectiveParams, fieldFault, fieldsOf, hiddenBy, isSeed, shownFields } from '../../src/catalog/form.js';
import { type AnyNode, defineNode } from '../../src/catalog/node.js';
import * as params from '../../src/catalog/params.js';
import type { Params } from '../../src/document/schema.js';

const everything = defineNode({
  type: 'everything',
  version: 1,
  title: 'Everything',
  group: 'Look',
  summary: 'For tests.',
  help: 'For tests.',
  params: z.strictObject({
    rate: params.number({ label: 'Learning rate', help: 'step', unit: '1/J', default: 0.1, positive: true, max: 1 }),
    count: params.integer({ label: 'N', default: 5, min: 2, max: 64, slider: true }),
    seed: params.seed({ default: 3 }),
    kind: params.choice({ label: 'Kind', choices: { a: 'A', b: 'B' }, default: 'a' }),
    on: params.toggle({ label: 'On', default: true, when: { param: 'kind', is: ['b'] } }),
    name: params.text({ label: 'Name', default: 'x', max: 10 }),
    list: params.numbers({ label: 'List', default: [1, 2], max: 3 }),
    widths: params.integers({ label: 'Widths', default: [4], min: 1, max: 9, length: 2 }),
    rows: params.matrix({ label: 'Rows', default: [[1, 2]], rows: 2 }),
    file: params.file({ label: 'File' }),
    bare: z.number().min(0).default(1),
  }),
  inputs: {},
  outputs: {},
  card: () => [],
  infer: () => ({ outputs: {} }),
  run: () => Promise.resolve({}),
  view: () => ({ summary: {}, rows: [], notes: [], plots: [] }),
}) as AnyNode;

test('fields hold label, help, unit, widget, default and bounds, in the order of the schema', () => {
  expect(fieldsOf(everything)).toEqual([
    {
      name: 'rate',
      label: 'Learning rate',
      help: 'step',
      unit: '1/J',
      widget: 'number',
      default: 0.1,
      integer: false,
      above: 0,
      max: 1,
      seed: false,
    },
    { name: 'count', label: 'N', widget: 'slider', default: 5, integer: true, min: 2, max: 64, seed: false },
    {
      name: 'seed',
      label: 'Seed',
      help: 'same seed, same numbers',
      widget: 'integer',
      default: 3,
      integer: true,
      min: 0,
      max: 2 ** 32 - 1,
      seed: true,
    },
    {
      name: 'kind',
      label: 'Kind',
      widget: 'choice',
      choices: { a: 'A', b: 'B' },
      default: 'a',
      integer: false,
      seed: false,
    },
    {
      name: 'on',
      label: 'On',
      widget: 'switch',
      when: { param: 'kind', is: ['b'] },
      default: true,
      integer: false,
      seed: false,
    },
    { name: 'name', label: 'Name', widget: 'text', default: 'x', length: { max: 10 }, integer: false, seed: false },
    {
      name: 'list',
      label: 'List',
      widget: 'numbers',
      default: [1, 2],
      length: { max: 3 },
      integer: false,
      seed: false,
    },
    {
      name: 'widths',
      label: 'Widths',
      widget: 'integers',
      default: [4],
      length: { max: 2 },
      integer: true,
      min: 1,
      max: 9,
      seed: false,
    },
    {
      name: 'rows',
      label: 'Rows',
      widget: 'matrix',
      default: [[1, 2]],
      length: { max: 2 },
      integer: false,
      seed: false,
    },
    {
      name: 'file',
      label: 'File',
      widget: 'file',
      accept: '.npy,.npz,.safetensors',
      default: null,
      integer: false,
      seed: false,
    },
    { name: 'bare', label: 'bare', widget: 'number', default: 1, integer: false, min: 0, seed: false },
  ]);
});

test.each([
  ['rate', 0, 'expected a number > 0 and ≤ 1, got 0'],
  ['rate', 2, 'expected a number > 0 and ≤ 1, got 2'],
  ['rate', '0.1', 'expected a number > 0 and ≤ 1, got "0.1"'],
  ['rate', Number.POSITIVE_INFINITY, 'expected a number > 0 and ≤ 1, got Infinity'],
  ['rate', Number.NaN, 'expected a number > 0 and ≤ 1, got NaN'],
  ['count', 'many', 'expected an integer from 2 to 64, got "many"'],
  ['count', 2.5, 'expected an integer from 2 to 64, got 2.5'],
  ['count', 65, 'expected an integer from 2 to 64, got 65'],
  ['count', 1e300, 'expected an integer from 2 to 64, got 1e+300'],
  ['seed', -1, 'expected an integer from 0 to 4294967295, got -1'],
  ['kind', 'c', 'expected one of "a", "b", got "c"'],
  ['on', 1, 'expected true or false, got 1'],
  ['name', 'far too long a name', 'expected text of at most 10 characters, got "far too long a name"'],
  ['list', [1, 2, 3, 4], 'expected a list of at most 3 numbers, got [1, 2, 3, 4]'],
  ['list', [1, 'x'], '[1]: expected a number, got "x"'],
  ['list', 5, 'expected a list of at most 3 numbers, got 5'],
  ['widths', [0], '[0]: expected an integer from 1 to 9, got 0'],
  ['widths', {}, 'expected a list of at most 2 integers from 1 to 9, got an object'],
  ['rows', [[1], 2], '[1]: expected a list of at most 4096 numbers, got 2'],
  ['file', { name: 'x', sha256: 'A' }, 'sha256: expected 64 lower-case hex digits, got "A"'],
  ['bare', null, 'expected a number ≥ 0, got null'],
])('%s = %j: %s', (name, value, message) => {
  expect(fieldFault(everything, name, value)).toBe(message);
});

test('values in range have no fault', () => {
  for (const [name, value] of Object.entries({
    rate: 1,
    count: 2,
    kind: 'b',
    list: [],
    rows: [[]],
    file: null,
    bare: 0,
  }))
    expect(fieldFault(everything, name, value)).toBeUndefined();
});

test('a field with a condition is shown only then', () => {
  const shown = (kind: string) => shownFields(everything, { kind }).some(({ name }) => name === 'on');
  expect([shown('a'), shown('b')]).toEqual([false, true]);
});

test('a field that waits for a hidden one is hidden too, and counts as its default', () => {
  const reference = builtin.find(({ type }) => type === 'reference')!;
  const given = { from: 'typed', initialisation: 'normal', deviation: 3, seed: 7, values: [1], row: 2 };
  const names = (values: Params) => shownFields(reference, values).map(({ name }) => name);
  expect(names({ ...given, from: 'random' })).toEqual(['from', 'initialisation', 'deviation', 'seed']);
  expect(names(given)).toEqual(['from', 'values']);
  const hider = (name: string, values: Params) =>
    hiddenBy(reference, values, fieldsOf(reference).find((field) => field.name === name)!);
  expect(['values', 'seed', 'deviation'].map((name) => hider(name, given))).toEqual([undefined, 'from', 'from']);
  expect(hider('deviation', { ...given, from: 'random', initialisation: 'he' })).toBe('initialisation');
  expect(effectiveParams(reference, given)).toEqual({
    ...given,
    initialisation: 'pytorch',
    deviation: 1,
    seed: 0,
    row: 0,
  });
});

test('seeds are told by their names', () => {
  expect(['seed', 'startSeed', 'seeds', 'seedling', 'reseed'].filter(isSeed)).toEqual(['seed', 'startSeed', 'seeds']);
});

test.each(builtin.map((definition) => [definition.type, definition] as const))(
  '%s: every parameter has a label, a default that its own check accepts, and conditions on parameters that are there',
  (_, definition) => {
    const fields = fieldsOf(definition);
    const names = new Set(fields.map(({ name }) => name));
    for (const field of fields) {
      expect(field.label).not.toBe('');
      expect(fieldFault(definition, field.name, field.default)).toBeUndefined();
      if (field.when) expect(names).toContain(field.when.param);
      if (field.max !== undefined) expect(fieldFault(definition, field.name, field.max + 1)).toMatch(/^expected/);
      if (field.widget === 'choice') expect(Object.keys(field.choices!)).toContain(field.default);
      expect(field.seed).toBe(isSeed(field.name));
    }
  },
);
