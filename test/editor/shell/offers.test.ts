import { describe, expect, it } from 'vitest';
import { fieldsOf } from '../../../src/catalog/form.js';
import { offersOf } from '../../../src/editor/shell/form/offers.js';
import type { NodeState } from '../../../src/editor/workbench/types.js';
import { sweepLab, swept } from '../../compile/sweep-fakes.js';

const { registry } = sweepLab();
const fields = Object.fromEntries(fieldsOf(registry.get('sweep')!).map((field) => [field.name, field]));
const offered = (name: string, document = swept({}), states = {}) =>
  offersOf(fields[name]!, 'sweep', document, registry, states);

describe('the form of a sweep offers', () => {
  it('the parameters upstream that can be swept over, nearest first, by node', () => {
    expect(offered('target')).toEqual([
      { value: 'judge.kind', label: 'Kind · judge', group: 'Judge' },
      { value: 'judge.strict', label: 'Strict · judge', group: 'Judge' },
      { value: 'train.width', label: 'Width · train', group: 'Train' },
      { value: 'train.rate', label: 'Rate · train', group: 'Train' },
      { value: 'train.hidden', label: 'Hidden · train', group: 'Train' },
      { value: 'draw.seed', label: 'Seed · draw', group: 'Draw' },
    ]);
    expect(offered('over')).toEqual(offered('target'));
  });

  it('what the forms upstream show now', () => {
    const values = offered('target', swept({}, { judge: { kind: 'cut' } }))!.map(({ value }) => value);
    expect(values).toContain('judge.cut');
    const { wires: _, ...unwired } = swept({});
    expect(offered('target', { ...unwired, wires: [] })).toEqual([]);
  });

  it('the numbers that the node at the input gave last', () => {
    const table = { type: 'Table', columns: [{ name: 'class' }, { name: 'loss' }], rows: [['a', 1]] } as const;
    const plots = [{ kind: 'table', title: '', table, caption: '' }];
    const view = { summary: { score: 1, route: 'x' }, rows: [], notes: [], plots };
    const states = { judge: { status: 'done', result: { view } } } as unknown as Record<string, NodeState>;
    expect(offered('measure', swept({}), states)!.map(({ value }) => value)).toEqual(['loss', 'score']);
    expect(offered('measure')).toEqual([]);
  });

  it('nothing for what is typed', () => expect(offered('values')).toBeUndefined());
});
