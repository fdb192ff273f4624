/**
 * Generated WGSL: one thread per member and span of inputs. A thread finds its coefficients from its lattice index, forms
 * weights from them (all at once where they fit in registers, else at each use, for four inputs), runs every layer on four
 * inputs at a time and leaves the span's two sums.
 */
import { INPUT_BLOCK } from '../blocks.js';
import { type Chain, firstLayerSize, type Stage } from './network.js';
import { activated, activationFunctions, literal } from './wgsl-activations.js';

/** Threads of one workgroup. */
export const WORKGROUP = 64;
/** Inputs in one tile: the components of a vec4. */
export const TILE = 4;
/** Blocks of inputs that one thread sums, in order; the host adds the spans, in order, in float64. */
export const SPAN_BLOCKS = 8;
/** Inputs in one span. */
export const SPAN = SPAN_BLOCKS * INPUT_BLOCK;

const MOST_UNROLLED = 64; // parameters held in registers
const MOST_PRODUCTS = 256; // written out

/** All that a shader depends on: sizes of data come with the job, so that one shader does for every grid. */
export interface ShaderShape {
  readonly chain: Chain;
  readonly lattice: { readonly rank: number } | undefined; // undefined: explicit members
  readonly affine: boolean;
}

/** vec4 columns of a record of four inputs: [values or maps, outputs, weight]. */
export function recordColumns({ chain, lattice, affine }: ShaderShape): number {
  return (affine ? chain.stages[0]!.outputs * (lattice!.rank + 1) : chain.inputs) + chain.outputs + 1;
}

/** The first parameter that is formed. */
export function firstFormed({ chain, affine }: ShaderShape): number {
  return affine ? firstLayerSize(chain.stages[0]!) : 0;
}

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** The shader. Bindings: 0 job, 1 records, 2 members (coefficients [m, capacity], or θ [P, capacity]), 3 sums, 4 fixed numbers. */
export function fusedWgsl(shape: ShaderShape): string {
  const { chain, lattice } = shape;
  const products = chain.stages.reduce((sum, { inputs, outputs }) => sum + inputs * outputs, 0);
  const formed = chain.size - firstFormed(shape);
  const writtenOut = formed <= MOST_UNROLLED && products <= MOST_PRODUCTS;
  return `
struct Job { count: u32, capacity: u32, tiles: u32, firstSpan: u32 }
@group(0) @binding(0) var<uniform> job: Job;
@group(0) @binding(1) var<storage, read> records: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> members: array<f32>;
@group(0) @binding(3) var<storage, read_write> sums: array<vec2<f32>>;
${lattice ? '@group(0) @binding(4) var<storage, read> fixed: array<f32>;' : ''}
${activationFunctions(chain.stages.flatMap(({ activations }) => activations))}

@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let member = id.x;
  if (member >= job.count) { return; }
  let span = job.firstSpan + id.y;
${lattice ? coefficients(lattice.rank) : ''}
${writtenOut ? weightsInRegisters(shape) : buffers(chain)}
  var tile = span * ${SPAN / TILE}u;
  let spanEnd = min(tile + ${SPAN / TILE}u, job.tiles);
  var total = vec2<f32>(0.0);
  while (tile < spanEnd) {
    let blockEnd = min(tile + ${INPUT_BLOCK / TILE}u, spanEnd);
    var loss = vec4<f32>(0.0);
    var power = vec4<f32>(0.0);
    for (; tile < blockEnd; tile++) {
      let record = tile * ${recordColumns(shape)}u;
${writtenOut ? unitsWrittenOut(shape) : unitsLooped(shape)}
    }
    total += vec2<f32>((loss.x + loss.y) + (loss.z + loss.w), (power.x + power.y) + (power.z + power.w));
  }
  sums[id.y * job.capacity + member] = total;
}
`;
}

/** c_k of the member. */
function coefficients(rank: number): string {
  return range(rank)
    .map((k) => `  let c${k} = members[${k}u * job.capacity + member];`)
    .join('\n');
}

/** A formed parameter; `place` is the index of its θ0 in \`fixed\`. */
function form(place: string, rank: number): string {
  return range(rank).reduce((sum, k) => `${sum} + c${k} * fixed[${place} + ${k + 1}u]`, `fixed[${place}]`);
}

function weightsInRegisters(shape: ShaderShape): string {
  const first = firstFormed(shape);
  return range(shape.chain.size - first)
    .map((p) => {
      if (!shape.lattice) return `  let w${p} = members[${p}u * job.capacity + member];`;
      const { rank } = shape.lattice;
      return `  let w${p} = ${form(`${p * (rank + 1)}u`, rank)};`;
    })
    .join('\n');
}

function buffers({ stages }: Chain): string {
  const widest = Math.max(...stages.map(({ outputs }) => outputs));
  return `  var a: array<vec4<f32>, ${widest}>;\n  var b: array<vec4<f32>, ${widest}>;`;
}

function unitsWrittenOut(shape: ShaderShape): string {
  const { chain, lattice, affine } = shape;
  const first = firstFormed(shape);
  const lines: string[] = [];
  if (!affine) for (const i of range(chain.inputs)) lines.push(`let x${i} = records[record + ${i}u];`);
  chain.stages.forEach((stage, s) => {
    for (const o of range(stage.outputs)) {
      const name = `z${s}_${o}`;
      const terms: string[] = [];
      if (s === 0 && affine) terms.push(...range(lattice!.rank + 1).map((k) => mapTerm(`${o}u`, k, lattice!.rank)));
      else {
        if (stage.bias !== undefined) terms.push(`vec4<f32>(w${stage.bias - first + o})`);
        for (const i of range(stage.inputs))
          terms.push(`w${stage.weight - first + o * stage.inputs + i} * ${s === 0 ? `x${i}` : `z${s - 1}_${i}`}`);
      }
      lines.push(`var ${name} = ${terms.join(' + ')};`);
      for (const activation of stage.activations) lines.push(`${name} = ${activated(activation, name)};`);
    }
  });
  const last = chain.stages.length - 1;
  lines.push(...reduction(shape, (o) => `z${last}_${o}`));
  return lines.map((line) => `      ${line}`).join('\n');
}

/** One term of p_0 + Σ c_k p_{k+1} of unit `o`. */
function mapTerm(o: string, k: number, rank: number): string {
  const map = `records[record + ${o} * ${rank + 1}u + ${k}u]`;
  return k === 0 ? map : `c${k - 1} * ${map}`;
}

function unitsLooped(shape: ShaderShape): string {
  const { chain } = shape;
  const lines = chain.stages.map((stage, s) => {
    const [from, to] = s % 2 === 0 ? ['b', 'a'] : ['a', 'b'];
    const finish = stage.activations.map((activation) => `z = ${activated(activation, 'z')};`).join(' ');
    return `      for (var o = 0u; o < ${stage.outputs}u; o++) {
        ${s === 0 && shape.affine ? projected(shape) : looped(shape, stage, s, from)}
        ${finish}
        ${to}[o] = z;
      }`;
  });
  const last = (chain.stages.length - 1) % 2 === 0 ? 'a' : 'b';
  return [...lines, ...reduction(shape, (o) => `${last}[${o}]`)].join('\n');
}

function projected({ lattice }: ShaderShape): string {
  return `var z = ${range(lattice!.rank + 1)
    .map((k) => mapTerm('o', k, lattice!.rank))
    .join(' + ')};`;
}

function looped(shape: ShaderShape, { inputs, weight, bias }: Stage, s: number, from: string): string {
  const { lattice } = shape;
  const first = firstFormed(shape);
  const at = (index: string): string => {
    if (!lattice) return `members[(${index}) * job.capacity + member]`;
    return `(${form(`(${index}) * ${lattice.rank + 1}u`, lattice.rank)})`;
  };
  const value = s === 0 ? 'records[record + i]' : `${from}[i]`;
  return `var z = vec4<f32>(${bias === undefined ? '0.0' : at(`${bias - first}u + o`)});
        for (var i = 0u; i < ${inputs}u; i++) { z += ${at(`${weight - first}u + o * ${inputs}u + i`)} * ${value}; }`;
}

/** loss += w ‖φ − y‖², power += w ‖φ‖² of four inputs. Inputs that fill up the last tile have weight 0 and add 0. */
function reduction(shape: ShaderShape, phi: (o: number) => string): string[] {
  const columns = recordColumns(shape);
  const first = columns - 1 - shape.chain.outputs;
  const lines = [`let weight = records[record + ${columns - 1}u];`, 'let counts = weight != vec4<f32>(0.0);'];
  for (const o of range(shape.chain.outputs))
    lines.push(
      `{ let phi = ${phi(o)}; let e = phi - records[record + ${first + o}u];`,
      `loss += select(vec4<f32>(${literal(0)}), weight * (e * e), counts);`,
      `power += select(vec4<f32>(${literal(0)}), weight * (phi * phi), counts); }`,
    );
  return lines;
}
