/**
 * The way back through the steps of a network as WGSL, for several candidates at once: ∂J/∂φ with the loss, the derivatives of
 * weights, and those of what each step reads. Nothing is added atomically: each number is one thread's sum, or one thread adds
 * up the parts of others in order, so that a candidate's gradient is the same whoever is there.
 */
import type { Activation } from '../catalog/architecture.js';
import type { Step } from './cpu-steps.js';
import {
  EACH_PLACE,
  type Ending,
  frame,
  type GpuKernel,
  type GpuShape,
  NONE,
  PLAIN,
  type Slot,
  spread,
  WORKGROUP,
} from './gpu-frame.js';
import { sloped, slopeFunctions } from './gpu-slopes.js';
import { BLOCK_COLUMNS } from './gpu-sum-kernels.js';

/** Multiplies a derivative by σ′, of the value that `value` holds at the same place. */
export function through(activation: Activation | undefined): Ending {
  if (activation === undefined || activation.name === 'identity') return PLAIN;
  return {
    result: (s) => `through(value[to], ${s})`,
    declared: `${slopeFunctions(activation)}
fn through(v: vec4<f32>, d: vec4<f32>) -> vec4<f32> { return ${sloped(activation, 'v', 'd')}; }`,
    reads: ['value'],
  };
}

/** Blocks of inputs that the loss is summed in, of one part. */
export function lossBlocks({ columns }: GpuShape): number {
  return Math.ceil(columns / BLOCK_COLUMNS);
}

/**
 * From outputs φ [k] rows and `targets` (y [k] rows, then w): ∂J/∂φ = 2w(φ − y), through the last activation, and in `sums`
 * Σ w‖φ − y‖² of each block, [candidate][part][block].
 */
export function lossKernel(
  outputs: number,
  activation: Activation | undefined,
  shape: GpuShape,
  parts: number,
): GpuKernel {
  const { declared } = through(activation);
  const result = declared === '' ? 'd' : 'through(v, d)';
  const body = `
  let column = g.x * ${WORKGROUP}u + t;
  var sum = 0.0;
  if (column < columns) {
    let origin = select(member * OUTPUTS, 0u, job.alike == 1u);
    let w = targets[OUTPUTS * columns + column];
    for (var k = 0u; k < OUTPUTS; k++) {
      let v = x[(origin + k) * columns + column];
      let rest = v - targets[k * columns + column];
      let d = 2.0 * w * rest;
      sum += dot(w * rest, rest);
      out[(member * OUTPUTS + k) * columns + column] = ${result};
    }
  }
  partial[t] = sum;
  workgroupBarrier();
  let block = g.x * ${WORKGROUP / BLOCK_COLUMNS}u + t / ${BLOCK_COLUMNS}u;
  if (t % ${BLOCK_COLUMNS}u == 0u && block < BLOCKS) {
    for (var i = 1u; i < ${BLOCK_COLUMNS}u; i++) { sum += partial[t + i]; }
    sums[(member * PARTS + job.part) * BLOCKS + block] = sum;
  }`;
  const slots: Slot[] = ['x', 'out', 'targets', 'sums'];
  const constants = { OUTPUTS: outputs, PARTS: parts, BLOCKS: lossBlocks(shape) };
  return {
    code: frame(slots, constants, body, `${declared}\nvar<workgroup> partial: array<f32, ${WORKGROUP}>;`),
    slots,
    table: new Uint32Array(1),
    rows: outputs,
    perMember: true,
    groups: [Math.ceil(shape.columns / WORKGROUP), 1],
    multiplyAdds: 16 * outputs * shape.columns,
  };
}

/** Of an activation on its own, ∂J/∂z from ∂J/∂σ(z); without one, ∂J/∂z itself. What `after` reads it finds in the same `value`. */
export function activationSlopeKernel(
  activation: Activation | undefined,
  rows: number,
  { columns }: GpuShape,
  after: Ending = PLAIN,
): GpuKernel {
  const ending = through(activation);
  const slots: Slot[] = [...new Set<Slot>(['x', 'out', ...ending.reads, ...after.reads])];
  const body = `${EACH_PLACE}
  let to = (member * PLACES + place) * columns + column;
  let s = x[(origin + place) * columns + column];
  out[to] = ${after.result(ending.result('s'))};`;
  return {
    code: frame(slots, { ROWS_IN: rows, PLACES: rows }, body, ending.declared + after.declared),
    slots,
    table: new Uint32Array(1),
    rows,
    perMember: false,
    groups: [spread(rows, columns), 1],
    multiplyAdds: 16 * rows * columns,
  };
}

/**
 * Of a pool, ∂J/∂x from ∂J/∂out: a mean spreads the derivative evenly, a maximum gives it to the first largest number of the
 * window, as PyTorch. `value` holds what the pool read.
 */
export function poolSlopeKernel(
  step: Extract<Step, { kind: 'max' | 'mean' }>,
  rowsIn: number,
  ending: Ending,
  { columns }: GpuShape,
): GpuKernel {
  const { first, taps, planes, kind } = step;
  const places = rowsIn / planes.length;
  const readers: number[][] = Array.from({ length: places }, () => []); // (window, tap) of each place
  first.forEach((from, window) => {
    taps.forEach((row, tap) => {
      readers[from + row]!.push(window, tap);
    });
  });
  const most = Math.max(...readers.map((list) => list.length)) / 2;
  const table = new Uint32Array(places * most * 2 + taps.length + first.length).fill(NONE);
  readers.forEach((list, place) => {
    table.set(list, place * most * 2);
  });
  table.set(taps, places * most * 2);
  table.set(first, places * most * 2 + taps.length);
  const share =
    kind === 'mean'
      ? `s += d / ${taps.length}.0;`
      : `let tap = table[entry + 1u];
    let corner = (member * ${planes.length}u + g.y) * PLACES + table[FIRST + window];
    var largest = vec4<bool>(true);
    for (var k = 0u; k < TAPS; k++) {
      let other = value[(corner + table[WINDOW + k]) * columns + column];
      largest = largest & select(other <= here, other < here, vec4<bool>(k < tap));
    }
    s += select(vec4<f32>(0.0), d, largest);`;
  const body = `${EACH_PLACE}
  let to = ((member * ${planes.length}u + g.y) * PLACES + place) * columns + column;
  var s = vec4<f32>(0.0);
  ${kind === 'max' ? 'let here = value[to];' : ''}
  for (var i = 0u; i < MOST; i++) {
    let entry = (place * MOST + i) * 2u;
    let window = table[entry];
    if (window == ${NONE}u) { break; }
    let d = x[(origin + g.y * POSITIONS + window) * columns + column];
    ${share}
  }
  out[to] = ${ending.result('s')};`;
  const constants = {
    ROWS_IN: step.rows,
    PLACES: places,
    POSITIONS: first.length,
    TAPS: taps.length,
    MOST: most,
    WINDOW: places * most * 2,
    FIRST: places * most * 2 + taps.length,
  };
  const slots = [
    ...new Set<Slot>(['x', 'out', 'table', ...(kind === 'max' ? (['value'] as const) : []), ...ending.reads]),
  ];
  return {
    code: frame(slots, constants, body, ending.declared),
    slots,
    table,
    rows: rowsIn,
    perMember: false,
    groups: [spread(places, columns), planes.length],
    multiplyAdds: 8 * rowsIn * most * taps.length * columns,
  };
}
