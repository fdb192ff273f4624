/** What is true of a case, by plain float64 loops over the definition; `undefined` where float32 rounding could decide. */
import { type Architecture, layoutOf } from '../../../src/catalog/architecture.js';
import type { Inputs } from '../../../src/catalog/values.js';
import { network } from '../../numeric/oracle.js';
import type { Chain } from './chain.js';

/** J and power of one θ. `dead` is undefined when the function is zero only up to rounding. */
export interface Judged {
  readonly loss: number;
  readonly power: number;
  readonly dead: boolean | undefined;
}

/** What is true of a case. */
export interface Truth {
  readonly power: number; // E[φ²], the J of the zero function
  readonly constant: number; // least J of a constant function
  readonly deadUnits: readonly string[]; // 'k of n in layer l' of the layers that have any
  readonly points: readonly Judged[];
  readonly coordinates: readonly (readonly number[])[]; // of the points in the plane
  readonly members: readonly Judged[];
  readonly places: readonly (readonly number[])[]; // of the members on each axis
  readonly sure: boolean; // no member lies at ε, as far as rounding goes
  readonly inside: readonly boolean[]; // J < ε
}

const LARGEST = 3.4028234663852886e38; // float32

const rowsOf = ({ x, count }: Inputs): Float32Array[] => {
  const features = x.length / count;
  return Array.from({ length: count }, (_, i) => x.subarray(i * features, (i + 1) * features));
};

/** Two values that float32 could order either way. */
export const tied = (a: number, b: number, scale = 0): boolean =>
  Math.abs(a - b) <= 1e-3 * Math.max(Math.abs(a), Math.abs(b)) + 1e-9 * scale;

/** Units whose activation is 0 on all inputs, layer by layer: outputs of the network cut off after the layer. */
export function deadUnits(architecture: Architecture, theta: ArrayLike<number>, inputs: Inputs): string[] {
  return architecture.layers.flatMap((layer, l) => {
    if (layer.kind !== 'activation') return [];
    const prefix = { ...architecture, layers: architecture.layers.slice(0, l + 1) };
    const { size, shapes } = layoutOf(prefix);
    const seen = rowsOf(inputs).map((row) => network(prefix, Array.from(theta).slice(0, size), row));
    const units = shapes[l + 1]![0]!;
    const span = seen[0]!.length / units;
    const dead = Array.from({ length: units }, (_, u) =>
      seen.every((values) => values.slice(u * span, (u + 1) * span).every((value) => value === 0)),
    ).filter(Boolean).length;
    return dead > 0 ? [`${dead} of ${units} in layer ${l} (`] : [];
  });
}

/** All of it. Values beyond float32 count as infinite. */
export function truthOf(run: Chain): Truth {
  const { architecture, inputs, subspace, parameters } = run;
  const rows = rowsOf(inputs);
  const w = Array.from(inputs.weights);
  const width = layoutOf(architecture).outputs;
  const y = run.theta
    ? rows.map((row) => network(architecture, run.theta!, row))
    : rows.map((_, i) => Array.from(run.outputs!.y.subarray(i * width, (i + 1) * width)));
  const sum = (term: (i: number, j: number) => number): number =>
    rows.reduce((all, _, i) => all + w[i]! * y[0]!.reduce((s, __, j) => s + term(i, j), 0), 0);
  const power = sum((i, j) => y[i]![j]! ** 2);
  const total = w.reduce((a, b) => a + b, 0);
  const mean = y[0]!.map((_, j) => rows.reduce((s, __, i) => s + w[i]! * y[i]![j]!, 0) / total);
  const constant = sum((i, j) => (y[i]![j]! - mean[j]!) ** 2);

  const judge = (theta: ArrayLike<number>): Judged => {
    const phi = rows.map((row) => network(architecture, theta, row));
    if (phi.flat().some((value) => !(Math.abs(value) < LARGEST)))
      return { loss: Infinity, power: Infinity, dead: false };
    const loss = sum((i, j) => (phi[i]![j]! - y[i]![j]!) ** 2);
    const strength = sum((i, j) => phi[i]![j]! ** 2);
    const faint = phi.flat().every((value) => Math.abs(value) < 1e-5);
    const dead = faint ? (moved(theta).every((one) => rows.every((row) => zero(one, row))) ? true : undefined) : false;
    return { loss: loss < LARGEST ? loss : Infinity, power: strength, dead };
  };
  // a function that is 0 although every number of θ moves a little is 0 whatever the rounding
  const moved = (theta: ArrayLike<number>): number[][] =>
    [0, 1, -1, 1, -1].map((sign, k) =>
      Array.from(theta, (value, i) => value * (1 + sign * 1e-6 * (k > 2 && i % 2 === 0 ? -1 : 1))),
    );
  const zero = (theta: number[], row: Float32Array): boolean => network(architecture, theta, row).every((v) => v === 0);

  const { size, rank, origin, basis } = subspace;
  const { low, high, points: n } = run.field.lattice;
  const places = Array.from({ length: n ** rank }, (_, index) =>
    Array.from({ length: rank }, (__, k) => Math.floor(index / n ** (rank - 1 - k)) % n),
  );
  const members = places.map((place) =>
    judge(
      Array.from({ length: size }, (_, p) =>
        place.reduce((at, i, k) => at + (low + (i * (high - low)) / (n - 1)) * basis[k * size + p]!, origin[p]!),
      ),
    ),
  );
  const vector = (i: number): Float32Array => parameters.theta.subarray(i * size, (i + 1) * size);
  const { epsilon } = run.set;
  return {
    power,
    constant,
    deadUnits: run.theta ? deadUnits(architecture, run.theta, inputs) : [],
    points: Array.from({ length: parameters.count }, (_, i) => judge(vector(i))),
    coordinates: Array.from({ length: parameters.count }, (_, i) =>
      Array.from({ length: rank }, (__, k) =>
        Array.from(vector(i)).reduce((s, value, p) => s + (value - origin[p]!) * basis[k * size + p]!, 0),
      ),
    ),
    members,
    places,
    sure: members.every(({ loss }) => !tied(loss, epsilon, power)),
    inside: members.map(({ loss }) => loss < epsilon),
  };
}
