/**
 * Peers of the searches: TensorFlow.js one after another (variables, `minimize`), PyTorch one after another and all at once. They
 * get the minibatches of every step drawn beforehand, so that all take the same path.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readNpy } from '../../src/arrays/npy.js';
import { writeNpz } from '../../src/arrays/npz.js';
import { layoutOf } from '../../src/catalog/architecture.js';
import { product } from '../../src/catalog/shape.js';
import type { DescendWork } from '../../src/catalog/work.js';
import { Minibatches } from '../../src/tensor/minibatch.js';
import { serial, type Tensor, tf } from '../../src/tensor/tf.js';
import type { Entry } from '../contest.js';
import { startBackend } from './op-chain.js';
import { Script } from './python.js';

/** A peer that is there. */
export interface Searcher {
  readonly entry: Entry;
  close(): Promise<void>;
}

/** Inputs and outputs of every step, [steps, n, …]. */
interface Steps {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly n: number;
}

function stepsOf({ inputs, outputs, batch, seed, steps }: DescendWork): Steps {
  const minibatches = new Minibatches(inputs, outputs, batch, seed);
  const n = Math.min(batch, inputs.count);
  const x = new Float32Array(steps * n * product(inputs.item));
  const y = new Float32Array(steps * n * outputs.width);
  for (let s = 0; s < steps; s++) {
    const at = minibatches.at(s);
    x.set(at.x, (s * x.length) / steps);
    y.set(at.y, (s * y.length) / steps);
  }
  return { x, y, n };
}

/** The first `alone` candidates one after another, and all at once, of each peer that is there; a sentence for one that is not. */
export async function openSearches(work: DescendWork, alone: number): Promise<(Searcher | string)[]> {
  const steps = stepsOf(work);
  const who = `TensorFlow.js ${tf.version.tfjs}, WASM, one after another`;
  const run = () => serial(async () => ({ values: await oneByOne(work, steps, alone) }));
  const tfjs: Searcher = {
    entry: { who, threads: 1, count: alone, how: () => 'minimize', run },
    close: async () => {},
  };
  return [tfjs, ...(await openTorch(work, steps, alone))];
}

async function oneByOne(work: DescendWork, steps: Steps, count: number): Promise<Float32Array> {
  await startBackend('wasm');
  const { layers } = work.architecture;
  const { tensors, size } = layoutOf(work.architecture);
  if (work.optimizer.name !== 'sgd') throw new Error('TensorFlow.js: expected SGD');
  const x = tf.unstack(tf.tensor(steps.x, [work.steps, steps.n, ...work.inputs.item]));
  const y = tf.unstack(tf.tensor(steps.y, [work.steps, steps.n, work.outputs.width]));
  const theta = new Float32Array(count * size);
  for (let i = 0; i < count; i++) {
    const variables = tensors.map(({ offset, size: length, shape }) => {
      const start = i * size + offset;
      return tf.variable(tf.tensor(work.start.slice(start, start + length), [...shape]));
    });
    const loss = (s: number): Tensor => {
      let a = x[s]!;
      layers.forEach((layer, l) => {
        if (layer.kind === 'activation') a = a.relu();
        if (layer.kind !== 'dense') return;
        const of = (role: string) => variables[tensors.findIndex((t) => t.layer === l && t.role === role)];
        a = tf.matMul(a, of('weight')!, false, true);
        const bias = of('bias');
        if (bias !== undefined) a = a.add(bias);
      });
      return a.sub(y[s]!).square().sum(1).mean();
    };
    const optimizer = tf.train.sgd(work.optimizer.learningRate);
    for (let s = 0; s < work.steps; s++) optimizer.minimize(() => loss(s) as never, false, variables);
    for (const [k, variable] of variables.entries()) {
      theta.set(await variable.data<'float32'>(), i * size + tensors[k]!.offset);
      variable.dispose();
    }
    optimizer.dispose();
  }
  tf.dispose([x, y]);
  return theta;
}

async function openTorch(work: DescendWork, steps: Steps, alone: number): Promise<(Searcher | string)[]> {
  const folder = mkdtempSync(join(tmpdir(), 'fiberscope-bench-'));
  const { tensors, size } = layoutOf(work.architecture);
  if (work.optimizer.name !== 'sgd') throw new Error('PyTorch: expected SGD');
  const { layers } = work.architecture;
  writeFileSync(join(folder, 'job.json'), JSON.stringify({ layers, tensors, rate: work.optimizer.learningRate }));
  writeFileSync(
    join(folder, 'job.npz'),
    writeNpz({
      x: { data: steps.x, shape: [work.steps, steps.n, ...work.inputs.item] },
      y: { data: steps.y, shape: [work.steps, steps.n, work.outputs.width] },
      start: { data: work.start, shape: [work.count, size] },
    }),
  );
  const script = new Script('torch_search.py', [folder], 1);
  const close = async (): Promise<void> => {
    await script.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const { name } = await script.answer<{ name: string }>();
    const entry = (words: string, count: number, way: string): Entry => ({
      who: `${name}, ${words}`,
      threads: 1,
      count,
      how: () => 'autograd, torch.optim.SGD',
      run: async () => {
        const { time } = await script.ask<{ time: number }>({ way, count });
        return {
          values: readNpy(new Uint8Array(readFileSync(join(folder, 'theta.npy'))), 'theta.npy').data as Float32Array,
          time,
        };
      },
    });
    return [
      { entry: entry('one after another', alone, 'one'), close },
      { entry: entry('at once', work.count, 'batched'), close: async () => {} },
    ];
  } catch (error) {
    await close();
    return [`torch_search.py: ${(error as Error).message}`];
  }
}
