/**
 * Batch normalisation as WGSL: γ (z − μ)/√(σ² + ε) + β of each channel, forward and back, for several networks at once. μ and σ² of
 * each network lie as its buffers do, [member][B], whether they are of the batch or the running ones. What fills up the last column
 * of inputs counts for nothing.
 */
import type { Activation } from '../../catalog/architecture.js';
import { activated, activationFunctions, literal } from '../fused/wgsl-activations.js';
import {
  EACH_PLACE,
  type Ending,
  frame,
  type GpuKernel,
  type GpuShape,
  type Slot,
  spread,
  WORKGROUP,
} from '../gpu-frame.js';
import { LIVE, SUM_OVER } from './gpu-reduce.js';
import type { NormStep } from './program.js';

/** What the kernels of a layer have in common; `each` multiply-adds for four numbers of a row. */
const common = (
  { weight, bias, mean, variance, rows }: NormStep,
  columns: number,
  each = 16,
): Pick<GpuKernel, 'table' | 'perMember' | 'multiplyAdds' | 'offsets'> => ({
  table: new Uint32Array(1),
  perMember: true,
  multiplyAdds: each * rows * columns,
  offsets: { weight, bias, mean, variance },
});

/** What one thread, or workgroup, knows of its channel. */
const CHANNEL = `
  let mu = coefficients[member * BUFFERS + job.mean + channel];
  let inverse = 1.0 / sqrt(coefficients[member * BUFFERS + job.variance + channel] + EPSILON);
  let own = member * SIZE + channel;`;

const epsilonOf = ({ epsilon }: NormStep): string => `const EPSILON = ${literal(epsilon)};`;

/** The numbers of a channel, dealt to the threads of a workgroup: `at`, and `counts`, which of the four are inputs. */
const eachNumber = (body: string): string => `
  for (var i = t; i < POSITIONS * columns; i += ${WORKGROUP}u) {
    let at = (member * ROWS_IN + g.x * POSITIONS) * columns + i;
    let counts = live(i % columns);
    ${body}
  }`;

/** Mean and biased variance of the batch, to `sums` [member][B], in two passes: the variance is about the mean. */
export function statisticsKernel(step: NormStep, bufferSize: number, { columns }: GpuShape): GpuKernel {
  const { channels, positions, rows } = step;
  const body = `
  let n = f32(POSITIONS * job.count);
  var s = vec4<f32>(0.0);
  ${eachNumber('s += select(vec4<f32>(0.0), x[at], counts);')}
  let mu = sumOver(t, dot(s, vec4<f32>(1.0))) / n;
  var q = vec4<f32>(0.0);
  ${eachNumber(`let d = select(vec4<f32>(0.0), x[at] - mu, counts);
    q += d * d;`)}
  let variance = sumOver(t, dot(q, vec4<f32>(1.0))) / n;
  if (t == 0u) {
    sums[member * BUFFERS + job.mean + g.x] = mu;
    sums[member * BUFFERS + job.variance + g.x] = variance;
  }`;
  const constants = { ROWS_IN: rows, POSITIONS: positions, BUFFERS: bufferSize };
  return {
    code: frame(['x', 'sums'], constants, body, LIVE + SUM_OVER),
    slots: ['x', 'sums'],
    rows: 0,
    groups: [channels, 1],
    ...common(step, columns),
  };
}

/** The layer, with the activation after it. */
export function normKernel(
  step: NormStep,
  activation: Activation | undefined,
  bufferSize: number,
  { columns, size }: GpuShape,
): GpuKernel {
  const { positions, rows } = step;
  const body = `${EACH_PLACE}
  let channel = place / POSITIONS;
  ${CHANNEL}
  let scale = theta[own + job.weight] * inverse;
  let s = (x[(origin + place) * columns + column] - mu) * scale + theta[own + job.bias];
  out[(member * PLACES + place) * columns + column] = ${activation === undefined ? 's' : activated(activation, 's')};`;
  const slots: Slot[] = ['x', 'out', 'theta', 'coefficients'];
  const constants = { ROWS_IN: rows, PLACES: rows, POSITIONS: positions, BUFFERS: bufferSize, SIZE: size };
  const functions = activation === undefined ? '' : activationFunctions([activation]);
  return {
    code: frame(slots, constants, body, epsilonOf(step) + functions),
    slots,
    rows,
    groups: [spread(rows, columns), 1],
    ...common(step, columns),
  };
}

/** ∂J/∂γ = Σ d ẑ and ∂J/∂β = Σ d, from `x`, d = ∂J/∂out, and `value`, z; to `sums`, the gradient [member][P]. */
export function normGradientKernel(step: NormStep, bufferSize: number, { columns, size }: GpuShape): GpuKernel {
  const { channels, positions, rows } = step;
  const body = `
  let channel = g.x;
  ${CHANNEL}
  var s = vec4<f32>(0.0);
  var p = vec4<f32>(0.0);
  ${eachNumber(`let d = select(vec4<f32>(0.0), x[at], counts);
    s += d;
    p += select(vec4<f32>(0.0), d * (value[at] - mu), counts);`)}
  let bias = sumOver(t, dot(s, vec4<f32>(1.0)));
  let weight = sumOver(t, dot(p, vec4<f32>(1.0))) * inverse;
  if (t == 0u) {
    sums[own + job.bias] = bias;
    sums[own + job.weight] = weight;
  }`;
  const slots: Slot[] = ['x', 'value', 'coefficients', 'sums'];
  const constants = { ROWS_IN: rows, POSITIONS: positions, BUFFERS: bufferSize, SIZE: size };
  return {
    code: frame(slots, constants, body, epsilonOf(step) + LIVE + SUM_OVER),
    slots,
    rows: 0,
    groups: [channels, 1],
    ...common(step, columns),
  };
}

/**
 * ∂J/∂z from `x`, d = ∂J/∂out: γ/σ d; where the statistics are the batch's, less what these take away, γ/σ (mean d + ẑ mean(d ẑ)), whose
 * sums are read from the gradient in `sums`. `value` is z.
 */
export function normSlopeKernel(
  step: NormStep,
  ofBatch: boolean,
  ending: Ending,
  bufferSize: number,
  { columns, size }: GpuShape,
): GpuKernel {
  const { positions, rows } = step;
  const taken = `(sums[own + job.bias] + (value[to] - mu) * inverse * sums[own + job.weight]) / f32(POSITIONS * job.count)`;
  const body = `${EACH_PLACE}
  let to = (member * PLACES + place) * columns + column;
  let channel = place / POSITIONS;
  ${CHANNEL}
  let d = x[(origin + place) * columns + column]${ofBatch ? ` - ${taken}` : ''};
  let s = select(vec4<f32>(0.0), theta[own + job.weight] * inverse * d, live(column));
  out[to] = ${ending.result('s')};`;
  const slots = [
    ...new Set<Slot>([
      'x',
      'out',
      'theta',
      'coefficients',
      ...(ofBatch ? (['value', 'sums'] as const) : []),
      ...ending.reads,
    ]),
  ];
  const constants = { ROWS_IN: rows, PLACES: rows, POSITIONS: positions, BUFFERS: bufferSize, SIZE: size };
  return {
    code: frame(slots, constants, body, epsilonOf(step) + LIVE + ending.declared),
    slots,
    rows,
    groups: [spread(rows, columns), 1],
    ...common(step, columns, 24),
  };
}
