/** Independent oracles for evaluation: the FCN's closed form and plain float64 loops over PyTorch-ordered parameters. */
import type { Activation, Architecture, Layer } from '../../../src/catalog/architecture.js';
import { layoutOf } from '../../../src/catalog/architecture.js';
import { product } from '../../../src/catalog/shape.js';
import type { Inputs, Outputs, Subspace } from '../../../src/catalog/values.js';
import type { EvaluateWork, Evaluation, Family, WorkControl } from '../../../src/catalog/work.js';
import type { BlockSums } from '../../../src/tensor/block-sums.js';
import { familyCount } from '../../../src/tensor/family.js';
import { fusedCpuSums, fusedWasmSums } from '../../../src/tensor/fused/index.js';
import { type Stream, stream } from '../../../src/tensor/random.js';
import { sumMembers } from '../../../src/tensor/sum-members.js';
import { familyTheta } from '../../numeric/family.js';

/** A control that never stops. */
export const quiet = (): WorkControl => ({ signal: new AbortController().signal, progress: () => {} });

type Ready<Rest extends unknown[]> = (work: EvaluateWork, control: WorkControl, ...rest: Rest) => Promise<BlockSums>;

/** A route with the loop around it that devices put there. */
const throughout =
  <Rest extends unknown[]>(ready: Ready<Rest>) =>
  async (work: EvaluateWork, control: WorkControl, ...rest: Rest): Promise<Evaluation> => {
    const sums = await ready(work, control, ...rest);
    const cap = work.cap === undefined ? undefined : { value: work.cap, early: true };
    try {
      return await sumMembers(sums, work.range ?? { start: 0, end: familyCount(work.family) }, cap, control);
    } finally {
      sums.close();
    }
  };

/** The fused route of plain JavaScript. */
export const evaluateFusedCpu = throughout(fusedCpuSums);
/** The fused route of WebAssembly. */
export const evaluateFusedWasm = throughout(fusedWasmSums);

/** The paper's FCN: φ = c ReLU(a x) + d ReLU(b x), θ = (a, b, c, d). */
export const FCN = mlp([1, 2, 1], { name: 'relu' }, false);

/** A multilayer perceptron by widths, with one activation between its dense layers. */
export function mlp(widths: readonly number[], activation: Activation, bias: boolean): Architecture {
  const layers: Layer[] = [];
  widths.slice(1).forEach((units, i) => {
    if (i > 0) layers.push({ kind: 'activation', activation });
    layers.push({ kind: 'dense', units, bias });
  });
  return { type: 'Architecture', input: [widths[0]!], layers };
}

const normals = (random: Stream, count: number, scale = 1): Float32Array =>
  Float32Array.from({ length: count }, () => scale * random.normal());

/** Random inputs with weights that neither agree nor sum to one, unless `uniform`. */
export function someInputs(seed: number, count: number, width: number, uniform = false): Inputs {
  const random = stream(seed, 'test inputs', 0);
  const weights = uniform
    ? new Float32Array(count).fill(1 / count)
    : Float32Array.from({ length: count }, () => (0.1 + random.uniform()) / count);
  return { type: 'Inputs', x: normals(random, count * width), count, item: [width], weights, source: 'test' };
}

/** Random outputs. */
export function someOutputs(seed: number, count: number, width: number): Outputs {
  return { type: 'Outputs', y: normals(stream(seed, 'test outputs', 0), count * width, 0.5), count, width };
}

/** A random Subspace; the basis is not orthonormal, which evaluation does not need. */
export function someSubspace(seed: number, size: number, rank: number): Subspace {
  const random = stream(seed, 'test subspace', 0);
  return {
    type: 'Subspace',
    origin: normals(random, size, 0.7),
    basis: normals(random, rank * size, 1 / Math.sqrt(rank)),
    rank,
    size,
    coordinates: new Float64Array(rank),
    flags: [],
  };
}

/** Random parameter vectors. */
export function someTheta(seed: number, architecture: Architecture, count: number): Family {
  const { size } = layoutOf(architecture);
  return { kind: 'explicit', theta: normals(stream(seed, 'test theta', 0), count * size, 0.8), count };
}

/** Closed form of the FCN's J on each side of 0: J = m₊(s₊ − t₊)² + m₋(s₋ − t₋)², for y = φ(x, reference). */
export function closedForm(reference: ArrayLike<number>, inputs: Inputs): (theta: ArrayLike<number>) => number {
  let positive = 0;
  let negative = 0;
  for (let n = 0; n < inputs.count; n++) {
    const moment = inputs.weights[n]! * inputs.x[n]! ** 2;
    if (inputs.x[n]! > 0) positive += moment;
    else negative += moment;
  }
  const sides = (theta: ArrayLike<number>): [number, number] => {
    const s: [number, number] = [0, 0];
    for (const k of [0, 1]) s[theta[k]! > 0 ? 0 : 1] += Math.abs(theta[k]!) * theta[2 + k]!;
    return s;
  };
  const t = sides(reference);
  return (theta) => {
    const s = sides(theta);
    return positive * (s[0] - t[0]) ** 2 + negative * (s[1] - t[1]) ** 2;
  };
}

/** erf by its series, all terms positive: 2/√π exp(−x²) Σ 2ⁿ x²ⁿ⁺¹ / (2n + 1)!!. */
export function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; n < 200; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
    if (Math.abs(term) < 1e-17 * Math.abs(sum)) break;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** An activation in float64, written independently of the product. */
export function activation(kind: Activation, z: number): number {
  switch (kind.name) {
    case 'relu':
      return Math.max(z, 0);
    case 'leaky-relu':
      return z >= 0 ? z : kind.slope * z;
    case 'tanh':
      return Math.tanh(z);
    case 'sigmoid':
      return 1 / (1 + Math.exp(-z));
    case 'gelu':
      return 0.5 * z * (1 + erf(z / Math.SQRT2));
    case 'identity':
      return z;
    case 'power':
      return z ** kind.degree;
  }
}

/** φ(x, θ) in plain float64 loops. */
export function forward(architecture: Architecture, theta: ArrayLike<number>, x: readonly number[]): number[] {
  let at = 0;
  let a = [...x];
  for (const layer of architecture.layers) {
    if (layer.kind === 'activation') a = a.map((z) => activation(layer.activation, z));
    if (layer.kind === 'dense') {
      const weight = at;
      at += layer.units * a.length;
      const bias = at;
      if (layer.bias) at += layer.units;
      const before = a;
      a = Array.from({ length: layer.units }, (_, o) => {
        let z = layer.bias ? theta[bias + o]! : 0;
        for (let i = 0; i < before.length; i++) z += theta[weight + o * before.length + i]! * before[i]!;
        return z;
      });
    }
  }
  return a;
}

/** J and power of every member in plain float64 loops. */
export function plain(
  architecture: Architecture,
  inputs: Inputs,
  outputs: Outputs,
  family: Family,
): { loss: number[]; power: number[] } {
  const width = product(inputs.item);
  const loss: number[] = [];
  const power: number[] = [];
  for (let member = 0; member < familyCount(family); member++) {
    const theta = familyTheta(family, member);
    let j = 0;
    let p = 0;
    for (let n = 0; n < inputs.count; n++) {
      const phi = forward(architecture, theta, [...inputs.x.subarray(n * width, (n + 1) * width)]);
      phi.forEach((value, o) => {
        j += inputs.weights[n]! * (value - outputs.y[n * phi.length + o]!) ** 2;
        p += inputs.weights[n]! * value ** 2;
      });
    }
    loss.push(j);
    power.push(p);
  }
  return { loss, power };
}

/** The largest |got − want| / (|want| + floor / tolerance): at most `tolerance` where relative or absolute error is small enough. */
export function worst(got: ArrayLike<number>, want: ArrayLike<number>, floor: number, tolerance: number): number {
  if (got.length !== want.length) throw new Error(`expected ${want.length} numbers, got ${got.length}`);
  let most = 0;
  for (let i = 0; i < want.length; i++) {
    const error = Math.abs(got[i]! - want[i]!) / (Math.abs(want[i]!) + floor / tolerance);
    if (!(error <= most)) most = error; // NaN sticks
  }
  return most;
}
