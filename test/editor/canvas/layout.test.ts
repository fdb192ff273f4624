import fc from 'fast-check';
import { expect, it } from 'vitest';
import { emptyDocument } from '../../../src/document/format.js';
import type { Frame, PipelineDocument } from '../../../src/document/schema.js';
import { overlap } from '../../../src/editor/canvas/geometry.js';
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

it('an empty document stays empty', () => expect(arrange(emptyDocument(), () => SIZE).places).toEqual({}));
