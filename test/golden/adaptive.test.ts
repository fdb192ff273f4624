/** The shipped adaptive lattice: what its caption says, and the full lattice wherever it is looked at. */
import { describe, expect, it } from 'vitest';
import { type Problem, recordedLenet } from '../../bench/problems.js';
import { mlp } from '../../src/catalog/presets.js';
import type { Inputs, Outputs, Reference, Subspace } from '../../src/catalog/values.js';
import { adaptiveMembers } from '../../src/methods/adaptive.js';
import { openDevice } from '../../src/tensor/device.js';
import { silent, testRandom } from '../methods/fixtures.js';
import { lossOf, there } from './recorded-grids.js';
import { readDocument, runDocument } from './run.js';

const document = readDocument('graphs/genni-mlp-adaptive.json', { umap: { epochs: 10, limit: 100 } });
let run: ReturnType<typeof runDocument> | undefined;
const once = (): ReturnType<typeof runDocument> => {
  run ??= runDocument(document, { device: 'wasm' });
  return run;
};

describe('the shipped adaptive lattice', () => {
  it('has 64 million members in 6 dimensions, and misses none below the cap among those that are drawn from all', async () => {
    const ran = await once();
    expect(ran.failures).toEqual([]);
    const { members, cap, membersBelowCap } = ran.results.get('grid')!.view.summary;
    expect(members).toBe(64e6);
    expect(document.description).toContain('64 million members');

    const { x, y, weights } = await ran.arrays('theta', 'reference');
    const { origin, basis, coordinates } = await ran.arrays('plane', 'subspace');
    const { index, values } = await ran.arrays('grid', 'field');
    expect(index!.data.length).toBe(membersBelowCap);
    const count = weights!.data.length;
    const inputs = { type: 'Inputs', x: x!.data, count, item: [3], weights: weights!.data, source: 'test' } as Inputs;
    const outputs = { type: 'Outputs', y: y!.data, count, width: 1 } as Outputs;
    const subspace = {
      ...{ type: 'Subspace', rank: 6, size: 8, flags: [] },
      ...{ origin: origin!.data, basis: basis!.data, coordinates: coordinates!.data },
    } as unknown as Subspace;
    const lattice = { subspace, low: -2, high: 2, points: 20 };
    const random = testRandom(9);
    const drawn = Uint32Array.from({ length: 2 ** 20 }, () => Math.floor(random() * 64e6));
    const known = new Map(Array.from(index!.data as Uint32Array, (member, i) => [member, values!.data[i]!]));
    const near = Array.from(known.keys()).flatMap((member) => [member, member ^ 1]); // and beside what was found
    const look = Uint32Array.from([...drawn, ...near]);
    const device = await openDevice('wasm');
    try {
      const architecture = mlp([3, 2, 1], { name: 'relu' }, false);
      const family = { kind: 'members', lattice, index: look } as const;
      const { loss } = await device.evaluate({ architecture, inputs, outputs, family, cap: cap as number }, silent);
      let below = 0;
      look.forEach((member, i) => {
        if (!(loss[i]! < (cap as number))) expect(known.has(member)).toBe(false);
        else {
          below++;
          expect(known.get(member)).toBe(loss[i]!);
        }
      });
      expect(below).toBeGreaterThan(known.size); // those found, and a few of those drawn
    } finally {
      await device.dispose();
    }
  }, 180_000);

  it('says what its caption says', async () => {
    const ran = await once();
    const { components2m, components3m } = ran.results.get('parts')!.view.summary;
    expect(components2m).toBeGreaterThan(199); // hundreds
    expect(components3m).toBe(2);
    const notes = ran.results.get('grid')!.view.notes;
    expect(notes.find(({ id }) => id === 'points-outside-grid')!.text).toMatch(
      /^θ₁, θ₂ and θ₃ lie outside .*\[−2, 2\]/,
    );
    expect(notes.map(({ id }) => id)).toContain('field-adaptive-proved');
    expect(ran.results.get('set')!.view.notes.map(({ id }) => id)).toContain('set-thin');
    expect(ran.results.get('search')!.view.summary.found).toBe(7);
  }, 180_000);
});

describe.runIf(there.includes('case_lenet_2d_15'))('LeNet on the recorded plane', () => {
  it('by sampled slopes: the members below 0.0025 of the full grid, as many as recorded', async () => {
    const { work, power } = recordedLenet(15) as Problem;
    const { architecture, inputs, outputs, family } = work;
    const scale = { power, variance: power, zero: power, constant: power };
    const reference: Reference = { type: 'Reference', architecture, inputs, outputs, scale };
    const room = { first: 16, sampled: 1, chunk: 2 ** 20, cells: 2 ** 20, found: 2 ** 20 }; // coarse levels on 225 members
    const device = await openDevice('wasm');
    try {
      const options = { rule: 'sampled', margin: 1.5, cap: 0.0025 } as const;
      const { index, refinement } = await adaptiveMembers(family.lattice, reference, device, silent, options, room);
      const { loss } = await device.evaluate(work, silent);
      expect([...index]).toEqual([...loss.keys()].filter((i) => loss[i]! < 0.0025));
      expect(index.length).toBe(lossOf('case_lenet_2d_15').data.filter((recorded) => recorded < 0.0025).length);
      expect(refinement.levels.reduce((sum, { skipped }) => sum + skipped, 0)).toBeGreaterThan(0);
    } finally {
      await device.dispose();
    }
  }, 180_000);
});
