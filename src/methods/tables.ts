/** Values as rows and columns. */

import { formatCount, subscript } from '../catalog/text.js';
import type { Curve, Embedding, EpsilonSet, Parameters, Subspace, Table } from '../catalog/values.js';
import { latticeCoefficients } from '../tensor/family.js';
import { relativeJ } from './null-models.js';
import { axisName } from './pictures.js';

/** Most parameters shown as columns; longer θ show their first ones. */
export const COLUMNS = 16;

/** Any value that a table can be made of. */
export type Tabular = Table | Parameters | Subspace | EpsilonSet | Embedding | Curve;

/** At most `limit` rows of a value; a note in the last row's first cell when there are more. */
export function tableOf(value: Tabular, limit: number): Table {
  const { columns, rows, total } = rowsOf(value, limit);
  if (total <= rows.length) return { type: 'Table', columns, rows };
  const more = [`… ${formatCount(total - rows.length)} more`, ...columns.slice(1).map(() => null)];
  return { type: 'Table', columns, rows: [...rows, more] };
}

interface Rows {
  readonly columns: Table['columns'];
  readonly rows: Table['rows'];
  readonly total: number;
}

function rowsOf(value: Tabular, limit: number): Rows {
  switch (value.type) {
    case 'Table':
      return { columns: value.columns, rows: value.rows.slice(0, limit), total: value.rows.length };
    case 'Parameters':
      return parameterRows(value, limit);
    case 'Subspace':
      return subspaceRows(value, limit);
    case 'EpsilonSet':
      return setRows(value, limit);
    case 'Embedding':
      return embeddingRows(value, limit);
    case 'Curve':
      return {
        columns: [{ name: value.xName }, ...value.lines.map(({ name }) => ({ name, unit: value.yName }))],
        rows: take(value.x.length, limit, (i) => [value.x[i]!, ...value.lines.map((line) => line.y[i] ?? null)]),
        total: value.x.length,
      };
  }
}

function parameterRows({ theta, count, size, loss, power, reference }: Parameters, limit: number): Rows {
  const shown = Math.min(size, COLUMNS);
  return {
    columns: [
      { name: 'point' },
      ...(loss ? [{ name: 'J' }, { name: 'J', unit: 'E[φ²]' }] : []),
      ...(power ? [{ name: 'power' }] : []),
      ...Array.from({ length: shown }, (_, k) => ({ name: `θ[${k}]` })),
    ],
    rows: take(count, limit, (i) => [
      `θ${subscript(i)}`,
      ...(loss ? [loss[i]!, (reference && relativeJ(loss[i]!, reference.scale)) ?? null] : []),
      ...(power ? [power[i]!] : []),
      ...theta.subarray(i * size, i * size + shown),
    ]),
    total: count,
  };
}

function subspaceRows({ coordinates, rank, pointLoss, singularValues }: Subspace, limit: number): Rows {
  const count = rank === 0 ? 0 : coordinates.length / rank;
  return {
    columns: [
      { name: 'point' },
      ...Array.from({ length: rank }, (_, k) => ({ name: axisName(k) })),
      ...(pointLoss ? [{ name: 'J' }] : []),
      ...(singularValues ? [{ name: 'singular value' }] : []),
    ],
    rows: take(count, limit, (i) => [
      `θ${subscript(i)}`,
      ...coordinates.subarray(i * rank, (i + 1) * rank),
      ...(pointLoss ? [pointLoss[i]!] : []),
      ...(singularValues ? [i === 0 ? null : (singularValues[i - 1] ?? null)] : []),
    ]),
    total: count,
  };
}

function setRows({ index, values, field }: EpsilonSet, limit: number): Rows {
  const { lattice, reference, power } = field;
  return {
    columns: [
      { name: 'member' },
      ...Array.from({ length: lattice.subspace.rank }, (_, k) => ({ name: axisName(k) })),
      { name: 'J' },
      { name: 'J', unit: 'E[φ²]' },
      { name: 'power' },
    ],
    rows: take(index.length, limit, (i) => [
      index[i]!,
      ...latticeCoefficients(lattice, index[i]!),
      values[i]!,
      relativeJ(values[i]!, reference.scale) ?? null,
      power[index[i]!]!,
    ]),
    total: index.length,
  };
}

function embeddingRows({ position, dimension, count, values, axes }: Embedding, limit: number): Rows {
  return {
    columns: [{ name: 'point' }, ...axes.map((name) => ({ name })), { name: 'J' }],
    rows: take(count, limit, (i) => [i, ...position.subarray(i * dimension, (i + 1) * dimension), values[i]!]),
    total: count,
  };
}

function take<T>(count: number, limit: number, row: (i: number) => T): T[] {
  return Array.from({ length: Math.min(count, limit) }, (_, i) => row(i));
}
