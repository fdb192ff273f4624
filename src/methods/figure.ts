/** Figures as the Plot node makes them: which plot fits which value, and the plot. */
import { FiberscopeError } from '../catalog/errors.js';
import type { Curve, Embedding, EpsilonSet, Field, Matrix } from '../catalog/values.js';
import type { Colouring, PlotData } from '../catalog/views.js';
import { withinCap } from './cap.js';
import {
  countText,
  curvePicture,
  embeddingPicture,
  embeddingTitle,
  FIELD_PLOT_RANK,
  type FieldPlot,
  fieldPicture,
  matrixPicture,
  setPicture,
} from './pictures.js';

/** Kinds of plot by name. */
export const PLOT_KINDS = {
  auto: 'Automatic',
  surface: 'Surface',
  contour: 'Contour',
  line: 'Line',
  'iso-surface': 'Iso-surface',
  points: 'Points',
  curves: 'Lines of curves',
  matrix: 'Heat map',
} as const;
/** Name of a kind of plot. */
export type PlotKind = keyof typeof PLOT_KINDS;

/** Values that a figure can be made of. */
export type Drawable = Field | EpsilonSet | Embedding | Curve | Matrix;

/** Options of a figure. `epsilon` is the level of an iso-surface of a Field, in `unit`. */
export interface FigureOptions {
  readonly title: string;
  readonly kind: PlotKind;
  readonly scale: 'log' | 'linear';
  readonly unit: 'relative' | 'absolute';
  readonly epsilon: number;
}

const NAMES = {
  Field: 'a Field',
  EpsilonSet: 'an ε-set',
  Embedding: 'an embedding',
  Curve: 'curves',
  Matrix: 'a matrix',
};

/** The kind that `auto` stands for. */
export function automaticKind(type: Drawable['type'], rank: number | undefined): Exclude<PlotKind, 'auto'> {
  if (type === 'Curve') return 'curves';
  if (type === 'Matrix') return 'matrix';
  if (type === 'Embedding') return 'points';
  if (rank === 1) return 'line';
  if (type === 'EpsilonSet') return 'points';
  return rank === 2 ? 'surface' : 'iso-surface';
}

/** Throws a `parameter` error with the reason when a kind does not fit a value; `rank` is m of a Field or ε-set. */
export function requireDrawable(kind: PlotKind, type: Drawable['type'], rank: number | undefined): void {
  const chosen = kind === 'auto' ? automaticKind(type, rank) : kind;
  const misfit = misfitOf(chosen, type, rank);
  if (misfit === undefined) return;
  const got = `${NAMES[type]}${rank === undefined ? '' : ` with m = ${rank}`}`;
  throw new FiberscopeError(
    'parameter',
    `parameter 'kind': ${PLOT_KINDS[chosen].toLowerCase()} needs ${misfit.expected}, got ${got}; ${misfit.remedy}`,
  );
}

/** What a kind needs that the value is not, and what to do; undefined when it fits. */
function misfitOf(
  kind: Exclude<PlotKind, 'auto'>,
  type: Drawable['type'],
  rank: number | undefined,
): { expected: string; remedy: string } | undefined {
  if (type === 'Curve')
    return kind === 'curves' ? undefined : { expected: 'a Field or an ε-set', remedy: 'choose Lines of curves' };
  if (kind === 'curves') return { expected: 'curves', remedy: 'choose another kind' };
  if (type === 'Matrix')
    return kind === 'matrix' ? undefined : { expected: 'a Field or an ε-set', remedy: 'choose Heat map' };
  if (kind === 'matrix') return { expected: 'a matrix', remedy: 'choose another kind' };
  if (type === 'Embedding')
    return kind === 'points' ? undefined : { expected: 'a Field or an ε-set', remedy: 'choose Points' };
  if (kind === 'points') {
    if (type === 'Field') return { expected: 'an ε-set', remedy: 'put Threshold ε before it' };
    if (rank === 2 || rank === 3) return undefined;
    return { expected: 'm = 2 or 3', remedy: rank === 1 ? 'choose Line' : 'put UMAP before it' };
  }
  const needed = FIELD_PLOT_RANK[kind];
  if (rank === needed) return undefined;
  const remedy =
    rank !== undefined && rank > 3 ? 'use Threshold ε and UMAP' : `choose ${PLOT_KINDS[automaticKind(type, rank)]}`;
  return { expected: `m = ${needed}`, remedy };
}

/** The figure of a value. */
export function figureOf(data: Drawable, options: FigureOptions): PlotData {
  const rank =
    data.type === 'Field'
      ? data.lattice.subspace.rank
      : data.type === 'EpsilonSet'
        ? data.field.lattice.subspace.rank
        : undefined;
  requireDrawable(options.kind, data.type, rank);
  const kind = options.kind === 'auto' ? automaticKind(data.type, rank) : options.kind;
  const titled = (usual: string): string => (options.title === '' ? usual : options.title);
  if (data.type === 'Curve') return curvePicture(data, titled(data.yName));
  if (data.type === 'Matrix') return matrixPicture(data, titled(data.valueName));
  const { power } = scaleOf(data);
  const colouring: Colouring = { log: options.scale === 'log', relative: options.unit === 'relative' && power > 0 };
  if (data.type === 'Embedding') return embeddingPicture(data, { title: titled(embeddingTitle(data)), colouring });
  if (kind === 'points') return setPicture(data as EpsilonSet, { title: titled('ε-set'), colouring });
  const field = data.type === 'Field' ? data : data.field;
  const level = options.epsilon * (options.unit === 'relative' && power > 0 ? power : 1);
  const epsilon = data.type === 'EpsilonSet' ? data.epsilon : kind === 'iso-surface' ? level : undefined;
  if (data.type === 'Field' && epsilon !== undefined) withinCap(epsilon, field);
  return fieldPicture(field, kind as FieldPlot, {
    title: titled(kind === 'iso-surface' ? 'J = ε' : 'J on the grid'),
    colouring,
    ...(epsilon === undefined ? {} : { epsilon }),
    ...(data.type === 'EpsilonSet' ? { caption: countText(data, colouring) } : {}),
  });
}

function scaleOf(data: Field | EpsilonSet | Embedding) {
  if (data.type === 'Embedding') return data.scale;
  return (data.type === 'Field' ? data : data.field).reference.scale;
}
