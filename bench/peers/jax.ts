/**
 * jax-js: `jit(vmap(loss))` with every unit of the network written out, its fastest form: each parameter is a scalar of its own,
 * [members] once mapped, and each input feature an array [N]. Members go in chunks of a fixed size.
 */
import { readFileSync } from 'node:fs';
import type * as Jax from '@jax-js/jax';
import { type Architecture, layoutOf } from '../../src/catalog/architecture.js';
import type { EvaluateWork } from '../../src/catalog/work.js';
import { affineTheta } from '../../src/tensor/family.js';
import type { Run } from '../measure.js';
import { coefficientsOf, isMean, type OpenPeer } from './peer.js';

type Numbers = Jax.numpy.Array;

/** The loss of one member: scalars θ, features x and outputs y [N] each, weights [N] or none where J is a mean. */
type Loss = (theta: Numbers[], x: Numbers[], y: Numbers[], w: Numbers[]) => Numbers;

/** Passing an array to jax-js gives it away: `of` gives out references, as many as are said, the array itself last. */
function shared(array: Numbers, uses: number): () => Numbers {
  let left = uses;
  return () => (--left > 0 ? array.ref : array);
}

function lossOf({ numpy: np }: typeof Jax, architecture: Architecture): Loss {
  const { tensors } = layoutOf(architecture);
  return (theta, x, y, w) => {
    let units = x;
    architecture.layers.forEach((layer, i) => {
      if (layer.kind === 'activation') {
        const { name } = layer.activation;
        if (name === 'relu') units = units.map((unit) => np.maximum(unit, 0));
        else if (name === 'tanh') units = units.map((unit) => np.tanh(unit));
        else throw new Error(`jax-js: expected relu or tanh, got ${name}`);
        return;
      }
      if (layer.kind !== 'dense') throw new Error(`jax-js: expected dense layers, got ${layer.kind}`);
      const weight = tensors.find((t) => t.layer === i && t.role === 'weight')!;
      const bias = tensors.find((t) => t.layer === i && t.role === 'bias');
      const before = units.map((unit) => shared(unit, layer.units));
      units = Array.from({ length: layer.units }, (_, o) => {
        const terms = before.map((unit, j) => unit().mul(theta[weight.offset + o * before.length + j]!));
        if (bias) terms.push(theta[bias.offset + o]!);
        return terms.reduce((sum, term) => sum.add(term));
      });
    });
    const squares = units.map((unit, o) => np.square(unit.sub(y[o]!))).reduce((sum, term) => sum.add(term));
    return w.length === 0 ? np.mean(squares) : np.sum(squares.mul(w[0]!));
  };
}

/** Columns of a row-major [rows, columns] as arrays of their own. */
function columns(jax: typeof Jax, data: Float32Array, rows: number): Numbers[] {
  const count = data.length / rows;
  return Array.from({ length: count }, (_, column) =>
    jax.numpy.array(Float32Array.from({ length: rows }, (_, row) => data[row * count + column]!)),
  );
}

/** jax-js on one of its devices. WebGPU needs `navigator.gpu`, which in Node a device of ours has put there. */
export const openJax =
  (device: 'wasm' | 'webgpu'): OpenPeer =>
  async (work, chunks) => {
    const scope = (globalThis as { navigator?: { userAgent?: string } }).navigator;
    if (scope !== undefined && scope.userAgent === undefined)
      Object.defineProperty(scope, 'userAgent', { value: 'Node', configurable: true }); // jax-js reads it
    const jax = await import('@jax-js/jax').catch(() => undefined);
    if (jax === undefined) return 'jax-js: not installed; run npm install';
    if (!(await jax.init(device)).includes(device)) return `jax-js: its device ${device} is not there`;
    const loss = lossOf(jax, work.architecture);
    return {
      name: `jax-js ${version()}, ${device === 'wasm' ? 'WASM' : 'WebGPU'}`,
      ways: chunks.map((chunk) => {
        const mapped = jax.jit(jax.vmap(loss, [0, null, null, null])) as unknown as Loss;
        return {
          name: `units written out, chunks of ${chunk}`,
          run: (count) => run(jax, device, mapped, work, chunk, count),
        };
      }),
      close: async () => {},
    };
  };

async function run(
  jax: typeof Jax,
  device: 'wasm' | 'webgpu',
  loss: Loss,
  work: EvaluateWork,
  chunk: number,
  count: number,
): Promise<Run> {
  const { inputs, outputs, family } = work;
  if (family.kind !== 'lattice' && family.kind !== 'members') throw new Error('jax-js: expected members of a lattice');
  const { origin, basis, size } = family.lattice.subspace;
  const { data, rank } = coefficientsOf(work);
  const values = new Float32Array(count);
  jax.defaultDevice(device);
  const start = performance.now();
  const x = columns(jax, inputs.x, inputs.count);
  const y = columns(jax, outputs.y, outputs.count);
  const w = isMean(work) ? [] : [jax.numpy.array(inputs.weights)];
  const refs = (arrays: Numbers[]): Numbers[] => arrays.map((array) => array.ref);
  const row = new Float32Array(size);
  for (let at = 0; at < count; at += chunk) {
    const members = Math.min(chunk, count - at);
    const theta = Array.from({ length: size }, () => new Float32Array(members));
    for (let i = 0; i < members; i++) {
      affineTheta(origin, basis, data.subarray((at + i) * rank, (at + i + 1) * rank), row);
      for (let p = 0; p < size; p++) theta[p]![i] = row[p]!;
    }
    const result = loss(
      theta.map((column) => jax.numpy.array(column)),
      refs(x),
      refs(y),
      refs(w),
    );
    values.set((await result.data()) as Float32Array, at);
  }
  const time = performance.now() - start;
  for (const array of [...x, ...y, ...w]) array.dispose();
  return { values, time };
}

/** The version that is installed. */
function version(): string {
  const { pathname } = new URL('../package.json', import.meta.resolve('@jax-js/jax'));
  return (JSON.parse(readFileSync(pathname, 'utf8')) as { version: string }).version;
}
