import { describe, expect, it } from 'vitest';
import { builtin } from '../../../nodes/index.js';
import { defaultParams } from '../../../src/catalog/resolve.js';
import { type CardRows, type Planned, rowsOf } from '../../../src/editor/canvas/card-rows.js';
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
    expect(labels(rowsOf(grid, node, undefined, undefined).rows)).toContain('bound');
    const failed = rowsOf(grid, node, state('failed', [['members', '7']]), undefined);
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
      undefined,
    );
    expect(labels(rows)).toEqual(['members', 'bound']);
    expect(labels(beside)).toContain('per axis');
    expect(labels(beside)).not.toContain('bound');
  });
  it('of a node whose parameters an input overrules shows what counts, and what is not known yet', () => {
    const net = builtin.find(({ type }) => type === 'architecture')!;
    const params = { ...defaultParams(net), preset: 'myrtle' };
    const one = { ...node, id: 'net', type: 'architecture', version: net.version, params };
    const inputs = { data: { node: 'digits', output: 'inputs' } };
    const shown = (planned?: Planned) =>
      Object.fromEntries(rowsOf(net, one, undefined, planned).rows as [string, string][]);
    expect(shown().input).toBe('3 × 32 × 32');
    expect(shown({ inputs: {}, params }).input).toBe('3 × 32 × 32');
    expect(shown({ inputs, params: { ...params, input: [1, 28, 28] }, overruled: ['input'] }).input).toBe(
      '1 × 28 × 28',
    );
    expect(shown({ inputs, params })).toMatchObject({ preset: 'Myrtle CNN, width 16', input: 'as the data' });
  });
  it('of an unknown type shows nothing', () =>
    expect(rowsOf(undefined, node, undefined, undefined)).toEqual({ rows: [], beside: [] }));
});
