/** Values as named arrays, as `--out` and data export write them. */
import type { Curve, EpsilonSet, Field, Table, Value } from '../catalog/values.js';
import type { PlotData } from '../catalog/views.js';
import { latticeAxis, latticeCoefficients } from '../tensor/family.js';
import type { OutputArrays } from './protocol.js';

type Arrays = OutputArrays['arrays'];
type Numbers = Arrays[string]['data'];

/** An output as named arrays; undefined for values that are no arrays (an Architecture). */
export function outputArrays(value: Value): OutputArrays | undefined {
  const table = value.type === 'Table' ? value : value.type === 'Figure' ? tableOf(value.plot) : undefined;
  if (table) return tableArrays(table);
  const curve = value.type === 'Curve' ? value : value.type === 'Figure' ? curveOf(value.plot) : undefined;
  if (curve) return { arrays: curveArrays(curve), texts: { names: curve.lines.map(({ name }) => name) } };
  const arrays = arraysOf(value);
  return Object.keys(arrays).length > 0 ? { arrays } : undefined;
}

const curveOf = (plot: PlotData): Curve | undefined => (plot.kind === 'curves' ? plot.curve : undefined);
const tableOf = (plot: PlotData): Table | undefined => (plot.kind === 'table' ? plot.table : undefined);

function arraysOf(value: Value): Arrays {
  switch (value.type) {
    case 'Inputs':
      return {
        x: array(value.x, [value.count, ...value.item]),
        weights: array(value.weights),
        ...optional('labels', value.labels),
      };
    case 'Outputs':
      return { y: array(value.y, [value.count, value.width]) };
    case 'Reference':
      return {
        ...optional('theta', value.theta),
        x: array(value.inputs.x, [value.inputs.count, ...value.inputs.item]),
        weights: array(value.inputs.weights),
        y: array(value.outputs.y, [value.outputs.count, value.outputs.width]),
      };
    case 'Model':
      return { theta: array(value.theta) };
    case 'Parameters':
      return { theta: array(value.theta, [value.count, value.size]), ...optional('loss', value.loss) };
    case 'Subspace':
      return {
        origin: array(value.origin),
        basis: array(value.basis, [value.rank, value.size]),
        coordinates: array(value.coordinates, [value.coordinates.length / Math.max(1, value.rank), value.rank]),
        ...optional('loss', value.pointLoss),
        ...optional('singularValues', value.singularValues),
      };
    case 'Field':
      return fieldArrays(value);
    case 'EpsilonSet':
      return epsilonSetArrays(value);
    case 'Embedding':
      return { position: array(value.position, [value.count, value.dimension]), values: array(value.values) };
    case 'Figure':
      return plotArrays(value.plot);
    case 'Curve':
    case 'Table':
    case 'Architecture':
      return {};
  }
}

/**
 * `values` and `power` in the lattice's shape; `axis0`…: the coefficients along each basis vector; `cap`: from which J on `values` is
 * +∞ and `power` NaN. Of a Field that knows only some members also their `index`, and both are lists.
 */
function fieldArrays({ lattice, values, power, cap, index }: Field): Arrays {
  const { points, subspace } = lattice;
  const shape = new Array<number>(subspace.rank).fill(points);
  const axis = array(Float64Array.from({ length: points }, (_, i) => latticeAxis(lattice, i)));
  return {
    values: array(values, index ? undefined : shape),
    power: array(power, index ? undefined : shape),
    ...optional('index', index),
    ...capArray(cap),
    ...Object.fromEntries(shape.map((_, k) => [`axis${k}`, axis])),
  };
}

/** `index` into the lattice, `coefficients` [count, m] along the basis vectors, `values` (J). */
function epsilonSetArrays({ field, index, values, epsilon }: EpsilonSet): Arrays {
  const { lattice } = field;
  const { rank } = lattice.subspace;
  const coefficients = new Float64Array(index.length * rank);
  index.forEach((member, row) => {
    latticeCoefficients(lattice, member, coefficients.subarray(row * rank, (row + 1) * rank));
  });
  return {
    index: array(index),
    coefficients: array(coefficients, [index.length, rank]),
    values: array(values),
    epsilon: array(Float64Array.of(epsilon), []),
  };
}

function curveArrays({ x, lines }: Curve): Arrays {
  return { x: array(x), ...Object.fromEntries(lines.map(({ y }, i) => [`y${i}`, array(y)])) };
}

/** The columns as `column0`, `column1`, …: numbers, where an empty cell is NaN, or text, where it is ''; `names` and `units` say what they are. */
function tableArrays({ columns, rows }: Table): OutputArrays {
  const arrays: Record<string, Arrays[string]> = {};
  const texts: Record<string, readonly string[]> = {
    names: columns.map(({ name }) => name),
    units: columns.map(({ unit }) => unit ?? ''),
  };
  columns.forEach((_, k) => {
    const cells = rows.map((row) => row[k] ?? null);
    if (cells.every((cell) => cell === null || typeof cell === 'number'))
      arrays[`column${k}`] = array(Float64Array.from(cells, (cell) => cell ?? Number.NaN));
    else texts[`column${k}`] = cells.map((cell) => String(cell ?? ''));
  });
  return { arrays, texts };
}

function plotArrays(plot: PlotData): Arrays {
  switch (plot.kind) {
    case 'points':
      return {
        position: array(plot.position, [plot.position.length / plot.dimension, plot.dimension]),
        values: array(plot.values),
      };
    case 'curves':
    case 'table':
      return {};
    default:
      return {
        values: array(
          plot.values,
          plot.axes.map((axis) => axis.values.length),
        ),
        ...capArray(plot.cap),
        ...Object.fromEntries(plot.axes.map((axis, k) => [`axis${k}`, array(axis.values)])),
      };
  }
}

function array(data: Numbers, shape: readonly number[] = [data.length]): Arrays[string] {
  return { data, shape };
}

const capArray = (cap: number | undefined): Arrays =>
  cap === undefined ? {} : { cap: array(Float64Array.of(cap), []) };

function optional(name: string, data: Numbers | undefined): Arrays {
  return data ? { [name]: array(data) } : {};
}
