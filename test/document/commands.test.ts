import { expect, test } from 'vitest';
import { copyNodes, duplicate, parseClip, paste } from '../../src/document/clip.js';
import * as edits from '../../src/document/commands.js';
import { emptyDocument } from '../../src/document/format.js';
import { freshId, isId, isPortName, isTypeName } from '../../src/document/names.js';
import type { PipelineDocument } from '../../src/document/schema.js';
import { problemLines } from './lines.js';

const add = (document: PipelineDocument, type: string, id?: string): PipelineDocument =>
  edits.addNode(document, { type, version: 1, params: {}, at: [0, 0], ...(id ? { id } : {}) });
const idsOf = (document: PipelineDocument): string[] => document.nodes.map(({ id }) => id);
const wiresOf = (document: PipelineDocument): string[] => document.wires.map(({ from, to }) => `${from} → ${to}`);

/** a → b → c, and d. */
const chain = edits.connect(
  edits.connect(
    ['a', 'b', 'c', 'd'].reduce((document, id) => add(document, 'node', id), emptyDocument()),
    'a.out',
    'b.in',
  ),
  'b.out',
  'c.in',
);

test('ids are made from the type, readable and free whatever their capitals', () => {
  const document = ['grid', 'grid', 'grid', 'random-inputs', 'lab.scan', 'con', '@x/y'].reduce(
    (before, type) => add(before, type),
    emptyDocument(),
  );
  expect(idsOf(document)).toEqual(['grid', 'grid-2', 'grid-3', 'random-inputs', 'lab-scan', 'node-con', 'x-y']);
  expect(freshId(document, 'GRID')).toBe('GRID-4');
  expect(freshId(document, 'grid-2')).toBe('grid-4');
  expect(freshId(document, 'constructor')).toBe('node-constructor');
  expect(freshId(document, 'θ')).toBe('node');
  expect(freshId(document, 'x'.repeat(100))).toHaveLength(48);
  expect(freshId(document, 'new', ['new', 'New-2'])).toBe('new-3');
});

test('names are checked', () => {
  for (const id of ['grid', 'grid-2', '_x', 'A1']) expect(isId(id), id).toBe(true);
  for (const id of ['', '-x', 'a.b', 'a b', 'θ', '__proto__', 'toString', 'valueOf', 'NUL', 'com1', 'x'.repeat(65)])
    expect(isId(id), id).toBe(false);
  expect([isPortName('field'), isPortName('constructor'), isPortName('2x'), isPortName('')]).toEqual([
    true,
    false,
    false,
    false,
  ]);
  expect([isTypeName('@lab/scan'), isTypeName('toString'), isTypeName('a b')]).toEqual([true, false, false]);
});

test('removing a node takes its wires and pins with it', () => {
  const pinned = edits.pin(edits.pin(chain, 'b', 1), 'c');
  const rest = edits.removeItems(pinned, { nodes: ['b'] });
  expect(idsOf(rest)).toEqual(['a', 'c', 'd']);
  expect(rest.wires).toEqual([]);
  expect(rest.pins).toEqual([{ node: 'c', plot: 0 }]);
  expect(wiresOf(edits.removeItems(chain, { wires: ['c.in'] }))).toEqual(['a.out → b.in']);
});

test('what an edit does not touch stays the same object, and an edit without effect gives the document back', () => {
  const moved = edits.moveNodes(chain, { b: [5, 6] });
  expect(moved.nodes[1]!.at).toEqual([5, 6]);
  expect(moved.nodes[0]).toBe(chain.nodes[0]);
  expect(moved.wires).toBe(chain.wires);
  const same: PipelineDocument[] = [
    edits.moveNodes(moved, { b: [5, 6], none: [1, 1] }),
    edits.removeItems(moved, { nodes: ['none'], wires: ['b.none'], frames: ['f'] }),
    edits.setParams(moved, 'a', {}),
    edits.setParams(moved, 'none', { x: 1 }),
    edits.setTitle(moved, 'a', ''),
    edits.setMuted(moved, ['a', 'none'], false),
    edits.connect(moved, 'a.out', 'b.in'),
    edits.connect(moved, 'none.out', 'b.in'),
    edits.disconnect(moved, 'd.in'),
    edits.insertOnWire(moved, 'd.in', 'a', 'in', 'out'),
    edits.insertOnWire(moved, 'b.in', 'a', 'in', 'out'),
    edits.resizeFrame(moved, 'none', [0, 0], [1, 1]),
    edits.moveFrame(moved, 'none', [0, 0]),
    edits.retitleFrame(moved, 'none', 'x'),
    edits.pin(moved, 'none'),
    edits.unpin(moved, 'a'),
    edits.setDocumentTitle(moved, ''),
    edits.setDocumentDescription(moved, ''),
    paste(moved, { nodes: [], wires: [], frames: [] }),
    duplicate(moved, ['none']),
  ];
  for (const document of same) expect(document).toBe(moved);
});

test('parameters are set one by one and compared by value', () => {
  const set = edits.setParams(chain, 'a', { x: [1, { y: 2, z: 3 }], w: null });
  expect(edits.setParams(set, 'a', { x: [1, { z: 3, y: 2 }] })).toBe(set);
  expect(edits.setParams(set, 'a', { w: undefined, v: 1 }).nodes[0]!.params).toEqual({ x: [1, { y: 2, z: 3 }], v: 1 });
  expect(edits.replaceParams(set, 'a', 2, { q: 1 }).nodes[0]).toMatchObject({ version: 2, params: { q: 1 } });
});

test('titles and muting leave no empty fields behind', () => {
  const titled = edits.setTitle(edits.setMuted(chain, ['a'], true), 'a', 'First');
  expect(titled.nodes[0]).toMatchObject({ title: 'First', muted: true });
  expect(edits.setMuted(edits.setTitle(titled, 'a', ''), ['a'], false)).toEqual(chain);
});

test('an input has one wire: a new one takes its place', () => {
  expect(wiresOf(edits.connect(chain, 'd.out', 'c.in'))).toEqual(['a.out → b.in', 'd.out → c.in']);
});

test('a node put on a wire stands between its ends', () => {
  expect(wiresOf(edits.insertOnWire(chain, 'c.in', 'd', 'x', 'y'))).toEqual([
    'a.out → b.in',
    'b.out → d.x',
    'd.y → c.in',
  ]);
});

test('frames move with what is inside', () => {
  const framed = edits.addFrame(chain, { title: 'F', at: [0, 0], size: [10, 10] });
  const moved = edits.moveFrame(framed, 'frame', [3, 4], ['a', 'b']);
  expect(moved.frames[0]).toEqual({ id: 'frame', title: 'F', at: [3, 4], size: [10, 10] });
  expect(moved.nodes.map(({ at }) => at)).toEqual([
    [3, 4],
    [3, 4],
    [0, 0],
    [0, 0],
  ]);
  expect(edits.addFrame(framed, { title: 'G', at: [0, 0], size: [1, 1] }).frames[1]!.id).toBe('frame-2');
});

test('copies name copies in parameters that name other nodes, and what is not copied as before', () => {
  const named = ['a.width', 'c.rate', 'a', 7, ''].reduce(
    (document, target, k) =>
      edits.addNode(document, {
        type: 'sweep',
        version: 1,
        params: { target, title: 'a.width' },
        at: [0, 0],
        id: `s${k}`,
      }),
    chain,
  );
  const naming = ({ type }: { type: string }) => (type === 'sweep' ? ['target'] : []);
  const targets = (document: PipelineDocument): unknown[] =>
    document.nodes.slice(-5).map(({ params }) => params.target);
  const ids = ['a', 's0', 's1', 's2', 's3', 's4'];
  const copied = duplicate(named, ids, [0, 0], naming);
  expect(targets(copied)).toEqual(['a-2.width', 'c.rate', 'a', 7, '']);
  expect(copied.nodes.at(-1)!.params.title).toBe('a.width');
  expect(targets(duplicate(named, ids))).toEqual(['a.width', 'c.rate', 'a', 7, '']);
  expect(targets(duplicate(named, ids.slice(1), [0, 0], naming))).toEqual(['a.width', 'c.rate', 'a', 7, '']);
  const clip = parseClip(copyNodes(named, ids));
  if (!clip.ok) throw new Error('no clip');
  expect(targets(paste(emptyDocument(), clip.clip, [0, 0], naming))).toEqual(['a.width', 'c.rate', 'a', 7, '']);
});

test('paste renames what is taken and keeps the wires inside', () => {
  const clip = parseClip(copyNodes(chain, ['a', 'b', 'd']));
  if (!clip.ok) throw new Error(problemLines(clip.problems));
  const pasted = paste(chain, clip.clip, [10, 20]);
  expect(idsOf(pasted).slice(4)).toEqual(['a-2', 'b-2', 'd-2']);
  expect(wiresOf(pasted).slice(2)).toEqual(['a-2.out → b-2.in']);
  expect(pasted.nodes[4]!.at).toEqual([10, 20]);
  expect(idsOf(paste(emptyDocument(), clip.clip))).toEqual(['a', 'b', 'd']);
  expect(idsOf(paste(pasted, clip.clip)).slice(7)).toEqual(['a-3', 'b-3', 'd-3']);
});

test('copies are fed by what feeds the originals', () => {
  const twice = duplicate(chain, ['b', 'c']);
  expect(wiresOf(twice).slice(2)).toEqual(['b-2.out → c-2.in', 'a.out → b-2.in']);
});

test('a clipboard goes through the same checks as a document', () => {
  const reason = (text: string): string => {
    const clip = parseClip(text);
    return clip.ok ? 'pasted' : problemLines(clip.problems);
  };
  expect(reason('hello')).toBe('line 1, column 1: expected a JSON value, got "h"');
  expect(reason('{"nodes": []}')).toBe('format: expected "fiberscope", got nothing');
  const hostile = copyNodes(chain, ['a']).replace('"id": "a"', '"id": "constructor"');
  expect(reason(hostile)).toMatch(/^nodes\[0\]\.id: expected an id/);
});

test('a document never grows past what can be opened again', () => {
  const many = Array.from({ length: 2000 }, (_, index) => ({ ...chain.nodes[0]!, id: `n${index}` }));
  const full = { ...emptyDocument(), nodes: many };
  expect(add(full, 'grid')).toBe(full);
  expect(duplicate(full, ['n0'])).toBe(full);
  const far = edits.moveNodes(chain, { a: [Number.NaN, Number.POSITIVE_INFINITY] });
  expect(far.nodes[0]!.at).toEqual([0, 1e7]);
  expect(edits.setDocumentTitle(chain, 'x'.repeat(1000)).title).toHaveLength(200);
  expect(edits.setView(chain, { x: -1e9, y: Number.NaN, zoom: 0 }).view).toEqual({ x: -1e7, y: 0, zoom: 1 });
  expect(edits.setView(chain, { x: 0, y: 0, zoom: 1e9 }).view!.zoom).toBe(100);
});
