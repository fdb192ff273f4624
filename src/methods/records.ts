/** Values as records: rows that mean one thing each, with named columns. Tables and CSV files are made of these. */
import { subscript } from '../catalog/text.js';
import type {
  Curve,
  Embedding,
  EpsilonSet,
  Field,
  Inputs,
  JScale,
  Matrix,
  Model,
  Outputs,
  Parameters,
  Subspace,
  Table,
} from '../catalog/values.js';
import { latticeCoefficients } from '../tensor/family.js';
import { memberAt, placeIn } from './members.js';
import { relativeJ } from './null-models.js';
import { axisName } from './pictures.js';

/** Any value whose rows mean one thing. */
export type Listed =
  | Table
  | Parameters
  | Subspace
  | Field
  | EpsilonSet
  | Embedding
  | Curve
  | Matrix
  | Inputs
  | Outputs
  | Model;

/** Rows made as they are asked for: a lattice of a million members is never held as rows. */
export interface Records {
  readonly columns: Table['columns'];
  readonly count: number;
  readonly row: (i: number) => Table['rows'][number];
}

/** The records of a value. Of a θ or an input at most `widest` numbers are columns. */
export function recordsOf(value: Listed, widest = Number.POSITIVE_INFINITY): Records {
  switch (value.type) {
    case 'Table':
      return { columns: value.columns, count: value.rows.length, row: (i) => value.rows[i]! };
    case 'Parameters':
      return parameterRecords(value, widest);
    case 'Subspace':
      return pointRecords(value);
    case 'Field':
      return memberRecords(value, value.values);
    case 'EpsilonSet':
      return memberRecords(value.field, value.values, value.index);
    case 'Embedding':
      return embeddingRecords(value);
    case 'Curve':
      return curveRecords(value);
    case 'Matrix':
      return matrixRecords(value);
    case 'Inputs':
      return inputRecords(value, widest);
    case 'Outputs': {
      const { y, width, count } = value;
      return {
        columns: [{ name: 'input' }, ...numbered('y', width, widest)],
        count,
        row: (i) => [i, ...y.subarray(i * width, i * width + Math.min(width, widest))],
      };
    }
    case 'Model':
      return modelRecords(value, widest);
  }
}

function parameterRecords({ theta, count, size, loss, power, reference }: Parameters, widest: number): Records {
  const shown = Math.min(size, widest);
  return {
    columns: [
      { name: 'point' },
      ...(loss ? [{ name: 'J' }, { name: 'J', unit: 'E[φ²]' }] : []),
      ...(power ? [{ name: 'power' }] : []),
      ...numbered('θ', size, widest),
    ],
    count,
    row: (i) => [
      `θ${subscript(i)}`,
      ...(loss ? [loss[i]!, relativeOf(loss[i]!, reference?.scale)] : []),
      ...(power ? [power[i]!] : []),
      ...theta.subarray(i * size, i * size + shown),
    ],
  };
}

function pointRecords({ coordinates, rank, pointLoss, singularValues }: Subspace): Records {
  return {
    columns: [
      { name: 'point' },
      ...axes(rank),
      ...(pointLoss ? [{ name: 'J' }] : []),
      ...(singularValues ? [{ name: 'singular value' }] : []),
    ],
    count: rank === 0 ? 0 : coordinates.length / rank,
    row: (i) => [
      `θ${subscript(i)}`,
      ...coordinates.subarray(i * rank, (i + 1) * rank),
      ...(pointLoss ? [pointLoss[i]!] : []),
      ...(singularValues ? [i === 0 ? null : (singularValues[i - 1] ?? null)] : []),
    ],
  };
}

/**
 * Members of a lattice, all that the Field knows or those of an index: number, coefficients, J, J relative to the reference's
 * power, output power. A censored member has no J, and the cap as what it is at least.
 */
function memberRecords(field: Field, values: Float32Array, index?: Uint32Array): Records {
  const { lattice, power, reference } = field;
  const cap = index === undefined ? field.cap : undefined; // all members of an ε-set are below it
  return {
    columns: [
      { name: 'member' },
      ...axes(lattice.subspace.rank),
      { name: 'J' },
      { name: 'J', unit: 'E[φ²]' },
      { name: 'power' },
      ...(cap === undefined ? [] : [{ name: 'J at least' }]),
    ],
    count: values.length,
    row: (i) => {
      const member = index ? index[i]! : memberAt(field, i);
      const at = [member, ...latticeCoefficients(lattice, member)];
      if (cap !== undefined && values[i] === Number.POSITIVE_INFINITY) return [...at, null, null, null, cap];
      const known = [values[i]!, relativeOf(values[i]!, reference.scale), power[placeIn(field, member)]!];
      return [...at, ...known, ...(cap === undefined ? [] : [null])];
    },
  };
}

function embeddingRecords({ position, dimension, count, values, axes: names, member, scale }: Embedding): Records {
  return {
    columns: [
      { name: member ? 'member' : 'point' },
      ...names.map((name) => ({ name })),
      { name: 'J' },
      { name: 'J', unit: 'E[φ²]' },
    ],
    count,
    row: (i) => [
      member?.[i] ?? i,
      ...position.subarray(i * dimension, (i + 1) * dimension),
      values[i]!,
      relativeOf(values[i]!, scale),
    ],
  };
}

/** x, then of each line y, its spread and the runs that it is the mean of, where there are any. */
function curveRecords({ x, xName, yName, places, lines }: Curve): Records {
  const columns = lines.flatMap(({ name, state, y, spread, samples = [] }) => [
    { name: state ? `${name} (${state})` : name, values: y },
    ...(spread ? [{ name: `± ${name}`, values: spread }] : []),
    ...samples.map((values, k) => ({ name: `${name} run ${k + 1}`, values })),
  ]);
  return {
    columns: [{ name: xName }, ...columns.map(({ name }) => ({ name, unit: yName }))],
    count: x.length,
    row: (i) => [places ? (places[i] ?? null) : x[i]!, ...columns.map(({ values }) => values[i] ?? null)],
  };
}

/** A record for each row of the matrix: its name, then its values and, where there are any, their spreads. */
function matrixRecords({ rows, columns, values, spread, rowName, valueName }: Matrix): Records {
  const width = columns.length;
  const numbersOf = (of: Float64Array, i: number) =>
    Array.from(of.subarray(i * width, (i + 1) * width), (value) => (Number.isNaN(value) ? null : value));
  return {
    columns: [
      { name: rowName },
      ...columns.map((name) => ({ name, unit: valueName })),
      ...(spread ? columns.map((name) => ({ name: `± ${name}`, unit: valueName })) : []),
    ],
    count: rows.length,
    row: (i) => [rows[i]!, ...numbersOf(values, i), ...(spread ? numbersOf(spread, i) : [])],
  };
}

/** A record for each parameter, with its value in each of the models. */
function modelRecords({ theta, count, names }: Model, widest: number): Records {
  const size = theta.length / Math.max(1, count);
  const shown = Math.min(count, widest);
  return {
    columns: [
      { name: 'parameter' },
      ...Array.from({ length: shown }, (_, k) => ({ name: count === 1 ? 'θ' : `θ of ${names[k] ?? k}` })),
    ],
    count: size,
    row: (i) => [i, ...Array.from({ length: shown }, (_, k) => theta[k * size + i]!)],
  };
}

function inputRecords({ x, count, weights, labels, classes }: Inputs, widest: number): Records {
  const width = count === 0 ? 0 : x.length / count;
  return {
    columns: [
      { name: 'input' },
      ...numbered('x', width, widest),
      { name: 'weight' },
      ...(labels ? [{ name: 'label' }] : []),
      ...(labels && classes ? [{ name: 'class' }] : []),
    ],
    count,
    row: (i) => [
      i,
      ...x.subarray(i * width, i * width + Math.min(width, widest)),
      weights[i]!,
      ...(labels ? [labels[i]!] : []),
      ...(labels && classes ? [classes[labels[i]!] ?? null] : []),
    ],
  };
}

const axes = (rank: number) => Array.from({ length: rank }, (_, k) => ({ name: axisName(k) }));

const numbered = (name: string, width: number, widest: number) =>
  Array.from({ length: Math.min(width, widest) }, (_, k) => ({ name: `${name}[${k}]` }));

const relativeOf = (loss: number, scale: JScale | undefined): number | null =>
  (scale && relativeJ(loss, scale)) ?? null;
