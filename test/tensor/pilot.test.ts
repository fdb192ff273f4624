import { expect, test } from 'vitest';
import type { Architecture } from '../../src/catalog/architecture.js';
import type { Lattice } from '../../src/catalog/values.js';
import { CpuBacking } from '../../src/tensor/cpu-backing.js';
import { pilotLattice, pilotShares } from '../../src/tensor/pilot.js';

const quiet = { signal: new AbortController().signal, progress: () => undefined };
const architecture: Architecture = {
  type: 'Architecture',
  input: [2],
  layers: [{ kind: 'dense', units: 1, bias: false }],
};

/** θ0 = (1, 2) and one basis vector. */
function lattice(vector: readonly number[], points: number): Lattice {
  const [origin, basis, coordinates] = [Float32Array.of(1, 2), Float32Array.from(vector), new Float64Array(2)];
  const subspace = { type: 'Subspace', origin, basis, rank: 1, size: 2, coordinates, flags: [] } as const;
  return { subspace, low: -1, high: 1.5, points };
}

/** What pilots on the lattice say of φ = θ·x beside the one at θ0, with inputs (s, 0). */
function shares(vector: readonly number[], sizes: readonly number[], weights: readonly number[]) {
  const count = sizes.length;
  const x = Float32Array.from(sizes.flatMap((s) => [s, 0]));
  const inputs = { type: 'Inputs', x, count, item: [2], weights: Float32Array.from(weights), source: 'test' } as const;
  const outputs = { type: 'Outputs', y: Float32Array.from(sizes), count, width: 1 } as const;
  const one = lattice(vector, 4000);
  const family = { kind: 'lattice', lattice: one } as const;
  const work = { architecture, inputs, outputs, family };
  return pilotShares(work, one, new CpuBacking().engine(architecture), quiet);
}

test('an input has its share of J of 16 members', async () => {
  const got = await shares([1, 5], [1, -3, 2, 0], [1, 1, 2, 1]); // w(c s)² of Σ w(c s)², whatever c is
  [1, 9, 8, 0].forEach((part, n) => {
    expect(got[n]).toBeCloseTo((16 * part) / 18, 5);
  });
});

test('members that are equivalent to the reference or not finite say nothing', async () => {
  expect([...(await shares([0, 1], [1, -3], [1, 1]))]).toEqual([0, 0]);
  expect([...(await shares([1, 0], [1, Number.POSITIVE_INFINITY], [1, 1]))]).toEqual([0, 0]);
});

test('a lattice is worth a pilot by all its members, whichever are wanted', () => {
  const [small, large] = [lattice([1, 0], 1023), lattice([1, 0], 1024)];
  expect(pilotLattice({ kind: 'lattice', lattice: small })).toBeUndefined();
  expect(pilotLattice({ kind: 'lattice', lattice: large })).toBe(large);
  expect(pilotLattice({ kind: 'members', lattice: large, index: Uint32Array.of(3) })).toBe(large);
  expect(pilotLattice({ kind: 'explicit', theta: new Float32Array(8192), count: 4096 })).toBeUndefined();
});
