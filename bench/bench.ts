/** What a run of the benchmark has: its devices, its rows, and how much is measured. */
import { cpus } from 'node:os';
import { findVulkan } from '../scripts/vulkan.mjs';
import { FiberscopeError } from '../src/catalog/errors.js';
import type { Device, DeviceName } from '../src/catalog/work.js';
import { openDevice } from '../src/tensor/device.js';
import type { Row } from './rows.js';
import { lines } from './table.js';

/** The number of cores, and the thread counts that are measured: 1, 2, 4, … and all. */
export const CORES = cpus().length;
export const THREADS: readonly number[] = [
  ...Array.from({ length: Math.ceil(Math.log2(CORES)) }, (_, i) => 2 ** i),
  CORES,
];

/** One run. */
export class Bench {
  readonly rows: Row[] = [];
  private readonly devices = new Map<string, Promise<Device | string>>();

  /** `quick`: small slices and one round, to see that everything runs; its ratios say little. */
  constructor(
    readonly quick: boolean,
    private readonly verbose: boolean,
  ) {}

  /** Runs of which the median is taken. */
  get rounds(): number {
    return this.quick ? 1 : 5;
  }

  /** The count, or less of it in a quick run. */
  slice(count: number, quick: number): number {
    return this.quick ? quick : count;
  }

  /** A device with so many threads (those of a GPU are its own business), or why it is not there. Opened once. */
  device(name: DeviceName, threads = 1): Promise<Device | string> {
    const key = name === 'webgpu' ? name : `${name} ${threads}`;
    let device = this.devices.get(key);
    if (device === undefined) {
      if (name === 'webgpu') nameDriver();
      device = openDevice(name, { threads }).catch((error: unknown) => {
        if (error instanceof FiberscopeError && error.kind === 'device') return error.message;
        throw error;
      });
      this.devices.set(key, device);
    }
    return device;
  }

  /** The WASM device, which is there on every machine that runs Node. */
  async wasm(threads = 1): Promise<Device> {
    const device = await this.device('wasm', threads);
    if (typeof device === 'string') throw new Error(device);
    return device;
  }

  /** Keeps a row and prints it. */
  row(row: Row): void {
    this.rows.push(row);
    for (const line of lines(row)) console.log(line);
  }

  /** Says what is going on: every run and trial on a line of its own where that is wanted, else the last one on a terminal. */
  tick(text: string): void {
    if (this.verbose) process.stderr.write(`    ${text}\n`);
    else if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text.slice(0, 100)}\r`);
  }

  /** Names of the devices that were opened, as they call themselves. */
  async adapters(): Promise<Record<string, string>> {
    const named: Record<string, string> = {};
    for (const device of await Promise.all(this.devices.values()))
      if (typeof device !== 'string') named[device.name] = device.adapter;
    return named;
  }

  async close(): Promise<void> {
    for (const device of await Promise.all(this.devices.values()))
      if (typeof device !== 'string') await device.dispose();
  }
}

/** Where nothing names a Vulkan driver and there is no GPU's, Dawn gets the software one that comes with Chromium. */
function nameDriver(): void {
  if (process.platform !== 'linux' || process.env.VK_DRIVER_FILES || process.env.VK_ICD_FILENAMES) return;
  Object.assign(process.env, findVulkan());
}
