/** Distances between networks in parameter space, tensor by tensor (thesis, Table 1). */
import { layoutOf, type ParameterTensor } from '../../catalog/architecture.js';
import { namedPlaces } from '../../catalog/layer-names.js';
import type { Model, Table } from '../../catalog/values.js';
import { weightsAt } from './models.js';
import { type PairsOf, pairsBetween } from './pairs.js';

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
export function distances(a: Model, b: Model | undefined, which: PairsOf): readonly Distances[] {
  const { tensors } = layoutOf(a.architecture);
  const label = new Map(namedPlaces(a.architecture).map((place) => [place.path, place.short]));
  const isWeight = ({ shape }: ParameterTensor): boolean => shape.length > 1;
  const parts: (readonly [string, readonly ParameterTensor[]])[] = [
    ...tensors.map((tensor) => [`${tensor.name} (${label.get(tensor.path)})`, [tensor]] as const),
    ['all weights', tensors.filter(isWeight)],
    ['all others', tensors.filter((tensor) => !isWeight(tensor))],
    ['total', tensors],
  ];
  const pairs = pairsBetween(a, b, which);
  return parts.flatMap(([name, of]) => {
    if (of.length === 0) return [];
    const found = pairs.map(([i, j]) => squares(weightsAt(a, i).theta, weightsAt(b ?? a, j).theta, of));
    const lengths = found.map(({ apart }) => Math.sqrt(apart));
    const relative = found.map(({ apart, own }) => (own > 0 ? Math.sqrt((2 * apart) / own) : 0));
    const mean = (values: readonly number[]): number => values.reduce((x, y) => x + y, 0) / values.length;
    return [
      {
        name,
        numbers: of.reduce((sum, { size }) => sum + size, 0),
        min: Math.min(...lengths),
        max: Math.max(...lengths),
        mean: mean(lengths),
        relative: mean(relative),
      },
    ];
  });
}

/** ‖A − B‖² and ‖A‖² + ‖B‖² of some tensors. */
function squares(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  tensors: readonly ParameterTensor[],
): { readonly apart: number; readonly own: number } {
  let [apart, own] = [0, 0];
  for (const { offset, size } of tensors)
    for (let k = offset; k < offset + size; k++) {
      apart += (a[k]! - b[k]!) ** 2;
      own += a[k]! ** 2 + b[k]! ** 2;
    }
  return { apart, own };
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
