import { describe, expect, it } from 'vitest';
import { builtin } from '../../../nodes/index.js';
import { Registry } from '../../../src/catalog/registry.js';
import { emptyDocument } from '../../../src/document/format.js';
import type { Json, PipelineDocument } from '../../../src/document/schema.js';
import { findNodes } from '../../../src/editor/canvas/find.js';
import { fuzzyScore, matchNodes } from '../../../src/editor/canvas/search.js';

const first = (query: string) => matchNodes(query, builtin)[0]?.definition.title;

describe('matchNodes', () => {
  it('gives everything in palette order for an empty query', () => {
    expect(matchNodes('  ', builtin).map(({ definition }) => definition)).toEqual(builtin);
  });
  it.each([
    ['grid', 'Grid'],
    ['GRID', 'Grid'],
    ['gs', 'Gram–Schmidt'],
    ['gram-s', 'Gram–Schmidt'],
    ['sgd', 'SGD search'],
    ['search', 'SGD search'],
    ['theta', 'Reference θ'],
    ['θ', 'Reference θ'],
    ['eps', 'Threshold ε'],
    ['thr', 'Threshold ε'],
    ['rand', 'Random inputs'],
    ['umap', 'UMAP'],
    ['archi', 'Architecture'],
    ['conv', 'Conv'],
    ['connec', 'Connectivity'],
  ])('puts what is meant first: %s', (query, title) => expect(first(query)).toBe(title));
  it('finds by a word of the summary, below titles', () => {
    const word = builtin[0]!.summary.split(' ').find((w) => w.length > 5)!;
    expect(matchNodes(word, builtin).map(({ definition }) => definition)).toContain(builtin[0]);
  });
  it('finds nothing for nonsense', () => expect(matchNodes('zzqx', builtin)).toEqual([]));
  it('shows the matched part of a title', () => {
    const match = matchNodes('rid', builtin).find(({ definition }) => definition.title === 'Grid');
    expect(match?.ranges).toEqual([[1, 4]]);
  });
});

it('puts the shorter of two titles first that fit alike', () => {
  expect(matchNodes('inpt', builtin)[0]?.definition.title).toBe('Input');
});

it('ranks whole text over prefix over word over piece over scattered letters', () => {
  const scores = ['pool', 'pooling', 'max pool', 'carpool', 'p-o-x-o-l'].map((text) => fuzzyScore('pool', text)!);
  expect([...scores].sort((a, b) => b - a)).toEqual(scores);
  expect(fuzzyScore('loop', 'pool')).toBeUndefined();
});

describe('findNodes', () => {
  const registry = new Registry(builtin);
  const document: PipelineDocument = {
    ...emptyDocument(),
    nodes: [
      { id: 'x', type: 'random-inputs', version: 1, params: { count: 500, seed: 10 }, at: [0, 0] as const },
      { id: 'wide', type: 'grid', version: 1, title: 'Wide grid', params: { points: 50 }, at: [0, 0] as const },
      { id: 'odd', type: 'elsewhere/thing', version: 1, params: { mode: 'fast' }, at: [0, 0] as const },
    ],
  };
  const found = (query: string) =>
    findNodes(query, document, registry, new Map()).map(({ id, by }) => `${id} ${by}`.trim());
  it('by title and id', () => {
    expect(found('wide')).toEqual(['wide']);
    expect(found('x')).toContain('x');
  });
  it('by type', () => expect(found('elsewhere')).toEqual(['odd']));
  it('by a parameter’s name, value, or both', () => {
    for (const query of ['points', 'points per axis', 'Points per axis = 50', 'points=50'])
      expect(found(query), query).toContain('wide Points per axis = 50');
    const { count } = registry.get('random-inputs')!.params.shape as Record<
      string,
      { meta(): { field: { label: string } } }
    >;
    expect(found('500')).toEqual([`x ${count!.meta().field.label} = 500`]);
    expect(found('count = 500')).toHaveLength(1);
    expect(found('seed=10')).toEqual(['x Seed = 10']);
    expect(found('fast')).toEqual(['odd mode = fast']);
  });
  it('by what the card says', () => {
    expect(found('bound')).toEqual(['wide bound [−2, 2]']);
    expect(found('bound [−2')).toEqual(['wide bound [−2, 2]']);
  });
  it('not by a parameter that the form hides', () => {
    const x = { ...document.nodes[0]!, params: { high: 7.25 } };
    const by = (params: Readonly<Record<string, Json>>) =>
      findNodes(
        'high = 7.25',
        { ...document, nodes: [{ ...x, params: { ...x.params, ...params } }] },
        registry,
        new Map(),
      );
    expect(by({ distribution: 'normal' })).toEqual([]);
    expect(by({})).toEqual(by({ distribution: 'normal' })); // normal unless said otherwise
    expect(by({ distribution: 'uniform' })).toHaveLength(1);
  });
  it('nothing for an empty query', () => expect(found(' ')).toEqual([]));
});
