/** Networks compared by their weights as a document does it: plain mean, after NodeSort and after Match in one table. */
import { describe, expect, it } from 'vitest';
import { documentOf } from '../documents.js';
import { runDocument } from '../golden/run.js';

const model = (...seeds: number[]) => ['model', { seeds, epochs: 4, batch: 32, learningRate: 0.003 }] as const;

describe('two networks that were trained independently', () => {
  it('are aligned by Match and not by NodeSort, in one table with barriers; copies are recognised', async () => {
    const document = documentOf(
      {
        digits: ['glyphs', { count: 1200 }],
        parts: ['split'],
        net: ['architecture', { preset: 'mlp', widths: [784, 48, 10], activation: 'relu' }],
        a: model(0, 1),
        b: model(2, 3),
        sortedA: ['node-sort'],
        sortedB: ['node-sort'],
        match: ['match'],
        line: ['interpolate', { points: 5 }],
        mean: ['average'],
        copy: ['random-symmetry'],
        sortedCopy: ['node-sort'],
        same: ['distance'],
        table1: ['distance', { pairs: 'all' }],
      },
      [
        'digits.inputs parts.inputs',
        ...['a', 'b'].flatMap((id) => [`net.architecture ${id}.architecture`, `parts.train ${id}.data`]),
        ...['a.model sortedA.model', 'b.model sortedB.model', 'a.model match.a', 'b.model match.b'],
        ...['a.model line.a', 'b.model line.b', 'parts.test line.data', 'match.model line.matched'],
        ...['sortedA.model line.sortedA', 'sortedB.model line.sortedB', 'a.model mean.a', 'match.model mean.b'],
        ...['a.model copy.model', 'copy.model sortedCopy.model', 'sortedA.model same.a', 'sortedCopy.model same.b'],
        ...['a.model table1.a', 'b.model table1.b', 'sortedA.model table1.afterA', 'sortedB.model table1.afterB'],
      ],
    );
    const { failures, results } = await runDocument(document);
    expect(failures).toEqual([]);
    const view = (id: string) => results.get(id)!.view;
    const notes = (id: string): string[] => view(id).notes.map((note) => note.id);

    const mean = (name: string): number => Number(view('line').summary[`${name}: accuracy of the mean (%)`]);
    const [plain, sorted, matched] = [mean('plain'), mean('after NodeSort'), mean('after Match')];
    console.log(`accuracy of the mean: plain ${plain} %, after NodeSort ${sorted} %, after Match ${matched} %`);
    expect(matched).toBeGreaterThan(plain + 10);
    expect(matched).toBeGreaterThan(sorted + 10);
    expect(notes('line')).toContain('plain-barrier');
    expect(notes('line')).toContain('sort-barrier');
    const table = view('line').plots.find((plot) => plot.kind === 'table');
    expect(table?.kind === 'table' && table.table.rows.map(([name]) => name)).toEqual([
      'plain',
      'after NodeSort',
      'after Match',
    ]);

    for (const id of ['sortedA', 'match', 'copy']) expect(notes(id)).toContain('function-preserved');
    expect(notes('match')).toContain('match-unlike');
    expect(view('same').summary.relative).toBeLessThan(1e-5);
    expect(view('table1').summary).toMatchObject({ pairs: 4 });
    expect(view('mean').summary).toMatchObject({ networks: 2, t: 0.5 });
  });

  it('are refused where they cannot be paired', async () => {
    const document = documentOf(
      {
        net: ['architecture', { preset: 'mlp', widths: [784, 6, 10], activation: 'relu' }],
        other: ['architecture', { preset: 'mlp', widths: [784, 7, 10], activation: 'relu' }],
        digits: ['glyphs', { count: 100 }],
        a: ['model', { seeds: [0, 1], epochs: 1 }],
        b: ['model', { seeds: [0, 1, 2], epochs: 1 }],
        c: ['model', { seeds: [0], epochs: 1 }],
        ab: ['match'],
        ac: ['average'],
        alone: ['distance'],
        others: ['distance'],
        orphan: ['distance'],
        wide: ['distance'],
        own: ['average'],
        blind: ['match', { by: 'activations' }],
        one: ['subsample', { count: 1 }],
        single: ['match', { by: 'activations' }],
        even: ['interpolate', { points: 4 }],
      },
      [
        ...['a', 'b'].flatMap((id) => [`net.architecture ${id}.architecture`, `digits.inputs ${id}.data`]),
        ...['other.architecture c.architecture', 'digits.inputs c.data', 'a.model ab.a', 'b.model ab.b'],
        ...['a.model ac.a', 'c.model ac.b', 'c.model alone.a', 'a.model blind.a', 'a.model blind.b'],
        ...['a.model others.a', 'b.model others.afterA', 'a.model orphan.a', 'a.model orphan.afterB', 'c.model own.a'],
        ...['a.model wide.a', 'c.model wide.afterA'],
        ...['digits.inputs one.inputs', 'a.model single.a', 'a.model single.b', 'one.inputs single.data'],
        ...['a.model even.a', 'a.model even.b', 'digits.inputs even.data'],
      ],
    );
    const { failures } = await runDocument(document);
    const told = (id: string): string | undefined => failures.find((text) => text.startsWith(`${id}:`));
    expect(told('ab')).toContain('expected 2 networks as in A, or one, got 3');
    expect(told('ac')).toContain("expected networks of A's architecture");
    expect(told('alone')).toContain('got one network alone');
    expect(told('blind')).toContain('expected inputs to compare activations on');
    expect(told('others')).toContain(
      "input 'afterA': expected the networks of A (2 networks) sorted or matched, got 3 networks; wire A through NodeSort or Match",
    );
    expect(told('wide')).toMatch(/networks of A \(784 → dense 6 .+\) sorted or matched, got 784 → dense 7 /);
    expect(told('orphan')).toContain("input 'afterB': expected B to compare it with, got none");
    expect(told('own')).toContain('got one network alone');
    expect(told('single')).toContain("input 'data': expected at least 2 inputs to correlate activations on, got 1");
    expect(told('even')).toContain('expected an odd number');
  });
});
