import fc from 'fast-check';
import { expect, test } from 'vitest';
import { builtin } from '../../nodes/index.js';
import type { AnyNode } from '../../src/catalog/node.js';
import { Registry } from '../../src/catalog/registry.js';
import { addNodeOf, defaultParams, nextSeed, resolveParams, writeOut } from '../../src/catalog/resolve.js';
import { addNode, replaceParams } from '../../src/document/commands.js';
import { emptyDocument, formatDocument } from '../../src/document/format.js';
import { parseDocumentText } from '../../src/document/parse.js';
import { registry as fakes } from '../compile/fakes.js';
import { json } from '../document/arbitrary.js';

const registry = new Registry(builtin);
const scatter = fakes.get('scatter')!;

test.each(builtin.map((definition) => [definition.type, definition] as const))(
  '%s: its defaults resolve to themselves',
  (_, definition) => {
    const params = defaultParams(definition);
    const resolved = resolveParams(definition, { id: 'x', version: definition.version, params });
    expect(resolved).toEqual({ params, version: definition.version, migrated: false, newer: false, problems: [] });
    expect(resolveParams(definition, { id: 'x', version: definition.version, params: {} }).params).toEqual(params);
  },
);

test('faults of parameters carry their paths and the node', () => {
  const { params, problems } = resolveParams(registry.get('grid')!, {
    id: 'g',
    version: 1,
    params: { points: 'many', stray: 1 },
  });
  expect(params).toBeUndefined();
  expect(problems.map(({ path, node, message }) => `${node} ${path}: ${message}`)).toEqual([
    'g params.points: expected an integer from 2 to 10000, got "many"',
    'g params.stray: unknown parameter "stray"',
  ]);
});

test('anything as parameters resolves or is refused, never thrown at', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...builtin),
      fc.dictionary(fc.string(), json, { noNullPrototype: true }),
      json,
      (definition, stray, value) => {
        const params = {
          ...Object.fromEntries(Object.keys(definition.params.shape).map((name) => [name, value])),
          ...stray,
        };
        const resolved = resolveParams(definition, { id: 'x', version: definition.version, params });
        expect(resolved.params === undefined).toBe(resolved.problems.length > 0);
      },
    ),
    { numRuns: 300 },
  );
});

test('a migration that fails or is not there is a fault of that node', () => {
  const failing: AnyNode = {
    ...scatter,
    migrations: {
      ...scatter.migrations,
      1: () => {
        throw new Error('no radius');
      },
    },
  };
  const gap: AnyNode = { ...scatter, migrations: {} };
  const node = { id: 'x', version: 1, params: {} };
  expect(resolveParams(failing, node).problems[0]!.message).toMatch(
    /^cannot be brought from version 1 to 2: .*no radius/,
  );
  expect(resolveParams(gap, node).problems[0]!.message).toBe("'scatter' has no migration from version 1");
});

test('saving writes out defaults and migrated parameters, and leaves foreign and faulty nodes as they are', () => {
  let document = addNode(emptyDocument(), { type: 'scatter', version: 1, params: { radius: 2 }, at: [0, 0] });
  document = addNode(document, { type: 'grid', version: 1, params: { points: 9 }, at: [0, 0] });
  document = addNode(document, { type: 'grid', version: 1, params: { points: 'many' }, at: [0, 0] });
  document = addNode(document, { type: 'grid', version: 5, params: { new: [] }, at: [0, 0] });
  document = addNode(document, { type: 'lab.scan', version: 2, params: { a: [null] }, at: [0, 0] });
  const saved = writeOut(document, fakes);
  expect(saved.nodes.map(({ version, params }) => [version, params])).toEqual([
    [3, { size: 4 }],
    [1, { low: -2, points: 9 }],
    [1, { points: 'many' }],
    [5, { new: [] }],
    [2, { a: [null] }],
  ]);
  expect(saved.nodes[2]).toBe(document.nodes[2]);
  expect(writeOut(saved, fakes)).toBe(saved);
  const again = parseDocumentText(formatDocument(saved));
  expect(again.ok && formatDocument(again.document)).toBe(formatDocument(saved));
});

test('a new random node takes the next unused seed, wherever seeds are used', () => {
  const draw = fakes.get('draw')!;
  const theta = fakes.get('reference')!;
  let document = addNodeOf(emptyDocument(), draw, [0, 0]);
  document = addNodeOf(document, draw, [0, 0]);
  document = replaceParams(document, 'draw-2', 1, { count: 5, seed: 12 });
  document = addNodeOf(document, draw, [0, 0]);
  document = addNodeOf(document, draw, [0, 0]);
  document = addNodeOf(document, theta, [0, 0]);
  expect(document.nodes.map(({ id, params }) => [id, params.seed])).toEqual([
    ['draw', 10],
    ['draw-2', 12],
    ['draw-3', 11],
    ['draw-4', 13],
    ['reference', 1],
  ]);
  expect(nextSeed(document, 10)).toBe(14);
  expect(nextSeed(document, 12, 13)).toBe(13);
});
