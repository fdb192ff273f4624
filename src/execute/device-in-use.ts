import type { Device } from '../catalog/work.js';
import type { DeviceOptions } from '../tensor/device.js';
import type { DeviceChoice, DeviceReport } from './protocol.js';

/** Opens a device. */
export type OpenDevice = (choice: DeviceChoice, options: DeviceOptions) => Promise<Device>;

/** The one device of an executor: opened when it is first needed, changed one change after the other, opened again when lost. */
export class DeviceInUse {
  readonly #openDevice: (choice: DeviceChoice) => Promise<Device>;
  #choice: DeviceChoice;
  #device: Promise<Device> | undefined;
  #present: Device | undefined; // once it is open
  #changing: Promise<unknown> = Promise.resolve();

  constructor(choice: DeviceChoice, openDevice: OpenDevice | undefined, options: DeviceOptions = {}) {
    this.#choice = choice;
    const open = openDevice ?? (async (...asked) => (await import('../tensor/device.js')).openDevice(...asked));
    this.#openDevice = (name) => open(name, options);
  }

  /** The device, when it is open. */
  get present(): Device | undefined {
    return this.#present;
  }

  /** The device, after the changes that were asked for; opens it if need be. */
  async opened(): Promise<Device> {
    await this.#changing;
    return this.#open();
  }

  /** Closes the device once `idle` says that nothing uses it, and opens another; on failure the choice stays as it was. */
  change(choice: DeviceChoice, idle: () => Promise<void>): Promise<Device> {
    const changed = this.#changing.then(async () => {
      const before = this.#choice;
      await this.#close(idle);
      this.#choice = choice;
      try {
        return await this.#open();
      } catch (error) {
        this.#choice = before;
        throw error;
      }
    });
    this.#changing = changed.catch(() => undefined);
    return changed;
  }

  /** Another device of the same name in place of a lost one. */
  async reopened(lost: Device): Promise<Device> {
    await lost.dispose().catch(() => undefined);
    this.#device = undefined;
    return this.#open(lost.name);
  }

  /** Closes the device after the changes under way, once `idle` says that nothing uses it. */
  async closed(idle: () => Promise<void>): Promise<void> {
    await this.#changing;
    await this.#close(idle);
  }

  #open(choice = this.#choice): Promise<Device> {
    this.#device ??= this.#openDevice(choice).then(
      (device) => {
        this.#present = device;
        return device;
      },
      (error) => {
        this.#device = undefined; // the next run tries again
        throw error;
      },
    );
    return this.#device;
  }

  async #close(idle: () => Promise<void>): Promise<void> {
    await idle();
    const device = await this.#device?.catch(() => undefined);
    this.#device = undefined;
    this.#present = undefined;
    await device?.dispose();
  }
}

/** What is told of a device. */
export const reportOf = ({ name, adapter, software, dispatches, threads = 1 }: Device): DeviceReport => ({
  name,
  adapter,
  software,
  dispatches,
  ...(threads > 1 ? { threads } : {}),
});

/** Where speeds are measured and results are made: results of two places never mix. */
export const placeOf = ({ name, adapter }: Device): string => `${name} ${adapter}`;

/** Name of a step's result: the key tells what was computed, the place where. */
export const tagOf = (device: Device, key: string): string => `${placeOf(device)} ${key}`;
