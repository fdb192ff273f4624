/**
 * What training makes small, as WGSL: from outputs φ and what they are judged by, ∂J/∂φ, and in `sums` J and how many examples were
 * classified rightly, [member][2][workgroup]. See objective.ts, which says the same in plain loops.
 */
import type { Objective } from '../../catalog/work.js';
import { activationFunctions } from '../fused/wgsl-activations.js';
import { type Ending, frame, type GpuKernel, type GpuShape, type Slot, WORKGROUP } from '../gpu-frame.js';
import type { ExampleBatch } from './engine.js';
import { SUM_OVER } from './gpu-reduce.js';

/** Workgroups that each sum a share of a network's examples. */
export function lossGroups({ columns }: GpuShape): number {
  return Math.ceil(columns / WORKGROUP);
}

/** Rows of what outputs are judged by: labels or targets [k], then the weight of each example in the mean, 0 of what fills up. */
export function markRows(objective: Objective, outputs: number): number {
  return objective === 'cross-entropy' ? 2 : outputs + 1;
}

/** What a batch is judged by, as rows of columns. */
export function marksOf(
  objective: Objective,
  { labels, targets, count }: ExampleBatch,
  outputs: number,
  { columns }: GpuShape,
): Float32Array<ArrayBuffer> {
  const width = 4 * columns;
  const rows = markRows(objective, outputs);
  const marks = new Float32Array(rows * width);
  if (objective === 'cross-entropy') marks.set(labels!.subarray(0, count));
  else
    for (let n = 0; n < count; n++) for (let j = 0; j < outputs; j++) marks[j * width + n] = targets![n * outputs + j]!;
  marks.fill(1 / count, (rows - 1) * width, (rows - 1) * width + count);
  return marks;
}

/** −log softmax(φ)[label], its slope, and whether the first largest output is that of the label. */
const CROSS_ENTROPY = `
    let label = targets[mark];
    var most = x[at];
    var best = vec4<f32>(0.0);
    var chosen = most;
    for (var k = 1u; k < OUTPUTS; k++) {
      let v = x[at + k * columns];
      let more = v > most;
      most = select(most, v, more);
      best = select(best, vec4<f32>(f32(k)), more);
      chosen = select(chosen, v, label == vec4<f32>(f32(k)));
    }
    var whole = vec4<f32>(0.0);
    for (var k = 0u; k < OUTPUTS; k++) { whole += exp4(x[at + k * columns] - most); }
    loss = dot(w, select(vec4<f32>(0.0), (most - chosen) + log(whole), counts));
    right = dot(select(vec4<f32>(0.0), vec4<f32>(1.0), (best == label) & (most == most) & counts), vec4<f32>(1.0));
    for (var k = 0u; k < OUTPUTS; k++) {
      let to = at + k * columns;
      let p = exp4(x[to] - most) / whole;
      let d = select(vec4<f32>(0.0), w * select(p, p - 1.0, label == vec4<f32>(f32(k))), counts);
      SLOPE
    }`;

/** ‖φ − y‖²/k and its slope. */
const SQUARED_ERROR = `
    for (var k = 0u; k < OUTPUTS; k++) {
      let to = at + k * columns;
      let rest = select(vec4<f32>(0.0), x[to] - targets[mark + k * columns], counts) / f32(OUTPUTS);
      loss += dot(w * rest, rest) * f32(OUTPUTS);
      let d = 2.0 * w * rest;
      SLOPE
    }`;

/** The kernel of an objective; `ending` takes ∂J/∂φ through the last activation, whose result `value` holds. */
export function objectiveKernel(objective: Objective, outputs: number, ending: Ending, shape: GpuShape): GpuKernel {
  const entropy = objective === 'cross-entropy';
  const groups = lossGroups(shape);
  const rows = markRows(objective, outputs);
  const judged = (entropy ? CROSS_ENTROPY : SQUARED_ERROR).replace('SLOPE', `out[to] = ${ending.result('d')};`);
  const body = `
  let column = g.x * ${WORKGROUP}u + t;
  var loss = 0.0;
  var right = 0.0;
  if (column < columns) {
    let at = member * OUTPUTS * columns + column;
    let mark = member * ${rows}u * columns + column;
    let w = targets[mark + ${rows - 1}u * columns];
    let counts = w != vec4<f32>(0.0);
${judged}
  }
  let all = sumOver(t, loss);
  let rights = sumOver(t, right);
  if (t == 0u) {
    sums[member * 2u * ${groups}u + g.x] = all;
    sums[(member * 2u + 1u) * ${groups}u + g.x] = rights;
  }`;
  const slots: Slot[] = ['x', 'out', 'targets', 'sums', ...ending.reads];
  const functions = entropy && !ending.declared.includes('fn exp4') ? activationFunctions([{ name: 'sigmoid' }]) : '';
  return {
    code: frame(slots, { OUTPUTS: outputs }, body, SUM_OVER + functions + ending.declared),
    slots,
    table: new Uint32Array(1),
    rows: outputs,
    perMember: true,
    groups: [groups, 1],
    multiplyAdds: 64 * outputs * shape.columns,
  };
}
