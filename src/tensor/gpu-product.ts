/**
 * Tiled products of each member's weights with rows of values, as WGSL: out[u, q] = Σ_j Σ_k w[u, j, k] · x[row(q, j) + step(k)],
 * where q = (place, column). A linear step is one, with one j and its taps as k; so is its derivative by what it reads, with the
 * positions of a window as j and the units as k. A thread takes up to eight rows of the result and two columns. The order of the
 * sums is that of (j, k), whatever the tiles.
 */
import { range } from '../arrays/numbers.js';
import { type Ending, frame, type GpuKernel, type GpuShape, NONE, type Slot, WORKGROUP } from './gpu-frame.js';

const TILE = 8; // rows of the result that one thread sums
const PAIR = 2; // columns that one thread sums
const STAGED_UNITS = 16; // rows of the result from which on values are worth sharing
const STAGED_VALUES = 512; // vec4s of x in workgroup memory

/** A product. */
export interface Product {
  readonly units: number; // rows of the result per place
  readonly places: number; // of the result
  readonly outer: number; // of j
  readonly depth: number; // of k
  readonly rowsIn: number; // rows of x of one member
  /** w[u, j, k] = θ[weight + u · strides[0] + j · strides[1] + k · strides[2]]. */
  readonly weight: number;
  readonly strides: readonly [number, number, number];
  readonly bias: number; // offset in θ of bias [units], −1 without
  /** Rows: row(place, j) at [place · outer + j], NONE where there is none, then, unless steps are equal, step(k). */
  readonly table: Uint32Array<ArrayBuffer>;
  readonly step: number | undefined; // step(k) = step · k
  readonly gaps: boolean; // whether the table holds NONE
  readonly ending: Ending;
}

/** How many rows of `units` a thread takes, so that tiles are even. */
function tileOf(units: number): number {
  return Math.ceil(units / Math.ceil(units / TILE));
}

/** Columns of workgroups over q: threads side by side, a power of two. */
function threadsOf(q: number, most: number): number {
  return Math.min(most, 2 ** Math.ceil(Math.log2(Math.max(1, q / PAIR))));
}

const zero = 'vec4<f32>(0.0)';

/** The kernel of a product. */
export function productKernel(product: Product, shape: GpuShape): GpuKernel {
  const { units, places, outer, depth, rowsIn, weight, strides, bias } = product;
  const q = places * shape.columns;
  const staged = shape.staged && units >= STAGED_UNITS;
  const tile = staged ? TILE : tileOf(units);
  const least = 8; // of a staged tile, so that it fits into workgroup memory
  const across = staged
    ? Math.max(least, threadsOf(q, WORKGROUP / 2 ** Math.ceil(Math.log2(units / tile))))
    : threadsOf(q, WORKGROUP);
  const down = WORKGROUP / across;
  const body = (staged ? stagedBody : directBody)(product, tile, across);
  const constants = {
    ROWS_IN: rowsIn,
    PLACES: places,
    SIZE: shape.size,
    UNITS: units,
    OUTER: outer,
    DEPTH: depth,
    TABLE: places * outer,
  };
  const functions = `
fn row(place: u32, j: u32) -> u32 { return table[place * OUTER + j]; }
fn tap(k: u32) -> u32 { return ${product.step === undefined ? 'table[TABLE + k]' : `k * ${product.step}u`}; }
fn weight(member: u32, u: u32, j: u32, k: u32) -> f32 {
  return theta[member * SIZE + job.weight + min(u, UNITS - 1u) * ${strides[0]}u + j * ${strides[1]}u + k * ${strides[2]}u];
}
${product.ending.declared}`;
  const sums = range(tile).map((m) => range(PAIR).map((i) => `s${m}_${i}`));
  const open = `
  let total = PLACES * columns;
  let origin = select(member * ROWS_IN, 0u, job.alike == 1u);
  let tu = t / ${across}u;
  let tq = t % ${across}u;
  let q0 = g.x * ${across * PAIR}u;
  let u0 = g.y * ${down * tile}u;
  let u = u0 + tu * ${tile}u;
${sums
  .map((row, m) => {
    const start = bias < 0 ? '0.0' : `theta[member * SIZE + job.bias + min(u + ${m}u, UNITS - 1u)]`;
    return row.map((s) => `  var ${s} = vec4<f32>(${start});`).join('\n');
  })
  .join('\n')}`;
  const close = range(PAIR)
    .map(
      (i) => `
  { let q = q0 + ${i * across}u + tq;
    if (q < total) {
${sums
  .map(
    (row, m) => `      if (u + ${m}u < UNITS) {
        let to = (member * UNITS + u + ${m}u) * total + q;
        let s = ${row[i]};
        out[to] = ${product.ending.result('s')};
      }`,
  )
  .join('\n')}
    } }`,
    )
    .join('');
  const shared = staged ? sharedArrays(tile * down, across, depth) : '';
  const slots: Slot[] = ['x', 'out', 'theta', 'table', ...product.ending.reads];
  return {
    code: frame(slots, constants, open + body + close, functions + shared),
    slots,
    table: product.table,
    rows: units * places,
    perMember: true,
    groups: [Math.ceil(q / (across * PAIR)), Math.ceil(units / (tile * down))],
    multiplyAdds: 4 * q * units * outer * depth,
    offsets: { weight, bias },
  };
}

/**
 * Values and weights straight from memory: the threads of a workgroup read the same weights, and columns side by side. Software
 * adapters take nothing out of loops by themselves.
 */
function directBody(product: Product, tile: number, across: number): string {
  const { gaps, strides } = product;
  const pair = range(PAIR);
  const read = (i: number): string => {
    const value = `x[(a${i} + at) * columns + c${i}]`;
    return gaps ? `select(${zero}, ${value}, ok${i})` : value;
  };
  return `
${pair
  .map(
    (i) => `  let p${i} = min(q0 + ${i * across}u + tq, total - 1u) / columns;
  let c${i} = min(q0 + ${i * across}u + tq, total - 1u) % columns;`,
  )
  .join('\n')}
${range(tile)
  .map((m) => `  let b${m} = member * SIZE + job.weight + min(u + ${m}u, UNITS - 1u) * ${strides[0]}u;`)
  .join('\n')}
  for (var j = 0u; j < OUTER; j++) {
${range(tile)
  .map((m) => `    let w${m} = b${m} + j * ${strides[1]}u;`)
  .join('\n')}
${pair
  .map((i) =>
    gaps
      ? `    let r${i} = row(p${i}, j);
    let ok${i} = r${i} != ${NONE}u;
    let a${i} = origin + select(0u, r${i}, ok${i});`
      : `    let a${i} = origin + row(p${i}, j);`,
  )
  .join('\n')}
    for (var k = 0u; k < DEPTH; k++) {
      let at = tap(k);
${pair.map((i) => `      let v${i} = ${read(i)};`).join('\n')}
${range(tile)
  .map(
    (m) =>
      `      { let w = theta[w${m} + k * ${strides[2]}u]; ${pair.map((i) => `s${m}_${i} += w * v${i};`).join(' ')} }`,
  )
  .join('\n')}
    }
  }`;
}

/** Taps of k that are in workgroup memory at a time. */
function stageOf(across: number, depth: number): number {
  return Math.min(depth, STAGED_VALUES / (across * PAIR));
}

function sharedArrays(rows: number, across: number, depth: number): string {
  const stage = stageOf(across, depth);
  return `
var<workgroup> xs: array<vec4<f32>, ${stage * across * PAIR}>;
var<workgroup> ws: array<vec4<f32>, ${(stage * rows) / 4}>;`;
}

/** Values and weights through workgroup memory: each is read once for the whole tile of rows and columns. */
function stagedBody(product: Product, tile: number, across: number): string {
  const { depth, strides, gaps } = product;
  const stage = stageOf(across, depth);
  const width = across * PAIR;
  const rows = (WORKGROUP / across) * tile;
  // neighbouring threads read neighbouring weights
  const [k, u] = strides[0] === 1 ? [`i / ${rows}u`, `i % ${rows}u`] : [`i % ${stage}u`, `i / ${stage}u`];
  return `
  for (var j = 0u; j < OUTER; j++) {
    for (var k0 = 0u; k0 < DEPTH; k0 += ${stage}u) {
      for (var i = t; i < ${stage * width}u; i += ${WORKGROUP}u) {
        let k = k0 + i / ${width}u;
        let q = min(q0 + i % ${width}u, total - 1u);
        let r = row(q / columns, j);
        var v = ${zero};
        if (k < DEPTH${gaps ? ` && r != ${NONE}u` : ''}) { v = x[(origin + r + tap(k)) * columns + q % columns]; }
        xs[i] = v;
      }
      for (var i = t; i < ${stage * rows}u; i += ${WORKGROUP}u) {
        let k = ${k};
        let u = ${u};
        ws[(k * ${rows}u + u) / 4u][u % 4u] = weight(member, u0 + u, j, min(k0 + k, DEPTH - 1u));
      }
      workgroupBarrier();
      for (var k = 0u; k < ${stage}u; k++) {
${range(PAIR)
  .map((i) => `        let v${i} = xs[k * ${width}u + ${i * across}u + tq];`)
  .join('\n')}
${range(tile / 4)
  .map(
    (h) => `        { let w = ws[(k * ${rows}u + tu * ${tile}u) / 4u + ${h}u];
${range(4)
  .map(
    (m) =>
      `          ${range(PAIR)
        .map((i) => `s${4 * h + m}_${i} += w[${m}] * v${i};`)
        .join(' ')}`,
  )
  .join('\n')} }`,
  )
  .join('\n')}
      }
      workgroupBarrier();
    }
  }`;
}
