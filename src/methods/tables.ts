/** Values as tables of so many rows. */
import { type Architecture, layoutOf } from '../catalog/architecture.js';
import type {
  Curve,
  Embedding,
  EpsilonSet,
  Inputs,
  Matrix,
  Outputs,
  Parameters,
  Subspace,
  Table,
} from '../catalog/values.js';
import { recordsOf } from './records.js';

/** Most numbers of a θ or an input shown as columns; longer ones show their first. */
export const COLUMNS = 16;

/** Any value that a table can be made of. */
export type Tabular = Table | Parameters | Subspace | EpsilonSet | Embedding | Curve | Matrix | Inputs | Outputs;

/** At most `limit` rows of a value; `more` says how many there are besides. */
export function tableOf(value: Tabular, limit: number): Table {
  const { columns, count, row } = recordsOf(value, COLUMNS);
  const rows = Array.from({ length: Math.min(count, limit) }, (_, i) => row(i));
  const more = count - rows.length + (value.type === 'Table' ? (value.more ?? 0) : 0);
  return { type: 'Table', columns, rows, ...(more > 0 ? { more } : {}) };
}

/** θ of an architecture, one row for each number: its place, its tensor and its place there. */
export function thetaTable(architecture: Architecture, theta: Float32Array): Table {
  const rows = layoutOf(architecture).tensors.flatMap(({ name, shape, offset, size }) =>
    Array.from({ length: size }, (_, i) => [
      offset + i,
      `${name}[${placeIn(shape, i).join(', ')}]`,
      theta[offset + i]!,
    ]),
  );
  return { type: 'Table', columns: [{ name: 'parameter' }, { name: 'tensor' }, { name: 'θ' }], rows };
}

/** Indices of the i-th number of an array, the last axis fastest. */
function placeIn(shape: readonly number[], i: number): number[] {
  const place: number[] = [];
  for (const side of [...shape].reverse()) {
    place.unshift(i % side);
    i = Math.floor(i / side);
  }
  return place;
}
