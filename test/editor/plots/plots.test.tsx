import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import type { RulerData } from '../../../src/catalog/views.js';
import { ColourBar } from '../../../src/editor/plots/ColourBar.js';
import { JRuler } from '../../../src/editor/plots/JRuler.js';
import { plotFileName } from '../../../src/editor/plots/PlotTools.js';
import { PlotView } from '../../../src/editor/plots/PlotView.js';
import { Preview } from '../../../src/editor/plots/Preview.js';
import { curves, lattice, points } from '../../plot/examples.js';

const ruler: RulerData = {
  scale: { power: 2, variance: 1.5, zero: 2, constant: 1.5 },
  marks: [
    { name: 'θ₀', loss: 1e-6 },
    { name: 'θ₁', loss: 0.01 },
  ],
  epsilon: 0.04,
  lowest: 1e-7,
  highest: 50,
};

describe('the ruler as a slider', () => {
  it('says ε in words and numbers', () => {
    const html = renderToStaticMarkup(<JRuler ruler={ruler} onEpsilon={() => undefined} />);
    expect(html).toContain('role="slider"');
    expect(html).toContain('aria-valuenow="0.04"');
    expect(html).toContain('aria-valuetext="ε = 0.02 E[φ²]; J 0.04"');
    expect(html).not.toContain('disabled=""');
    for (const word of ['θ₀', 'θ₁', 'best constant', 'zero function']) expect(html).toContain(word);
    expect(html).not.toContain('counts as equivalent');
  });

  it('flags an ε above a null model, in words and in the value text', () => {
    const html = renderToStaticMarkup(<JRuler ruler={{ ...ruler, epsilon: 4 }} onEpsilon={() => undefined} />);
    expect(html.match(/the zero function counts as equivalent/g)).toHaveLength(2);
    expect(html).toContain('class="j-ruler-handle flagged"');
  });

  it('has no handle to move without a place to put ε, and none at all without ε', () => {
    expect(renderToStaticMarkup(<JRuler ruler={ruler} />)).toContain('disabled=""');
    const { epsilon: _, ...without } = ruler;
    expect(renderToStaticMarkup(<JRuler ruler={without} onEpsilon={() => undefined} />)).not.toContain('slider');
  });
});

describe('plots', () => {
  it('are saved under the name of their node, so that two plots of one title differ', () => {
    const source = { id: 'grid-2', title: 'Grid' };
    expect(plotFileName('J on the grid', source, 'csv')).toBe('grid-2-j-on-the-grid.csv');
    expect(plotFileName('J on the grid', undefined, 'png')).toBe('j-on-the-grid.png');
    expect(plotFileName('…', { id: 'umap', title: '' }, 'png')).toBe('umap.png');
  });

  it('say in one sentence what they show', () => {
    const flat = renderToStaticMarkup(<PlotView plot={lattice('contour', 5, () => 1, { epsilon: 3 })} theme="light" />);
    expect(flat).toContain('role="img"');
    expect(flat).toContain('25 of 25 · 100 % under ε');
    expect(flat).toContain('the zero function counts as equivalent');
    const deep = renderToStaticMarkup(<PlotView plot={points(3)} theme="dark" />);
    expect(deep).toContain('role="application"');
    expect(deep).toContain('tabindex="0"');
    expect(deep).toContain('Arrow keys turn');
  });

  it('show a table as a table, with tabular numbers and what is missing', () => {
    const html = renderToStaticMarkup(
      <PlotView
        theme="light"
        plot={{
          kind: 'table',
          title: 'Components',
          caption: '',
          table: {
            type: 'Table',
            columns: [{ name: 'size' }, { name: 'time', unit: 's' }],
            rows: [
              [-1e-8, null],
              ['<b>', 3],
            ],
          },
        }}
      />,
    );
    expect(html).toContain('<th scope="col" class="number">time<small> s</small></th>');
    expect(html).toContain('<th scope="col">size</th>'); // words among its numbers
    expect(html).toContain('−10⁻⁸');
    expect(html).toContain('–');
    expect(html).not.toContain('<b>');
  });

  it('show whole numbers of a table exactly: members 51,126 and 51,175 are two', () => {
    const columns = [{ name: 'member' }, { name: 'J' }, { name: 'J', unit: 'E[φ²]' }];
    const rows = [
      [51126, 0.00183533446, 4],
      [51175, 123456, 1e-9],
    ];
    const table = { type: 'Table' as const, columns, rows, more: 1110 };
    const html = renderToStaticMarkup(
      <PlotView theme="light" plot={{ kind: 'table', title: 'Members', caption: '', table }} />,
    );
    const cells = [...html.matchAll(/<td class="number">([^<]*)</g)].map((match) => match[1]);
    expect(cells).toEqual(['51,126', '0.001835', '4', '51,175', '123,456', '10⁻⁹']);
    expect(html).toContain('1,110 more rows are not listed.');
  });

  it('have previews without libraries, and none for a table', () => {
    const lines = renderToStaticMarkup(<Preview plot={curves} />);
    expect(lines.match(/<path/g)).toHaveLength(3);
    expect(renderToStaticMarkup(<Preview plot={points(3)} />)).toContain('<canvas');
    const table = { kind: 'table', title: '', caption: '', table: { type: 'Table', columns: [], rows: [] } } as const;
    expect(renderToStaticMarkup(<Preview plot={table} />)).toBe('');
  });

  it('share one colour bar', () => {
    const range = { low: 1e-6, high: 1, log: true, relative: true, clipped: false, capped: false };
    const html = renderToStaticMarkup(<ColourBar range={range} theme="light" />);
    expect(html).toContain('linearGradient');
    expect(html).toContain('J / E[φ²]');
  });
});
