/**
 * The steps of a network (see cpu-steps) as WGSL for several members at once, without barriers, one thread per four inputs
 * and, in linear steps, four units. Values are [member][row][inputs], four inputs to a vec4. TensorFlow.js' own kernels
 * serve one network at a time and are tens of times slower here: layers with few channels fill little of their tiles.
 */
import type { Activation } from '../catalog/architecture.js';
import type { Step } from './cpu-steps.js';
import { activated, activationFunctions } from './fused/wgsl-activations.js';

/** Threads in one workgroup. */
export const WORKGROUP = 64;

/** One kernel: its code, its table of rows, and how many workgroups it takes for `columns` vec4s per row. */
export interface GpuKernel {
  readonly code: string;
  readonly table: Uint32Array<ArrayBuffer>;
  readonly rows: number; // of the result
  /** True where it reads parameters (or coefficients) of each member. */
  readonly perMember: boolean;
  groups(columns: number): readonly [number, number];
}

const NONE = 0xffffffff;

const frame = (activation: Activation | undefined, constants: Record<string, number>, body: string): string => `
struct Job {
  columns: u32, // vec4s in a row
  alike: u32, // 1 where all members read the same values
}
@group(0) @binding(0) var<uniform> job: Job;
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> out: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read> theta: array<f32>;
@group(0) @binding(4) var<storage, read> table: array<u32>;
${Object.entries(constants)
  .map(([name, value]) => `const ${name} = ${value}u;`)
  .join('\n')}
${activation === undefined ? '' : activationFunctions([activation])}
@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  _ = &theta; // every kernel has every binding, so that one kind of bind group serves all
  _ = &table;
  let columns = job.columns;
  let place = id.x / columns;
  let column = id.x % columns;
  let member = id.z;
  let origin = select(member * ROWS_IN, 0u, job.alike == 1u);
  if (place >= PLACES) { return; }
${body}
}`;

const spread = (places: number, columns: number): number => Math.ceil((places * columns) / WORKGROUP);

function linear(
  step: Extract<Step, { kind: 'linear' }>,
  activation: Activation | undefined,
  rowsIn: number,
  size: number,
): GpuKernel {
  const { units, first, taps, weight, bias, rows } = step;
  const straight = taps.every((row, k) => row === k);
  const each = [0, 1, 2, 3];
  const act = (name: string): string => (activation === undefined ? name : activated(activation, name));
  const body = `  let o = id.y * 4u;
  let base = member * SIZE;
${each
  .map(
    (j) => `  let w${j} = base + WEIGHT + min(o + ${j}u, UNITS - 1u) * K;
  var s${j} = vec4<f32>(${bias < 0 ? '0.0' : `theta[base + ${bias}u + min(o + ${j}u, UNITS - 1u)]`});`,
  )
  .join('\n')}
  let at = origin + table[place];
  for (var k = 0u; k < K; k++) {
    let v = x[(at + ${straight ? 'k' : 'table[PLACES + k]'}) * columns + column];
${each.map((j) => `    s${j} += theta[w${j} + k] * v;`).join('\n')}
  }
  let to = ((member * UNITS + o) * PLACES + place) * columns + column;
${each.map((j) => `  if (o + ${j}u < UNITS) { out[to + ${j}u * PLACES * columns] = ${act(`s${j}`)}; }`).join('\n')}`;
  const constants = { ROWS_IN: rowsIn, PLACES: first.length, SIZE: size, WEIGHT: weight, UNITS: units, K: taps.length };
  return {
    code: frame(activation, constants, body),
    table: Uint32Array.from([...first, ...(straight ? [] : taps)]),
    rows,
    perMember: true,
    groups: (columns) => [spread(first.length, columns), Math.ceil(units / 4)],
  };
}

function pool(step: Extract<Step, { kind: 'max' | 'mean' }>, rowsIn: number): GpuKernel {
  const { first, taps, planes, rows } = step;
  const nan = '(s != s) | (v != v)'; // max() would drop a NaN
  const take = step.kind === 'mean' ? 's += v;' : `s = select(max(s, v), s + v, ${nan});`;
  const body = `  let at = origin + table[PLACES + TAPS + id.y] + table[place];
  var s = x[(at + table[PLACES]) * columns + column];
  for (var k = 1u; k < TAPS; k++) {
    let v = x[(at + table[PLACES + k]) * columns + column];
    ${take}
  }
  out[(member * ${rows}u + id.y * PLACES + place) * columns + column] = ${step.kind === 'mean' ? `s / ${taps.length}.0` : 's'};`;
  return {
    code: frame(undefined, { ROWS_IN: rowsIn, PLACES: first.length, TAPS: taps.length }, body),
    table: Uint32Array.from([...first, ...taps, ...planes]),
    rows,
    perMember: false,
    groups: (columns) => [spread(first.length, columns), planes.length],
  };
}

function pad(step: Extract<Step, { kind: 'pad' }>, rowsIn: number): GpuKernel {
  const from = new Uint32Array(step.rows).fill(NONE);
  step.to.forEach((to, row) => {
    from[to] = row;
  });
  const body = `  let row = table[place];
  var s = vec4<f32>(0.0);
  if (row != ${NONE}u) { s += x[(origin + row) * columns + column]; }
  out[(member * PLACES + place) * columns + column] = s;`;
  return {
    code: frame(undefined, { ROWS_IN: rowsIn, PLACES: step.rows }, body),
    table: from,
    rows: step.rows,
    perMember: false,
    groups: (columns) => [spread(step.rows, columns), 1],
  };
}

function pointwise(activation: Activation, rows: number): GpuKernel {
  const body = `  let s = x[(origin + place) * columns + column];
  out[(member * PLACES + place) * columns + column] = ${activated(activation, 's')};`;
  return {
    code: frame(activation, { ROWS_IN: rows, PLACES: rows }, body),
    table: new Uint32Array(1),
    rows,
    perMember: false,
    groups: (columns) => [spread(rows, columns), 1],
  };
}

/** z = p_0 + Σ c_k p_{k+1} from maps [m + 1][rows]; `theta` holds the coefficients (1, c_0, …) of each member. */
export function combineKernel(rows: number, maps: number, activation: Activation | undefined): GpuKernel {
  const body = `  var s = vec4<f32>(0.0);
  for (var k = 0u; k < MAPS; k++) {
    s += theta[member * MAPS + k] * x[(k * PLACES + place) * columns + column];
  }
  out[(member * PLACES + place) * columns + column] = ${activation === undefined ? 's' : activated(activation, 's')};`;
  return {
    code: frame(activation, { ROWS_IN: 0, PLACES: rows, MAPS: maps }, body),
    table: new Uint32Array(1),
    rows,
    perMember: true,
    groups: (columns) => [spread(rows, columns), 1],
  };
}

/** The kernels of steps in order; an activation right after a linear step is part of its kernel. `size` is P. */
export function kernelsOf(steps: readonly Step[], rowsIn: number, size: number): GpuKernel[] {
  const kernels: GpuKernel[] = [];
  let rows = rowsIn;
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i]!;
    const next = steps[i + 1];
    switch (step.kind) {
      case 'linear': {
        const activation = next?.kind === 'activation' ? next.activation : undefined;
        kernels.push(linear(step, activation, rows, size));
        if (activation !== undefined) i++;
        break;
      }
      case 'pad':
        kernels.push(pad(step, rows));
        break;
      case 'activation':
        kernels.push(pointwise(step.activation, rows));
        break;
      default:
        kernels.push(pool(step, rows));
    }
    rows = step.rows;
  }
  return kernels;
}
