import { describe, expect, it } from 'vitest';
import type { PlotData, RulerData } from '../../../src/catalog/views.js';
import { compile } from '../../../src/compile/compile.js';
import { packBundle } from '../../../src/document/bundle.js';
import { pin, setParams, setTitle } from '../../../src/document/commands.js';
import { formatDocument } from '../../../src/document/format.js';
import { embedDocument } from '../../../src/document/picture.js';
import { outputsOf } from '../../../src/editor/shell/export.js';
import { readDocument } from '../../../src/editor/shell/files.js';
import { beginning } from '../../../src/editor/shell/gallery.js';
import {
  cardTitle,
  hasEpsilon,
  moveEpsilon,
  onOneScale,
  pinnedOf,
  rulersOf,
} from '../../../src/editor/shell/results/pinned.js';
import { costText, formatFlop, formatRate, statusText } from '../../../src/editor/shell/wording.js';
import type { NodeState } from '../../../src/editor/workbench/types.js';
import { encodePng } from '../../../src/plot/png.js';
import { genni, registry } from '../workbench/pipeline.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const scale = { power: 0.8, variance: 0.5, zero: 0.8, constant: 0.5 };

describe('exports', () => {
  it('offers the outputs that there are, not one that gives nothing', () => {
    const load = registry.get('load-arrays')!;
    const names = (outputs: object) => outputsOf(load, { outputs: outputs as never }).map(([name]) => name);
    expect(names({ parameters: {}, arrays: {} })).toEqual(['parameters', 'arrays']);
    expect(names({ inputs: {}, arrays: {} })).toEqual(['inputs', 'arrays']);
    expect(outputsOf(registry.get('grid')!, { outputs: {} }).map(([name]) => name)).toEqual(['field']);
  });
});

describe('opening a file', () => {
  const document = genni();
  const text = formatDocument(document);

  it('reads JSON, a bundle and a picture by their first bytes', async () => {
    const picture = embedDocument(encodePng(new Uint8Array(16), 2, 2), document);
    for (const file of [bytes(text), packBundle(document, new Map()), picture]) {
      const read = await readDocument(file);
      expect(read.ok && formatDocument(read.document)).toBe(text);
    }
  });

  it.each([
    ['a picture without a document', encodePng(new Uint8Array(16), 2, 2), /carries a document/],
    ['bytes of another kind', Uint8Array.of(0xff, 0xfe, 0, 1), /another kind/],
    ['broken JSON', bytes('{"format": "fiberscope",'), /./],
    ['a cut bundle', packBundle(document, new Map()).slice(0, 60), /./],
    ['a newer version', bytes(text.replace('"version": 1', '"version": 2')), /version/],
  ])('says why %s is no document', async (_, file, reason) => {
    const read = await readDocument(file);
    expect(read.ok).toBe(false);
    expect(read.problems[0]?.message).toMatch(reason);
  });
});

describe('the card of a pinned plot', () => {
  const titles = (document: ReturnType<typeof genni>, plots: Record<string, string>) => {
    const states = Object.entries(plots).map(([id, title]) => [id, { result: { view: { plots: [{ title }] } } }]);
    const all = pinnedOf({ document, nodes: Object.fromEntries(states) }, registry);
    return all.map((each) => cardTitle(each, all));
  };

  it('names its node where that has a title of its own, and where another is titled alike', () => {
    const document = pin(genni(), 'threshold');
    expect(titles(document, { threshold: 'ε-set' })).toEqual(['ε-set']);
    expect(titles(setTitle(document, 'threshold', 'Points 3-D'), { threshold: 'ε-set' })).toEqual([
      'ε-set · Points 3-D',
    ]);
    expect(titles(setTitle(document, 'threshold', 'Points 3-D'), { threshold: 'ε-set of Points 3-D' })).toEqual([
      'ε-set of Points 3-D',
    ]);
    const [grid, threshold] = ['grid', 'threshold'].map((type) => registry.get(type)!.title);
    expect(titles(pin(document, 'grid'), { threshold: 'J', grid: 'J' })).toEqual([`J · ${threshold}`, `J · ${grid}`]);
    expect(titles(document, {})).toEqual([threshold]);
  });
});

describe('pinned plots beside each other', () => {
  const curve = (yName: string, ...y: readonly number[]): PlotData => ({
    ...{ kind: 'curves', title: '', caption: '' },
    curve: { type: 'Curve', x: Float64Array.from(y, (_, i) => i), xName: 't', yName, logY: false, lines: [lineOf(y)] },
  });
  const lineOf = (y: readonly number[]) => ({ name: '', y: Float64Array.from(y), spread: Float64Array.of(1, NaN) });
  const pinned = (plot: PlotData) => ({ pin: { node: 'a', plot: 0 }, node: 'a', named: false, plot, state: undefined });
  const ranges = (plots: readonly PlotData[]) =>
    onOneScale(plots.map(pinned)).map(({ plot }) => (plot?.kind === 'curves' ? plot.curve.range : undefined));

  it('have one axis for one quantity, spreads included, and keep their identity while it stays', () => {
    const [a, b, other] = [curve('loss', 2, 9), curve('loss', 4, 5), curve('accuracy', 0, 90)];
    expect(ranges([a, b, other])).toEqual([[1, 9], [1, 9], undefined]);
    const drawn = () => onOneScale([a, b, other].map(pinned)).map(({ plot }) => plot);
    const [first, second] = [drawn(), drawn()];
    for (const [i, plot] of first.entries()) expect(second[i]).toBe(plot);
    expect(ranges([a, curve('loss', 0, 12)])).toEqual([
      [-1, 12],
      [-1, 12],
    ]);
    expect(ranges([a])).toEqual([undefined]);
  });
});

describe('the ruler', () => {
  const ruler = (epsilon?: number): RulerData => ({
    scale,
    marks: [],
    lowest: 0,
    highest: 1,
    ...(epsilon === undefined ? {} : { epsilon }),
  });
  const state = (data: RulerData) => ({ status: 'done', result: { view: { ruler: data } } }) as unknown as NodeState;

  it('is that of the nearest node above a pinned plot that has an ε', () => {
    const document = pin(genni(), 'threshold');
    const plan = compile(document, { registry });
    const nodes = { threshold: state(ruler(0.016)), grid: state(ruler()) };
    expect(rulersOf({ document, nodes, plan }, registry).map(({ id }) => id)).toEqual(['threshold']);
    expect(rulersOf({ document, nodes: { grid: state(ruler()) }, plan }, registry).map(({ id }) => id)).toEqual([
      'grid',
    ]);
    expect(rulersOf({ document: genni(), nodes, plan }, registry)).toEqual([]);
  });

  it('is there for each search and reference that is pinned, those with an ε first, none twice', () => {
    const base = genni();
    const other = { ...base.nodes.find(({ id }) => id === 'grid')!, id: 'other' };
    const all = { ...base, nodes: [...base.nodes, other] };
    const document = pin(pin(pin(all, 'other'), 'grid'), 'threshold');
    const plan = compile(document, { registry });
    const idsOf = (data: RulerData) => {
      const nodes = { threshold: state(ruler(0.016)), grid: state(ruler()), other: state(data) };
      return rulersOf({ document, nodes, plan }, registry).map(({ id }) => id);
    };
    expect(idsOf({ ...ruler(), marks: [{ name: 'θ₀', loss: 0.1 }] })).toEqual(['threshold', 'other']);
    expect(idsOf({ ...ruler(), scale: { ...scale, power: 0.9 } })).toEqual(['threshold', 'other']);
    expect(idsOf(ruler())).toEqual(['threshold']);
  });

  it('moves ε in the unit that the node has', () => {
    const paramsOf = (document: ReturnType<typeof genni>) =>
      document.nodes.find((node) => node.id === 'threshold')!.params;
    expect(paramsOf(moveEpsilon(genni(), 'threshold', 0.08, scale))).toMatchObject({
      unit: 'relative',
      epsilon: 0.1,
    });
    const absolute = setParams(genni(), 'threshold', { unit: 'absolute' });
    expect(paramsOf(moveEpsilon(absolute, 'threshold', 0.08, scale))).toMatchObject({
      unit: 'absolute',
      epsilon: 0.08,
    });
    const suggested = setParams(genni(), 'threshold', { unit: 'suggested' });
    expect(paramsOf(moveEpsilon(suggested, 'threshold', 0.08, scale)).unit).toBe('relative');
    // Relative to a reference that is zero everywhere means nothing.
    expect(paramsOf(moveEpsilon(genni(), 'threshold', 0.08, { power: 0 }))).toMatchObject({
      unit: 'absolute',
      epsilon: 0.08,
    });
    expect(moveEpsilon(genni(), 'threshold', Number.NaN, { power: 1 })).toEqual(genni());
    expect(hasEpsilon(registry, 'threshold')).toBe(true);
    expect(hasEpsilon(registry, 'grid')).toBe(false);
    expect(hasEpsilon(registry, 'no-such-type')).toBe(false);
  });
});

describe('words', () => {
  it('say what a step takes and where it stands', () => {
    expect(costText({ points: 125_000, multiplyAdds: 3.1e8, bytes: 1_000_000 }, { seconds: 0.8, atMost: false })).toBe(
      '125,000 points · 620 MFLOP · 1 MB · about 800 ms',
    );
    expect(costText({ points: 0, multiplyAdds: 0, bytes: 0 }, undefined)).toBe('');
    expect(formatFlop(5e8)).toBe('1 GFLOP');
    expect(formatRate(16_200_000)).toBe('16.2 M');
    expect(statusText({ status: 'stale', reason: 'ε changed' })).toBe('stale: ε changed');
    expect(statusText({ status: 'running', fraction: 0.646, secondsLeft: 3 })).toBe('running 64 % · 3 s left');
  });
});

describe('the gallery', () => {
  it('shows whole sentences of a description', () => {
    const text = 'J of 3.5 · 10⁻⁴ is low. Second sentence? Third one that is long.';
    expect(beginning(text, 10)).toBe('J of 3.5 · 10⁻⁴ is low.');
    expect(beginning(text, 45)).toBe('J of 3.5 · 10⁻⁴ is low. Second sentence?');
    expect(beginning('no full stop')).toBe('no full stop');
    expect(beginning('')).toBe('');
  });
});
