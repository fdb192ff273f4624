import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Parameters } from '../../src/catalog/values.js';
import { gramSchmidt } from '../../src/methods/gram-schmidt.js';
import { testRandom } from './fixtures.js';

function parametersOf(rows: readonly (readonly number[])[]): Parameters {
  return {
    type: 'Parameters',
    theta: Float32Array.from(rows.flat()),
    count: rows.length,
    size: rows[0]!.length,
    flags: [],
  };
}

const at = (rows: Float32Array, i: number, k: number, size: number): number => rows[i * size + k]!;

describe('gramSchmidt', () => {
  it('is orthonormal, spans the points, and makes coordinate i of θᵢ positive (fuzz)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 0, max: 30 }), fc.nat(), (m, extra, seed) => {
        const random = testRandom(seed);
        const size = m + extra;
        const rows = Array.from({ length: m + 1 }, () => Array.from({ length: size }, () => 4 * random() - 2));
        const { theta } = parametersOf(rows);
        let subspace: ReturnType<typeof gramSchmidt>;
        try {
          subspace = gramSchmidt(parametersOf(rows));
        } catch {
          return; // by chance dependent
        }
        const { basis, coordinates, origin } = subspace;
        for (let i = 0; i < m; i++) {
          expect(coordinates[(i + 1) * m + i]).toBeGreaterThan(0);
          for (let j = 0; j < m; j++) {
            let product = 0;
            for (let k = 0; k < size; k++) product += at(basis, i, k, size) * at(basis, j, k, size);
            expect(Math.abs(product - (i === j ? 1 : 0))).toBeLessThan(1e-5);
            if (j > i) expect(coordinates[(i + 1) * m + j]).toBe(0);
          }
        }
        for (let i = 0; i <= m; i++)
          for (let k = 0; k < size; k++) {
            let value = origin[k]!;
            for (let j = 0; j < m; j++) value += coordinates[i * m + j]! * at(basis, j, k, size);
            expect(Math.abs(value - theta[i * size + k]!)).toBeLessThan(1e-4);
          }
      }),
      { seed: 11, numRuns: 100 },
    );
  });

  it('the squared singular values are the eigenvalues of the Gram matrix of the differences', () => {
    const rows = [
      [1, 2, 0, -1],
      [0, 1, 1, 3],
      [2, 2, 5, 0],
      [-1, 0, 0, 1],
    ];
    const differences = rows.slice(1).map((row) => row.map((value, k) => value - rows[0]![k]!));
    const g = Float64Array.from(
      differences.flatMap((a) => differences.map((b) => a.reduce((sum, value, k) => sum + value * b[k]!, 0))),
    );
    // λ³ − (tr G) λ² + (Σ principal minors) λ − det G has them as its roots
    const at = (i: number, j: number): number => g[3 * i + j]!;
    const minor = (i: number, j: number): number => at(i, i) * at(j, j) - at(i, j) ** 2;
    const determinant =
      at(0, 0) * minor(1, 2) -
      at(0, 1) * (at(0, 1) * at(2, 2) - at(0, 2) * at(1, 2)) +
      at(0, 2) * (at(0, 1) * at(1, 2) - at(0, 2) * at(1, 1));
    const squares = Array.from(gramSchmidt(parametersOf(rows)).singularValues!, (sigma) => sigma ** 2);
    const [a, b, c] = squares as [number, number, number];
    expect(a + b + c).toBeCloseTo(at(0, 0) + at(1, 1) + at(2, 2), 8);
    expect(a * b + b * c + a * c).toBeCloseTo(minor(0, 1) + minor(1, 2) + minor(0, 2), 6);
    expect(a * b * c).toBeCloseTo(determinant, 5);
    expect(squares).toEqual([...squares].sort((x, y) => y - x));
  });

  // NumPy: qr of the authors' θᵢ − θ₀ with signs fixed by the diagonal; singular values by numpy.linalg.svd
  it('gives NumPy’s basis and singular values for the published FCN points', () => {
    const subspace = gramSchmidt(
      parametersOf([
        [-0.7842051, 0.9370802, -0.021220267, 5.019935e-7],
        [0.02970916, -0.5005185, -0.33840698, -0.037253164],
        [0.05001897, -0.0028985518, -0.24160033, -0.33715704],
        [-0.8447348, 0.022661738, -0.019706875, -0.42349112],
      ]),
    );
    const basis = [
      0.48372423, -0.85439141, -0.18850991, -0.02214054, 0.5583119, 0.32696234, 0.04017597, -0.76142586, -0.6377625,
      -0.39325479, 0.21923908, -0.62493511,
    ];
    subspace.basis.forEach((value, i) => {
      expect(value).toBeCloseTo(basis[i]!, 6);
    });
    [2.25673787, 0.63063469, 0.31856016].forEach((sigma, i) => {
      expect(subspace.singularValues![i]).toBeCloseTo(sigma, 6);
    });
  });

  it('stays orthonormal when the differences are nearly parallel', () => {
    const rows = [
      new Array(50).fill(0),
      ...[0, 1, 2].map((i) => Array.from({ length: 50 }, (_, k) => 1 + (k === i ? 1e-3 : 0))),
    ];
    const { basis } = gramSchmidt(parametersOf(rows));
    let product = 0;
    for (let k = 0; k < 50; k++) product += at(basis, 1, k, 50) * at(basis, 2, k, 50);
    expect(Math.abs(product)).toBeLessThan(1e-6);
  });

  it('names the point that adds nothing', () => {
    const rows = [
      [0, 0, 0],
      [1, 0, 0],
      [2, 0, 0],
    ];
    expect(() => gramSchmidt(parametersOf(rows))).toThrow(
      /got θ₂ in the plane of those before it \(0 of its length is new\)/,
    );
  });
});
