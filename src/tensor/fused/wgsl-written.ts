/**
 * Small networks written out. A thread holds the weights of several members and goes through the inputs of its blocks: an input,
 * once read, serves all of them. Members of a thread are far apart, so that neighbouring threads read and write neighbouring
 * numbers, which a GPU joins into one access; eight chains of sums that wait for nothing hide the latency of its arithmetic. A
 * software adapter reads memory lane by lane behind tests of bounds and keeps every value of a loop's turn apart, so there few
 * reads and several inputs a turn are what counts; scalars stay in its registers where vectors would not.
 */
import { range } from '../../arrays/numbers.js';
import { INPUT_BLOCK } from '../blocks.js';
import type { Stage } from './network.js';
import { activated, activationFunctions, doubleRelu, literal } from './wgsl-activations.js';
import { bindings, firstFormed, form, recordColumns, type Shader, type ShaderShape } from './wgsl-shape.js';

const WORKGROUP = 64;
const MOST_FORMED = 96; // parameters of a member in registers
const MOST_PRODUCTS = 96; // of one member and input
const THREAD_PARAMETERS = 72; // of all members of a thread
const MOST_MEMBERS = 8;

/** Whether a network is small enough to be written out. */
export function isWritten(shape: Pick<ShaderShape, 'chain' | 'affine'>): boolean {
  const { chain } = shape;
  const products = chain.stages.reduce((sum, { inputs, outputs }) => sum + inputs * outputs, 0);
  return chain.size - firstFormed(shape) <= MOST_FORMED && products <= MOST_PRODUCTS;
}

/** The shader of a small network. */
export function fusedWritten(shape: ShaderShape): Shader {
  const { chain, lattice, together } = shape;
  const formed = Math.max(1, chain.size - firstFormed(shape));
  const members = Math.max(1, Math.min(MOST_MEMBERS, Math.floor(THREAD_PARAMETERS / formed)));
  const each = range(members);
  const columns = recordColumns(shape);
  const code = `${bindings(shape)}
${activationFunctions(
  chain.stages.flatMap(({ activations }) => activations),
  1,
)}
@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= job.threads) { return; }
${each.map((m) => `  let m${m} = id.x + ${m}u * job.threads;`).join('\n')}
${lattice ? each.flatMap((m) => range(lattice.rank).map((k) => `  let c${m}_${k} = members[${k}u * job.count + m${m}];`)).join('\n') : ''}
${weights(shape, each)}
  let last = min(job.blocks, (id.y + 1u) * job.run);
  for (var block = id.y * job.run; block < last; block++) {
    let begin = (job.first + block) * ${INPUT_BLOCK}u;
    let end = min(begin + ${INPUT_BLOCK}u, job.inputs);
${each.map((m) => `    var loss${m} = 0.0; var power${m} = 0.0;`).join('\n')}
    for (var n = begin; n < end; n += ${together}u) {
      let at = n * ${columns}u;
${range(together)
  .map((turn) => inputWrittenOut(shape, each, turn, columns))
  .join('\n')}
    }
${each.map((m) => `    if (m${m} < job.count) { sums[block * job.count + m${m}] = vec2<f32>(loss${m}, power${m}); }`).join('\n')}
  }
}
`;
  return { code, dispatch: { kind: 'written', members, workgroup: WORKGROUP } };
}

/** Whether σ of a stage is computed as 2 ReLU, with the half in the weights of the next stage. */
function doubled({ chain, finite }: ShaderShape, s: number): boolean {
  const stage = chain.stages[s];
  return (
    finite && stage?.activations.length === 1 && stage.activations[0]!.name === 'relu' && s + 1 < chain.stages.length
  );
}

/** w{member}_{parameter} of every member. */
function weights(shape: ShaderShape, each: readonly number[]): string {
  const { chain, lattice } = shape;
  const first = firstFormed(shape);
  const halved = new Set<number>();
  chain.stages.forEach((stage, s) => {
    if (doubled(shape, s - 1)) for (const i of range(stage.inputs * stage.outputs)) halved.add(stage.weight + i);
  });
  return each
    .flatMap((m) =>
      range(chain.size - first).map((p) => {
        const value = lattice
          ? form(`${p * (lattice.rank + 1)}u`, lattice.rank, (k) => `c${m}_${k}`)
          : `members[${p}u * job.count + m${m}]`;
        return `  let w${m}_${p} = ${halved.has(first + p) ? `0.5 * (${value})` : value};`;
      }),
    )
    .join('\n');
}

/** One input through the network of every member: its record is read once. */
function inputWrittenOut(shape: ShaderShape, each: readonly number[], turn: number, columns: number): string {
  const reads = range(columns).map((i) => `let r${i} = records[at + ${turn * columns + i}u];`);
  return `      { ${[...reads, ...each.map((m) => memberWrittenOut(shape, m, columns))].join('\n        ')} }`;
}

function memberWrittenOut(shape: ShaderShape, m: number, columns: number): string {
  const { chain, lattice, affine, weighted } = shape;
  const lines: string[] = [];
  chain.stages.forEach((stage, s) => {
    for (const o of range(stage.outputs)) {
      const name = `z${s}_${o}`;
      const terms =
        s === 0 && affine
          ? range(lattice!.rank + 1).map((k) => `${k === 0 ? '' : `c${m}_${k - 1} * `}r${o * (lattice!.rank + 1) + k}`)
          : unitTerms(shape, stage, s, o, m);
      lines.push(`var ${name} = ${terms.join(' + ')};`);
      if (doubled(shape, s)) lines.push(`${name} = ${doubleRelu(name)};`);
      else for (const activation of stage.activations) lines.push(`${name} = ${activated(activation, name, 1)};`);
    }
  });
  const last = chain.stages.length - 1;
  const target = columns - chain.outputs - (weighted ? 1 : 0);
  const weight = weighted ? `r${columns - 1} * ` : '';
  // the squares of an input by themselves: float32 sums of thousands of terms drift
  const outputs = range(chain.outputs);
  const phi = (o: number): string => `z${last}_${o}`;
  lines.push(...outputs.map((o) => `let e${o} = ${phi(o)} - r${target + o};`));
  lines.push(`loss${m} += ${weight}(${outputs.map((o) => `e${o} * e${o}`).join(' + ')});`);
  lines.push(`power${m} += ${weight}(${outputs.map((o) => `${phi(o)} * ${phi(o)}`).join(' + ')});`);
  return `{ ${lines.join(' ')} }`;
}

/** bias + Σ w_i v_i of unit o of stage s. */
function unitTerms(shape: ShaderShape, stage: Stage, s: number, o: number, m: number): string[] {
  const first = firstFormed(shape);
  const products = range(stage.inputs).map(
    (i) => `w${m}_${stage.weight - first + o * stage.inputs + i} * ${s === 0 ? `r${i}` : `z${s - 1}_${i}`}`,
  );
  if (stage.bias !== undefined) return [`w${m}_${stage.bias - first + o}`, ...products];
  return products.length === 0 ? [literal(0)] : products;
}
