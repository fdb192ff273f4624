/** What the numeric tests run on. The same files run on every device; `vitest.config.ts` says which. */
import { afterAll, beforeAll, describe, inject } from 'vitest';
import type { Device, DeviceName, WorkControl } from '../../src/catalog/work.js';
import { openDevice } from '../../src/tensor/device.js';

declare module 'vitest' {
  interface ProvidedContext {
    devices: DeviceName[];
    reference: string; // folder of the recorded grids, '' when absent
    requireReference: boolean;
  }
}

/** A control that is never cancelled and says nothing. */
export const quiet: WorkControl = { signal: new AbortController().signal, progress: () => undefined };

/** Relative rounding that a device's float32 arithmetic may show in J. */
export const TOLERANCE: Record<DeviceName, number> = { cpu: 1e-5, wasm: 2e-5, webgpu: 5e-5 };

/** Declares the tests once for each device; `device()` gives it inside tests. */
export function onEachDevice(tests: (device: () => Device, name: DeviceName) => void): void {
  for (const name of inject('devices'))
    describe(`on ${name}`, () => {
      let device: Device | undefined;
      beforeAll(async () => {
        device = await openDevice(name);
      });
      afterAll(async () => {
        await device?.dispose();
      });
      tests(() => device!, name);
    });
}
