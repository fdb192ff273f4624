/**
 * What the layered WGSL kernels have in common: their bindings and how they are called. Values are [member][row][columns], a
 * column being a vec4 of four inputs; the third dimension of a dispatch is the members.
 */

/** Threads in one workgroup. */
export const WORKGROUP = 64;

/** Marks an entry of a table that stands for nothing. */
export const NONE = 0xffffffff;

/** How the values of a call lie, and which kind of kernel its adapter likes. */
export interface GpuShape {
  readonly columns: number; // vec4s in a row
  readonly size: number; // P
  /** Products go through workgroup memory: what hardware is made for, and what software adapters are slow at. */
  readonly staged: boolean;
}

const SLOTS = {
  x: 'var<storage, read> x: array<vec4<f32>>',
  out: 'var<storage, read_write> out: array<vec4<f32>>',
  theta: 'var<storage, read> theta: array<f32>',
  table: 'var<storage, read> table: array<u32>',
  value: 'var<storage, read> value: array<vec4<f32>>',
  sums: 'var<storage, read_write> sums: array<f32>',
  targets: 'var<storage, read> targets: array<vec4<f32>>',
  coefficients: 'var<storage, read> coefficients: array<f32>',
} as const;

/** A buffer that a kernel reads or writes. */
export type Slot = keyof typeof SLOTS;

/** One kernel: its code, its table of rows, and what a dispatch of it takes. */
export interface GpuKernel {
  readonly code: string;
  readonly slots: readonly Slot[];
  readonly table: Uint32Array<ArrayBuffer>;
  readonly rows: number; // of the result
  /** True where it reads parameters (or coefficients) of each member. */
  readonly perMember: boolean;
  /** Members that a thread takes: 1 where this is left out. */
  readonly sideBySide?: number;
  /** Workgroups of one member, or of those that a thread takes. */
  readonly groups: readonly [number, number];
  readonly multiplyAdds: number; // of one member, roughly
  readonly offsets?: Partial<Offsets>; // told with the job
}

/** What a kernel is told at each call. Offsets are told, not written into the code, so that layers of one shape share a pipeline. */
export interface Job extends Partial<Offsets> {
  readonly columns: number; // vec4s in a row
  readonly alike: boolean; // all members read the same values
  readonly members: number;
  readonly part: number; // which part of the inputs this is
  readonly count?: number; // inputs: what fills up the last column is not one
  readonly across?: number; // the first workgroup of this dispatch
  readonly down?: number;
}

/** Where a kernel's numbers lie: in θ, and in the statistics of batch normalisation. */
export interface Offsets {
  readonly weight: number;
  readonly bias: number;
  readonly mean: number;
  readonly variance: number;
}

const JOB = [
  'columns',
  'alike',
  'members',
  'part',
  'count',
  'across',
  'down',
  'weight',
  'bias',
  'mean',
  'variance',
] as const satisfies readonly (keyof Job)[];

/** The numbers of a job, as kernels read them. */
export function jobNumbers(job: Job): Uint32Array<ArrayBuffer> {
  return Uint32Array.from(JOB, (name) => Math.max(0, Number(job[name] ?? 0))); // no bias is told as −1
}

/** The binding of a slot; the job has 0. */
export function bindingOf(slot: Slot): number {
  return Object.keys(SLOTS).indexOf(slot) + 1;
}

/** A kernel's code. `declared` stands outside `main`, in which `t` is the thread, `g` the workgroup and `member` the member. */
export function frame(
  slots: readonly Slot[],
  constants: Readonly<Record<string, number>>,
  body: string,
  declared = '',
): string {
  return `
struct Job {
${JOB.map((name) => `  ${name}: u32,`).join('\n')}
}
@group(0) @binding(0) var<uniform> job: Job;
${slots.map((slot) => `@group(0) @binding(${bindingOf(slot)}) ${SLOTS[slot]};`).join('\n')}
${Object.entries(constants)
  .map(([name, value]) => `const ${name} = ${value}u;`)
  .join('\n')}
${declared}
@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(local_invocation_index) t: u32, @builtin(workgroup_id) workgroup: vec3<u32>) {
  let g = workgroup + vec3<u32>(job.across, job.down, 0u);
  let columns = job.columns;
  let member = g.z;
${body}
}`;
}

/** What becomes of the number `s` that a kernel has for the element at `to`, and what it needs for that. */
export interface Ending {
  readonly result: (s: string) => string;
  readonly declared: string; // functions
  readonly reads: readonly Slot[];
}

/** The number as it is. */
export const PLAIN: Ending = { result: (s) => s, declared: '', reads: [] };

/** The opening of a kernel with one thread per place and column: `place`, `column`, and `origin`, the first row of `x`. */
export const EACH_PLACE = `
  let id = g.x * ${WORKGROUP}u + t;
  let place = id / columns;
  let column = id % columns;
  if (place >= PLACES) { return; }
  let origin = select(member * ROWS_IN, 0u, job.alike == 1u);`;

/** Workgroups of a kernel with one thread per place and column. */
export function spread(places: number, columns: number): number {
  return Math.ceil((places * columns) / WORKGROUP);
}
