/** Values as named arrays, as `--out` and data export write them. */
import type { Curve, EpsilonSet, Field, Inputs, Matrix, Model, PortType, Table, Value } from '../catalog/values.js';
import type { PlotData } from '../catalog/views.js';
import { latticeAxis, latticeCoefficients } from '../tensor/family.js';
import type { OutputArrays } from './protocol.js';

type Arrays = OutputArrays['arrays'];
type Numbers = Arrays[string]['data'];

/** Whether values of a type are arrays: an Architecture is none, and Activations are not evaluated yet. */
export function hasArrays(type: PortType): boolean {
  return type !== 'Architecture' && type !== 'Activations';
}

/** An output as named arrays; undefined for values that are none. */
export function outputArrays(value: Value): OutputArrays | undefined {
  switch (value.type) {
    case 'Inputs':
      return inputsArrays(value);
    case 'Table':
      return tableArrays(value);
    case 'Curve':
      return curveArrays(value);
    case 'Matrix':
      return matrixArrays(value);
    case 'Model':
      return modelArrays(value);
    case 'Figure':
      return plotArrays(value.plot);
    case 'Architecture':
    case 'Activations':
      return undefined;
    default:
      return { arrays: arraysOf(value) };
  }
}

type Whole = Exclude<
  Value,
  { readonly type: 'Inputs' | 'Table' | 'Curve' | 'Matrix' | 'Model' | 'Figure' | 'Architecture' | 'Activations' }
>;

function arraysOf(value: Whole): Arrays {
  switch (value.type) {
    case 'Outputs':
      return { y: array(value.y, [value.count, value.width]) };
    case 'Reference':
      return {
        ...optional('theta', value.theta),
        x: array(value.inputs.x, [value.inputs.count, ...value.inputs.item]),
        weights: array(value.inputs.weights),
        y: array(value.outputs.y, [value.outputs.count, value.outputs.width]),
      };
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
  }
}

/** `x` [N, …], `weights`, `labels` from 0 with the names of their `classes`, and `masks` [N, concepts, height, width] with the names of the `concepts`. */
function inputsArrays({ x, count, item, weights, labels, classes, concepts }: Inputs): OutputArrays {
  const [, ...sides] = item;
  return {
    arrays: {
      x: array(x, [count, ...item]),
      weights: array(weights),
      ...optional('labels', labels),
      ...(concepts ? { masks: array(concepts.masks, [count, concepts.names.length, ...sides]) } : {}),
    },
    texts: { ...(classes ? { classes } : {}), ...(concepts ? { concepts: concepts.names } : {}) },
  };
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

/** `x`, and of line i `y{i}`, `spread{i}` and `samples{i}` [runs, x], where there are any. */
function curveArrays({ x, places, lines }: Curve): OutputArrays {
  const arraysOfLine = ({ y, spread, samples }: Curve['lines'][number], i: number): Arrays => ({
    [`y${i}`]: array(y),
    ...optional(`spread${i}`, spread),
    ...(samples && samples.length > 0 ? { [`samples${i}`]: stacked(samples, x.length) } : {}),
  });
  return {
    arrays: Object.assign({ x: array(x) }, ...lines.map(arraysOfLine)) as Arrays,
    texts: { names: lines.map(({ name }) => name), ...(places ? { places } : {}) },
  };
}

/** `values` [rows, columns], NaN where there is none, and `spread` alike. */
function matrixArrays({ rows, columns, values, spread }: Matrix): OutputArrays {
  const shape = [rows.length, columns.length];
  return {
    arrays: { values: array(values, shape), ...(spread ? { spread: array(spread, shape) } : {}) },
    texts: { rows, columns },
  };
}

/** `theta` [count, P] and, with batch normalisation, `buffers` [count, B]; `names` tells the models apart. */
function modelArrays({ theta, buffers, count, names }: Model): OutputArrays {
  const rows = (data: Float32Array): Arrays[string] => array(data, [count, data.length / Math.max(1, count)]);
  return {
    arrays: { theta: rows(theta), ...(buffers.length > 0 ? { buffers: rows(buffers) } : {}) },
    texts: { names },
  };
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

function plotArrays(plot: PlotData): OutputArrays {
  switch (plot.kind) {
    case 'points': {
      const position = array(plot.position, [plot.position.length / plot.dimension, plot.dimension]);
      return { arrays: { position, values: array(plot.values) } };
    }
    case 'curves':
      return curveArrays(plot.curve);
    case 'matrix':
      return matrixArrays(plot.matrix);
    case 'table':
      return tableArrays(plot.table);
    case 'pictures': {
      const { pixels, labels, height, width, channels } = plot;
      const shape = [labels.length, height, width, channels];
      return { arrays: { pixels: array(Uint8Array.from(pixels), shape) }, texts: { labels } };
    }
    default: {
      const values = array(
        plot.values,
        plot.axes.map((axis) => axis.values.length),
      );
      const axes = plot.axes.map((axis, k) => [`axis${k}`, array(axis.values)]);
      return { arrays: { values, ...capArray(plot.cap), ...Object.fromEntries(axes) } };
    }
  }
}

/** Lists of one length as [lists, length]. */
function stacked(lists: readonly Float64Array[], length: number): Arrays[string] {
  const data = new Float64Array(lists.length * length).fill(Number.NaN);
  lists.forEach((list, k) => {
    data.set(list.subarray(0, length), k * length);
  });
  return array(data, [lists.length, length]);
}

function array(data: Numbers, shape: readonly number[] = [data.length]): Arrays[string] {
  return { data, shape };
}

const capArray = (cap: number | undefined): Arrays =>
  cap === undefined ? {} : { cap: array(Float64Array.of(cap), []) };

function optional(name: string, data: Numbers | undefined): Arrays {
  return data ? { [name]: array(data) } : {};
}
