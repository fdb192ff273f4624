/**
 * Larger networks: a workgroup takes one member through one block of inputs, four inputs to each of its threads (eight on a software
 * adapter, where reading a weight costs more than all that is done with it). The threads form the weights of some rows of a layer together, once for the whole block, in workgroup memory, from where a GPU hands one number to
 * all threads of a warp at once. Some values of the layer before are held in registers, where they serve all rows; a unit's
 * sum rests in the thread's own memory between such tiles. Nothing but parameters and inputs is read from the device's
 * memory, side by side in neighbouring threads.
 */
import { range } from '../../arrays/numbers.js';
import { INPUT_BLOCK } from '../blocks.js';
import type { Stage } from './network.js';
import { activated, activationFunctions } from './wgsl-activations.js';
import { bindings, firstFormed, form, recordColumns, type Shader, type ShaderShape } from './wgsl-shape.js';

const WEIGHTS = 2048; // parameters in workgroup memory: 8 KiB
const TILE = 16; // values of the layer before in registers
const MOST_WRITTEN = 4; // tiles of a layer that are written out: reads of a thread's memory at fixed places are cheap

/** The shader of a larger network. */
export function fusedLooped(shape: ShaderShape): Shader {
  const { chain, lattice } = shape;
  const turns = turnsOf(shape);
  const widest = Math.max(...chain.stages.map(({ outputs }) => outputs));
  const layers = chain.stages.map((stage, s) => (s === 0 && shape.affine ? projected(shape) : layer(shape, stage, s)));
  const code = `${bindings(shape)}
${activationFunctions(chain.stages.flatMap(({ activations }) => activations))}
var<workgroup> weights: array<f32, ${WEIGHTS}>;
var<workgroup> parts: array<vec2<f32>, ${turns.threads}>;

@compute @workgroup_size(${turns.threads})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) t: u32) {
  let member = group.x;
  let block = job.first + group.y;
  let record = block * ${recordColumns(shape) * INPUT_BLOCK}u + t;
${
  lattice
    ? range(lattice.rank)
        .map((k) => `  let c${k} = members[${k}u * job.count + member];`)
        .join('\n')
    : ''
}
  var a: array<vec4<f32>, ${widest * turns.vectors.length}>;
  var b: array<vec4<f32>, ${widest * turns.vectors.length}>;
${layers.join('\n')}
${reduction(shape)}
}
`;
  return { code, dispatch: { kind: 'looped' } };
}

/** The threads of a workgroup, and the vec4s of inputs that each has. */
interface Turns {
  readonly threads: number;
  readonly vectors: readonly number[];
}

function turnsOf({ software }: ShaderShape): Turns {
  const vectors = range(software ? 2 : 1);
  return { threads: INPUT_BLOCK / (4 * vectors.length), vectors };
}

/** Four inputs of a column, a workgroup's threads apart. */
function fromRecord({ threads }: Turns, column: string, v: number): string {
  const parts = range(4).map((j) => `records[record + (${column}) * ${INPUT_BLOCK}u + ${(4 * v + j) * threads}u]`);
  return `vec4<f32>(${parts.join(', ')})`;
}

/** The place of a unit's values in a thread's memory. */
function own(array: string, unit: string, { vectors }: Turns, v: number): string {
  return `${array}[${vectors.length === 1 ? unit : `(${unit}) * ${vectors.length}u + ${v}u`}]`;
}

/** σ of z, in place. */
function finish(stage: Stage, z: string): string {
  return stage.activations.map((activation) => `${z} = ${activated(activation, z)};`).join(' ');
}

/** p_0 + Σ c_k p_{k+1} of every unit. */
function projected(shape: ShaderShape): string {
  const stage = shape.chain.stages[0]!;
  const maps = shape.lattice!.rank + 1;
  const turns = turnsOf(shape);
  const each = turns.vectors.map((v) => {
    const terms = range(maps).map(
      (k) => `${k === 0 ? '' : `c${k - 1} * `}${fromRecord(turns, `o * ${maps}u + ${k}u`, v)}`,
    );
    return `    { var z = ${terms.join('\n      + ')}; ${finish(stage, 'z')} ${own('a', 'o', turns, v)} = z; }`;
  });
  return `  for (var o = 0u; o < ${stage.outputs}u; o++) {\n${each.join('\n')}\n  }`;
}

/** A layer, as many rows at a time as fit into workgroup memory. */
function layer(shape: ShaderShape, stage: Stage, s: number): string {
  const { inputs, outputs, bias } = stage;
  const most = rowsAtOnce(stage);
  const first = firstFormed(shape);
  const { threads } = turnsOf(shape);
  const at = (index: string): string =>
    shape.lattice
      ? form(`(${index}) * ${shape.lattice.rank + 1}u`, shape.lattice.rank, (k) => `c${k}`)
      : `members[(${index}) * job.count + member]`;
  const biases =
    bias === undefined
      ? ''
      : `for (var k = t; k < rows; k += ${threads}u) { weights[${most * inputs}u + k] = ${at(`${bias - first}u + top + k`)}; }`;
  return `  for (var top = 0u; top < ${outputs}u; top += ${most}u) {
    let rows = min(${most}u, ${outputs}u - top);
    workgroupBarrier();
    for (var k = t; k < rows * ${inputs}u; k += ${threads}u) { weights[k] = ${at(`${stage.weight - first}u + top * ${inputs}u + k`)}; }
    ${biases}
    workgroupBarrier();
${tiles(stage, s, turnsOf(shape))}
  }`;
}

/** Rows of a layer, with their biases, that workgroup memory holds. */
function rowsAtOnce({ inputs, outputs }: Stage): number {
  return Math.max(1, Math.min(outputs, Math.floor(WEIGHTS / (inputs + 1))));
}

/** All tiles of values of the layer before; where they are many, those between the first and the last in a loop. */
function tiles(stage: Stage, s: number, turns: Turns): string {
  const { inputs } = stage;
  const before = Math.ceil(inputs / TILE) - 1; // tiles but the last
  const last = tile(stage, s, turns, `${before * TILE}u`, inputs - before * TILE, before === 0, true);
  if (before < MOST_WRITTEN)
    return [...range(before).map((i) => tile(stage, s, turns, `${i * TILE}u`, TILE, i === 0, false)), last].join('\n');
  const between = tile(stage, s, turns, 'start', TILE, false, false);
  const loop = `    for (var start = ${TILE}u; start < ${before * TILE}u; start += ${TILE}u) {\n${between}\n    }`;
  return [tile(stage, s, turns, '0u', TILE, true, false), loop, last].join('\n');
}

/** Adds the products of `width` values from `start` on to all rows. */
function tile(
  stage: Stage,
  s: number,
  turns: Turns,
  start: string,
  width: number,
  first: boolean,
  last: boolean,
): string {
  const { inputs, bias } = stage;
  const { vectors } = turns;
  const [before, after] = s % 2 === 0 ? ['b', 'a'] : ['a', 'b'];
  const value = (i: number, v: number): string =>
    s === 0 ? fromRecord(turns, `${start} + ${i}u`, v) : own(before, `${start} + ${i}u`, turns, v);
  const zero = bias === undefined ? '0.0' : `weights[${rowsAtOnce(stage) * inputs}u + r]`;
  const values = range(width).flatMap((i) => vectors.map((v) => `let x${i}_${v} = ${value(i, v)};`));
  const sums = vectors.map((v) => `var z${v} = ${first ? 'vec4<f32>(zero)' : own(after, 'top + r', turns, v)};`);
  const products = range(width).map(
    (i) => `{ let w = weights[at + ${i}u]; ${vectors.map((v) => `z${v} += w * x${i}_${v};`).join(' ')} }`,
  );
  const ends = vectors.map((v) => `${last ? finish(stage, `z${v}`) : ''} ${own(after, 'top + r', turns, v)} = z${v};`);
  return `    {
      ${values.join('\n      ')}
      for (var r = 0u; r < rows; r++) {
        let at = r * ${inputs}u + ${start};
        ${first ? `let zero = ${zero};` : ''}
        ${[...sums, ...products, ...ends].join('\n        ')}
      }
    }`;
}

/** w ‖φ − y‖² and w ‖φ‖² of a thread's inputs, then of all threads, in order. Places after the last input count nothing. */
function reduction(shape: ShaderShape): string {
  const { chain, weighted } = shape;
  const turns = turnsOf(shape);
  const { threads } = turns;
  const columns = recordColumns(shape);
  const target = columns - chain.outputs - (weighted ? 1 : 0);
  const last = (chain.stages.length - 1) % 2 === 0 ? 'a' : 'b';
  const weight = weighted ? 'weight * ' : '';
  const each = turns.vectors.map((v) => {
    const places = range(4).map((j) => `${(4 * v + j) * threads}u`);
    return `  {
    var distance = vec4<f32>(0.0);
    var square = vec4<f32>(0.0);
    for (var o = 0u; o < ${chain.outputs}u; o++) {
      let phi = ${own(last, 'o', turns, v)};
      let e = phi - ${fromRecord(turns, `${target}u + o`, v)};
      distance += e * e;
      square += phi * phi;
    }
    let there = vec4<u32>(${places.join(', ')}) + vec4<u32>(block * ${INPUT_BLOCK}u + t) < vec4<u32>(job.inputs);
    ${weighted ? `let weight = ${fromRecord(turns, `${columns - 1}u`, v)};` : ''}
    distance = select(vec4<f32>(0.0), ${weight}distance, there);
    square = select(vec4<f32>(0.0), ${weight}square, there);
    part += vec2<f32>((distance.x + distance.y) + (distance.z + distance.w), (square.x + square.y) + (square.z + square.w));
  }`;
  });
  return `  var part = vec2<f32>(0.0);
${each.join('\n')}
  parts[t] = part;
  workgroupBarrier();
  if (t == 0u) {
    for (var i = 1u; i < ${threads}u; i++) { part += parts[i]; }
    sums[group.y * job.count + member] = part;
  }`;
}
