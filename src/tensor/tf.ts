/**
 * The one place where TensorFlow.js is imported. Everything that computes with it runs inside `serial`, because its engine,
 * its scopes and its active backend are global in a realm.
 */
import * as tf from '@tensorflow/tfjs';
import { FiberscopeError } from '../catalog/errors.js';

export type { Tensor } from '@tensorflow/tfjs';
export { tf };

tf.enableProdMode(); // TensorFlow.js' own warnings are not for people who use Fiberscope

let queue: Promise<unknown> = Promise.resolve();

/** Runs `work` when nothing else that uses TensorFlow.js runs in this realm. Not to be nested. */
export function serial<T>(work: () => Promise<T>): Promise<T> {
  const result = queue.then(work);
  queue = result.catch(() => undefined);
  return result;
}

/** Makes the started WebGPU backend the active one. Call inside `serial`. */
export async function activate(): Promise<void> {
  if (tf.getBackend() !== 'webgpu' && !(await tf.setBackend('webgpu')))
    throw new FiberscopeError('device', 'device webgpu: TensorFlow.js did not accept its webgpu backend');
}

/** Puts a WebGPU backend on this GPUDevice in place of the earlier one, and gives it. Call inside `serial`. */
export async function startWebgpu(device: GPUDevice, info: GPUAdapterInfo): Promise<WebgpuBackend> {
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
  tf.env().set('WEBGPU_CPU_FORWARD', false); // otherwise small work would run in JavaScript
  if (tf.findBackendFactory('webgpu') !== null) tf.removeBackend('webgpu'); // findBackend would start the package's own device
  const backend = new WebGPUBackend(device, info);
  tf.registerBackend('webgpu', () => backend, 3);
  if (!(await tf.setBackend('webgpu')) || tf.getBackend() !== 'webgpu')
    throw new FiberscopeError('device', 'device webgpu: TensorFlow.js did not accept its WebGPU backend');
  return backend as unknown as WebgpuBackend;
}

/** What we use of the WebGPU backend beyond its kernels. */
export interface WebgpuBackend {
  /** Every compute dispatch goes through here: a program, its result, its inputs and its uniforms. */
  recordAndSubmit(...args: unknown[]): unknown;
  /** The record of a new tensor, not yet on the device. */
  makeTensorInfo(shape: number[], dtype: tf.DataType): tf.TensorInfo;
  /** Gives a tensor a buffer on the device, with its values if it has any. */
  uploadToGPU(dataId: object): void;
  /** Lets go of the values of a tensor. */
  disposeData(dataId: object): unknown;
}
