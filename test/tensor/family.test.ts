import { describe, expect, it } from 'vitest';
import type { Lattice } from '../../src/catalog/values.js';
import type { Family } from '../../src/catalog/work.js';
import { familyCount, familySize, familyTheta, latticeAxis, latticeCoefficients } from '../../src/tensor/family.js';

const lattice: Lattice = {
  subspace: {
    type: 'Subspace',
    origin: Float32Array.of(1, 2, 3),
    basis: Float32Array.of(1, 0, 0, 0, 0, 1), // b_0 = e_0, b_1 = e_2
    rank: 2,
    size: 3,
    coordinates: new Float64Array(2),
    flags: [],
  },
  low: -1,
  high: 2,
  points: 4,
};

describe('families', () => {
  it('indexes a lattice with its last axis fastest', () => {
    const family: Family = { kind: 'lattice', lattice };
    expect(familyCount(family)).toBe(16);
    expect(familySize(family)).toBe(3);
    expect([...latticeCoefficients(lattice, 6)]).toEqual([0, 1]); // 6 = 1·4 + 2
    expect([...familyTheta(family, 6)]).toEqual([1, 2, 4]);
  });

  it('takes chosen members and explicit vectors', () => {
    const members: Family = { kind: 'members', lattice, index: Uint32Array.of(15, 0) };
    expect([...familyTheta(members, 0)]).toEqual([3, 2, 5]);
    expect([...familyTheta(members, 1)]).toEqual([0, 2, 2]);
    const explicit: Family = { kind: 'explicit', theta: Float32Array.of(1, 2, 3, 4), count: 2 };
    expect([...familyTheta(explicit, 1)]).toEqual([3, 4]);
    expect(() => familyTheta(explicit, 2)).toThrow('expected a member below 2, got 2');
  });

  it('ends its axes exactly at their bounds', () => {
    const fine = { ...lattice, low: -0.3, high: 0.1, points: 50 };
    expect(latticeAxis(fine, 0)).toBe(-0.3);
    expect(latticeAxis(fine, 49)).toBe(0.1);
  });
});
