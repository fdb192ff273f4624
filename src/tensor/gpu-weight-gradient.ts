/**
 * ∂J/∂weight[o, k] = Σ_p Σ_n dz[o, p, n] · x[first[p] + tap[k], n] and ∂J/∂bias[o] = Σ_p Σ_n dz[o, p, n] of a linear step: sums over
 * positions and inputs of small tiles of units and taps. The positions are cut into spans, and the columns of a span are dealt
 * to the lanes of a tile; lanes and spans are added in order.
 */
import { range } from '../arrays/numbers.js';
import type { LinearStep } from './cpu-steps.js';
import { frame, type GpuKernel, type GpuShape, NONE, type Slot, WORKGROUP } from './gpu-frame.js';
import type { Reads } from './gpu-padded.js';

const TILE = 4; // units, and taps, of one thread
const LANES = 8; // threads that share a tile, at least, so that they read side by side
const SPAN = 1024; // columns of positions that one workgroup sums

const even = (count: number): number => Math.ceil(count / Math.ceil(count / TILE));

/** How the sums of a linear step are cut. */
interface Cut {
  readonly numbers: number; // weights and biases
  readonly wide: number; // taps, and one for the bias
  readonly tile: readonly [units: number, taps: number]; // of one thread
  readonly tiled: readonly [units: number, taps: number]; // tiles
  readonly tiles: number; // of a workgroup
  readonly lanes: number; // threads that share a tile
  readonly positions: number; // of a span
  readonly spans: number;
  /** Sums of each number that are left to `addSpansKernel`; 1 where there are none. */
  readonly parts: number;
}

/** Lanes add up in workgroup memory on hardware; software adapters are slow to compile that, so there each lane is a part. */
function cutOf({ units, first, taps, bias }: LinearStep, { columns, staged }: GpuShape): Cut {
  const positions = Math.max(1, Math.floor(SPAN / columns));
  const spans = Math.ceil(first.length / positions);
  const wide = taps.length + (bias < 0 ? 0 : 1);
  const tile = [even(units), even(wide)] as const;
  const tiled = [Math.ceil(units / tile[0]), Math.ceil(wide / tile[1])] as const;
  const tiles = Math.min(2 ** Math.ceil(Math.log2(tiled[0] * tiled[1])), staged ? WORKGROUP / LANES : WORKGROUP);
  const lanes = WORKGROUP / tiles;
  return {
    numbers: units * wide,
    wide,
    tile,
    tiled,
    tiles,
    lanes,
    positions,
    spans,
    parts: staged ? spans : spans * lanes,
  };
}

/** Numbers of the parts of one candidate, which need a buffer of their own; 0 where there is one part. */
export function spanNumbers(step: LinearStep, shape: GpuShape): number {
  const { numbers, parts } = cutOf(step, shape);
  return parts > 1 ? numbers * parts : 0;
}

/** Where number (o, k) of a step lies in the gradient; tap K is the bias. */
function place({ taps, bias }: LinearStep, o: string, k: string): string {
  const at = `member * SIZE + job.weight + ${o} * ${taps.length}u + ${k}`;
  return bias < 0 ? at : `select(${at}, member * SIZE + job.bias + ${o}, ${k} == ${taps.length}u)`;
}

/** Adds a number to the gradient, which the first part of the inputs finds empty. */
const addTo = (at: string, s: string): string => `sums[${at}] = select(${s}, sums[${at}] + ${s}, job.part > 0u);`;

/**
 * The gradient of a step's parameters from `x`, what it read, and `value`, ∂J/∂z; added to `sums` [candidate][P], or, where there
 * are several parts, put into `sums` [candidate][part][numbers] for `addSpansKernel`. `padded`: what it reads, where that goes beyond
 * the edges of `x`.
 */
export function weightGradientKernel(step: LinearStep, rowsIn: number, shape: GpuShape, padded?: Reads): GpuKernel {
  const { units, first, taps, bias } = step;
  const cut = cutOf(step, shape);
  const { numbers, positions, spans, tiles, lanes } = cut;
  const [tu, tk] = cut.tile;
  const [down, across] = cut.tiled;
  const groups = Math.ceil((down * across) / tiles);
  const most = Math.min(groups, 2 ** 15); // a dimension of a dispatch ends at 65,535
  const rows = Math.ceil(groups / most);
  const sums = range(tu * tk).map((i) => `s${i}`);
  const tapAt = (k: string): string => `table[PLACES + min(${k}, ${taps.length - 1}u)]`;
  const value = (i: number): string => {
    const read =
      padded === undefined
        ? `x[(corner + tap${i}) * columns + column]`
        : `select(vec4<f32>(0.0), x[at${i} * columns + column], inside${i})`;
    return bias < 0 ? read : `select(${read}, vec4<f32>(1.0), k0 + ${i}u == ${taps.length}u)`;
  };
  const body = `
  let lane = t % ${lanes}u;
  let span = g.y / ${rows}u;
  let first = ((g.y % ${rows}u) * ${most}u + g.x) * ${tiles}u;
  let tile = first + t / ${lanes}u;
  let u0 = (tile % ${down}u) * ${tu}u;
  let k0 = (tile / ${down}u) * ${tk}u;
  let origin = select(member * ROWS_IN, 0u, job.alike == 1u);
${range(tk)
  .map((i) =>
    padded === undefined
      ? `  let tap${i} = ${tapAt(`k0 + ${i}u`)};`
      : `  let tap${i} = min(k0 + ${i}u, ${taps.length - 1}u) % ${padded.window}u;
  let plane${i} = origin + (min(k0 + ${i}u, ${taps.length - 1}u) / ${padded.window}u) * ${padded.plane}u;`,
  )
  .join('\n')}
${range(tu)
  .map((m) => `  let d${m} = (member * UNITS + min(u0 + ${m}u, UNITS - 1u)) * PLACES;`)
  .join('\n')}
${sums.map((s) => `  var ${s} = 0.0;`).join('\n')}
  let last = min((span + 1u) * POSITIONS, PLACES);
  for (var p = span * POSITIONS; p < last; p++) {
${
  padded === undefined
    ? '    let corner = origin + table[p];'
    : range(tk)
        .map(
          (i) => `    let row${i} = table[p * ${padded.window}u + tap${i}];
    let inside${i} = row${i} != ${NONE}u;
    let at${i} = plane${i} + select(0u, row${i}, inside${i});`,
        )
        .join('\n')
}
    for (var column = lane; column < columns; column += ${lanes}u) {
${range(tk)
  .map((i) => `      let v${i} = ${value(i)};`)
  .join('\n')}
${range(tu)
  .map(
    (m) => `      { let d = value[(d${m} + p) * columns + column];
${range(tk)
  .map((i) => `        s${m * tk + i} += dot(d, v${i});`)
  .join('\n')} }`,
  )
  .join('\n')}
    }
  }
${shape.staged ? lanesTogether(step, cut) : lanesApart(step, cut)}`;
  const slots: Slot[] = ['x', 'value', 'table', 'sums'];
  const constants = {
    ROWS_IN: rowsIn,
    PLACES: first.length,
    POSITIONS: positions,
    UNITS: units,
    SIZE: shape.size,
  };
  return {
    code: frame(
      slots,
      constants,
      body,
      shape.staged ? `var<workgroup> partial: array<f32, ${WORKGROUP * tu * tk}>;` : '',
    ),
    slots,
    table: padded?.at ?? Uint32Array.from([...first, ...taps]),
    rows: 0,
    perMember: true,
    groups: [most, rows * spans],
    multiplyAdds: 4 * numbers * first.length * shape.columns,
    offsets: { weight: step.weight, bias },
  };
}

/** Puts the sum `s` of number (o, k), which is part `part` of it. */
function put(step: LinearStep, { parts, numbers, wide }: Cut, part: string, s: string): string {
  return parts > 1
    ? `sums[(member * ${parts}u + ${part}) * ${numbers}u + o * ${wide}u + k] = ${s};`
    : `let at = ${place(step, 'o', 'k')};
      ${addTo('at', s)}`;
}

/** Adds the lanes of each tile in order. */
function lanesTogether(step: LinearStep, cut: Cut): string {
  const { tile, tiled, tiles, lanes, wide } = cut;
  const [tu, tk] = tile;
  const size = tu * tk;
  return `
${range(size)
  .map((i) => `  partial[t * ${size}u + ${i}u] = s${i};`)
  .join('\n')}
  workgroupBarrier();
  for (var i = t; i < ${tiles * size}u; i += ${WORKGROUP}u) {
    let which = first + i / ${size}u;
    let o = (which % ${tiled[0]}u) * ${tu}u + (i % ${size}u) / ${tk}u;
    let k = (which / ${tiled[0]}u) * ${tk}u + i % ${tk}u;
    if (o < UNITS && k < ${wide}u) {
      var s = 0.0;
      for (var l = 0u; l < ${lanes}u; l++) { s += partial[((i / ${size}u) * ${lanes}u + l) * ${size}u + i % ${size}u]; }
      ${put(step, cut, 'span', 's')}
    }
  }`;
}

/** Leaves the lanes of each tile as they are. */
function lanesApart(step: LinearStep, cut: Cut): string {
  const { tile, lanes, wide } = cut;
  return range(tile[0] * tile[1])
    .map(
      (i) => `
  { let o = u0 + ${Math.floor(i / tile[1])}u;
    let k = k0 + ${i % tile[1]}u;
    if (o < UNITS && k < ${wide}u) {
      ${put(step, cut, `span * ${lanes}u + lane`, `s${i}`)}
    } }`,
    )
    .join('');
}

/** Adds the parts of a step, in order, to the gradient: from `coefficients` [candidate][part][numbers] to `sums` [candidate][P]. */
export function addSpansKernel(step: LinearStep, shape: GpuShape): GpuKernel {
  const { numbers, parts, wide } = cutOf(step, shape);
  const body = `
  let i = g.x * ${WORKGROUP}u + t;
  if (i >= ${numbers}u) { return; }
  var s = 0.0;
  for (var l = 0u; l < ${parts}u; l++) { s += coefficients[(member * ${parts}u + l) * ${numbers}u + i]; }
  let o = i / ${wide}u;
  let k = i % ${wide}u;
  let at = ${place(step, 'o', 'k')};
  ${addTo('at', 's')}`;
  const slots: Slot[] = ['coefficients', 'sums'];
  return {
    code: frame(slots, { SIZE: shape.size }, body),
    slots,
    table: new Uint32Array(1),
    rows: 0,
    perMember: true,
    groups: [Math.ceil(numbers / WORKGROUP), 1],
    multiplyAdds: numbers * parts,
    offsets: { weight: step.weight, bias: step.bias },
  };
}
