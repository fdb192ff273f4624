import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { builtin } from '../../nodes/index.js';
import { MemoryFiles } from '../../src/arrays/file-source.js';
import { Registry } from '../../src/catalog/registry.js';
import { compile } from '../../src/compile/compile.js';
import { formatDocument } from '../../src/document/format.js';
import type { Params } from '../../src/document/schema.js';
import { mnist, mnistIsThere, requireMnist } from '../methods/data/mnist.js';
import { ROOT, readDocument, runDocument } from './run.js';

const names = readdirSync(join(ROOT, 'graphs')).filter((name) => name.endsWith('.json'));
const lenet = { x: { count: 16 }, search: { steps: 2, batch: 8 } };

/** Smaller sizes for tests; what is not named runs as shipped. */
const SMALLER: Readonly<Record<string, Readonly<Record<string, Params>>>> = {
  'genni-lenet-2d.json': { ...lenet, grid: { points: 4 } },
  'genni-lenet-3d.json': { ...lenet, grid: { points: 3 } },
  'genni-lenet-umap.json': {
    ...lenet,
    grid: { points: 3 },
    'search-4': { steps: 2, batch: 8 },
    'grid-4': { points: 3 },
    'set-4': { epsilon: 0.01 },
    umap: { epochs: 10 },
    'umap-4': { epochs: 10 },
  },
  'genni-fcn-fine.json': { x: { count: 2048 }, grid: { points: 30 } },
  'genni-mlp-adaptive.json': { grid: { points: 12 }, umap: { epochs: 10 } },
  'genni-fcn-umap.json': Object.fromEntries(
    ['umap', 'umap-4', 'well-umap', 'well-umap-4'].map((id) => [id, { epochs: 20, limit: 300 }]),
  ),
};

/** A few pictures, networks of width 2 and one epoch. */
const few = {
  generated: { count: 120 },
  some: { count: 120 },
  split: { count: 40 },
  network: { width: 2 },
  model: { seeds: [0, 1], epochs: 1 },
  a: { seeds: [0, 1], epochs: 1 },
  b: { seeds: [2, 3], epochs: 1 },
  fewer: { count: 40 },
  stitch: { epochs: 1 },
};
const FEW: Readonly<Record<string, Readonly<Record<string, Params>>>> = {
  'intertwiner-cka-myrtle.json': few,
  'intertwiner-cka-resnet.json': few,
  'intertwiner-dissection.json': {
    ...few,
    scenes: { count: 120 },
    concepts: { count: 40 },
    bare: { width: 2 },
    'bare-model': { seeds: [0, 1], epochs: 1 },
  },
  'intertwiner-procrustes.json': few,
  'intertwiner-rotation.json': { ...few, rotation: { epochs: 1 } },
  'intertwiner-slopes.json': { ...few, slopes: { values: '0, 1' } },
  'intertwiner-stitching.json': few,
  'intertwiner-theorem.json': few,
  'nodesort-averages.json': { ...few, network: { widths: [784, 8, 10] } },
  'nodesort-distances.json': { ...few, network: { widths: [784, 8, 10] } },
  'two-models.json': { ...few, network: { widths: [784, 8, 8, 10] } },
};

/** The document with the sizes for tests, of nodes that it has. */
function smaller(name: string): ReturnType<typeof readDocument> {
  const document = readDocument(`graphs/${name}`);
  const sizes = Object.entries({ ...SMALLER, ...FEW }[name] ?? {});
  return readDocument(
    `graphs/${name}`,
    Object.fromEntries(sizes.filter(([id]) => document.nodes.some((node) => node.id === id))),
  );
}

describe('shipped pipelines', () => {
  it.each(names)('%s is canonical, compiles without a problem, and says what it is', (name) => {
    const path = `graphs/${name}`;
    const document = readDocument(path);
    expect(readFileSync(join(ROOT, path), 'utf8')).toBe(formatDocument(document));
    expect(document.description.length).toBeGreaterThan(100);
    const plan = compile(document, { registry: new Registry(builtin) });
    expect(plan.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    for (const { node } of document.pins) expect(document.nodes.map(({ id }) => id)).toContain(node);
    const places = document.nodes.map(({ at }) => at.join());
    expect(new Set(places).size).toBe(places.length);
  });

  it.each(names)(
    '%s runs',
    async (name) => {
      const document = smaller(name);
      // WASM is fastest for the small networks, plain loops for a few convolutions
      const ran = await runDocument(document, { device: /lenet|layers/.test(name) ? 'cpu' : 'wasm' });
      expect(ran.failures).toEqual([]);
      expect(ran.report.outcome).toBe('done');
      for (const { id } of document.nodes) expect(ran.results.has(id), id).toBe(true); // and copies of what is swept
      const { nodes } = compile(document, { registry: new Registry(builtin) });
      for (const { id } of document.nodes.filter(({ type }) => type === 'grid'))
        expect(nodes.get(id)!.cost.route).toBe(ran.results.get(id)!.view.summary.route);
      for (const { node, plot } of document.pins) expect(ran.results.get(node)!.view.plots[plot]).toBeDefined();
    },
    120_000,
  );
});

describe('pipelines of two models on the files of MNIST', () => {
  requireMnist();
  const taking = names.filter((name) => readDocument(`graphs/${name}`).nodes.some(({ type }) => type === 'idx-images'));

  it('are all that train on pictures but those of drawn concepts', () => {
    const trained = names.filter((name) => /^(intertwiner|nodesort)-/.test(name));
    expect(trained.filter((name) => !taking.includes(name))).toEqual(['intertwiner-dissection.json']);
  });

  if (mnistIsThere)
    it.each(taking)('%s trains networks of 28 × 28 and ten classes', async (name) => {
      const files = new MemoryFiles();
      const [images, labels] = await Promise.all(
        (['images', 'labels'] as const).map((which) => files.add(mnist(which).name, mnist(which).bytes)),
      );
      const document = smaller(name);
      const chosen = { images: { ...images! }, labels: { ...labels! } };
      const nodes = document.nodes.map((node) =>
        node.type === 'idx-images' ? { ...node, params: { ...node.params, ...chosen } } : node,
      );
      const ran = await runDocument({ ...document, nodes }, { device: 'wasm', files });
      expect(ran.failures).toEqual([]);
      const digits = nodes.find(({ type }) => type === 'idx-images')!.id;
      expect(ran.results.get(digits)!.view.summary).toMatchObject({ count: 10_000, classes: 10 });
      const ends = nodes.filter(({ id }) => !document.wires.some(({ from }) => from.startsWith(`${id}.`)));
      for (const { id } of ends) expect(ran.results.get(id)!.view.plots.length, id).toBeGreaterThan(0);
    });
});
