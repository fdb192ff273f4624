/** What every generated shader of the fused route has: what it depends on, its bindings, and the job as TensorFlow.js lays it out. */
import { type Chain, firstLayerSize } from './network.js';

/** All that a shader depends on: sizes of data come with the job, so that one shader does for every grid. */
export interface ShaderShape {
  readonly chain: Chain;
  readonly lattice: { readonly rank: number } | undefined; // undefined: explicit members
  readonly affine: boolean;
  readonly weighted: boolean; // inputs have weights of their own
  readonly together: number; // inputs of one turn of a loop; divides their number
  readonly software: boolean; // a processor plays the adapter
  readonly finite: boolean; // no member overflows on any input: see gpu-bounds
}

/** How a shader is dispatched. */
export type Dispatch =
  | { readonly kind: 'written'; readonly members: number; readonly workgroup: number } // members of a thread, threads of a workgroup
  | { readonly kind: 'looped' };

/** A shader and how it is dispatched. Bindings: 0 sums, 1 records, 2 members, 3 fixed numbers (affine families only), then the job. */
export interface Shader {
  readonly code: string;
  readonly dispatch: Dispatch;
}

/** Columns of the record of an input: [values or maps, outputs, weight]. */
export function recordColumns({ chain, lattice, affine, weighted }: ShaderShape): number {
  const values = affine ? chain.stages[0]!.outputs * (lattice!.rank + 1) : chain.inputs;
  return values + chain.outputs + (weighted ? 1 : 0);
}

/** The first parameter that is formed. */
export function firstFormed({ chain, affine }: Pick<ShaderShape, 'chain' | 'affine'>): number {
  return affine ? firstLayerSize(chain.stages[0]!) : 0;
}

/** The numbers of a job, in order. */
export const JOB = ['count', 'threads', 'inputs', 'first', 'blocks', 'run'] as const;
/** Numbers of a job: members, threads over them, inputs on the device, the first block, blocks, blocks of one thread. */
export type Job = Readonly<Record<(typeof JOB)[number], number>>;

/**
 * The uniform buffer of a kernel with so many inputs: TensorFlow.js puts NaN, ∞, and shape and stride of each tensor (rank 1) before
 * the numbers of a program.
 */
export function jobStruct(inputs: number, fields: readonly string[]): string {
  const tensors = Array.from({ length: inputs + 1 }, (_, i) => `shape${i}: i32, stride${i}: i32`);
  return `struct Job { nan: f32, infinity: f32, ${tensors.join(', ')}, ${fields.map((field) => `${field}: u32`).join(', ')} }
@group(0) @binding(${inputs + 1}) var<uniform> job: Job;`;
}

/** The bindings of a kernel that sums blocks. */
export function bindings({ lattice }: ShaderShape): string {
  return `
@group(0) @binding(0) var<storage, read_write> sums: array<vec2<f32>>; // [block][member]
@group(0) @binding(1) var<storage, read> records: array<f32>;
@group(0) @binding(2) var<storage, read> members: array<f32>; // coefficients [m][count], or θ [P][count]
${lattice ? '@group(0) @binding(3) var<storage, read> fixed: array<f32>; // θ0 and basis, [P][m + 1]' : ''}
${jobStruct(lattice ? 3 : 2, JOB)}`;
}

/** A formed parameter, θ0 + Σ c_k b_k; `place` is where its numbers begin in `fixed`, `c` names a coefficient. */
export function form(place: string, rank: number, c: (k: number) => string): string {
  let sum = `fixed[${place}]`;
  for (let k = 0; k < rank; k++) sum += ` + ${c(k)} * fixed[${place} + ${k + 1}u]`;
  return sum;
}
