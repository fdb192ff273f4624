/** Random pipelines: what holds of every run. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compile } from '../../src/compile/compile.js';
import type { PipelineDocument } from '../../src/document/schema.js';
import type { RunEvent } from '../../src/execute/protocol.js';
import { type Lab, lab, pipeline } from './fakes.js';

/** Forests of up to 12 nodes: each node hangs below an earlier one or starts a tree. */
const forests: fc.Arbitrary<PipelineDocument> = fc
  .array(
    fc.record({
      kind: fc.constantFrom('scale', 'scale', 'cut', 'failing'),
      parameter: fc.integer({ min: 1, max: 2 }),
      above: fc.nat(20),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((list) => {
    const nodes: Record<string, [string, Record<string, number>?]> = {};
    const wires: string[] = [];
    list.forEach(({ kind, parameter, above }, i) => {
      const root = above % (i + 1) === i;
      const type = root && kind !== 'failing' ? 'source' : kind;
      const params = { source: { seed: parameter }, scale: { factor: parameter }, cut: { epsilon: parameter * 5 } };
      nodes[`n${i}`] = [type, params[type as keyof typeof params] ?? {}];
      if (!root) wires.push(`n${above % (i + 1)} n${i}`);
    });
    return pipeline(nodes, wires);
  });

const ends = (events: readonly RunEvent[]): Map<string, RunEvent[]> => {
  const byNode = new Map<string, RunEvent[]>();
  for (const event of events) {
    if (event.kind === 'queued' || event.kind === 'running') continue;
    const id = event.kind === 'done' ? event.result.id : event.id;
    byNode.set(id, [...(byNode.get(id) ?? []), event]);
  }
  return byNode;
};

async function run(bench: Lab, document: PipelineDocument, cacheBytes: number) {
  const executor = bench.executor({ cacheBytes });
  const once = async () => {
    const events: RunEvent[] = [];
    const report = await executor.run(document, undefined, (event) => events.push(event));
    return { report, ends: ends(events) };
  };
  return { first: await once(), again: await once() };
}

test('every node ends once; failures block exactly what needs them; equal keys run once; a small cache changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(forests, fc.constantFrom(0, 40, 1e9), async (document, cacheBytes) => {
      const bench = lab();
      const { first, again } = await run(bench, document, cacheBytes);
      const plan = compile(document, { registry: bench.registry });
      const above = new Map(document.wires.map(({ from, to }) => [to.split('.')[0]!, from.split('.')[0]!]));
      const values = new Map<string, number[] | undefined>(); // an independent evaluation
      for (const { id, type, params } of document.nodes) {
        const input = values.get(above.get(id) ?? '') ?? [];
        const lost = above.has(id) && values.get(above.get(id)!) === undefined;
        if (lost || type === 'failing') values.set(id, undefined);
        else if (type === 'source')
          values.set(
            id,
            [0, 1, 2, 3].map((i) => Number(params.seed) + i),
          );
        else if (type === 'scale')
          values.set(
            id,
            input.map((v) => v * Number(params.factor)),
          );
        else
          values.set(
            id,
            input.filter((v) => v < Number(params.epsilon)),
          );
      }
      const keys = new Set<string>();
      for (const { id, type } of document.nodes) {
        const [end, more] = first.ends.get(id) ?? [];
        expect(more).toBeUndefined();
        const expected = values.get(id);
        if (expected) {
          expect(end?.kind).toBe('done');
          keys.add(plan.nodes.get(id)!.key);
          const summary: Record<string, unknown> = end?.kind === 'done' ? end.result.view.summary : {};
          if (type === 'cut') expect(summary.count).toBe(expected.length);
          else expect(summary.first).toBe(expected[0]);
        } else if (type === 'failing' && values.get(above.get(id) ?? '') === undefined && above.has(id)) {
          expect(end?.kind).toBe('blocked');
        } else if (type === 'failing') {
          expect(end?.kind).toBe('failed');
        } else {
          let root = above.get(id)!;
          while (above.has(root) && values.get(above.get(root)!) === undefined) root = above.get(root)!;
          expect(end).toMatchObject({ kind: 'blocked', by: [root] });
        }
      }
      expect(first.report.stepsRun).toBe(keys.size);
      expect(first.report.outcome).toBe([...values.values()].includes(undefined) ? 'failed' : 'done');
      if (cacheBytes > 40) expect(again.report.stepsRun).toBe(0);
      for (const [id, [end]] of again.ends) expect(end?.kind).toBe(first.ends.get(id)?.[0]?.kind);
    }),
    { numRuns: 60 },
  );
}, 120_000);
