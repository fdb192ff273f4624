import fc from 'fast-check';
import { expect, it } from 'vitest';
import { emptyDocument } from '../../../src/document/format.js';
import type { Frame, PipelineDocument } from '../../../src/document/schema.js';
import { around, overlap, viewOnto } from '../../../src/editor/canvas/geometry.js';
import { arrange } from '../../../src/editor/canvas/layout.js';

const SIZE = { width: 204, height: 120 };
const documentOf = (
  count: number,
  edges: readonly (readonly [number, number])[],
  frames: readonly Frame[] = [],
): PipelineDocument => ({
  ...emptyDocument(),
  nodes: Array.from({ length: count }, (_, i) => ({
    id: `n${i}`,
    type: 't',
    version: 1,
    params: {},
    at: [i * 7, i * 5] as const,
  })),
  wires: edges.map(([a, b], i) => ({ from: `n${a}.out`, to: `n${b}.in${i}` })),
  frames,
});
const box = (at: readonly [number, number]) => ({ x: at[0], y: at[1], ...SIZE });

it('no two cards overlap and wires run to the right, for any graph without cycles', () =>
  fc.assert(
    fc.property(
      fc
        .integer({ min: 1, max: 18 })
        .chain((count) =>
          fc.tuple(fc.constant(count), fc.array(fc.tuple(fc.nat(count - 1), fc.nat(count - 1)), { maxLength: 24 })),
        ),
      ([count, pairs]) => {
        const edges = pairs.filter(([a, b]) => a < b);
        const document = documentOf(count, edges);
        const { places } = arrange(document, () => SIZE);
        const list = document.nodes.map(({ id }) => places[id]!);
        expect(list.flat().every(Number.isInteger)).toBe(true);
        for (let i = 0; i < list.length; i++)
          for (let j = 0; j < i; j++) expect(overlap(box(list[i]!), box(list[j]!))).toBe(false);
        for (const [a, b] of edges) expect(list[b]![0]).toBeGreaterThan(list[a]![0] + SIZE.width);
        expect([Math.min(...list.map(([x]) => x)), Math.min(...list.map(([, y]) => y))]).toEqual([0, 0]);
      },
    ),
    { numRuns: 40 },
  ));

it('draws frames around their nodes again and keeps others out', () => {
  const frame: Frame = { id: 'frame', title: 'Two', at: [-10, -10], size: [230, 165] }; // n0 and n1 have their middles in it
  const document = documentOf(
    4,
    [
      [0, 2],
      [1, 3],
    ],
    [frame, { id: 'frame-2', title: 'Empty', at: [5000, 0], size: [200, 100] }],
  );
  const nodes = document.nodes.map((node, i) => (i < 2 ? node : { ...node, at: [900, i * 400] as const }));
  const { places, frames } = arrange({ ...document, nodes }, () => SIZE);
  const { at, size } = frames[0]!;
  const around = { x: at[0], y: at[1], width: size[0], height: size[1] };
  expect(overlap(box(places.n0!), around) && overlap(box(places.n1!), around)).toBe(true);
  expect(overlap(box(places.n2!), around) || overlap(box(places.n3!), around)).toBe(false);
  expect(frames[1]!.at).toEqual([5000, 0]);
});

const chain = (count: number): [number, number][] => Array.from({ length: count - 1 }, (_, i) => [i, i + 1]);

it('folds a chain that would be too small to read: downwards within a column, never back to the left, and larger', () => {
  const window = { width: 850, height: 430 };
  const document = documentOf(8, chain(8));
  const zoomOf = (places: Readonly<Record<string, readonly [number, number]>>) =>
    viewOnto(around(Object.values(places).map(box))!, window.width, window.height).zoom;
  const line = arrange(document, () => SIZE).places;
  const { places } = arrange(document, () => SIZE, window);
  expect(new Set(Object.values(line).map(([, y]) => y)).size).toBe(1);
  expect(zoomOf(line)).toBeLessThan(0.5); // eight cards of 204 px alone leave 826 / 1632
  expect(zoomOf(places)).toBeGreaterThan(0.8);
  const list = document.nodes.map(({ id }) => places[id]!);
  for (const [a, b] of chain(8)) {
    const [from, to] = [list[a]!, list[b]!];
    expect(to[0] > from[0] || (to[0] === from[0] && to[1] > from[1])).toBe(true);
  }
  for (let i = 0; i < 8; i++) for (let j = 0; j < i; j++) expect(overlap(box(list[i]!), box(list[j]!))).toBe(false);
  expect(arrange(documentOf(3, chain(3)), () => SIZE, window).places).toEqual(
    arrange(documentOf(3, chain(3)), () => SIZE).places, // what can be read stays in one line
  );
});

it('no two cards overlap when columns are folded, for any graph, frames and window', () =>
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 14 }),
      fc.array(fc.tuple(fc.nat(13), fc.nat(13)), { maxLength: 20 }),
      fc.array(fc.tuple(fc.nat(80), fc.nat(60), fc.integer({ min: 205, max: 260 })), { maxLength: 2 }),
      fc.integer({ min: 300, max: 1600 }),
      fc.integer({ min: 200, max: 900 }),
      (count, pairs, rects, width, height) => {
        const edges = pairs.filter(([a, b]) => a < b && b < count);
        const frames = rects.map(([x, y, size], i) => ({
          id: `f${i}`,
          title: 'F',
          at: [x, y] as const,
          size: [size, 150] as const,
        }));
        const { places } = arrange(
          documentOf(count, edges, frames),
          (id) => ({ width: 204, height: 90 + ((13 * id.charCodeAt(1)) % 120) }),
          { width, height },
        );
        const boxes = Object.entries(places).map(([id, [x, y]]) => ({
          x,
          y,
          width: 204,
          height: 90 + ((13 * id.charCodeAt(1)) % 120),
        }));
        expect(boxes).toHaveLength(count);
        for (const [i, a] of boxes.entries()) for (const b of boxes.slice(0, i)) expect(overlap(a, b)).toBe(false);
      },
    ),
    { numRuns: 60 },
  ));

it('keeps frames from top to bottom as they were, with top edges in line', () => {
  const frames = [0, 1].map((i) => ({
    id: `f${i}`,
    title: `${i}`,
    at: [0, i * 300] as const,
    size: [900, 280] as const,
  }));
  const document = documentOf(
    6,
    [
      [0, 1],
      [1, 2],
      [3, 4],
      [4, 5],
    ],
    frames,
  );
  const at = (i: number) => [20 + (i % 3) * 250, i < 3 ? 340 : 40] as const; // the first chain is in the lower frame
  const nodes = document.nodes.map((node, i) => ({ ...node, at: at(i) }));
  const { places, frames: drawn } = arrange({ ...document, nodes }, () => SIZE);
  expect(drawn[1]!.at[1]).toBeGreaterThanOrEqual(drawn[0]!.at[1] + drawn[0]!.size[1]);
  expect(places.n0![1]).toBeGreaterThan(places.n3![1] + SIZE.height);
  for (const row of [
    [0, 1, 2],
    [3, 4, 5],
  ])
    expect(new Set(row.map((i) => places[`n${i}`]![1])).size).toBe(1);
});

it('an empty document stays empty', () => expect(arrange(emptyDocument(), () => SIZE).places).toEqual({}));
