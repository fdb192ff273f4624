/**
 * Larger networks: a workgroup takes one member through one block of inputs, four inputs to each of its threads. The threads form the
 * weights of some rows of a layer together, once for the whole block, in workgroup memory, from where a GPU hands one number to
 * all threads of a warp at once. Some values of the layer before are held in registers, where they serve all rows; a unit's
 * sum rests in the thread's own memory between such tiles. Nothing but parameters and inputs is read from the device's
 * memory, side by side in neighbouring threads.
 */
import { INPUT_BLOCK } from '../blocks.js';
import type { Stage } from './network.js';
import { activated, activationFunctions } from './wgsl-activations.js';
import { bindings, firstFormed, form, range, recordColumns, type Shader, type ShaderShape } from './wgsl-shape.js';

const THREADS = INPUT_BLOCK / 4;
const WEIGHTS = 2048; // parameters in workgroup memory: 8 KiB
const TILE = 16; // values of the layer before in registers

/** The shader of a larger network. */
export function fusedLooped(shape: ShaderShape): Shader {
  const { chain, lattice } = shape;
  const widest = Math.max(...chain.stages.map(({ outputs }) => outputs));
  const layers = chain.stages.map((stage, s) => (s === 0 && shape.affine ? projected(shape) : layer(shape, stage, s)));
  const code = `${bindings(shape)}
${activationFunctions(chain.stages.flatMap(({ activations }) => activations))}
var<workgroup> weights: array<f32, ${WEIGHTS}>;
var<workgroup> parts: array<vec2<f32>, ${THREADS}>;

@compute @workgroup_size(${THREADS})
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
  var a: array<vec4<f32>, ${widest}>;
  var b: array<vec4<f32>, ${widest}>;
${layers.join('\n')}
${reduction(shape)}
}
`;
  return { code, dispatch: { kind: 'looped' } };
}

/** Four inputs of a column, THREADS apart. */
function fromRecord(column: string): string {
  const parts = range(4).map((j) => `records[record + (${column}) * ${INPUT_BLOCK}u + ${j * THREADS}u]`);
  return `vec4<f32>(${parts.join(', ')})`;
}

/** σ of z, in place. */
function finish(stage: Stage): string {
  return stage.activations.map((activation) => `z = ${activated(activation, 'z')};`).join(' ');
}

/** p_0 + Σ c_k p_{k+1} of every unit. */
function projected({ chain, lattice }: ShaderShape): string {
  const stage = chain.stages[0]!;
  const maps = lattice!.rank + 1;
  const terms = range(maps).map((k) => `${k === 0 ? '' : `c${k - 1} * `}${fromRecord(`o * ${maps}u + ${k}u`)}`);
  return `  for (var o = 0u; o < ${stage.outputs}u; o++) {
    var z = ${terms.join('\n      + ')};
    ${finish(stage)} a[o] = z;
  }`;
}

/** A layer, as many rows at a time as fit into workgroup memory. */
function layer(shape: ShaderShape, stage: Stage, s: number): string {
  const { inputs, outputs, bias } = stage;
  const most = rowsAtOnce(stage);
  const first = firstFormed(shape);
  const at = (index: string): string =>
    shape.lattice
      ? form(`(${index}) * ${shape.lattice.rank + 1}u`, shape.lattice.rank, (k) => `c${k}`)
      : `members[(${index}) * job.count + member]`;
  const biases =
    bias === undefined
      ? ''
      : `for (var k = t; k < rows; k += ${THREADS}u) { weights[${most * inputs}u + k] = ${at(`${bias - first}u + top + k`)}; }`;
  return `  for (var top = 0u; top < ${outputs}u; top += ${most}u) {
    let rows = min(${most}u, ${outputs}u - top);
    workgroupBarrier();
    for (var k = t; k < rows * ${inputs}u; k += ${THREADS}u) { weights[k] = ${at(`${stage.weight - first}u + top * ${inputs}u + k`)}; }
    ${biases}
    workgroupBarrier();
${tiles(stage, s)}
  }`;
}

/** Rows of a layer, with their biases, that workgroup memory holds. */
function rowsAtOnce({ inputs, outputs }: Stage): number {
  return Math.max(1, Math.min(outputs, Math.floor(WEIGHTS / (inputs + 1))));
}

/** All tiles of values of the layer before; whole ones between the first and the last in a loop. */
function tiles(stage: Stage, s: number): string {
  const { inputs } = stage;
  const before = (Math.ceil(inputs / TILE) - 1) * TILE; // values in all tiles but the last
  if (before === 0) return tile(stage, s, '0u', inputs, true, true);
  const between =
    before === TILE
      ? ''
      : `    for (var tile = ${TILE}u; tile < ${before}u; tile += ${TILE}u) {\n${tile(stage, s, 'tile', TILE, false, false)}\n    }`;
  return [
    tile(stage, s, '0u', TILE, true, false),
    between,
    tile(stage, s, `${before}u`, inputs - before, false, true),
  ].join('\n');
}

/** Adds the products of `width` values from `start` on to all rows. */
function tile(stage: Stage, s: number, start: string, width: number, first: boolean, last: boolean): string {
  const { inputs, bias } = stage;
  const [before, after] = s % 2 === 0 ? ['b', 'a'] : ['a', 'b'];
  const value = (i: number): string => (s === 0 ? fromRecord(`${start} + ${i}u`) : `${before}[${start} + ${i}u]`);
  const zero = bias === undefined ? '0.0' : `weights[${rowsAtOnce(stage) * inputs}u + r]`;
  return `    {
      ${range(width)
        .map((i) => `let x${i} = ${value(i)};`)
        .join('\n      ')}
      for (var r = 0u; r < rows; r++) {
        let at = r * ${inputs}u + ${start};
        var z = ${first ? `vec4<f32>(${zero})` : `${after}[top + r]`};
        ${range(width)
          .map((i) => `z += weights[at + ${i}u] * x${i};`)
          .join(' ')}
        ${last ? finish(stage) : ''} ${after}[top + r] = z;
      }
    }`;
}

/** w ‖φ − y‖² and w ‖φ‖² of a thread's inputs, then of all threads, in order. Places after the last input count nothing. */
function reduction(shape: ShaderShape): string {
  const { chain, weighted } = shape;
  const columns = recordColumns(shape);
  const target = columns - chain.outputs - (weighted ? 1 : 0);
  const last = (chain.stages.length - 1) % 2 === 0 ? 'a' : 'b';
  const sum = (name: string): string => {
    const value = weighted ? `weight * ${name}` : name;
    return `${name} = select(vec4<f32>(0.0), ${value}, there);`;
  };
  return `  var distance = vec4<f32>(0.0);
  var square = vec4<f32>(0.0);
  for (var o = 0u; o < ${chain.outputs}u; o++) {
    let phi = ${last}[o];
    let e = phi - ${fromRecord(`${target}u + o`)};
    distance += e * e;
    square += phi * phi;
  }
  let place = block * ${INPUT_BLOCK}u + t;
  let there = vec4<u32>(place, place + ${THREADS}u, place + ${2 * THREADS}u, place + ${3 * THREADS}u) < vec4<u32>(job.inputs);
  ${weighted ? `let weight = ${fromRecord(`${columns - 1}u`)};` : ''}
  ${sum('distance')}
  ${sum('square')}
  var part = vec2<f32>((distance.x + distance.y) + (distance.z + distance.w), (square.x + square.y) + (square.z + square.w));
  parts[t] = part;
  workgroupBarrier();
  if (t == 0u) {
    for (var i = 1u; i < ${THREADS}u; i++) { part += parts[i]; }
    sums[group.y * job.count + member] = part;
  }`;
}
