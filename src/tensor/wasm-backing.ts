/** WebAssembly with SIMD: fused kernels of our own for small networks, TensorFlow.js' backend for the others. */
import type { Architecture } from '../catalog/architecture.js';
import type { EvaluateWork, WorkControl } from '../catalog/work.js';
import type { Backing, ForwardEngine } from './backing.js';
import type { BlockSums } from './block-sums.js';
import { CpuGradient } from './cpu-gradient.js';
import type { GradientEngine } from './descend.js';
import { descendsFused, descendsOnHost } from './descent-route.js';
import { deviceFault, faultReason } from './device-fault.js';
import { FusedGradient, fusedWasmSums } from './fused/index.js';
import { SimdEngine } from './simd/engine.js';
import { activate, serial, startWasm, wasmBackend } from './tf.js';
import type { Guard } from './tf-engine.js';
import { TfGradient } from './tf-gradient.js';

class WasmBacking implements Backing {
  readonly name = 'wasm';
  readonly adapter = 'SIMD';
  readonly software = false;
  dispatches = 0;

  constructor(private readonly path: string | undefined) {}

  /** Counts the outputs of kernels, and turns a failed allocation, which gives address 0, into an error. */
  private watch(): void {
    const backend = wasmBackend();
    const makeOutput = Object.getPrototypeOf(backend).makeOutput as typeof backend.makeOutput;
    backend.makeOutput = (...args) => {
      this.dispatches++;
      const info = makeOutput.apply(backend, args);
      if (args[0].every((d) => d > 0) && backend.getMemoryOffset(info.dataId) === 0)
        throw deviceFault('wasm', 'memory', `${args[0].join(' × ')} numbers`);
      return info;
    };
  }

  private readonly count = (calls: number): void => {
    this.dispatches += calls;
  };

  private readonly guard: Guard = async (label, block) => {
    try {
      return await block();
    } catch (error) {
      if (faultReason(error) !== undefined) throw error;
      const words = String(error);
      if (/out of memory|OOM|Cannot enlarge memory|memory access out of bounds|allocation failed/i.test(words))
        throw deviceFault('wasm', 'memory', `${label}: ${words}`);
      throw error;
    }
  };

  alone<T>(work: () => Promise<T>): Promise<T> {
    return serial(async () => {
      await activate('wasm');
      this.watch();
      return work();
    });
  }

  engine(architecture: Architecture, scale: number): ForwardEngine {
    return new SimdEngine(architecture, this.count, scale);
  }

  gradient(architecture: Architecture, scale: number): GradientEngine {
    if (descendsFused(architecture)) return new FusedGradient(architecture, this.count, scale);
    if (descendsOnHost(architecture, 'wasm')) return new CpuGradient(architecture, this.count);
    return new TfGradient(architecture, 'wasm', this.guard, scale);
  }

  async fused(work: EvaluateWork, control: WorkControl): Promise<BlockSums> {
    this.dispatches++;
    return fusedWasmSums(work, control);
  }

  rebuild(): Promise<void> {
    return serial(() => startWasm(this.path));
  }

  async dispose(): Promise<void> {} // the backend belongs to the realm; our tensors are freed after each piece of work
}

/** Opens the WASM device. */
export async function openWasm(path?: string): Promise<Backing> {
  await serial(() => startWasm(path));
  return new WasmBacking(path);
}
