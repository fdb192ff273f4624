import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { directionOf, firstPort, nearest, readingOrder } from '../../../src/editor/canvas/focus-order.js';
import {
  around,
  type Box,
  boxOf,
  heightForPorts,
  inside,
  laneOf,
  overlap,
  padded,
  portOffset,
  viewOnto,
  wireCrosses,
  wirePath,
  wirePoint,
} from '../../../src/editor/canvas/geometry.js';

const coordinate = fc.integer({ min: -4000, max: 4000 });
const point = fc.record({ x: coordinate, y: coordinate });
const size = fc.integer({ min: 1, max: 900 });
const box = fc.record({ x: coordinate, y: coordinate, width: size, height: size });

describe('wires', () => {
  it('begin and end at their ports', () =>
    fc.assert(
      fc.property(point, point, (a, b) => {
        expect(wirePoint(a, b, 0)).toEqual({ x: a.x, y: a.y });
        expect(wirePoint(a, b, 1)).toEqual({ x: b.x, y: b.y });
        expect(wirePath(a, b)).toMatch(new RegExp(`^M${a.x} ${a.y}C.* ${b.x} ${b.y}$`));
      }),
    ));
  it('are point-symmetric about their middle', () =>
    fc.assert(
      fc.property(point, point, fc.double({ min: 0, max: 1, noNaN: true }), (a, b, t) => {
        const [p, q] = [wirePoint(a, b, t), wirePoint(a, b, 1 - t)];
        expect(p.x + q.x).toBeCloseTo(a.x + b.x, 6);
        expect(p.y + q.y).toBeCloseTo(a.y + b.y, 6);
      }),
    ));
  it('leave to the right and arrive from the left', () =>
    fc.assert(
      fc.property(point, point, (a, b) => {
        fc.pre(a.x !== b.x || a.y !== b.y);
        expect(wirePoint(a, b, 0.001).x).toBeGreaterThan(a.x);
        expect(wirePoint(a, b, 0.999).x).toBeLessThan(b.x);
      }),
    ));
  it('that run back go between two cards below each other, and above two beside each other', () => {
    const card = (x: number, y: number) => ({ x, y, width: 204, height: 118 });
    const [out, into] = [portOffset('output', 0), portOffset('input', 1)];
    const route = (from: { x: number; y: number }, to: { x: number; y: number }) => {
      const [a, b] = [
        { x: from.x + out.x, y: from.y + out.y },
        { x: to.x + into.x, y: to.y + into.y },
      ];
      const lane = laneOf(a, b, [out, into]);
      expect(wirePoint(a, b, 0, lane)).toEqual(a);
      expect(wirePoint(a, b, 1, lane)).toEqual(b);
      return { lane, crosses: (box: Box) => wireCrosses(a, b, padded(box, -1), lane) };
    };
    for (const [from, to] of [
      [card(0, 0), card(0, 130)],
      [card(0, 130), card(0, 0)],
      [card(300, 0), card(0, 10)],
    ] as const) {
      const { lane, crosses } = route(from, to);
      expect(lane).toBeDefined();
      expect(crosses(from)).toBe(false);
      expect(crosses(to)).toBe(false);
    }
    expect(route(card(0, 0), card(300, 0)).lane).toBeUndefined();
  });
  it('cross a card on their way, not one beside it', () => {
    const [a, b] = [
      { x: 0, y: 0 },
      { x: 400, y: 0 },
    ];
    expect(wireCrosses(a, b, { x: 150, y: -40, width: 100, height: 80 })).toBe(true);
    expect(wireCrosses(a, b, { x: 150, y: 20, width: 100, height: 80 })).toBe(false);
  });
});

it('a card has room for its ports', () => {
  expect(heightForPorts(0)).toBe(0);
  for (const count of [1, 2, 5]) expect(heightForPorts(count)).toBeGreaterThan(portOffset('output', count - 1).y + 11);
});

it('a fitted view shows the whole box, at most at actual size', () =>
  fc.assert(
    fc.property(box, fc.integer({ min: 300, max: 2000 }), fc.integer({ min: 200, max: 1200 }), (b, width, height) => {
      const { x, y, zoom } = viewOnto(b, width, height);
      expect(zoom).toBeLessThanOrEqual(1);
      const seen = { x: -x / zoom - 1, y: -y / zoom - 1, width: width / zoom + 2, height: height / zoom + 2 };
      if (zoom > 0.15) {
        expect(inside(b, seen)).toBe(true);
        expect(inside({ x: b.x + b.width, y: b.y + b.height }, seen)).toBe(true);
      }
    }),
  ));

it('boxes: around contains all, overlap is mutual, corners in any order', () =>
  fc.assert(
    fc.property(fc.array(box, { minLength: 1, maxLength: 6 }), point, point, (boxes, a, b) => {
      const all = around(boxes)!;
      for (const each of boxes) expect(inside(each, all)).toBe(true);
      expect(overlap(boxes[0]!, all)).toBe(true);
      expect(overlap(all, boxes[0]!)).toBe(true);
      expect(boxOf(a, b)).toEqual(boxOf(b, a));
      expect(padded(all, 5).width).toBe(all.width + 10);
    }),
  ));

describe('focus order', () => {
  const at = (id: string, x: number, y: number) => ({ id, box: { x, y, width: 204, height: 100 } });
  const items = [at('d', 300, 10), at('b', 10, 200), at('a', 0, 0), at('c', 310, -150), at('e', 600, 0)];
  it('reads columns from left to right, each from top to bottom', () =>
    expect(readingOrder(items)).toEqual(['a', 'b', 'c', 'd', 'e']));
  it('visits everything once, whatever the order it is given in', () =>
    fc.assert(
      fc.property(fc.array(box, { maxLength: 20 }), (boxes) => {
        const placed = boxes.map((b, index) => ({ id: `n${index}`, box: b }));
        const order = readingOrder(placed);
        expect([...order].sort()).toEqual(placed.map(({ id }) => id).sort());
        expect(readingOrder([...placed].reverse())).toEqual(order);
      }),
    ));
  it('goes to the nearest one that way', () => {
    expect(nearest(items[2]!.box, items, 'right')).toBe('d');
    expect(nearest(items[2]!.box, items, 'down')).toBe('b');
    expect(nearest(items[0]!.box, items, 'up')).toBe('c');
    expect(nearest(items[2]!.box, items, 'left')).toBeUndefined();
  });
  it('Enter on a node begins at what must be wired still', () => {
    const port = (side: 'input' | 'output', required: boolean, wired: boolean) => ({ side, required, wired });
    const [out, open, optional] = [
      port('output', false, true),
      port('input', true, false),
      port('input', false, false),
    ];
    expect(firstPort([out, port('input', true, true), optional, open])).toBe(open);
    expect(firstPort([out, optional])).toBe(out);
    expect(firstPort([optional])).toBe(optional);
  });
  it('knows the arrow keys', () => {
    expect(directionOf('ArrowUp')).toBe('up');
    expect(directionOf('Enter')).toBeUndefined();
  });
});
