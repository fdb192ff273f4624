/** Devices: the three places where the primitives run, behind one interface, with the choice, the faults and the recovery. */
import { FiberscopeError } from '../catalog/errors.js';
import type { Device, DeviceName } from '../catalog/work.js';
import { BackedDevice } from './backed-device.js';
import type { Backing } from './backing.js';
import { CpuBacking } from './cpu-backing.js';
import { PooledDevice } from './pool/pooled-device.js';
import { startThread, threadsHere } from './pool/thread.js';

/** How to open a device. */
export interface DeviceOptions {
  /** Instead of navigator.gpu (in Node: of the optional package `webgpu`). */
  readonly gpu?: GPU;
  /** Lets `auto` take a software adapter, which it never does by itself. */
  readonly allowSoftware?: boolean;
  /** Threads that wasm and cpu compute long work on; all cores when absent, 1 for this thread alone. */
  readonly threads?: number;
  /** Where the file of the workers is, when not beside the package or bundle. */
  readonly workerPath?: string;
}

async function openBacking(name: DeviceName, options: DeviceOptions, allowSoftware: boolean): Promise<Backing> {
  switch (name) {
    case 'cpu':
      return new CpuBacking();
    case 'wasm': {
      const { openWasm } = await import('./wasm-backing.js');
      return openWasm();
    }
    case 'webgpu': {
      const { openWebgpu } = await import('./webgpu-backing.js');
      return openWebgpu(options.gpu, allowSoftware);
    }
  }
}

/** A device of this name on as many threads as it may have. */
async function open(name: DeviceName, options: DeviceOptions, allowSoftware: boolean): Promise<Device> {
  const { workerPath, threads = threadsHere(workerPath) } = options;
  if (!(Number.isInteger(threads) && threads >= 1))
    throw new FiberscopeError('parameter', `device ${name}: expected threads to be an integer ≥ 1, got ${threads}`);
  const own = new BackedDevice(await openBacking(name, options, allowSoftware));
  if (name === 'webgpu' || threads === 1) return own;
  return new PooledDevice(own, threads, { device: name }, () => startThread(workerPath));
}

/**
 * Opens a device. `auto` takes WebGPU on a real adapter, else WASM, else plain JavaScript; a software adapter only by name. A
 * device that was named and is not there rejects with an error of kind `device` that says what to do.
 */
export async function openDevice(choice: 'auto' | DeviceName, options: DeviceOptions = {}): Promise<Device> {
  if (choice !== 'auto') return open(choice, options, true);
  for (const name of ['webgpu', 'wasm', 'cpu'] as const) {
    try {
      return await open(name, options, options.allowSoftware === true);
    } catch (error) {
      if (!(error instanceof FiberscopeError && error.kind === 'device')) throw error;
    }
  }
  throw new FiberscopeError('internal', 'device auto: expected plain JavaScript to be always there');
}
