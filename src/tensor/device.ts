/** Devices: the three places where the primitives run, behind one interface, with the choice, the faults and the recovery. */
import { FiberscopeError } from '../catalog/errors.js';
import type { Device, DeviceName } from '../catalog/work.js';
import { BackedDevice } from './backed-device.js';
import type { Backing } from './backing.js';
import { CpuBacking } from './cpu-backing.js';

/** How to open a device. */
export interface DeviceOptions {
  /** Instead of navigator.gpu (in Node: of the optional package `webgpu`). */
  readonly gpu?: GPU;
  /** Lets `auto` take a software adapter, which it never does by itself. */
  readonly allowSoftware?: boolean;
  /** Where tfjs-backend-wasm-simd.wasm is, when not beside the package or bundle. */
  readonly wasmPath?: string;
}

async function openBacking(name: DeviceName, options: DeviceOptions, allowSoftware: boolean): Promise<Backing> {
  switch (name) {
    case 'cpu':
      return new CpuBacking();
    case 'wasm': {
      const { openWasm } = await import('./wasm-backing.js');
      return openWasm(options.wasmPath);
    }
    case 'webgpu': {
      const { openWebgpu } = await import('./webgpu-backing.js');
      return openWebgpu(options.gpu, allowSoftware);
    }
  }
}

/**
 * Opens a device. `auto` takes WebGPU on a real adapter, else WASM, else plain JavaScript; a software adapter only by name. A
 * device that was named and is not there rejects with an error of kind `device` that says what to do.
 */
export async function openDevice(choice: 'auto' | DeviceName, options: DeviceOptions = {}): Promise<Device> {
  if (choice !== 'auto') return new BackedDevice(await openBacking(choice, options, true));
  for (const name of ['webgpu', 'wasm', 'cpu'] as const) {
    try {
      return new BackedDevice(await openBacking(name, options, options.allowSoftware === true));
    } catch (error) {
      if (!(error instanceof FiberscopeError && error.kind === 'device')) throw error;
    }
  }
  throw new FiberscopeError('internal', 'device auto: expected plain JavaScript to be always there');
}
