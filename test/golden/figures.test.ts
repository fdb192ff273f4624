/** What the shipped figures show, against the FCN's closed form on the inputs that they draw. */
import { beforeAll, describe, expect, it } from 'vitest';
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

  it('every member of both sets has J < ε by the closed form, and the set is said to hold as many', async () => {
    for (const [plane, set, form] of [
      ['plane', 'set', published],
      ['well-plane', 'well-set', wellPosed],
    ] as const) {
      const { epsilon, members } = ran.results.get(set)!.view.summary as { epsilon: number; members: number };
      const thetas = await membersOf(ran, plane, set);
      expect(thetas.length).toBe(members);
      for (const theta of thetas) expect(form.loss(theta)).toBeLessThan(epsilon * (1 + 1e-4));
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
