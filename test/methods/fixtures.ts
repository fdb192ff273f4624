/** What the methods' tests share: a control without a listener, small references, and the FCN's closed form. */
import type { EpsilonSet, Field, Inputs, JScale, Reference } from '../../src/catalog/values.js';
import type { WorkControl } from '../../src/catalog/work.js';

/** Work that nobody watches or stops. */
export const silent: WorkControl = { signal: new AbortController().signal, progress: () => undefined };

/** Inputs of rows, with weights 1/N unless given. */
export function inputsOf(rows: readonly (readonly number[])[], weights?: readonly number[]): Inputs {
  return {
    type: 'Inputs',
    x: Float32Array.from(rows.flat()),
    count: rows.length,
    item: [rows[0]!.length],
    weights: Float32Array.from(weights ?? rows.map(() => 1 / rows.length)),
    source: 'test inputs',
  };
}

/**
 * J and output power of the FCN φ = c·ReLU(ax) + d·ReLU(bx) in float64 by its closed form: with slopes
 * s₊ = Σ_{a_k>0} c_k a_k and s₋ = Σ_{a_k<0} c_k |a_k|, J = m₊(s₊ − t₊)² + m₋(s₋ − t₋)², m± the weighted second moments of
 * the positive and negative inputs. An oracle for tests only.
 */
export class FcnClosedForm {
  readonly plus: number; // m₊
  readonly minus: number; // m₋
  readonly target: readonly [number, number]; // t₊, t₋

  constructor(inputs: Inputs, theta: ArrayLike<number>) {
    let plus = 0;
    let minus = 0;
    for (let i = 0; i < inputs.count; i++) {
      const x = inputs.x[i]!;
      if (x > 0) plus += inputs.weights[i]! * x * x;
      else minus += inputs.weights[i]! * x * x;
    }
    this.plus = plus;
    this.minus = minus;
    this.target = FcnClosedForm.slopes(theta);
  }

  static slopes(theta: ArrayLike<number>): readonly [number, number] {
    const [a, b, c, d] = Array.from(theta) as [number, number, number, number];
    const relu = (z: number): number => Math.max(0, z);
    return [c * relu(a) + d * relu(b), c * relu(-a) + d * relu(-b)];
  }

  loss(theta: ArrayLike<number>): number {
    const [s, r] = FcnClosedForm.slopes(theta);
    return this.plus * (s - this.target[0]) ** 2 + this.minus * (r - this.target[1]) ** 2;
  }

  power(theta: ArrayLike<number>): number {
    const [s, r] = FcnClosedForm.slopes(theta);
    return this.plus * s ** 2 + this.minus * r ** 2;
  }
}

/** A small pseudo-random generator for tests that must not use the product's own streams (mulberry32). */
export function testRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The reference's relative J: J / E[φ²]. */
export function relative(reference: Reference, loss: number): number {
  return loss / reference.scale.power;
}

/** A Field of given values on a lattice [−1, 1]^m in ℝ^m with the unit basis, for tests of what follows a Field. */
export function fieldOf(
  values: readonly number[],
  points: number,
  rank: number,
  options: { readonly power?: readonly number[]; readonly scale?: JScale; readonly coordinates?: Float64Array } = {},
): Field {
  const scale = options.scale ?? { power: 1, variance: 0.5, zero: 1, constant: 0.5 };
  const inputs = inputsOf([[0], [1]]);
  const architecture = { type: 'Architecture' as const, input: [1], layers: [] };
  const basis = new Float32Array(rank * rank);
  for (let k = 0; k < rank; k++) basis[k * rank + k] = 1;
  const reference: Reference = {
    type: 'Reference',
    architecture,
    inputs,
    outputs: { type: 'Outputs', y: Float32Array.of(1, 1), count: 2, width: 1 },
    scale,
  };
  return {
    type: 'Field',
    lattice: {
      subspace: {
        type: 'Subspace',
        origin: new Float32Array(rank),
        basis,
        rank,
        size: rank,
        coordinates: options.coordinates ?? new Float64Array(rank),
        flags: [],
      },
      low: -1,
      high: 1,
      points,
    },
    values: Float32Array.from(values),
    power: Float32Array.from(options.power ?? values.map(() => 1)),
    reference,
    route: 'test',
    device: 'test',
  };
}

/** The ε-set of given values. */
export function setOf(values: readonly number[], points: number, rank: number, epsilon: number): EpsilonSet {
  const field = fieldOf(values, points, rank);
  const index = Uint32Array.from([...field.values.keys()].filter((i) => field.values[i]! < epsilon));
  return { type: 'EpsilonSet', field, epsilon, index, values: Float32Array.from(index, (i) => field.values[i]!) };
}

/** Sizes of components by flooding, from the definition: members joined when they differ by at most 1 on every axis (and on one axis only for faces). */
export function flood(index: readonly number[], points: number, rank: number, faces: boolean): number[] {
  const place = (member: number): number[] => {
    const out: number[] = [];
    for (let k = rank - 1; k >= 0; k--) out.unshift(Math.floor(member / points ** (rank - 1 - k)) % points);
    return out;
  };
  const places = index.map(place);
  const seen = new Set<number>();
  const sizes: number[] = [];
  for (let i = 0; i < index.length; i++) {
    if (seen.has(i)) continue;
    const queue = [i];
    seen.add(i);
    for (let head = 0; head < queue.length; head++)
      for (let j = 0; j < index.length; j++) {
        if (seen.has(j)) continue;
        const steps = places[j]!.map((at, k) => Math.abs(at - places[queue[head]!]![k]!));
        const near = Math.max(...steps) <= 1 && (!faces || steps.reduce((a, b) => a + b, 0) === 1);
        if (!near) continue;
        seen.add(j);
        queue.push(j);
      }
    sizes.push(queue.length);
  }
  return sizes.sort((a, b) => b - a);
}
