/** What the shipped figures show, against the FCN's closed form on the inputs that they draw. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Inputs } from '../../src/catalog/values.js';
import type { PipelineDocument } from '../../src/document/schema.js';
import { FcnClosedForm } from '../methods/fixtures.js';
import { type Ran, readDocument, runDocument } from './run.js';

/** Members of a node's ε-set as θ [4], in float64 from the exported plane. */
async function membersOf(ran: Ran, plane: string, set: string): Promise<Float64Array[]> {
  const { origin, basis } = await ran.arrays(plane, 'subspace');
  const { coefficients } = await ran.arrays(set, 'set');
  const [count, m] = coefficients!.shape as [number, number];
  return Array.from({ length: count }, (_, i) =>
    Float64Array.from({ length: 4 }, (_, k) => {
      let value = origin!.data[k]!;
      for (let j = 0; j < m; j++) value += coefficients!.data[i * m + j]! * basis!.data[j * 4 + k]!;
      return value;
    }),
  );
}

const description = (name: string): string => readDocument(`graphs/${name}.json`).description;

describe('captions', () => {
  it('say by how much the published ε exceed the reference’s power, as the closed form has it', async () => {
    const document = readDocument('graphs/genni-fcn-umap.json');
    const kept = document.nodes.filter(({ id }) => ['x', 'fcn', 'published'].includes(id));
    const ran = await runDocument(only(document, kept));
    const { x, weights } = await ran.arrays('x', 'inputs');
    const inputs = { x: x!.data, weights: weights!.data, count: 500 } as unknown as Inputs;
    const { values } = kept.find(({ id }) => id === 'published')!.params as { values: number[] };
    const power = new FcnClosedForm(inputs, values).power(values);
    const times = [0.005, 0.1].map((epsilon) => Math.round(epsilon / power));
    expect(description('genni-fcn-umap')).toContain(`ε is ${times[0]} and ${times[1]} times the reference's power`);
  });

  it('of LeNet name the factors that its power gives', async () => {
    const document = readDocument('graphs/genni-lenet-umap.json');
    const kept = document.nodes.filter(({ id }) => ['x', 'lenet', 'theta'].includes(id));
    const ran = await runDocument(only(document, kept), { device: 'wasm' });
    const { power } = ran.results.get('theta')!.view.summary as { power: number };
    expect(Math.abs(power / 3.93713613e-6 - 1)).toBeLessThan(1e-4); // a C program of plain loops on the same draws
    expect(description('genni-lenet-3d')).toContain(`ε = 0.0025 is ${Math.round(0.0025 / power)} times`);
    expect(description('genni-lenet-umap')).toContain(
      `ε is ${Math.round(0.0025 / power)} times the reference’s power E[φ²], in (b) ${(1e-5 / power).toPrecision(2)} times`,
    );
  }, 60_000);
});

/** The document cut down to some of its nodes. */
function only(document: PipelineDocument, nodes: PipelineDocument['nodes']): PipelineDocument {
  const ids = nodes.map(({ id }) => id);
  const wires = document.wires.filter(({ from, to }) => [from, to].every((end) => ids.includes(end.split('.')[0]!)));
  return { ...document, nodes, wires, pins: [] };
}

describe('Figure 2', () => {
  let ran: Ran;
  let published: FcnClosedForm;
  let wellPosed: FcnClosedForm;
  beforeAll(async () => {
    const document = readDocument('graphs/genni-fcn-3d.json');
    ran = await runDocument(document, { device: 'wasm' });
    const { x, weights } = await ran.arrays('x', 'inputs');
    const inputs = {
      type: 'Inputs',
      x: x!.data as Float32Array,
      weights: weights!.data as Float32Array,
      count: 500,
      item: [1],
      source: '',
    } as const;
    const theta = (id: string): number[] =>
      (document.nodes.find((node) => node.id === id)!.params as { values: number[] }).values;
    published = new FcnClosedForm(inputs, theta('published'));
    wellPosed = new FcnClosedForm(inputs, theta('well-posed'));
  }, 60_000);

  it('has the published reference’s function: slopes 0 and −0.016652, as fitted to the recorded outputs', () => {
    expect(published.target[0]).toBeCloseTo(0, 12);
    expect(published.target[1]).toBeCloseTo(-0.016651893916843626, 6); // NumPy least squares on case_fcn_3d_50
  });

  it('both sets are the closed form’s on 50³, index for index, outside a band of 10⁻⁴ around ε', async () => {
    for (const [plane, grid, set, form] of [
      ['plane', 'grid', 'set', published],
      ['well-plane', 'well-grid', 'well-set', wellPosed],
    ] as const) {
      const { epsilon, members } = ran.results.get(set)!.view.summary as { epsilon: number; members: number };
      const { origin, basis } = await ran.arrays(plane, 'subspace');
      const { axis0, axis1, axis2 } = await ran.arrays(grid, 'field');
      const { index } = await ran.arrays(set, 'set');
      const inSet = new Set(index!.data);
      expect(inSet.size).toBe(members);
      const wrong: number[] = [];
      let band = 0;
      let at = 0; // last axis fastest
      for (const a of axis0!.data)
        for (const b of axis1!.data)
          for (const c of axis2!.data) {
            const theta = Float64Array.from({ length: 4 }, (_, k) => {
              const direction = (j: number): number => basis!.data[4 * j + k]!;
              return origin!.data[k]! + a * direction(0) + b * direction(1) + c * direction(2);
            });
            const loss = form.loss(theta);
            if (Math.abs(loss - epsilon) <= 1e-4 * epsilon) band++;
            else if (inSet.has(at) !== loss < epsilon) wrong.push(at);
            at++;
          }
      expect(at).toBe(125_000);
      expect(wrong).toEqual([]);
      expect(band).toBeLessThan(members / 100);
    }
  });

  it('the published ε is above the zero function, by the factor of the closed form', () => {
    const { notes, summary } = ran.results.get('set')!.view;
    const factor = 0.0025 / published.power([-0.1, -0.05, -0.1, -0.133038]);
    expect(summary.relativeEpsilon).toBeCloseTo(factor, 2);
    expect(notes.find(({ id }) => id === 'epsilon-above-zero')!.text).toContain(`${factor.toPrecision(3)} × E[φ²]`);
    expect(ran.results.get('well-set')!.view.notes.map(({ id }) => id)).not.toContain('epsilon-above-zero');
  });

  it('the well-posed set has two components: one for each order of the two units', async () => {
    expect(ran.results.get('well-parts')!.view.summary).toMatchObject({ components2m: 2, components3m: 2 });
    const thetas = await membersOf(ran, 'well-plane', 'well-set');
    const orders = thetas.map(([a, b]) => (a! > 0 && b! < 0 ? 'ab' : a! < 0 && b! > 0 ? 'ba' : 'neither'));
    expect(new Set(orders)).toEqual(new Set(['ab', 'ba']));
  });
});

describe('the finer grid', () => {
  it('has the closed form’s set on 100³, index for index, outside a band of 10⁻⁴ around ε, as its caption says', async () => {
    const document = readDocument('graphs/genni-fcn-fine.json');
    const ran = await runDocument(document, { device: 'wasm' });
    expect(ran.failures).toEqual([]);
    const { x, weights } = await ran.arrays('x', 'inputs');
    const inputs = { x: x!.data, weights: weights!.data, count: 16_384 } as unknown as Inputs;
    const form = new FcnClosedForm(inputs, [1, -0.8, 0.9, 1.1]);
    const { epsilon, members, relativeEpsilon } = ran.results.get('set')!.view.summary as Record<string, number>;
    expect(relativeEpsilon).toBeCloseTo(0.01, 12);
    const { origin, basis } = await ran.arrays('plane', 'subspace');
    const { axis0, values, power, cap } = await ran.arrays('grid', 'field');
    const { index } = await ran.arrays('set', 'set');
    const inSet = new Set(index!.data);
    const capped = cap!.data[0]!;
    expect(capped).toBeCloseTo(0.05 * form.power([1, -0.8, 0.9, 1.1]), 6);
    let wrong = 0;
    let band = 0;
    let at = 0;
    for (const a of axis0!.data)
      for (const b of axis0!.data)
        for (const c of axis0!.data) {
          const theta = Float64Array.from({ length: 4 }, (_, k) => {
            const direction = (j: number): number => basis!.data[4 * j + k]!;
            return origin!.data[k]! + a * direction(0) + b * direction(1) + c * direction(2);
          });
          const loss = form.loss(theta);
          const near = (level: number): boolean => Math.abs(loss - level) <= 1e-4 * level;
          if (near(epsilon!)) band++;
          else if (inSet.has(at) !== loss < epsilon!) wrong++;
          const censored = values!.data[at] === Number.POSITIVE_INFINITY;
          if (!near(capped) && censored !== loss >= capped) wrong++;
          if (censored !== Number.isNaN(power!.data[at])) wrong++;
          at++;
        }
    expect(at).toBe(1e6);
    expect(wrong).toBe(0);
    expect(band).toBeLessThan(members! / 100);
    const { blocks, blocksEach } = ran.results.get('grid')!.provenance.effort!;
    const told = description('genni-fcn-fine');
    expect(told).toContain(`${Math.round(blocks / at)} of ${blocksEach} blocks of inputs`);
    expect(told).toContain(`${members!.toLocaleString('en-US')} members are in the set`);
    expect(ran.results.get('parts')!.view.summary).toMatchObject({ components3m: 2 });
  }, 120_000);
});
