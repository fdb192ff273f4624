import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { builtin } from '../../nodes/index.js';
import { GROUPS } from '../../src/catalog/node.js';

const folder = resolve(import.meta.dirname, '../../nodes');
const files = readdirSync(folder).filter((name) => name !== 'index.ts');

describe('the catalogue', () => {
  it('lists every node file, each under its type', async () => {
    expect(files.map((name) => name.replace(/\.ts$/, '')).sort()).toEqual(builtin.map(({ type }) => type).sort());
  });

  it('names each node as the palette should', () => {
    expect(builtin.map(({ title }) => title)).toEqual([
      'Random inputs',
      'Load arrays',
      'Glyphs',
      'Textures',
      'Scenes',
      'IDX files',
      'CIFAR-10 files',
      'CSV file',
      'Image folder',
      'Split',
      'Subsample',
      'Standardise',
      'Architecture',
      'Input',
      'Dense',
      'Conv',
      'Activation',
      'Pool',
      'Flatten',
      'Batch norm',
      'Residual',
      'Reference θ',
      'SGD search',
      'Points',
      'Gram–Schmidt',
      'Grid',
      'Threshold ε',
      'Connectivity',
      'Model',
      'Load model',
      'Score',
      'Random symmetry',
      'NodeSort',
      'Match',
      'Average',
      'Interpolate',
      'Distance',
      'Activations',
      'CKA',
      'Procrustes',
      'CCA',
      'Dissect',
      'Stitch',
      'Rotate',
      'Fine-tune after layer',
      'Rotation penalty',
      'UMAP',
      'Plot',
      'Table',
      'Sweep',
    ]);
  });
});

describe.each(builtin.map((node) => [node.type, node] as const))('%s', (_, node) => {
  it('has help with a source and a section, a caveat, and complete TeX', () => {
    expect(node.help).toMatch(/Source: .*(Section|Algorithm|Appendix|order as)/s);
    expect(node.help).toContain('Caveat: ');
    expect(node.help).toMatch(/\$[^$]+\$/); // its formula, or the symbols that it is about
    expect((node.help.match(/\$/g) ?? []).length % 2).toBe(0);
    expect(node.help).not.toMatch(/[\t\v\f\b\r]/); // a lost backslash in TeX
    expect(node.summary).toMatch(/^[A-ZJθ].*\.$/);
    expect(GROUPS).toContain(node.group);
  });

  it('has defaults that validate, and a card for them of at most three lines', () => {
    const params = node.params.parse({});
    expect(node.params.parse(params)).toEqual(params);
    const card = node.card(params, new Set());
    expect(card.length).toBeLessThanOrEqual(3);
    for (const [label, text] of card) {
      expect(label).not.toBe('');
      expect(text).not.toBe('');
    }
  });

  it('refuses unknown parameters', () => {
    expect(node.params.safeParse({ nonsense: 1 }).success).toBe(false);
  });

  it('says of every port what it is', () => {
    for (const port of [...Object.values(node.inputs), ...Object.values(node.outputs)] as {
      label: string;
      help: string;
    }[]) {
      expect(port.label).not.toBe('');
      expect(port.help).not.toBe('');
    }
    expect(Object.keys(node.outputs).length).toBeGreaterThan(0);
  });
});
