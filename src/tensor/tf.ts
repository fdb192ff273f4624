/**
 * The one place where TensorFlow.js is imported. Everything that computes with it runs inside `serial`, because its engine,
 * its scopes and its active backend are global in a realm.
 */
import * as tf from '@tensorflow/tfjs';
import { type BackendWasm, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { FiberscopeError } from '../catalog/errors.js';

export type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
export { tf };

tf.enableProdMode(); // TensorFlow.js' own warnings are not for people who use Fiberscope

const inNode = typeof process === 'object' && process.versions?.node !== undefined;

let queue: Promise<unknown> = Promise.resolve();

/** Runs `work` when nothing else that uses TensorFlow.js runs in this realm. Not to be nested. */
export function serial<T>(work: () => Promise<T>): Promise<T> {
  const result = queue.then(work);
  queue = result.catch(() => undefined);
  return result;
}

/** Makes a started backend the active one. Call inside `serial`. */
export async function activate(backend: 'wasm' | 'webgpu'): Promise<void> {
  if (tf.getBackend() !== backend && !(await tf.setBackend(backend)))
    throw new FiberscopeError('device', `device ${backend}: TensorFlow.js did not accept its ${backend} backend`);
}

let wasmOpened = false;

/** Starts the WASM backend: SIMD, one thread. Call inside `serial`. `path` is where tfjs-backend-wasm-simd.wasm is, if not beside the package or bundle. */
export async function startWasm(path?: string): Promise<void> {
  if (typeof WebAssembly !== 'object' || !(await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')))
    throw new FiberscopeError(
      'device',
      'device wasm: expected WebAssembly with SIMD, which is not there; choose device cpu or a newer browser',
    );
  if (!wasmOpened) {
    tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false); // static hosts lack the headers that threads need
    const url = path ?? (inNode ? undefined : (await import('./wasm-url.js')).wasmUrl);
    if (url !== undefined)
      setWasmPaths({
        'tfjs-backend-wasm.wasm': url,
        'tfjs-backend-wasm-simd.wasm': url,
        'tfjs-backend-wasm-threaded-simd.wasm': url,
      });
  }
  let cause: unknown;
  const started = await tf.setBackend('wasm').catch((error: unknown) => {
    cause = error;
    return false;
  });
  if (!started || tf.getBackend() !== 'wasm')
    throw new FiberscopeError(
      'device',
      `device wasm: the WASM file could not be loaded${path === undefined ? '' : ` from ${path}`}; check that the server gives it out, or choose device cpu`,
      { cause },
    );
  wasmOpened = true;
}

/** The WASM backend itself, whose heap our loops may write to. */
export function wasmBackend(): BackendWasm {
  return tf.backend() as BackendWasm;
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
}
