/** The ends of the layered kernels: θ formed from coefficients, and outputs summed to J and power. */
import { INPUT_BLOCK, OUTPUT_GROUP } from './blocks.js';
import { frame, type GpuKernel, type GpuShape, WORKGROUP } from './gpu-frame.js';

/** Columns of one block of inputs. */
export const BLOCK_COLUMNS = INPUT_BLOCK / 4;

const GROUP_BLOCKS = WORKGROUP / BLOCK_COLUMNS; // blocks that one workgroup sums

/**
 * Sums Σ w‖φ − y‖² and Σ w‖φ‖² of each block of inputs, [member][block][2], from outputs [k] rows; `targets` holds y [k] and w [1] as
 * rows. A thread has one column; the columns of a block are added in order.
 */
export function sumKernel(outputs: number, { columns }: GpuShape): GpuKernel {
  const body = `
  let column = g.x * ${WORKGROUP}u + t;
  var sum = vec2<f32>(0.0);
  if (column < columns) {
    let origin = select(member * OUTPUTS, 0u, job.alike == 1u);
    var distance = vec4<f32>(0.0);
    var square = vec4<f32>(0.0);
    for (var first = 0u; first < OUTPUTS; first += ${OUTPUT_GROUP}u) {
      var partDistance = vec4<f32>(0.0);
      var partSquare = vec4<f32>(0.0);
      for (var k = first; k < min(first + ${OUTPUT_GROUP}u, OUTPUTS); k++) {
        let v = x[(origin + k) * columns + column];
        let d = v - targets[k * columns + column];
        partDistance += d * d;
        partSquare += v * v;
      }
      distance += partDistance;
      square += partSquare;
    }
    let w = targets[OUTPUTS * columns + column];
    let counts = w != vec4<f32>(0.0); // what fills up the last column has weight 0, and may overflow
    sum = vec2<f32>(
      dot(w, select(vec4<f32>(0.0), distance, counts)),
      dot(w, select(vec4<f32>(0.0), square, counts))
    );
  }
  part[t] = sum;
  workgroupBarrier();
  let block = g.x * ${GROUP_BLOCKS}u + t / ${BLOCK_COLUMNS}u;
  if (t % ${BLOCK_COLUMNS}u == 0u && block < BLOCKS) {
    for (var i = 1u; i < ${BLOCK_COLUMNS}u; i++) { sum += part[t + i]; }
    sums[(member * BLOCKS + block) * 2u] = sum.x;
    sums[(member * BLOCKS + block) * 2u + 1u] = sum.y;
  }`;
  const blocks = Math.ceil(columns / BLOCK_COLUMNS);
  const declared = `var<workgroup> part: array<vec2<f32>, ${WORKGROUP}>;`;
  return {
    code: frame(['x', 'targets', 'sums'], { OUTPUTS: outputs, BLOCKS: blocks }, body, declared),
    slots: ['x', 'targets', 'sums'],
    table: new Uint32Array(1),
    rows: 0,
    perMember: false,
    groups: [Math.ceil(blocks / GROUP_BLOCKS), 1],
    multiplyAdds: 8 * outputs * columns,
  };
}

/** θ = θ0 + Σ c_k b_k of the numbers from `first` on, from maps [m + 1][P] in `theta` and coefficients [member][m] in `coefficients`. */
export function formKernel(rank: number, first: number, size: number): GpuKernel {
  const workgroups = Math.max(1, Math.ceil((size - first) / WORKGROUP));
  const across = Math.min(workgroups, 2 ** 15); // a dimension of a dispatch ends at 65,535
  const body = `
  let p = (g.y * ${across}u + g.x) * ${WORKGROUP}u + t + FIRST;
  if (p >= SIZE) { return; }
  var s = theta[p];
  for (var k = 0u; k < RANK; k++) {
    s += coefficients[member * RANK + k] * theta[(k + 1u) * SIZE + p];
  }
  sums[member * SIZE + p] = s;`;
  return {
    code: frame(['theta', 'coefficients', 'sums'], { SIZE: size, FIRST: first, RANK: rank }, body),
    slots: ['theta', 'coefficients', 'sums'],
    table: new Uint32Array(1),
    rows: 0,
    perMember: true,
    groups: [across, Math.ceil(workgroups / across)],
    multiplyAdds: (size - first) * rank,
  };
}
