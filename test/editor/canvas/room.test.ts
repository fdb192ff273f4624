import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builtin } from '../../../nodes/index.js';
import { addFrame, addNode, connect } from '../../../src/document/commands.js';
import { emptyDocument } from '../../../src/document/format.js';
import type { PipelineDocument } from '../../../src/document/schema.js';
import { type Box, overlap } from '../../../src/editor/canvas/geometry.js';
import { freeShift, makeRoom, resultRoom } from '../../../src/editor/canvas/room.js';

const SIZE = { width: 204, height: 118 };
const box = fc.record({
  x: fc.integer({ min: -800, max: 800 }),
  y: fc.integer({ min: -500, max: 500 }),
  width: fc.constant(204),
  height: fc.integer({ min: 60, max: 220 }),
});

describe('a free place', () => {
  it('is free, for any cards, and the wished one where that is free', () =>
    fc.assert(
      fc.property(fc.array(box, { minLength: 1, maxLength: 5 }), fc.array(box, { maxLength: 30 }), (cards, taken) => {
        const by = freeShift(cards, taken);
        const moved = cards.map((card) => ({ ...card, x: card.x + by.x, y: card.y + by.y }));
        for (const card of moved) for (const other of taken) expect(overlap(card, other)).toBe(false);
        expect(freeShift(moved, taken)).toEqual({ x: 0, y: 0 });
      }),
    ));
  it('is close: no further than past the one card in its way', () => {
    const by = freeShift([{ x: 0, y: 0, ...SIZE }], [{ x: 10, y: 10, ...SIZE }]);
    expect(Math.max(Math.abs(by.x), Math.abs(by.y))).toBeLessThanOrEqual(160);
  });
});

describe('an inserted card', () => {
  function chain(gap: number): PipelineDocument {
    let document = emptyDocument();
    const at = [0, 204 + gap, 2 * (204 + gap)];
    for (const [index, x] of at.entries())
      document = addNode(document, { id: `n${index}`, type: 't', version: 1, params: {}, at: [x, 0] });
    document = connect(connect(document, 'n0.out', 'n1.in'), 'n1.out', 'n2.in');
    document = addFrame(document, { title: 'All', at: [-12, -30], size: [3 * 204 + 2 * gap + 24, 180] });
    return addNode(document, { id: 'new', type: 't', version: 1, params: {}, at: [150, 40] });
  }
  const boxes = (document: PipelineDocument): Record<string, Box> =>
    Object.fromEntries(document.nodes.map(({ id, at }) => [id, { x: at[0], y: at[1], ...SIZE }]));
  const inserted = (gap: number): PipelineDocument => {
    const document = chain(gap);
    return makeRoom(document, (id) => boxes(document)[id], 'new', { from: 'n0.out', to: 'n1.in' });
  };

  it.each([40, 200, 400])('stands between its neighbours, on no card, with %i px between them before', (gap) => {
    const after = boxes(inserted(gap));
    const all = Object.values(after);
    for (const [i, a] of all.entries()) for (const b of all.slice(i + 1)) expect(overlap(a, b)).toBe(false);
    expect(after.new!.x).toBeGreaterThan(after.n0!.x + 204);
    expect(after.new!.x + 204).toBeLessThan(after.n1!.x);
    expect(after.n2!.x - after.n1!.x).toBe(204 + gap); // what follows moves on as a whole
    const [frame] = inserted(gap).frames;
    expect(frame!.at[0] + frame!.size[0]).toBe(after.n2!.x + 204 + 12);
  });
  it('finds free ground also on a wire that runs back', () => {
    let document = chain(40);
    document = connect(document, 'n2.out', 'n0.back');
    const places: Record<string, Box> = { ...boxes(document), new: { x: 190, y: 30, ...SIZE } };
    const made = makeRoom(document, (id) => places[id], 'new', { from: 'n2.out', to: 'n0.back' });
    const after = Object.entries(boxes(made));
    const fresh = after.find(([id]) => id === 'new')![1];
    for (const [id, other] of after) if (id !== 'new') expect(overlap(fresh, other), id).toBe(false);
  });
  it('moves nothing where there is room', () => {
    const [before, after] = [boxes(chain(400)), boxes(inserted(400))];
    for (const id of ['n0', 'n1', 'n2']) expect(after[id]).toEqual(before[id]);
  });
});

it('room is kept for the pictures of results', () => {
  const room = (type: string) => resultRoom(builtin.find((node) => node.type === type));
  for (const type of ['grid', 'threshold', 'umap', 'plot', 'search', 'cka', 'glyphs', 'model'])
    expect(room(type), type).toBeGreaterThan(40);
  for (const type of ['random-inputs', 'table', 'gram-schmidt']) expect(room(type), type).toBe(0);
});
