/** Devices: the three places where the primitives run, behind one interface, with the choice, the faults and the recovery. */
import { type Architecture, layoutOf } from '../catalog/architecture.js';
import { FiberscopeError } from '../catalog/errors.js';
import { product } from '../catalog/shape.js';
import type { Inputs } from '../catalog/values.js';
import type {
  DescendWork,
  Descent,
  Device,
  DeviceName,
  EvaluateWork,
  Evaluation,
  Family,
  WorkControl,
} from '../catalog/work.js';
import type { Backing } from './backing.js';
import { chunksOf, type Range } from './blocks.js';
import { CpuBacking } from './cpu-backing.js';
import { descendWith } from './descend.js';
import { faultReason } from './device-fault.js';
import { familyCount, familySubspace } from './family.js';
import { checkWork, layeredSums } from './layered.js';
import { Pace } from './pace.js';
import { routeOf } from './route.js';
import { sumMembers } from './sum-members.js';
import { counting } from './weightless.js';

/** How to open a device. */
export interface DeviceOptions {
  /** Instead of navigator.gpu (in Node: of the optional package `webgpu`). */
  readonly gpu?: GPU;
  /** Lets `auto` take a software adapter, which it never does by itself. */
  readonly allowSoftware?: boolean;
  /** Where tfjs-backend-wasm-simd.wasm is, when not beside the package or bundle. */
  readonly wasmPath?: string;
}

const SMALLEST_SCALE = 1 / 64; // of a batch, after lacks of memory

class BackedDevice implements Device {
  readonly name: DeviceName;
  readonly adapter: string;
  readonly software: boolean;

  constructor(private readonly backing: Backing) {
    this.name = backing.name;
    this.adapter = backing.adapter;
    this.software = backing.software;
  }

  get dispatches(): number {
    return this.backing.dispatches;
  }

  /** Runs `work`; after a lack of memory again with smaller batches, after a loss once more on a rebuilt device. */
  private async recovering<T>(signal: AbortSignal, work: (scale: number) => Promise<T>): Promise<T> {
    let scale = 1;
    let rebuilt = false;
    for (;;) {
      try {
        return await this.backing.alone(() => work(scale));
      } catch (error) {
        const reason = faultReason(error);
        if (signal.aborted) throw error;
        if (reason === 'memory' && scale > SMALLEST_SCALE) scale /= 4;
        else if (reason === 'lost' && !rebuilt) rebuilt = true;
        else throw error;
        await this.backing.rebuild();
      }
    }
  }

  async evaluate(given: EvaluateWork, control: WorkControl): Promise<Evaluation> {
    checkWork(given);
    const work = counting(given);
    const { architecture, inputs, family, cap } = work;
    const range = work.range ?? { start: 0, end: familyCount(family) };
    const fused = routeOf(architecture, familySubspace(family)?.rank, this.name).startsWith('fused');
    const evaluation = await this.recovering(control.signal, async (scale) => {
      const sums =
        fused && scale === 1 // a fused kernel has no batches to make smaller
          ? await this.backing.fused(work, control)
          : layeredSums(work, this.backing.engine(architecture, scale));
      const early = inputs.weights.every((weight) => weight >= 0);
      try {
        return await sumMembers(sums, range, cap === undefined ? undefined : { value: cap, early }, control);
      } finally {
        sums.close();
      }
    });
    markDiverged(family, range, evaluation);
    return evaluation;
  }

  async descend(work: DescendWork, control: WorkControl): Promise<Descent> {
    return this.recovering(control.signal, async (scale) => {
      const engine = this.backing.gradient(work.architecture, scale);
      try {
        return await descendWith(work, engine, control);
      } finally {
        engine.dispose();
      }
    });
  }

  async forward(
    architecture: Architecture,
    theta: Float32Array,
    inputs: Inputs,
    control: WorkControl,
  ): Promise<Float32Array> {
    const k = layoutOf(architecture).outputs;
    const outputs = { type: 'Outputs', y: new Float32Array(inputs.count * k), count: inputs.count, width: k } as const;
    checkWork({ architecture, inputs, outputs, family: { kind: 'explicit', theta, count: 1 } });
    const features = product(inputs.item);
    return this.recovering(control.signal, async (scale) => {
      const engine = this.backing.engine(architecture, scale);
      const pace = new Pace(control);
      for (const { start, end } of chunksOf(inputs.count, engine.block)) {
        const x = inputs.x.subarray(start * features, end * features);
        const breathe = (share: number): Promise<void> => pace.step((start + share * (end - start)) / inputs.count);
        outputs.y.set(await engine.forward(theta, x, end - start, breathe), start * k);
        await pace.step(end / inputs.count);
      }
      return outputs.y;
    });
  }

  dispose(): Promise<void> {
    return this.backing.dispose();
  }
}

/** J of a vector that is not finite is NaN on every device; some rectify NaN to 0. */
function markDiverged(family: Family, { start, end }: Range, { loss, power }: Evaluation): void {
  if (family.kind !== 'explicit') return;
  const size = family.theta.length / family.count;
  for (let member = start; member < end; member++) {
    const theta = family.theta.subarray(member * size, (member + 1) * size);
    if (theta.every(Number.isFinite)) continue;
    loss[member - start] = Number.NaN;
    power[member - start] = Number.NaN;
  }
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
