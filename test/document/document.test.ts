import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { canonicalDocument, documentHash, emptyDocument, formatDocument } from '../../src/document/format.js';
import { parseDocument, parseDocumentText, parseWith } from '../../src/document/parse.js';
import type { PipelineDocument } from '../../src/document/schema.js';
import { problemLines } from './lines.js';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const jsonIn = (folder: string): string[] =>
  readdirSync(new URL(folder, import.meta.url)).filter((name) => name.endsWith('.json'));

function parsed(text: string): PipelineDocument {
  const result = parseDocumentText(text);
  if (!result.ok) throw new Error(problemLines(result.problems));
  return result.document;
}

test.each(jsonIn('valid'))('valid/%s opens, and saving it is stable', (name) => {
  const document = parsed(read(`valid/${name}`));
  const text = formatDocument(document);
  expect(parsed(text)).toEqual(canonicalDocument(document));
  expect(formatDocument(parsed(text))).toBe(text);
});

test.each(jsonIn('invalid'))('invalid/%s is refused with the faults listed beside it', (name) => {
  const result = parseDocumentText(read(`invalid/${name}`));
  expect(result.ok).toBe(false);
  if (!result.ok) expect(`${problemLines(result.problems)}\n`).toBe(read(`invalid/${name.replace('.json', '.txt')}`));
});

test('a foreign node keeps all that it holds', () => {
  const { nodes, wires, pins, requires } = JSON.parse(read('valid/foreign.json')) as PipelineDocument;
  const saved = JSON.parse(formatDocument(parsed(read('valid/foreign.json')))) as PipelineDocument;
  const byId = <T extends { id: string }>(list: readonly T[]): T[] => [...list].sort((a, b) => (a.id < b.id ? -1 : 1));
  expect(saved.nodes).toEqual(byId(nodes).map((node) => ({ ...node, at: node.at ?? [0, 0] })));
  expect(saved.wires).toEqual(wires);
  expect(saved.pins).toEqual(pins);
  expect(saved.requires).toEqual(requires);
});

test('values that JSON cannot hold are refused with their paths', () => {
  const cyclic: Record<string, unknown> = { format: 'fiberscope', version: 1 };
  cyclic.nodes = [cyclic];
  const cases: [unknown, string][] = [
    [
      { format: 'fiberscope', version: 1, nodes: [{ params: { a: [1, Number.NaN] } }] },
      'nodes[0].params.a[1]: expected a finite number, got NaN',
    ],
    [
      { format: 'fiberscope', version: 1, nodes: [{ params: { f: () => 1 } }] },
      'nodes[0].params.f: expected JSON, got a function',
    ],
    [{ format: 'fiberscope', version: 1, view: new Date(0) }, 'view: expected JSON, got an object'],
    [
      { format: 'fiberscope', version: 1, nodes: [JSON.parse('{"__proto__": 1}')] },
      'nodes[0].__proto__: the name "__proto__" is not allowed',
    ],
    [undefined, 'expected JSON, got nothing'],
    [null, 'expected a Fiberscope document (a JSON object), got null'],
  ];
  for (const [value, message] of cases) {
    const result = parseDocument(value);
    expect(result.ok ? '' : problemLines(result.problems)).toBe(message);
  }
  const result = parseDocument(cyclic);
  expect(result.ok ? '' : problemLines(result.problems)).toMatch(/levels of nesting/);
});

test('text beyond the bound is refused before it is read', () => {
  const result = parseDocumentText(' '.repeat(2 ** 24 + 1));
  expect(result.ok ? '' : problemLines(result.problems)).toMatch(/at most 16777216 characters/);
});

test('a document of too many nodes is refused', () => {
  const nodes = Array.from({ length: 2001 }, (_, index) => ({ id: `n${index}`, type: 'grid', version: 1 }));
  const result = parseDocument({ format: 'fiberscope', version: 1, nodes });
  expect(result.ok ? '' : problemLines(result.problems)).toBe(
    'nodes: expected a list of at most 2000 items, got a list of 2001',
  );
});

test('migrations run one version at a time, and the newest refuses what is newer', () => {
  const rename = (from: string, to: string) => (document: Record<string, unknown>) => {
    const { [from]: value, ...rest } = document;
    return { ...rest, [to]: value } as never;
  };
  const migrations = { 1: rename('name', 'caption'), 2: rename('caption', 'title') };
  const old = { format: 'fiberscope', version: 1, name: 'Old', nodes: [] };
  const result = parseWith(old, migrations, 3);
  expect(result).toMatchObject({ ok: true, document: { version: 3, title: 'Old' } });
  expect(parseWith({ ...old, version: 4 }, migrations, 3)).toMatchObject({
    ok: false,
    problems: [{ path: 'version', message: expect.stringContaining('reads up to version 3') }],
  });
});

test('the saved text has a fixed order and one line for each thing that changes alone', () => {
  const text = formatDocument(parsed(read('valid/hand-written.json')));
  expect(text).toBe(`{
  "format": "fiberscope",
  "version": 1,
  "title": "Written by hand",
  "description": "",
  "random": "threefry2x32-v1",
  "requires": [],
  "nodes": [
    {
      "id": "basis",
      "type": "gram-schmidt",
      "version": 1,
      "at": [0, 0],
      "params": {}
    },
    {
      "id": "grid",
      "type": "grid",
      "version": 1,
      "at": [0, 0],
      "params": {
        "high": 2,
        "low": -2,
        "points": 35
      }
    }
  ],
  "wires": [
    { "from": "basis.subspace", "to": "grid.subspace" }
  ],
  "frames": [],
  "pins": []
}
`);
});

test('the hash is that of the text, whatever the order of nodes, wires and names', () => {
  const document = parsed(read('valid/hand-written.json'));
  const turned = { ...document, nodes: [...document.nodes].reverse(), pins: [] };
  expect(documentHash(turned)).toBe(documentHash(document));
  expect(documentHash({ ...document, title: 'Other' })).not.toBe(documentHash(document));
  const text = formatDocument(document);
  expect(documentHash(document)).toBe(createHash('sha256').update(text, 'utf8').digest('hex'));
  expect(documentHash(emptyDocument())).toBe(documentHash(emptyDocument()));
});
