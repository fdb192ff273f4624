/** What `--out` writes can be wired again with Load arrays. */
import { describe, expect, it } from 'vitest';
import { MemoryFiles } from '../../src/arrays/file-source.js';
import { writeNpz } from '../../src/arrays/npz.js';
import { readDocument, runDocument } from './run.js';

describe('an exported plane', () => {
  it('loaded again gives the same field, with θ₀ … θₘ at the same places', async () => {
    const document = readDocument('graphs/quick-start.json', { grid: { points: 12 } });
    const first = await runDocument(document);
    const plane = await first.arrays('plane', 'subspace');
    const files = new MemoryFiles();
    const file = await files.add('plane.npz', writeNpz(plane));
    const kept = ['x', 'net', 'theta', 'grid', 'set'];
    const again = {
      ...document,
      nodes: [
        ...document.nodes.filter(({ id }) => kept.includes(id)),
        { id: 'loaded', type: 'load-arrays', version: 1, params: { file }, at: [0, 0] as const },
      ],
      wires: [
        ...document.wires.filter(({ from, to }) => [from, to].every((end) => kept.includes(end.split('.')[0]!))),
        { from: 'loaded.subspace', to: 'grid.subspace' },
        { from: 'theta.reference', to: 'grid.reference' },
      ],
      pins: [],
    };
    const second = await runDocument(again, { files });
    expect(second.failures).toEqual([]);
    expect((await second.arrays('grid', 'field')).values!.data).toEqual(
      (await first.arrays('grid', 'field')).values!.data,
    );
    const marks = second.results.get('set')!.view.ruler!.marks;
    const before = first.results.get('set')!.view.ruler!.marks;
    expect(marks.map(({ name }) => name)).toEqual(before.map(({ name }) => name));
    marks.forEach(({ loss }, i) => {
      expect(Math.abs(loss - before[i]!.loss)).toBeLessThanOrEqual(1e-3 * before[i]!.loss + 1e-9);
    });
    const listed = second.results.get('loaded')!.view.plots[0]!;
    expect(listed.kind).toBe('table');
  }, 60_000);
});
