/** WebGPU: our own device with TensorFlow.js' backend on it. */
import type { Architecture } from '../catalog/architecture.js';
import type { EvaluateWork, WorkControl } from '../catalog/work.js';
import type { Backing, ForwardEngine } from './backing.js';
import type { BlockSums } from './block-sums.js';
import type { GradientEngine } from './descend.js';
import { descendsOnHost } from './descent-route.js';
import { fusedGpuSums } from './fused/index.js';
import { type FoundAdapter, findAdapter, GuardedGpu } from './gpu.js';
import { GpuEngine } from './gpu-engine.js';
import { GpuGradient } from './gpu-gradient.js';
import type { NetworkEngine } from './network/engine.js';
import { GpuNetworkEngine } from './network/gpu-network.js';
import { activate, serial, startWebgpu, tf, type WebgpuBackend } from './tf.js';
import { wasmGradient } from './wasm-gradient.js';

class WebgpuBacking implements Backing {
  readonly name = 'webgpu';
  readonly adapter: string;
  readonly software: boolean;
  dispatches = 0;
  private gpu: GuardedGpu | undefined;
  private backend: WebgpuBackend | undefined;

  constructor(
    private readonly source: GPU | undefined,
    found: FoundAdapter,
  ) {
    this.adapter = found.name;
    this.software = found.software;
  }

  /** Takes a device of the adapter into use. Call inside `serial`. */
  async start(found: FoundAdapter): Promise<void> {
    const gpu = await GuardedGpu.open(found, this.count);
    this.gpu = gpu;
    try {
      await this.install();
    } catch (error) {
      gpu.device.destroy();
      throw error;
    }
  }

  private async install(): Promise<void> {
    const backend = await startWebgpu(this.gpu!.device, this.gpu!.info);
    const submit = backend.recordAndSubmit.bind(backend);
    backend.recordAndSubmit = (...args) => {
      this.dispatches++;
      return submit(...args);
    };
    this.backend = backend;
  }

  private readonly count = (dispatches: number): void => {
    this.dispatches += dispatches;
  };

  /** Another device of this realm may have put its backend in place of ours. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    return serial(async () => {
      if (tf.findBackend('webgpu') !== (this.backend as unknown)) await this.install();
      await activate();
      return work();
    });
  }

  engine(architecture: Architecture, scale: number): ForwardEngine {
    return new GpuEngine(architecture, this.gpu!, this.software, scale);
  }

  gradient(architecture: Architecture, scale: number): GradientEngine {
    const uncounted = (): void => undefined; // no dispatches
    if (descendsOnHost(architecture, 'webgpu')) return wasmGradient(architecture, uncounted, scale);
    return new GpuGradient(architecture, this.gpu!, this.software, scale);
  }

  network(architecture: Architecture, scale: number): NetworkEngine {
    return new GpuNetworkEngine(architecture, this.gpu!, this.software, scale);
  }

  async fused(work: EvaluateWork, control: WorkControl, scale: number): Promise<BlockSums | undefined> {
    if (scale < 1) return undefined;
    return fusedGpuSums(work, control, this.gpu!, { software: this.software });
  }

  async rebuild(): Promise<void> {
    this.gpu?.device.destroy();
    await serial(async () => this.start(await findAdapter(this.source))); // an adapter gives one device only
  }

  async dispose(): Promise<void> {
    this.gpu?.device.destroy();
  }
}

/** Opens the WebGPU device on the best adapter of `gpu`, a software one only where that is allowed. */
export async function openWebgpu(gpu: GPU | undefined, allowSoftware: boolean): Promise<Backing> {
  const found = await findAdapter(gpu, allowSoftware);
  const backing = new WebgpuBacking(gpu, found);
  await serial(() => backing.start(found));
  return backing;
}
