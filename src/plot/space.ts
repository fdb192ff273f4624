/** A 3-D plot as geometry in a box: what three.js, the report's viewer and SVG files all draw. */
import { FiberscopeError } from '../catalog/errors.js';
import type { PlotData } from '../catalog/views.js';
import { cappedValues, isAbove } from './above-cap.js';
import { extent } from './extent.js';
import { isoSurface, type Mesh } from './iso-surface.js';
import {
  isRelative,
  type JRange,
  jRange,
  type LatticePlot,
  measureName,
  type PointsPlot,
  place,
  shown,
} from './range.js';
import { markColour } from './theme.js';
import { linearTicks, logTicks } from './ticks.js';
import { viridisRow } from './viridis.js';

/** One axis of the box; ticks by their place in [0, 1]. */
export interface SpaceAxis {
  readonly name: string;
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
}

/** Geometry in world coordinates: the box reaches from −half to half, axis 2 points up. `tone` are rows of the viridis map. */
export interface Space {
  readonly half: readonly [number, number, number];
  readonly axes: readonly [SpaceAxis, SpaceAxis, SpaceAxis];
  readonly points?: {
    readonly position: Float32Array; // [count, 3]
    readonly tone: Uint8Array;
    readonly radius: number;
    readonly member: Uint32Array; // place in the plot's arrays
  };
  readonly mesh?: Mesh & { readonly tone: Uint8Array; readonly member?: Uint32Array };
  /** Where all is at or above a cap: a surface of one colour. */
  readonly plateau?: Mesh;
  readonly marks: readonly {
    readonly position: readonly [number, number, number];
    readonly colour: string;
    readonly name: string;
  }[];
}

/** Half the box's height for surfaces, where the vertical axis is J. */
const SURFACE_HALF = 0.62;

/** The geometry of a 3-D plot. */
export function spaceOf(plot: PlotData, shared?: JRange): Space {
  const range = shared ?? jRange(plot);
  if (plot.kind === 'points' && plot.dimension === 3) return pointSpace(plot, range);
  if (plot.kind === 'surface' && plot.axes.length === 2) return surfaceSpace(plot, range);
  if (plot.kind === 'iso-surface' && plot.axes.length === 3) return isoSpace(plot, range);
  throw new FiberscopeError('internal', `plot '${plot.title}': ${plot.kind} is not a 3-D plot`);
}

type Span = readonly [low: number, high: number];
const world = (value: number, [low, high]: Span, half: number): number =>
  half * (high > low ? (2 * (value - low)) / (high - low) - 1 : 0);

const axisOf = (name: string, [low, high]: Span): SpaceAxis => ({
  name,
  ticks: linearTicks(low, high, 4).map(({ value, label }) => ({ at: (value - low) / (high - low || 1), label })),
});

function pointSpace(plot: PointsPlot, range: JRange | undefined): Space {
  const count = plot.values.length;
  const spans = [0, 1, 2].map((d): Span => {
    const named = plot.axes[d];
    let [low, high] = extent(plot.position, d, 3);
    if (!(high > low)) [low, high] = high === low ? [low - 1, high + 1] : [-1, 1];
    return [named?.low ?? low, named?.high ?? high];
  });
  const position = new Float32Array(3 * count);
  const tone = new Uint8Array(count);
  for (let k = 0; k < count; k++) {
    for (let d = 0; d < 3; d++) position[3 * k + d] = world(plot.position[3 * k + d]!, spans[d]!, 1);
    tone[k] = toneOf(plot.values[k]!, plot, range);
  }
  // On a lattice neighbouring dots almost touch; a cloud without a lattice gets dots by its density.
  const steps = Math.max(2, Math.cbrt(plot.total ?? Math.max(count, 400)));
  const radius = Math.min(0.05, Math.max(0.012, 0.95 / steps));
  return {
    half: [1, 1, 1],
    axes: [0, 1, 2].map((d) => axisOf(plot.axes[d]?.name ?? '', spans[d]!)) as [SpaceAxis, SpaceAxis, SpaceAxis],
    points: { position, tone, radius, member: Uint32Array.from({ length: count }, (_, k) => k) },
    marks: markSpots(plot, spans, [1, 1, 1]),
  };
}

function surfaceSpace(plot: LatticePlot, range: JRange | undefined): Space {
  const [a, b] = plot.axes as [LatticePlot['axes'][0], LatticePlot['axes'][0]];
  const n0 = a.values.length;
  const n1 = b.values.length;
  const spans: [Span, Span] = [
    [a.values[0]!, a.values[n0 - 1]!],
    [b.values[0]!, b.values[n1 - 1]!],
  ];
  const height = (j: number): number => {
    const t = range ? place(range, shown(j, range.relative, plot.scale)) : 0;
    return SURFACE_HALF * (2 * t - 1);
  };
  const values = cappedValues(plot);
  const position = new Float32Array(3 * n0 * n1);
  const tone = new Uint8Array(n0 * n1);
  for (let i = 0; i < n0; i++) {
    for (let j = 0; j < n1; j++) {
      const k = i * n1 + j;
      position[3 * k] = world(a.values[i]!, spans[0], 1);
      position[3 * k + 1] = world(b.values[j]!, spans[1], 1);
      position[3 * k + 2] = height(values[k]!);
      tone[k] = toneOf(values[k]!, plot, range);
    }
  }
  const index: number[] = [];
  const level: number[] = [];
  const face = (...corners: [number, number, number]): void => {
    if (!corners.every((k) => Number.isFinite(position[3 * k + 2]!))) return;
    (corners.every((k) => isAbove(plot, plot.values[k]!)) ? level : index).push(...corners);
  };
  for (let i = 0; i + 1 < n0; i++) {
    for (let j = 0; j + 1 < n1; j++) {
      const p = i * n1 + j;
      face(p, p + n1, p + n1 + 1);
      face(p, p + n1 + 1, p + 1);
    }
  }
  const upright: SpaceAxis = {
    name: range?.log ? `${measureName(range.relative)} (log)` : measureName(range?.relative ?? false),
    ticks: range
      ? (range.log ? logTicks(range.low, range.high, 5) : linearTicks(range.low, range.high, 4)).map((tick) => ({
          at: place(range, tick.value),
          label: tick.label,
        }))
      : [],
  };
  // Marks lie on the drawn surface; their own J, which may fall between the lattice points, is in the legend.
  const marks = plot.marks.map((mark, k) => {
    const z = between(
      position,
      2,
      n0,
      n1,
      latticeSpot(a.values, mark.position[0]!),
      latticeSpot(b.values, mark.position[1]!),
    );
    return {
      position: [world(mark.position[0]!, spans[0], 1), world(mark.position[1]!, spans[1], 1), z] as const,
      colour: markColour(mark.name, k),
      name: mark.name,
    };
  });
  const normal = surfaceNormals(position, n0, n1);
  return {
    half: [1, 1, SURFACE_HALF],
    axes: [axisOf(a.name, spans[0]), axisOf(b.name, spans[1]), upright],
    ...(level.length > 0 ? { plateau: { position, normal, index: Uint32Array.from(level) } } : {}),
    mesh: {
      position,
      normal,
      index: Uint32Array.from(index),
      tone,
      member: Uint32Array.from({ length: n0 * n1 }, (_, k) => k),
    },
    marks: marks.filter(inside([1, 1, SURFACE_HALF])),
  };
}

function surfaceNormals(position: Float32Array, n0: number, n1: number): Float32Array {
  const normal = new Float32Array(position.length);
  const at = (i: number, j: number, d: number): number => position[3 * (i * n1 + j) + d]!;
  for (let i = 0; i < n0; i++) {
    for (let j = 0; j < n1; j++) {
      const [i0, i1] = [Math.max(0, i - 1), Math.min(n0 - 1, i + 1)];
      const [j0, j1] = [Math.max(0, j - 1), Math.min(n1 - 1, j + 1)];
      const sx = (at(i1, j, 2) - at(i0, j, 2)) / (at(i1, j, 0) - at(i0, j, 0) || 1);
      const sy = (at(i, j1, 2) - at(i, j0, 2)) / (at(i, j1, 1) - at(i, j0, 1) || 1);
      const size = Number.isFinite(sx + sy) ? Math.hypot(sx, sy, 1) : 0;
      const k = 3 * (i * n1 + j);
      normal[k] = size ? -sx / size : 0;
      normal[k + 1] = size ? -sy / size : 0;
      normal[k + 2] = size ? 1 / size : 1;
    }
  }
  return normal;
}

function isoSpace(plot: LatticePlot, range: JRange | undefined): Space {
  const spans = plot.axes.map((axis): Span => [axis.values[0]!, axis.values[axis.values.length - 1]!]);
  const shape = plot.axes.map((axis) => axis.values.length) as [number, number, number];
  const epsilon = plot.epsilon ?? 0;
  const mesh = levelSet(cappedValues(plot), shape, epsilon);
  const position = new Float32Array(mesh.position.length);
  for (let k = 0; k < position.length; k++) {
    const d = k % 3;
    position[k] = (2 * mesh.position[k]!) / Math.max(1, shape[d]! - 1) - 1;
  }
  const tone = new Uint8Array(position.length / 3).fill(toneOf(epsilon, plot, range));
  return {
    half: [1, 1, 1],
    axes: plot.axes.map((axis, d) => axisOf(axis.name, spans[d]!)) as [SpaceAxis, SpaceAxis, SpaceAxis],
    mesh: { position, normal: mesh.normal, index: mesh.index, tone },
    marks: markSpots(plot, spans, [1, 1, 1]),
  };
}

const meshes = new WeakMap<Float32Array, { readonly epsilon: number; readonly mesh: Mesh }>();

/** The surface J = ε in lattice units, kept for the next drawing of the same J. */
function levelSet(values: Float32Array, shape: readonly [number, number, number], epsilon: number): Mesh {
  const known = meshes.get(values);
  if (known?.epsilon === epsilon) return known.mesh;
  // J is a sum of squares: its root is nearer to linear between lattice points.
  const mesh = isoSurface(values, shape, Math.max(0, epsilon), {
    measure: (value) => (value >= 0 ? Math.sqrt(value) : value),
  });
  meshes.set(values, { epsilon, mesh });
  return mesh;
}

function markSpots(plot: LatticePlot | PointsPlot, spans: readonly Span[], half: readonly [number, number, number]) {
  return plot.marks
    .map((mark, k) => ({
      position: [0, 1, 2].map((d) => world(mark.position[d] ?? 0, spans[d]!, half[d]!)) as [number, number, number],
      colour: markColour(mark.name, k),
      name: mark.name,
    }))
    .filter(inside(half));
}

/** Marks outside the box are left out of the picture; the legend keeps them. */
const inside =
  (half: readonly [number, number, number]) =>
  (mark: { readonly position: readonly [number, number, number] }): boolean =>
    mark.position.every((value, d) => Math.abs(value) <= half[d]! * 1.001);

function toneOf(j: number, plot: LatticePlot | PointsPlot, range: JRange | undefined): number {
  if (!range) return 0;
  const t = place(range, shown(j, isRelative(plot.colouring, plot.scale), plot.scale));
  return viridisRow(Number.isNaN(t) ? 1 : t);
}

/** Place of a value on a lattice axis, in steps from its first point. */
function latticeSpot(values: Float64Array, value: number): number {
  const last = values.length - 1;
  const t = ((value - values[0]!) / (values[last]! - values[0]! || 1)) * last;
  return Math.min(last, Math.max(0, t));
}

/** Bilinear interpolation of coordinate `d` of lattice vertices [n0, n1]. */
function between(position: Float32Array, d: number, n0: number, n1: number, u: number, v: number): number {
  const at = (i: number, j: number): number => position[3 * (Math.min(i, n0 - 1) * n1 + Math.min(j, n1 - 1)) + d]!;
  const [i, j] = [Math.floor(u), Math.floor(v)];
  const [fu, fv] = [u - i, v - j];
  const z =
    (1 - fu) * ((1 - fv) * at(i, j) + fv * at(i, j + 1)) + fu * ((1 - fv) * at(i + 1, j) + fv * at(i + 1, j + 1));
  return Number.isFinite(z) ? z : 0;
}
