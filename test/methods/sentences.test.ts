/**
 * Each sentence that nodes say about themselves, on random references of several architectures: there when it is true by an
 * oracle of its own (float64 loops over the definition), and not there when it is not. Both happen, and are counted.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Device } from '../../src/catalog/work.js';
import { headline } from '../../src/plot/headline.js';
import { openDevice } from '../../src/tensor/device.js';
import { type Chain, chain, FAMILIES } from './sentences/chain.js';
import { onBorder, SENTENCES } from './sentences/table.js';
import { type Truth, truthOf } from './sentences/truth.js';

/** The one line under each result says the same. */
function checkStatuses(truth: Truth, { views, theta, chosen, set }: Chain): void {
  const dead = truth.deadUnits.length > 0;
  const of = (node: string): string => views[node]!.status!;
  expect(of('reference').includes('no dead units')).toBe(theta !== undefined && !dead);
  expect(of('reference').includes('units dead')).toBe(dead);
  expect(of('reference').includes('θ not known')).toBe(theta === undefined);
  expect(of('gram-schmidt') === 'of the first m + 1 starts').toBe(chosen === 'first');
  if ('umap' in views)
    expect(of('umap').startsWith('a sample of')).toBe(views.umap!.summary.embedded !== set.index.length);
  const passed = views.threshold!.notes.filter(({ id }) => id.startsWith('epsilon-above'));
  const strongest = passed.slice(0, 1).map(({ text }) => text.slice(0, -1)); // plots say this one, in the same words
  for (const node of ['threshold', 'umap'].filter((one) => one in views))
    expect([node, headline(views[node]!.plots[0]!).flags]).toEqual([node, strongest]);
  if (!truth.sure) return;
  const touches = truth.inside.some((is, i) => is && onBorder(truth, set.field.lattice.points)(i));
  const empty = !truth.inside.includes(true);
  expect(of('connectivity')).toBe(empty ? 'the set is empty' : touches ? 'touches the border' : 'inside the grid');
}

const RUNS = 400;
let device: Device;
beforeAll(async () => {
  device = await openDevice('cpu');
});
afterAll(() => device.dispose());

describe('what the nodes say of random references', () => {
  it(`is there when it is true, and only then (${RUNS} cases, seed 6)`, async () => {
    const seen = new Map<string, { yes: number; no: number; open: number }>();
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(FAMILIES.length - 1), async (seed, family) => {
        const run = await chain(seed, family, device);
        const truth = truthOf(run);
        for (const [id, sentence] of Object.entries(SENTENCES)) {
          const is = sentence.true(truth, run);
          const tallied = seen.get(id) ?? { yes: 0, no: 0, open: 0 };
          seen.set(id, tallied);
          tallied[is === undefined ? 'open' : is ? 'yes' : 'no']++;
          if (is === undefined) continue;
          for (const node of sentence.at.filter((one) => one in run.views)) {
            const said = run.views[node]!.notes.filter((note) => note.id === id);
            expect([node, id, said.length]).toEqual([node, id, is ? 1 : 0]);
            for (const words of is ? (sentence.words?.(truth, run) ?? []) : []) {
              const { text } = said[0]!;
              const one = typeof words === 'string' ? [words] : words;
              expect([text, one.some((word) => text.includes(word))]).toEqual([text, true]);
            }
          }
        }
        checkStatuses(truth, run);
        for (const view of Object.values(run.views))
          for (const { id } of view.notes) expect(Object.keys(SENTENCES)).toContain(id);
      }),
      { seed: 6, numRuns: RUNS },
    );
    console.log([...seen].map(([id, { yes, no, open }]) => `${id}: true ${yes}, false ${no}, open ${open}`).join('\n'));
    for (const [id, { yes, no, open }] of seen) {
      if (id !== 'embedded') expect([id, Math.min(yes, no) >= 12]).toEqual([id, true]);
      expect([id, open <= RUNS / 4]).toEqual([id, true]);
    }
  }, 300_000);
});
