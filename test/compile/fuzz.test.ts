import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compile } from '../../src/compile/compile.js';
import { planText } from '../../src/compile/plan-text.js';
import * as edits from '../../src/document/commands.js';
import { emptyDocument } from '../../src/document/format.js';
import { splitEnd } from '../../src/document/names.js';
import type { Json, PipelineDocument } from '../../src/document/schema.js';
import { pipelineDocument } from '../document/arbitrary.js';
import { fakes, registry } from './fakes.js';

/** Random graphs of the fakes: any wires between their ports, some parameters out of range. */
const graph: fc.Arbitrary<PipelineDocument> = fc
  .record({
    nodes: fc.array(
      fc.record({
        type: fc.constantFrom(...fakes.map(({ type }) => type), 'foreign'),
        params: fc.constantFrom<Record<string, Json>>(
          {},
          {},
          {},
          { seed: 3 },
          { points: 1 },
          { points: 20 },
          { epsilon: 2, counted: true },
        ),
      }),
      { maxLength: 12 },
    ),
    wires: fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat(), fc.nat()), { maxLength: 40 }),
    muted: fc.array(fc.nat(), { maxLength: 2 }),
  })
  .map(({ nodes, wires, muted }) => {
    let document = nodes.reduce((before, { type, params }, index) => {
      const shape = Object.keys(registry.get(type)?.params.shape ?? params);
      const known = Object.fromEntries(Object.entries(params).filter(([name]) => shape.includes(name)));
      return edits.addNode(before, {
        id: `n${index}`,
        type,
        version: registry.get(type)?.version ?? 1,
        params: known,
        at: [0, 0],
      });
    }, emptyDocument());
    const port = (index: number, side: 'inputs' | 'outputs', which: number): string => {
      const names = Object.keys(registry.get(nodes[index]!.type)?.[side] ?? { any: 1 });
      return `n${index}.${names[which % Math.max(1, names.length)] ?? 'none'}`;
    };
    if (nodes.length > 0)
      for (const [a, out, b, into] of wires)
        document = edits.connect(
          document,
          port(a % nodes.length, 'outputs', out),
          port(b % nodes.length, 'inputs', into),
        );
    return edits.setMuted(
      document,
      muted.map((index) => `n${index % 12}`),
      true,
    );
  });

/** Follows `nodes[3].params.points` into a document; paths of what is not there end at the nearest part that is. */
function reaches(document: PipelineDocument, path: string): boolean {
  const list = /^(nodes|wires)\[(\d+)\]/.exec(path);
  return path === '' || (list !== null && Number(list[2]) < document[list[1] as 'nodes' | 'wires'].length);
}

test('any document compiles to a plan that holds every node, in order, with problems that can be located', () => {
  fc.assert(
    fc.property(fc.oneof(graph, pipelineDocument), (document) => {
      const { nodes, order, problems } = compile(document, { registry });
      expect([...order].sort()).toEqual(document.nodes.map(({ id }) => id).sort());
      expect([...nodes.keys()].sort()).toEqual([...order].sort());
      const place = new Map(order.map((id, index) => [id, index]));
      const cyclic = problems.some(({ message }) => message.startsWith('cycle'));
      for (const { from, to } of document.wires)
        if (!cyclic) expect(place.get(splitEnd(from)[0])).toBeLessThan(place.get(splitEnd(to)[0])!);
      for (const { path } of problems) expect(reaches(document, path), path).toBe(true);
      for (const { id, key, blocked, inputs } of nodes.values()) {
        expect(key === '', id).toBe(blocked !== undefined);
        if (blocked === undefined)
          for (const { node } of Object.values(inputs)) expect(nodes.get(node)!.key).not.toBe('');
        else if (blocked.reason === 'upstream')
          for (const root of blocked.by) expect(nodes.get(root)!.blocked!.reason).not.toBe('upstream');
      }
      expect(
        planText({ nodes, order, copies: new Map(), problems, documentHash: '' }).split('\n').length,
      ).toBeGreaterThan(order.length);
    }),
    { numRuns: 200 },
  );
});

test('two nodes have one key exactly when everything behind them is equal', () => {
  fc.assert(
    fc.property(graph, (document) => {
      const { nodes } = compile(document, { registry });
      // All that a result depends on, written out in full.
      const story = (id: string): string => {
        const { type, params, inputs } = nodes.get(id)!;
        const names = Object.keys(params).sort();
        const behind = Object.keys(inputs)
          .sort()
          .map((port) => {
            const { node, output, convert } = inputs[port]!;
            return `${port}<-${output}(${convert ?? ''})${story(node)}`;
          });
        return `${type}{${names.map((name) => `${name}=${JSON.stringify(params[name])}`).join()}}[${behind.join()}]`;
      };
      const running = [...nodes.values()].filter(({ key }) => key !== '');
      const stories = new Map(running.map(({ id, key }) => [id, [key, story(id)] as const]));
      for (const [keyA, storyA] of stories.values())
        for (const [keyB, storyB] of stories.values()) expect(keyA === keyB).toBe(storyA === storyB);
    }),
    { numRuns: 200 },
  );
});
