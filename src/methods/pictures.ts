/** What is drawn of a value: plain PlotData and RulerData, no chart options. */
import { formatCount, formatNumber, formatPower, formatShare, subscript } from '../catalog/text.js';
import type { Curve, Embedding, EpsilonSet, Field, Mark, Matrix, Subspace, Table } from '../catalog/values.js';
import type { Colouring, PlotData, RulerData } from '../catalog/views.js';
import { latticeCoefficients } from '../tensor/family.js';
import { axisValues, latticeCount } from './lattice.js';
import { latticeValues } from './members.js';

/** How J is coloured where nobody chose: logarithmic, relative to E[φ²] where that is not 0. */
export function usualColouring(power: number): Colouring {
  return { log: true, relative: power > 0 };
}

/** The plots of J over a lattice: a line for m = 1, surface or contour for m = 2, iso-surface for m = 3. */
export type FieldPlot = 'line' | 'surface' | 'contour' | 'iso-surface';

/** Dimensions of the lattice that each plot of a Field needs. */
export const FIELD_PLOT_RANK: Readonly<Record<FieldPlot, number>> = {
  line: 1,
  surface: 2,
  contour: 2,
  'iso-surface': 3,
};

/** Name of a coefficient axis: c₁, c₂, … */
export function axisName(k: number): string {
  return `c${subscript(k + 1)}`;
}

/** θ_0…θ_m at their coordinates in the subspace. */
export function marksOf({ coordinates, rank, pointLoss }: Subspace): readonly Mark[] {
  return Array.from({ length: rank === 0 ? 0 : coordinates.length / rank }, (_, i) => ({
    name: `θ${subscript(i)}`,
    position: Array.from(coordinates.subarray(i * rank, (i + 1) * rank)),
    ...(pointLoss === undefined ? {} : { loss: pointLoss[i]! }),
  }));
}

/** How a lattice is said in captions: 50³ members on [−2, 2], and the inputs. */
function latticeText({ lattice, reference }: Field): string {
  const { points, low, high, subspace } = lattice;
  const size = subspace.rank === 1 ? formatCount(points) : formatPower(points, subspace.rank);
  return `${size} members, coefficients in [${formatNumber(low)}, ${formatNumber(high)}]; ${reference.inputs.source}`;
}

/** What a caption says of a Field with a cap, in the unit in which the picture shows J; nothing of a whole one. */
function capText({ cap, reference: { scale } }: Field, { relative }: Pick<Colouring, 'relative'>): string {
  if (cap === undefined) return '';
  const at = relative && scale.power > 0 ? `${formatNumber(cap / scale.power)} E[φ²]` : formatNumber(cap);
  return `; J known below ${at}`;
}

/** J over a lattice. */
export function fieldPicture(
  field: Field,
  kind: FieldPlot,
  options: {
    readonly title: string;
    readonly colouring: Colouring;
    readonly epsilon?: number;
    readonly caption?: string;
  },
): PlotData {
  const { lattice, cap, reference } = field;
  const axis = axisValues(lattice);
  return {
    kind,
    title: options.title,
    axes: Array.from({ length: lattice.subspace.rank }, (_, k) => ({ name: axisName(k), values: axis })),
    values: latticeValues(field),
    ...(cap === undefined ? {} : { cap }),
    ...(options.epsilon === undefined ? {} : { epsilon: options.epsilon }),
    marks: marksOf(lattice.subspace),
    scale: reference.scale,
    colouring: options.colouring,
    caption: (options.caption ?? latticeText(field)) + capText(field, options.colouring),
  };
}

/** The members of an ε-set as points of their coefficients, m = 2 or 3. */
export function setPicture(
  set: EpsilonSet,
  options: { readonly title: string; readonly colouring: Colouring },
): PlotData {
  const { lattice, reference } = set.field;
  const m = lattice.subspace.rank;
  const position = new Float64Array(set.index.length * m); // as exact as the lattice: the CSV of every plot names the same coefficient
  set.index.forEach((member, i) => {
    latticeCoefficients(lattice, member, position.subarray(i * m, (i + 1) * m));
  });
  return {
    kind: 'points',
    title: options.title,
    dimension: m === 3 ? 3 : 2,
    axes: Array.from({ length: m }, (_, k) => ({ name: axisName(k), low: lattice.low, high: lattice.high })),
    position,
    values: set.values,
    total: latticeCount(lattice),
    epsilon: set.epsilon,
    marks: marksOf(lattice.subspace),
    scale: reference.scale,
    colouring: options.colouring,
    caption: `${countText(set, options.colouring)}; ${latticeText(set.field)}`,
  };
}

/** `5,671 of 125,000 (4.54 %) with J < 0.02 E[φ²]`: ε in the unit in which the picture shows J. */
export function countText(set: EpsilonSet, { relative }: Pick<Colouring, 'relative'>): string {
  const { lattice, reference } = set.field;
  const { power } = reference.scale;
  const total = latticeCount(lattice);
  const epsilon = relative && power > 0 ? `${formatNumber(set.epsilon / power)} E[φ²]` : formatNumber(set.epsilon);
  return `${formatCount(set.index.length)} of ${formatCount(total)} (${formatShare(set.index.length / total)}) with J < ${epsilon}`;
}

/** `UMAP of θ of the ε-set, 3-D`: tells embeddings of one set apart. */
export function embeddingTitle({ of, dimension }: Pick<Embedding, 'of' | 'dimension'>): string {
  return `UMAP of ${of === 'theta' ? 'θ of ' : ''}the ε-set${dimension === 3 ? ', 3-D' : ''}`;
}

/** An embedding as a scatter. */
export function embeddingPicture(
  embedding: Embedding,
  options: { readonly title: string; readonly colouring: Colouring },
): PlotData {
  return {
    kind: 'points',
    title: options.title,
    dimension: embedding.dimension === 3 ? 3 : 2,
    axes: embedding.axes.map((name) => ({ name })),
    position: embedding.position,
    values: embedding.values,
    ...(embedding.member === undefined ? {} : { member: embedding.member }),
    ...(embedding.epsilon === undefined ? {} : { epsilon: embedding.epsilon }),
    marks: embedding.marks,
    scale: embedding.scale,
    colouring: options.colouring,
    caption: embedding.note,
  };
}

/** Lines. */
export function curvePicture(curve: Curve, title: string, caption = ''): PlotData {
  return { kind: 'curves', title, curve, caption };
}

/** A number for each pair of a row and a column. */
export function matrixPicture(matrix: Matrix, title: string, caption = ''): PlotData {
  return { kind: 'matrix', title, matrix, caption };
}

/** The distribution of J over the members of a Field, with a caption that says where it ends. */
export function distributionPicture(field: Field, caption: string): PlotData {
  const colouring = usualColouring(field.reference.scale.power);
  return curvePicture(distributionCurve(field), 'J by share of the members', caption + capText(field, colouring));
}

/** A table. */
export function tablePicture(table: Table, title: string, caption = ''): PlotData {
  return { kind: 'table', title, table, caption };
}

const SAMPLES = 160;

/**
 * How many members lie under each J: the sorted values, thinned, up to the Field's cap; x is the share of all members in log₁₀, so
 * that the left end is one member.
 */
export function distributionCurve(field: Field): Curve {
  const curve = distributions.get(field) ?? distribution(field);
  distributions.set(field, curve);
  return curve;
}

const distributions = new WeakMap<Field, Curve>(); // a Field is immutable, and ε moves often

function distribution(field: Field): Curve {
  const sorted = Float32Array.from(field.values.filter((loss) => Number.isFinite(loss))).sort();
  const count = sorted.length;
  const members = latticeCount(field.lattice); // also those above a cap
  const ranks = new Set<number>();
  for (let i = 0; i < SAMPLES && count > 0; i++) ranks.add(Math.round(count ** (i / (SAMPLES - 1))));
  const at = [...ranks].sort((a, b) => a - b); // ranks 1 … count, evenly spread in log
  const power = field.reference.scale.power;
  const unit = power > 0 ? power : 1;
  return {
    type: 'Curve',
    x: Float64Array.from(at, (rank) => Math.log10(rank / members)),
    xName: 'share of the members, log₁₀',
    yName: power > 0 ? 'J / E[φ²]' : 'J',
    logY: true,
    lines: [{ name: 'J', y: Float64Array.from(at, (rank) => sorted[rank - 1]! / unit) }],
  };
}

/** What the J ruler of a Field marks. */
export function rulerOf(field: Field, lowest: number, highest: number, epsilon?: number): RulerData {
  return {
    scale: field.reference.scale,
    marks: marksOf(field.lattice.subspace).flatMap(({ name, loss }) => (loss === undefined ? [] : [{ name, loss }])),
    ...(epsilon === undefined ? {} : { epsilon }),
    ...(field.cap === undefined ? {} : { cap: field.cap }),
    lowest,
    highest,
  };
}
