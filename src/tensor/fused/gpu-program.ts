/**
 * Our shaders as kernels of TensorFlow.js: they take and give tensors that it tracks, profiles and frees, in command buffers of its
 * backend. Call inside `serial` with the WebGPU backend active, and inside `guard`: TensorFlow.js hears of no error.
 */
import { type Tensor, tf, type WebgpuBackend } from '../tf.js';

/** One dispatch of a pipeline. Its bindings are the result, the inputs in order, and the job (see `jobStruct`). */
export interface Program {
  readonly kernel: 'FusedBlockSums' | 'FusedTotals'; // as a profile of TensorFlow.js shows it
  readonly pipeline: GPUComputePipeline;
  readonly groups: readonly [number, number]; // workgroups
  readonly job: readonly number[]; // unsigned integers
  readonly size: number; // numbers of the result, a power of two
  readonly dtype: 'float32' | 'int32'; // of the result, rank 1
}

/** A dispatch as the backend records it. */
class FusedProgram {
  readonly dispatch: readonly number[];
  constructor(
    readonly pipeline: GPUComputePipeline,
    groups: readonly [number, number],
  ) {
    this.dispatch = [...groups, 1];
  }
}

for (const kernelName of ['FusedBlockSums', 'FusedTotals'] as const)
  tf.registerKernel({
    kernelName,
    backendName: 'webgpu',
    kernelFunc({ inputs, backend, attrs }) {
      const webgpu = backend as WebgpuBackend;
      const { pipeline, groups, job, size, dtype } = attrs as unknown as Program;
      const output = webgpu.makeTensorInfo([size], dtype);
      try {
        webgpu.uploadToGPU(output.dataId);
        const given = Object.values(inputs).map((input) => input!);
        for (const { dataId } of given) webgpu.uploadToGPU(dataId);
        const numbers = job.map((number) => ({ type: 'uint32', data: [number] }));
        webgpu.recordAndSubmit(new FusedProgram(pipeline, groups), output, given, numbers);
        return output;
      } catch (error) {
        webgpu.disposeData(output.dataId); // no tensor of it is tracked yet
        throw error;
      }
    },
  });

/** Records a dispatch. Tensors that are given are rank 1. */
export function runProgram(program: Program, inputs: readonly Tensor[]): Tensor {
  const named = Object.fromEntries(inputs.map((input, i) => [`input${i}`, input]));
  return tf.engine().runKernel(program.kernel, named, program as never) as Tensor;
}

/** A tensor of at least these numbers, filled up to a power of two: the backend keeps one buffer for ever for each size. */
export function paddedTensor(numbers: Float32Array | Int32Array): Tensor {
  const size = paddedSize(numbers.length);
  if (numbers.length === size) return tf.tensor1d(numbers);
  const padded = numbers instanceof Float32Array ? new Float32Array(size) : new Int32Array(size);
  padded.set(numbers);
  return tf.tensor1d(padded);
}

const SMALLEST = 1024; // numbers of a tensor

/** The power of two that holds so many numbers. */
export function paddedSize(numbers: number): number {
  return Math.max(SMALLEST, 2 ** Math.ceil(Math.log2(numbers)));
}
