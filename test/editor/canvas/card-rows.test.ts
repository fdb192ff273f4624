import { describe, expect, it } from 'vitest';
import { builtin } from '../../../nodes/index.js';
import { defaultParams } from '../../../src/catalog/resolve.js';
import { type CardRows, rowsOf } from '../../../src/editor/canvas/card-rows.js';
import type { NodeState } from '../../../src/editor/workbench/types.js';

const grid = builtin.find(({ type }) => type === 'grid')!;
const node = { id: 'grid', type: 'grid', version: grid.version, at: [0, 0] as const, params: defaultParams(grid) };
const state = (status: NodeState['status'], rows: CardRows): NodeState => ({
  status,
  result: {
    id: 'grid',
    key: 'k',
    cached: false,
    view: { summary: {}, rows, notes: [], plots: [] },
    provenance: { documentHash: '', key: 'k', seeds: [], package: '', device: '', finished: '', seconds: 0 },
  },
});
const labels = (rows: CardRows): readonly string[] => rows.map(([label]) => label);

describe('a card', () => {
  it('shows its parameters before a run, and when it failed', () => {
    expect(labels(rowsOf(grid, node, undefined, []).rows)).toContain('bound');
    const failed = rowsOf(grid, node, state('failed', [['members', '7']]), []);
    expect(labels(failed.rows)).toContain('bound');
    expect(failed.beside).toEqual([]);
  });
  it('keeps them beside its result, each once', () => {
    const { rows, beside } = rowsOf(
      grid,
      node,
      state('done', [
        ['members', '7'],
        ['bound', '[0, 1]'],
      ]),
      [],
    );
    expect(labels(rows)).toEqual(['members', 'bound']);
    expect(labels(beside)).toContain('per axis');
    expect(labels(beside)).not.toContain('bound');
  });
  it('of an unknown type shows nothing', () =>
    expect(rowsOf(undefined, node, undefined, [])).toEqual({ rows: [], beside: [] }));
});
