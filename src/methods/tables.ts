/** Values as tables of so many rows. */
import type { Curve, Embedding, EpsilonSet, Parameters, Subspace, Table } from '../catalog/values.js';
import { recordsOf } from './records.js';

/** Most parameters shown as columns; longer θ show their first ones. */
export const COLUMNS = 16;

/** Any value that a table can be made of. */
export type Tabular = Table | Parameters | Subspace | EpsilonSet | Embedding | Curve;

/** At most `limit` rows of a value; `more` says how many there are besides. */
export function tableOf(value: Tabular, limit: number): Table {
  const { columns, count, row } = recordsOf(value, COLUMNS);
  const rows = Array.from({ length: Math.min(count, limit) }, (_, i) => row(i));
  const more = count - rows.length + (value.type === 'Table' ? (value.more ?? 0) : 0);
  return { type: 'Table', columns, rows, ...(more > 0 ? { more } : {}) };
}
