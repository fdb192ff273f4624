import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Links, orderOf, wayBetween } from '../../src/compile/graph.js';

const links: fc.Arbitrary<Links> = fc
  .array(fc.tuple(fc.nat({ max: 9 }), fc.nat({ max: 9 })), { maxLength: 22 })
  .map((edges) => {
    const names = Array.from({ length: 10 }, (_, index) => `n${index}`);
    const after = new Map(names.map((name) => [name, new Set<string>()]));
    const before = new Map(names.map((name) => [name, new Set<string>()]));
    for (const [a, b] of edges) {
      after.get(names[a]!)!.add(names[b]!);
      before.get(names[b]!)!.add(names[a]!);
    }
    return { after, before };
  });

/** Which nodes each node reaches by one wire or more, by squaring the relation (Warshall). */
function reach({ after }: Links): ReadonlyMap<string, ReadonlySet<string>> {
  const closure = new Map([...after].map(([id, next]) => [id, new Set(next)]));
  for (const middle of closure.keys())
    for (const from of closure.values()) if (from.has(middle)) for (const end of closure.get(middle)!) from.add(end);
  return closure;
}

test('knots are the sets of nodes that reach each other, their cycles are real, and everything else is in order', () => {
  fc.assert(
    fc.property(links, (graph) => {
      const { order, knots } = orderOf(graph);
      const reaches = reach(graph);
      const together = (a: string, b: string): boolean => reaches.get(a)!.has(b) && reaches.get(b)!.has(a);
      expect([...order].sort()).toEqual([...graph.after.keys()]);
      const knotted = new Set(knots.flatMap(({ nodes }) => nodes));
      for (const id of order) expect(knotted.has(id), id).toBe(reaches.get(id)!.has(id));
      for (const { nodes, cycle } of knots) {
        for (const a of nodes) for (const b of nodes) expect(together(a, b)).toBe(true);
        cycle.forEach((id, index) => {
          expect(graph.after.get(id)!.has(cycle[(index + 1) % cycle.length]!)).toBe(true);
        });
        expect(new Set(cycle).size).toBe(cycle.length);
      }
      for (const [id, next] of graph.after)
        for (const other of next)
          if (!together(id, other)) expect(order.indexOf(id)).toBeLessThan(order.indexOf(other));
    }),
    { numRuns: 300 },
  );
});

test('a way between two nodes exists exactly when one reaches the other, and follows the wires', () => {
  fc.assert(
    fc.property(links, fc.nat({ max: 9 }), fc.nat({ max: 9 }), (graph, a, b) => {
      const way = wayBetween(graph, `n${a}`, `n${b}`);
      expect(way !== undefined).toBe(a === b || reach(graph).get(`n${a}`)!.has(`n${b}`));
      way?.slice(1).forEach((id, index) => {
        expect(graph.after.get(way[index]!)!.has(id)).toBe(true);
      });
    }),
  );
});
