import { createHash } from 'node:crypto';
import { build } from 'vite';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineNode } from '../../../src/catalog/node.js';
import { Registry } from '../../../src/catalog/registry.js';
import type { PlotData, RulerData, View } from '../../../src/catalog/views.js';
import { reportHtml } from '../../../src/cli/report/report.js';
import { compile } from '../../../src/compile/compile.js';
import { emptyDocument } from '../../../src/document/format.js';
import { parseDocument } from '../../../src/document/parse.js';
import type { PipelineDocument } from '../../../src/document/schema.js';
import type { NodeResult } from '../../../src/execute/protocol.js';
import { unpackSpace } from '../../../src/plot/space-pack.js';
import { curves, lattice, points } from '../../plot/examples.js';

const view = (plots: readonly PlotData[], more: Partial<View> = {}): View => ({
  summary: { lowest: 1.25e-9, members: 250000, touchesBorder: true },
  rows: [['members', '125,000']],
  status: 'all well',
  notes: [{ level: 'warning', id: 'flag', text: 'ε is 15.7 × E[φ²]' }],
  plots,
  ...more,
});
const make = defineNode({
  type: 'make',
  version: 1,
  title: 'Make',
  group: 'Equivalents',
  summary: 'Makes a curve.',
  help: '',
  params: z.strictObject({ label: z.string().default('') }),
  inputs: {},
  outputs: { curve: { type: 'Curve', label: 'Curve', help: '' } },
  card: () => [],
  infer: () => ({ outputs: { curve: {} } }),
  run: async () => ({ curve: curves.curve }),
  view: () => view([]),
});
const draw = defineNode({
  ...make,
  type: 'draw',
  title: 'Draw',
  inputs: { curve: { types: ['Curve'], label: 'Curve', help: '' } },
  outputs: { figure: { type: 'Figure', label: 'Figure', help: '' } },
  infer: () => ({ outputs: { figure: {} } }),
  run: async () => ({ figure: { type: 'Figure', plot: curves } }),
  view: () => view([]),
});
const registry = new Registry([make, draw]);

const EVIL = `</script><script>alert(1)</script><img src=x onerror='alert("2")'>-->`;

function documentWith(title: string): PipelineDocument {
  const parsed = parseDocument({
    ...emptyDocument(),
    title,
    description: title,
    nodes: [
      { id: 'a', type: 'make', version: 1, params: { label: title }, at: [0, 0], title },
      { id: 'b', type: 'draw', version: 1, params: { label: '' }, at: [300, 40] },
    ],
    wires: [{ from: 'a.curve', to: 'b.curve' }],
    frames: [{ id: 'f', title, at: [-20, -40], size: [560, 260] }],
  });
  if (!parsed.ok) throw new Error(parsed.problems.map((p) => p.message).join());
  return parsed.document;
}

function resultOf(id: string, shown: View): NodeResult {
  const provenance = {
    documentHash: 'd',
    key: 'k',
    seeds: [1],
    package: 'fiberscope 0',
    device: 'cpu',
    finished: '2026-01-01T00:00:00Z',
    seconds: 0.0077,
  };
  return { id, key: 'k', view: shown, provenance, cached: false };
}

function report(title: string, plots: readonly PlotData[], viewer?: string, more: Partial<View> = {}): string {
  const document = documentWith(title);
  return reportHtml({
    document,
    plan: compile(document, { registry }),
    registry,
    results: [
      resultOf(
        'a',
        view(plots, { rows: [[title, title]], notes: [{ level: 'problem', id: 'x', text: title }], ...more }),
      ),
      resultOf('b', view([])),
    ],
    failures: [{ id: 'b', message: title }],
    ...(viewer === undefined ? {} : { viewer }),
  });
}

const block = (html: string, id: string): string =>
  new RegExp(`<script type="application/json" id="${id}">(.*?)</script>`, 's').exec(html)![1]!;

describe('the report', { timeout: 30_000 }, () => {
  const bowl = (c: readonly number[]): number => c.reduce((sum, v) => sum + v * v, 0);
  const plots = [
    lattice('contour', 7, bowl),
    points(3),
    lattice('surface', 7, bowl),
    lattice('iso-surface', 7, bowl, { epsilon: 2 }),
    curves,
  ];

  it('holds graph, numbers, notes, every plot and where it came from', () => {
    const html = report('An experiment', plots);
    for (const text of ['An experiment', 'Draw', '1.25·10⁻⁹', '250,000', 'fiberscope 0', '7.7 ms', '125,000']) {
      expect(html).toContain(text);
    }
    expect(html.match(/<figure/g)).toHaveLength(5);
    expect(html.match(/data-space=/g)).toHaveLength(3);
    expect(html).toContain('aria-label="The pipeline"');
    const names = [...html.matchAll(/ id="([^"]*)"/g)].map(([, name]) => name!);
    expect(new Set(names).size).toBe(names.length);
  });

  it('names parameters and scalars as people do', () => {
    const html = report('An experiment', []);
    for (const name of ['smallest J', 'members', 'touches the border']) expect(html).toContain(`<dt>${name}</dt>`);
    expect(html).not.toMatch(/lowest|touchesBorder/);
  });

  it('draws the J ruler of a node that has an ε, and flags it above a null model', () => {
    const ruler: RulerData = {
      scale: { power: 2, variance: 1.5, zero: 2, constant: 1.5 },
      marks: [{ name: 'θ₀', loss: 1e-6 }],
      epsilon: 0.04,
      lowest: 1e-7,
      highest: 50,
    };
    const shown = report('x', [], undefined, { ruler });
    expect(shown.match(/class="ruler"/g)).toHaveLength(1);
    for (const text of ['ε = 0.02 E[φ²]', 'best constant 0.75', 'zero function 1', '>θ₀<'])
      expect(shown).toContain(text);
    expect(shown).not.toContain('counts as equivalent');
    expect(report('x', [], undefined, { ruler: { ...ruler, epsilon: 4 } })).toContain(
      'the zero function counts as equivalent',
    );
    const { epsilon: _, ...without } = ruler;
    expect(report('x', [], undefined, { ruler: without })).not.toContain('class="ruler"');
  });

  it('refers to nothing outside itself', () => {
    const html = report('An experiment', plots, 'void 0');
    const addresses = [...html.matchAll(/(?:href|src|url)\s*[=(]\s*["']?([^"')\s>]+)/g)].map(([, address]) => address!);
    for (const address of addresses) expect(address).toMatch(/^(data:|#)/);
  });

  it('carries the document so that it can be saved back', () => {
    for (const title of ['An experiment', EVIL, '<!-- & \u2028 "']) {
      const parsed = parseDocument(JSON.parse(block(report(title, []), 'fiberscope-document')));
      expect(parsed).toEqual({ ok: true, document: documentWith(title) });
    }
  });

  it('carries 3-D plots so that they can be turned', () => {
    const figure = unpackSpace(block(report('An experiment', [points(3)]), 'plot-a-0-data'));
    expect(figure.space.points!.tone).toHaveLength(points(3).values.length);
    expect(figure.space.axes.map((axis) => axis.name)).toEqual(['c₁', 'c₂', 'c₃']);
    expect(figure.body.width).toBeGreaterThan(200);
  });

  it('runs only its own script, whatever a document says', () => {
    const hostile = plots.map((plot) => ({ ...plot, title: EVIL, caption: EVIL }));
    const script = 'document.title += "</script>";';
    const html = report(EVIL, [...hostile, table(EVIL)], script);
    expect(html).not.toMatch(/<img/);
    const scripts = [...html.matchAll(/<script(?: type="([^"]*)")?[^>]*>(.*?)<\/script>/gs)];
    const running = scripts.filter(([, type]) => type !== 'application/json');
    expect(running).toHaveLength(1);
    const [, , text] = running[0]!;
    expect(text).toBe('document.title += "<\\/script>";');
    const hash = createHash('sha256').update(text!).digest('base64');
    expect(html).toContain(`script-src &#39;sha256-${hash}&#39;`);
    for (const [, , json] of scripts.filter(([, type]) => type)) expect(() => JSON.parse(json!)).not.toThrow();
  });

  it('without a viewer runs nothing and still shows every plot', () => {
    const html = report('An experiment', plots);
    expect(html).toContain('script-src &#39;none&#39;');
    expect(html.match(/<svg/g)!.length).toBe(6);
  });
});

const table = (text: string): PlotData => ({
  kind: 'table',
  title: text,
  caption: '',
  table: { type: 'Table', columns: [{ name: text }], rows: [[text], [1e-8], [null]] },
});

describe('the viewer', () => {
  let script = '';
  beforeAll(async () => {
    const built = await build({ configFile: 'vite.report.config.ts', logLevel: 'silent', build: { write: false } });
    const [first] = Array.isArray(built) ? built : [built];
    if (!first || !('output' in first)) throw new Error('no output');
    script = first.output.map((chunk) => (chunk.type === 'chunk' ? chunk.code : '')).join('');
  }, 60_000);

  it('is one small plain script without imports, evaluation or network', () => {
    expect(script.length).toBeGreaterThan(3000);
    expect(script.length).toBeLessThan(40_000);
    expect(script).not.toMatch(/\bimport\b|\brequire\(|\beval\(|new Function|fetch\(|XMLHttpRequest|https?:/);
    expect(report('x', [points(3)], script)).toContain(script.slice(0, 200));
  });
});
