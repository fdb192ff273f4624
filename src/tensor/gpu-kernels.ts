/**
 * The steps of a network (see cpu-steps) as WGSL for several members at once. Values are [member][row][columns], see gpu-frame.
 * TensorFlow.js' own kernels serve one network at a time and are tens of times slower here: layers with few channels fill little
 * of their tiles.
 */

import { range } from '../arrays/numbers.js';
import type { Activation } from '../catalog/architecture.js';
import type { LinearStep, Step } from './cpu-steps.js';
import { activated, activationFunctions } from './fused/wgsl-activations.js';
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
} from './gpu-frame.js';
import { productKernel } from './gpu-product.js';

const straight = ({ taps }: LinearStep): boolean => taps.every((row, k) => row === k);

/** Applies an activation to the number of a kernel. */
export function endingOf(activation: Activation | undefined): Ending {
  if (activation === undefined) return PLAIN;
  return { result: (s) => activated(activation, s), declared: activationFunctions([activation]), reads: [] };
}

/** A linear step with the activation after it. */
function linearKernel(
  step: LinearStep,
  activation: Activation | undefined,
  rowsIn: number,
  shape: GpuShape,
): GpuKernel {
  const { units, first, taps, weight, bias } = step;
  const plain = straight(step);
  return productKernel(
    {
      units,
      places: first.length,
      outer: 1,
      depth: taps.length,
      rowsIn,
      weight,
      strides: [taps.length, 0, 1],
      bias,
      table: Uint32Array.from([...first, ...(plain ? [] : taps)]),
      step: plain ? 1 : undefined,
      gaps: false,
      ending: endingOf(activation),
    },
    shape,
  );
}

type PoolStep = Extract<Step, { kind: 'max' | 'mean' }>;

/** Takes `v` into the `s` of a window; max() alone would drop a NaN. */
function takeOf({ kind }: PoolStep, s: string): string {
  return kind === 'mean' ? `${s} += v;` : `${s} = select(max(${s}, v), ${s} + v, (${s} != ${s}) | (v != v));`;
}

/** What a window gives. */
const endOf = ({ kind, taps }: PoolStep, s: string): string => (kind === 'mean' ? `${s} / ${taps.length}.0` : s);

/** A pool of windows. */
function poolKernel(step: PoolStep, rowsIn: number, { columns }: GpuShape): GpuKernel {
  const { first, taps, planes, rows } = step;
  const body = `${EACH_PLACE}
  let at = origin + table[PLACES + TAPS + g.y] + table[place];
  var s = x[(at + table[PLACES]) * columns + column];
  for (var k = 1u; k < TAPS; k++) {
    let v = x[(at + table[PLACES + k]) * columns + column];
    ${takeOf(step, 's')}
  }
  out[(member * ${rows}u + g.y * PLACES + place) * columns + column] = ${endOf(step, 's')};`;
  return {
    code: frame(['x', 'out', 'table'], { ROWS_IN: rowsIn, PLACES: first.length, TAPS: taps.length }, body),
    slots: ['x', 'out', 'table'],
    table: Uint32Array.from([...first, ...taps, ...planes]),
    rows,
    perMember: false,
    groups: [spread(first.length, columns), planes.length],
    multiplyAdds: 4 * rows * taps.length * columns,
  };
}

/** Rows from where a table says, zeros where it has NONE: what a pad does, and its derivative. */
export function gatherKernel(
  from: Uint32Array<ArrayBuffer>,
  rowsIn: number,
  { columns }: GpuShape,
  { result, declared, reads }: Ending = PLAIN,
): GpuKernel {
  const slots: Slot[] = ['x', 'out', 'table', ...reads];
  const body = `${EACH_PLACE}
  let row = table[place];
  var s = vec4<f32>(0.0);
  if (row != ${NONE}u) { s = x[(origin + row) * columns + column]; }
  let to = (member * PLACES + place) * columns + column;
  out[to] = ${result('s')};`;
  return {
    code: frame(slots, { ROWS_IN: rowsIn, PLACES: from.length }, body, declared),
    slots,
    table: from,
    rows: from.length,
    perMember: false,
    groups: [spread(from.length, columns), 1],
    multiplyAdds: 4 * from.length * columns,
  };
}

function padKernel(step: Extract<Step, { kind: 'pad' }>, rowsIn: number, shape: GpuShape): GpuKernel {
  const from = new Uint32Array(step.rows).fill(NONE);
  step.to.forEach((to, row) => {
    from[to] = row;
  });
  return gatherKernel(from, rowsIn, shape);
}

function activationKernel(activation: Activation, rows: number, { columns }: GpuShape): GpuKernel {
  const body = `${EACH_PLACE}
  let s = x[(origin + place) * columns + column];
  out[(member * PLACES + place) * columns + column] = ${activated(activation, 's')};`;
  return {
    code: frame(['x', 'out'], { ROWS_IN: rows, PLACES: rows }, body, activationFunctions([activation])),
    slots: ['x', 'out'],
    table: new Uint32Array(1),
    rows,
    perMember: false,
    groups: [spread(rows, columns), 1],
    multiplyAdds: 16 * rows * columns,
  };
}

const SIDE_BY_SIDE = 4; // members that one thread combines, so that it reads the maps once for all of them
const each = (line: (m: number) => string): string => range(SIDE_BY_SIDE).map(line).join('\n');

/** z0, z1, … = p_0 + Σ c_k p_{k+1} of row `at` for the members of a thread, from maps [m + 1][rows]. */
const COMBINED = `
    let p = x[at * columns + column];
${each((m) => `    var z${m} = p;`)}
    for (var k = 0u; k < RANK; k++) {
      let d = x[((k + 1u) * ROWS_IN + at) * columns + column];
${each((m) => `      z${m} += coefficients[c${m} + k] * d;`)}
    }`;

/** The members of a thread, and where their coefficients are. */
const MEMBERS = each(
  (m) => `  let m${m} = min(member * ${SIDE_BY_SIDE}u + ${m}u, job.members - 1u);
  let c${m} = m${m} * RANK;`,
);

/**
 * σ(p_0 + Σ c_k p_{k+1}) from maps [m + 1][rows] and the coefficients [m] of each member: what follows a projected first layer.
 * A pool that comes next, with windows that do not overlap, is taken along.
 */
export function combineKernel(
  rows: number,
  rank: number,
  activation: Activation | undefined,
  pool: PoolStep | undefined,
  { columns }: GpuShape,
): GpuKernel {
  const { result, declared } = endingOf(activation);
  const places = pool?.first.length ?? rows;
  const taps = pool?.taps.length ?? 1;
  const body =
    pool === undefined
      ? `
  let at = place;
${COMBINED}
${each((m) => `  out[(m${m} * PLACES + place) * columns + column] = ${result(`z${m}`)};`)}`
      : `
  let corner = table[PLACES + TAPS + g.y] + table[place];
${each((m) => `  var s${m} = vec4<f32>(0.0);`)}
  for (var tap = 0u; tap < TAPS; tap++) {
    let at = corner + table[PLACES + tap];
${COMBINED}
${each(
  (m) => `    { let v = ${result(`z${m}`)};
      if (tap == 0u) { s${m} = v; } else { ${takeOf(pool, `s${m}`)} } }`,
)}
  }
${each((m) => `  out[(m${m} * ${pool.rows}u + g.y * PLACES + place) * columns + column] = ${endOf(pool, `s${m}`)};`)}`;
  const slots: Slot[] = ['x', 'out', 'coefficients', ...(pool === undefined ? [] : (['table'] as const))];
  const constants = { ROWS_IN: rows, PLACES: places, TAPS: taps, RANK: rank };
  return {
    code: frame(slots, constants, EACH_PLACE + MEMBERS + body, declared),
    slots,
    table: Uint32Array.from(pool === undefined ? [0] : [...pool.first, ...pool.taps, ...pool.planes]),
    rows: pool?.rows ?? rows,
    perMember: true,
    sideBySide: SIDE_BY_SIDE,
    groups: [spread(places, columns), pool?.planes.length ?? 1],
    multiplyAdds: 4 * (pool?.rows ?? rows) * taps * (rank + 1) * columns,
  };
}

/** The kernel of step `i`, and how many steps it takes: an activation right after a linear step is part of its kernel where `fuse` lets it. */
export function kernelAt(
  steps: readonly Step[],
  i: number,
  rowsIn: number,
  shape: GpuShape,
  fuse: (activation: Activation, after: Step | undefined) => boolean = () => true,
): { kernel: GpuKernel; taken: number } {
  const step = steps[i]!;
  const next = steps[i + 1];
  switch (step.kind) {
    case 'linear': {
      const activation =
        next?.kind === 'activation' && fuse(next.activation, steps[i + 2]) ? next.activation : undefined;
      return { kernel: linearKernel(step, activation, rowsIn, shape), taken: activation === undefined ? 1 : 2 };
    }
    case 'pad':
      return { kernel: padKernel(step, rowsIn, shape), taken: 1 };
    case 'activation':
      return { kernel: activationKernel(step.activation, rowsIn, shape), taken: 1 };
    default:
      return { kernel: poolKernel(step, rowsIn, shape), taken: 1 };
  }
}

/** The kernels of steps in order. */
export function kernelsOf(steps: readonly Step[], rowsIn: number, shape: GpuShape): GpuKernel[] {
  const kernels: GpuKernel[] = [];
  let rows = rowsIn;
  for (let i = 0; i < steps.length; ) {
    const { kernel, taken } = kernelAt(steps, i, rows, shape);
    kernels.push(kernel);
    rows = kernel.rows;
    i += taken;
  }
  return kernels;
}
