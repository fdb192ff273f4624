/** Random orthogonal matrices and minimal geodesics Q^α of rotations. Matrices are [n, n], row-major, float64. */
import { dot, norm, orthogonalise } from '../../tensor/linear-algebra.js';
import type { Stream } from '../../tensor/random.js';
import { symmetricEigen } from '../../tensor/symmetric.js';

/**
 * A uniformly distributed element of O(n): the Q of X = QR for X with independent N(0, 1) entries and R's diagonal positive (Diaconis
 * 2005; Mezzadri 2007), by Gram–Schmidt on X's columns, twice. `proper`: of SO(n), by turning round the last row where det Q = −1.
 */
export function randomOrthogonal(n: number, random: Stream, proper = false): Float64Array {
  const rows: Float64Array[] = [];
  while (rows.length < n) {
    const row = Float64Array.from({ length: n }, () => random.normal());
    const before = norm(row);
    orthogonalise(row, rows);
    const length = norm(row);
    if (length <= before * 1e-8) continue; // never seen: a draw in the span of the others
    for (let i = 0; i < n; i++) row[i]! /= length;
    rows.push(row);
  }
  const q = new Float64Array(n * n);
  rows.forEach((row, i) => {
    q.set(row, i * n);
  });
  if (proper && determinantSign(q, n) < 0) for (let i = (n - 1) * n; i < n * n; i++) q[i] = -q[i]!;
  return q;
}

/** The sign of a determinant, by elimination with row pivots; 0 where a pivot is 0. */
export function determinantSign(matrix: Float64Array, n: number): number {
  const a = Float64Array.from(matrix);
  let sign = 1;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(a[i * n + k]!) > Math.abs(a[pivot * n + k]!)) pivot = i;
    const top = a[pivot * n + k]!;
    if (top === 0) return 0;
    if (pivot !== k) {
      for (let j = k; j < n; j++) [a[k * n + j], a[pivot * n + j]] = [a[pivot * n + j]!, a[k * n + j]!];
      sign = -sign;
    }
    if (top < 0) sign = -sign;
    for (let i = k + 1; i < n; i++) {
      const factor = a[i * n + k]! / top;
      for (let j = k; j < n; j++) a[i * n + j]! -= factor * a[k * n + j]!;
    }
  }
  return sign;
}

/** The real Schur form of a rotation: it turns span(u, v) of each plane by `angle` in (0, π], u towards v, and leaves the rest as it is. */
export interface RotationPlanes {
  readonly n: number;
  readonly planes: readonly { readonly u: Float64Array; readonly v: Float64Array; readonly angle: number }[];
}

const STILL = 1e-8; // radians: planes that turn by less are said not to turn

/**
 * The planes of Q ∈ SO(n). The symmetric part S = (Q + Qᵀ) / 2 has the eigenvalues cos θ, and span(u, Qu) is invariant for each of its
 * eigenvectors u, as Q²u = 2 cos θ Qu − u; so each u that is not in a plane found before gives one. Directions that Q reverses are
 * taken in pairs, as planes turned by π: det Q = 1 says that their number is even.
 */
export function rotationPlanes(q: Float64Array, n: number): RotationPlanes {
  const s = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) s[i * n + j] = (q[i * n + j]! + q[j * n + i]!) / 2;
  const { vectors } = symmetricEigen(s, n);
  const found: Float64Array[] = [];
  const planes: { u: Float64Array; v: Float64Array; angle: number }[] = [];
  let reversed: Float64Array | undefined;
  const left = Array.from({ length: n }, (_, k) => vectors.slice(k * n, (k + 1) * n));
  while (found.length < n) {
    const u = takeLongest(left, found);
    found.push(u);
    const turned = Float64Array.from({ length: n }, (_, i) => dot(q.subarray(i * n, (i + 1) * n), u));
    const cosine = dot(turned, u);
    orthogonalise(turned, found);
    const sine = norm(turned);
    if (sine > STILL) {
      const v = turned.map((value) => value / sine);
      found.push(v);
      for (const rest of left) orthogonalise(rest, [v]);
      planes.push({ u, v, angle: Math.atan2(sine, cosine) });
    } else if (cosine < 0) {
      if (reversed === undefined) reversed = u;
      else {
        planes.push({ u: reversed, v: u, angle: Math.PI });
        reversed = undefined;
      }
    }
  }
  return { n, planes };
}

/** The longest of the vectors, of unit length; the others lose what they have along it. */
function takeLongest(left: Float64Array[], found: readonly Float64Array[]): Float64Array {
  let longest = 0;
  const lengths = left.map(norm);
  lengths.forEach((length, k) => {
    if (length > lengths[longest]!) longest = k;
  });
  const [u] = left.splice(longest, 1) as [Float64Array];
  orthogonalise(u, found);
  const length = norm(u);
  for (let i = 0; i < u.length; i++) u[i]! /= length;
  for (const rest of left) orthogonalise(rest, [u]);
  return u;
}

/** Q^α: every plane turned by α times its angle, the minimal geodesic from I (α = 0) to Q (α = 1) in SO(n). */
export function rotationPower({ n, planes }: RotationPlanes, alpha: number): Float64Array {
  const power = new Float64Array(n * n);
  for (let i = 0; i < n; i++) power[i * n + i] = 1;
  for (const { u, v, angle } of planes) {
    const c = Math.cos(alpha * angle) - 1;
    const s = Math.sin(alpha * angle);
    for (let i = 0; i < n; i++) {
      const along = c * u[i]! + s * v[i]!;
      const across = c * v[i]! - s * u[i]!;
      for (let j = 0; j < n; j++) power[i * n + j]! += along * u[j]! + across * v[j]!;
    }
  }
  return power;
}
