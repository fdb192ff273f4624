/** Geodesics of rotations: what defines them, closed forms in the plane, and the cases in which planes are not unique. */
import { describe, expect, it } from 'vitest';
import {
  determinantSign,
  randomOrthogonal,
  rotationPlanes,
  rotationPower,
} from '../../../src/methods/stitching/rotation.js';
import { stream } from '../../../src/tensor/random.js';

const multiply = (a: Float64Array, b: Float64Array, n: number) =>
  Float64Array.from({ length: n * n }, (_, at) => {
    let sum = 0;
    for (let k = 0; k < n; k++) sum += a[Math.floor(at / n) * n + k]! * b[k * n + (at % n)]!;
    return sum;
  });
const transpose = (a: Float64Array, n: number) => a.map((_, at) => a[(at % n) * n + Math.floor(at / n)]!);
const identity = (n: number) => Float64Array.from({ length: n * n }, (_, at) => (at % (n + 1) === 0 ? 1 : 0));
const distance = (a: Float64Array, b: Float64Array) => Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));
const drawn = (n: number, item: number) => randomOrthogonal(n, stream(1, 'test rotation', item), true);

/** Rotations by these angles in the planes (0, 1), (2, 3), … in a random basis. */
function withAngles(angles: readonly number[], item: number): Float64Array {
  const n = 2 * angles.length;
  const block = identity(n);
  angles.forEach((angle, k) => {
    const at = 2 * k;
    block[at * n + at] = block[(at + 1) * n + at + 1] = Math.cos(angle);
    block[at * n + at + 1] = -Math.sin(angle);
    block[(at + 1) * n + at] = Math.sin(angle);
  });
  const basis = drawn(n, item);
  return multiply(multiply(transpose(basis, n), block, n), basis, n);
}

const CASES: readonly (readonly [string, number, Float64Array])[] = [
  ...[2, 3, 4, 7, 16, 33].map((n) => [`random in SO(${n})`, n, drawn(n, n)] as const),
  ['the identity', 5, identity(5)],
  ['−I in SO(4)', 4, identity(4).map((value) => -value)],
  ['two reversals and a turn', 6, withAngles([Math.PI, Math.PI, 0.3], 50)],
  ['equal angles', 6, withAngles([0.7, 0.7, 0.7], 51)],
  ['nearly equal angles, θ and π − θ', 8, withAngles([0.7, 0.7 + 1e-9, Math.PI - 0.7, 1e-5], 52)],
];

describe.each(CASES)('Q^α of %s', (_, n, q) => {
  const planes = rotationPlanes(q, n);

  it('is I at 0 and Q at 1', () => {
    expect(distance(rotationPower(planes, 0), identity(n))).toBe(0);
    expect(distance(rotationPower(planes, 1), q)).toBeLessThan(1e-7);
  });

  it('is orthogonal with determinant 1, and a one-parameter group', () => {
    const a = rotationPower(planes, 0.3);
    const b = rotationPower(planes, 0.45);
    expect(distance(multiply(a, transpose(a, n), n), identity(n))).toBeLessThan(1e-12);
    expect(determinantSign(a, n)).toBe(1);
    expect(distance(multiply(a, b, n), rotationPower(planes, 0.75))).toBeLessThan(1e-12);
  });

  it('turns each plane by α times its angle, at most π', () => {
    for (const { angle } of planes.planes) {
      expect(angle).toBeGreaterThan(0);
      expect(angle).toBeLessThanOrEqual(Math.PI);
    }
    const trace = rotationPower(planes, 0.4).reduce((sum, value, at) => sum + (at % (n + 1) === 0 ? value : 0), 0);
    const still = n - 2 * planes.planes.length;
    expect(trace).toBeCloseTo(
      planes.planes.reduce((sum, { angle }) => sum + 2 * Math.cos(0.4 * angle), still),
      10,
    );
  });
});

describe('rotations', () => {
  it('of the plane by θ go to αθ', () => {
    const turn = (t: number) => Float64Array.of(Math.cos(t), -Math.sin(t), Math.sin(t), Math.cos(t));
    for (const t of [0.4, -1.1, 3])
      expect(distance(rotationPower(rotationPlanes(turn(t), 2), 0.25), turn(t / 4))).toBeLessThan(1e-14);
  });

  it('drawn at random are orthogonal, both signs of the determinant occur in O(n), one in SO(n)', () => {
    const signs = new Set<number>();
    let trace = 0;
    for (let item = 0; item < 400; item++) {
      const q = randomOrthogonal(3, stream(2, 'test rotation', item));
      expect(distance(multiply(q, transpose(q, 3), 3), identity(3))).toBeLessThan(1e-14);
      signs.add(determinantSign(q, 3));
      trace += q[0]! + q[4]! + q[8]!;
      expect(determinantSign(randomOrthogonal(3, stream(2, 'test rotation', item), true), 3)).toBe(1);
    }
    expect([...signs].sort()).toEqual([-1, 1]);
    expect(Math.abs(trace / 400)).toBeLessThan(0.2); // E tr Q = 0, var 1: four standard errors
  });

  it('have the sign of their determinant: of a permutation its parity, of a singular matrix none', () => {
    expect(determinantSign(Float64Array.of(0, 1, 0, 0, 0, 1, 1, 0, 0), 3)).toBe(1);
    expect(determinantSign(Float64Array.of(0, 1, 0, 1, 0, 0, 0, 0, 1), 3)).toBe(-1);
    expect(determinantSign(Float64Array.of(1, 2, 2, 4), 2)).toBe(0);
  });
});
