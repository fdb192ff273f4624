/** Distances between networks in parameter space, tensor by tensor (thesis, Table 1). */
import { layoutOf, type ParameterTensor } from '../../catalog/architecture.js';
import { namedPlaces } from '../../catalog/layer-names.js';
import type { Model, Table } from '../../catalog/values.js';
import type { WorkControl } from '../../catalog/work.js';
import { type PairsOf, pairsBetween } from '../models/pairs.js';
import { breathe } from '../progress.js';
import { weightsAt } from './models.js';

/** Least, largest and mean ‖A − B‖ over pairs, and the mean of it relative to √((‖A‖² + ‖B‖²)/2). */
export interface Distances {
  readonly name: string;
  readonly numbers: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly relative: number; // √2 of two unrelated networks of equal norm
}

/** Frobenius distances of every tensor of θ, of all weights, of all biases and shifts, and of θ. */
export async function distances(
  a: Model,
  b: Model | undefined,
  which: PairsOf,
  control: WorkControl,
): Promise<readonly Distances[]> {
  const { tensors } = layoutOf(a.architecture);
  const pairs = pairsBetween(a, b, which);
  const found: (readonly Squares[])[] = []; // by pair and tensor
  for (const [at, [i, j]] of pairs.entries()) {
    control.progress(at / pairs.length);
    await breathe(control);
    found.push(squares(weightsAt(a, i).theta, weightsAt(b ?? a, j).theta, tensors));
  }
  const label = new Map(namedPlaces(a.architecture).map((place) => [place.path, place.short]));
  const isWeight = (t: number): boolean => tensors[t]!.shape.length > 1;
  const all = tensors.map((_, t) => t);
  const parts: (readonly [string, readonly number[]])[] = [
    ...tensors.map(({ name, path }, t) => [`${name} (${label.get(path)})`, [t]] as const),
    ['all weights', all.filter(isWeight)],
    ['all others', all.filter((t) => !isWeight(t))],
    ['total', all],
  ];
  return parts
    .filter(([, of]) => of.length > 0)
    .map(([name, of]) => {
      const sums = found.map((each) => ({ apart: sum(of, (t) => each[t]!.apart), own: sum(of, (t) => each[t]!.own) }));
      const lengths = sums.map(({ apart }) => Math.sqrt(apart));
      const relative = sums.map(({ apart, own }) => (own > 0 ? Math.sqrt((2 * apart) / own) : 0));
      return {
        name,
        numbers: sum(of, (t) => tensors[t]!.size),
        min: lengths.reduce((least, length) => Math.min(least, length), Infinity),
        max: lengths.reduce((most, length) => Math.max(most, length), 0),
        mean: sum(lengths, (length) => length) / lengths.length,
        relative: sum(relative, (value) => value) / relative.length,
      };
    });
}

const sum = (of: readonly number[], value: (item: number) => number): number =>
  of.reduce((total, item) => total + value(item), 0);

/** ‖A − B‖² and ‖A‖² + ‖B‖² of a tensor. */
interface Squares {
  readonly apart: number;
  readonly own: number;
}

function squares(a: ArrayLike<number>, b: ArrayLike<number>, tensors: readonly ParameterTensor[]): readonly Squares[] {
  return tensors.map(({ offset, size }) => {
    let [apart, own] = [0, 0];
    for (let k = offset; k < offset + size; k++) {
      apart += (a[k]! - b[k]!) ** 2;
      own += a[k]! ** 2 + b[k]! ** 2;
    }
    return { apart, own };
  });
}

/** Distances as a table; `after`: of the same networks sorted or matched, beside them. */
export function distanceTable(before: readonly Distances[], after?: readonly Distances[]): Table {
  const columns = ['min', 'max', 'mean', 'relative'];
  const cells = ({ min, max, mean, relative }: Distances): number[] => [min, max, mean, relative];
  return {
    type: 'Table',
    columns: ['tensor', 'numbers', ...columns, ...(after ? columns.map((name) => `${name} after`) : [])].map(
      (name) => ({ name }),
    ),
    rows: before.map((row, i) => [row.name, row.numbers, ...cells(row), ...(after ? cells(after[i]!) : [])]),
  };
}
