import { describe, expect, it } from 'vitest';
import type { Lattice } from '../../src/catalog/values.js';
import type { Family } from '../../src/catalog/work.js';
import {
  affineTheta,
  Coefficients,
  familyCount,
  familySize,
  latticeAxis,
  latticeCoefficients,
} from '../../src/tensor/family.js';

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
    const { origin, basis } = lattice.subspace;
    expect([...affineTheta(origin, basis, [0, 1], new Float32Array(3))]).toEqual([1, 2, 4]);
  });

  it('takes chosen members of a lattice, and all of it in a table', () => {
    const members: Family = { kind: 'members', lattice, index: Uint32Array.of(15, 0) };
    const c = new Float64Array(2);
    const chosen = new Coefficients(members);
    const at = (member: number): number[] => {
      chosen.write(member, c);
      return [...c];
    };
    expect([at(0), at(1)]).toEqual([
      [2, 2],
      [-1, -1],
    ]);
    const table = new Coefficients({ kind: 'lattice', lattice });
    for (const index of [0, 3, 4, 15, 6]) {
      table.write(index, c);
      expect([...c]).toEqual([...latticeCoefficients(lattice, index)]);
    }
  });

  it('ends its axes exactly at their bounds', () => {
    const fine = { ...lattice, low: -0.3, high: 0.1, points: 50 };
    expect(latticeAxis(fine, 0)).toBe(-0.3);
    expect(latticeAxis(fine, 49)).toBe(0.1);
  });
});
