import { expect, test } from 'vitest';
import * as edits from '../../src/document/commands.js';
import { emptyDocument } from '../../src/document/format.js';
import { History } from '../../src/document/history.js';
import type { PipelineDocument } from '../../src/document/schema.js';

const one = edits.addNode(emptyDocument(), {
  type: 'grid',
  version: 1,
  params: { points: 5, deep: { a: 1 } },
  at: [0, 0],
});
const slide = (points: number) => (document: PipelineDocument) => edits.setParams(document, 'grid', { points });

test('steps are named, undone and done again', () => {
  const history = new History(one);
  expect([history.undoLabel, history.redoLabel]).toEqual([undefined, undefined]);
  history.apply('set points', slide(6));
  history.apply('mute', (document) => edits.setMuted(document, ['grid'], true));
  expect([history.undoLabel, history.redoLabel]).toEqual(['mute', undefined]);
  history.undo();
  expect([history.undoLabel, history.redoLabel]).toEqual(['set points', 'mute']);
  expect(history.document).toEqual(slide(6)(one));
  history.redo();
  expect(history.document.nodes[0]!.muted).toBe(true);
  history.undo();
  history.apply('set points', slide(7));
  expect(history.redoLabel).toBeUndefined();
  history.undo();
  history.undo();
  expect(history.document).toEqual(one);
  expect(history.undo()).toEqual(one);
});

test('a change that changes nothing is no step, and one that throws leaves everything as it was', () => {
  const history = new History(one);
  history.apply('nothing', slide(5));
  expect(history.undoLabel).toBeUndefined();
  expect(() =>
    history.apply('fail', () => {
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(history.document).toBe(one);
});

test('steps of one gesture within a second are one step; a pause, another name or an undo ends it', () => {
  let now = 0;
  const history = new History(one, { now: () => now });
  for (let points = 6; points < 20; points++) {
    now += 900;
    history.apply('set points', slide(points), 'points');
  }
  expect(history.undo()).toEqual(one);
  expect(history.redo().nodes[0]!.params.points).toBe(19);
  now += 100;
  history.apply('set points', slide(30), 'points');
  expect(history.undo().nodes[0]!.params.points).toBe(19);
  history.redo();
  now += 1001;
  history.apply('set points', slide(31), 'points');
  now += 1001;
  history.apply('set points', slide(32), 'points');
  now += 1;
  history.apply('set points', slide(33), 'other');
  expect([history.undo(), history.undo(), history.undo()].map(({ nodes }) => nodes[0]!.params.points)).toEqual([
    32, 31, 30,
  ]);
});

test('a gesture that ends where it began is no step', () => {
  const history = new History(one, { now: () => 0 });
  history.apply('set points', slide(6), 'points');
  history.apply('set points', slide(5), 'points');
  expect(history.undoLabel).toBeUndefined();
  expect(history.document).toEqual(one);
});

test('looking around is saved but is no step, and undo does not look elsewhere', () => {
  let now = 0;
  const history = new History(one, { now: () => now });
  const look = (x: number) => history.look((document) => edits.setView(document, { x, y: 0, zoom: 1 }));
  history.apply('set points', slide(6), 'points');
  look(10);
  now += 10;
  history.apply('set points', slide(7), 'points');
  look(20);
  expect(history.undo()).toEqual({ ...one, view: { x: 20, y: 0, zoom: 1 } });
  expect(history.redoLabel).toBe('set points');
  history.look((document) => ({ ...document, title: 'not taken' }));
  expect(history.document.title).toBe('');
});

test('only so many steps are kept, and untouched parts stay the same objects through undo', () => {
  const history = new History(one, { steps: 3 });
  for (let points = 6; points < 16; points++) history.apply(`to ${points}`, slide(points));
  const { deep } = history.document.nodes[0]!.params;
  while (history.undoLabel !== undefined) history.undo();
  expect(history.document.nodes[0]!.params.points).toBe(12);
  expect(history.document.nodes[0]!.params.deep).toBe(deep);
  expect(history.document.wires).toBe(one.wires);
});
