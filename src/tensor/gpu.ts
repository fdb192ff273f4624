/**
 * Owns the GPUDevice: asks for it with all that the adapter allows, hears of its loss, and runs work inside error scopes, so
 * that a validation error, a lack of memory or a loss is a typed error. TensorFlow.js itself would give zeros.
 */
import { FiberscopeError } from '../catalog/errors.js';
import { type AdapterInfo, askDawn, inNode, noAdapter, openDawn } from './dawn.js';
import { deviceFault } from './device-fault.js';
import type { GpuContext } from './fused/gpu-context.js';
import { GpuMemory } from './gpu-memory.js';
import { Tempo } from './gpu-run.js';
import { Lifeline } from './lifeline.js';
import { Recent } from './recent.js';

const WANTED_FEATURES: readonly GPUFeatureName[] = ['timestamp-query', 'shader-f16', 'subgroups', 'bgra8unorm-storage'];
const PIPELINES = 128; // kept at most
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|software|basic render|warp/i;

/** An adapter that was found, and how it is shown. */
export interface FoundAdapter {
  readonly gpu: GPU;
  readonly adapter: GPUAdapter;
  readonly name: string; // 'NVIDIA H200', 'SwiftShader (software)'
  readonly software: boolean;
}

/** navigator.gpu, in Node from the optional package `webgpu` (Dawn). */
async function findGpu(): Promise<GPU> {
  const gpu = ownGpu();
  if (gpu !== undefined) return gpu;
  if (inNode()) return openDawn();
  throw new FiberscopeError('device', 'device webgpu: this browser has no WebGPU; choose device wasm or cpu');
}

const ownGpu = (): GPU | undefined => (globalThis as { navigator?: { gpu?: GPU } }).navigator?.gpu;

function nameOf(info: AdapterInfo): string {
  const words = info.description || [info.vendor, info.architecture].filter((word) => word !== '').join(' ');
  if (/swiftshader/i.test(`${words} ${info.architecture}`)) return 'SwiftShader';
  return words === '' ? 'unnamed adapter' : words;
}

/** How an adapter is shown, and whether it is software. */
function described(info: AdapterInfo, old = false): Pick<FoundAdapter, 'name' | 'software'> {
  const words = `${info.vendor} ${info.architecture} ${info.device} ${info.description}`;
  const software = info.isFallbackAdapter === true || old || SOFTWARE.test(words);
  return { name: software ? `${nameOf(info)} (software)` : nameOf(info), software };
}

function requireReal({ name, software }: Pick<FoundAdapter, 'name' | 'software'>): void {
  if (software)
    throw new FiberscopeError(
      'device',
      `device webgpu: the only adapter is ${name}; choose webgpu by name to use it, or wasm, which is faster`,
    );
}

/** The best adapter of `gpu` (navigator.gpu by default). Where no software one is allowed, a search in vain prints nothing. */
export async function findAdapter(gpu?: GPU, allowSoftware = true): Promise<FoundAdapter> {
  if (gpu === undefined && !allowSoftware && ownGpu() === undefined && inNode())
    requireReal(described(await askDawn()));
  const source = gpu ?? (await findGpu());
  const adapter = await source.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) {
    if (gpu === undefined && inNode()) throw noAdapter();
    throw new FiberscopeError('device', 'device webgpu: no adapter was found; choose device wasm or cpu');
  }
  const old = (adapter as { isFallbackAdapter?: boolean }).isFallbackAdapter === true;
  const found = { gpu: source, adapter, ...described(adapter.info, old) };
  if (!allowSoftware) requireReal(found);
  return found;
}

/** TensorFlow.js starts only where navigator.gpu is; Node has none. */
function exposeGpu(gpu: GPU): void {
  const scope = globalThis as { navigator?: { gpu?: GPU } };
  if (scope.navigator === undefined) Object.defineProperty(globalThis, 'navigator', { value: {}, configurable: true });
  if (scope.navigator!.gpu === undefined)
    Object.defineProperty(scope.navigator!, 'gpu', { value: gpu, configurable: true });
}

/** A GPUDevice with its faults watched. */
export class GuardedGpu implements GpuContext {
  readonly memory: GpuMemory;
  readonly tempo = new Tempo();
  private stray: string | undefined; // an error outside every scope
  private loss: string | undefined;
  private readonly pipelines = new Recent<Promise<GPUComputePipeline>>(PIPELINES);
  private readonly lifeline = new Lifeline();

  private constructor(
    readonly device: GPUDevice,
    readonly info: GPUAdapterInfo,
    private readonly name: string,
    private readonly count: (dispatches: number) => void,
  ) {
    this.memory = GpuMemory.of(device);
    device.addEventListener('uncapturederror', (event) => {
      event.preventDefault();
      this.stray ??= event.error.message;
    });
    void device.lost.then(({ message }) => {
      this.loss = message;
      this.lifeline.cut(deviceFault(this.name, 'lost', message));
    });
  }

  /** Asks the adapter for a device with all its limits. */
  static async open({ gpu, adapter }: FoundAdapter, count: (dispatches: number) => void): Promise<GuardedGpu> {
    const requiredLimits: Record<string, number> = {};
    for (const limit in adapter.limits) {
      const value = (adapter.limits as unknown as Record<string, unknown>)[limit];
      if (typeof value === 'number' && !limit.includes('Subgroup')) requiredLimits[limit] = value;
    }
    const requiredFeatures = WANTED_FEATURES.filter((feature) => adapter.features.has(feature));
    try {
      const device = await adapter.requestDevice({ requiredFeatures, requiredLimits });
      exposeGpu(gpu);
      return new GuardedGpu(device, adapter.info, 'webgpu', count);
    } catch (cause) {
      throw new FiberscopeError('device', 'device webgpu: the adapter gave no device; choose device wasm or cpu', {
        cause,
      });
    }
  }

  /** The compute pipeline of WGSL code with entry point `main`, kept while it is among those used last. */
  pipeline(code: string): Promise<GPUComputePipeline> {
    return this.pipelines.get(code, () => {
      const module = this.device.createShaderModule({ code });
      const pipeline = this.device.createComputePipelineAsync({
        layout: 'auto',
        compute: { module, entryPoint: 'main' },
      });
      pipeline.catch(() => this.pipelines.delete(code));
      return pipeline;
    });
  }

  async guard<T>(label: string, block: (dispatches: (count: number) => void) => Promise<T>): Promise<T> {
    const { device } = this;
    if (this.loss !== undefined) throw deviceFault(this.name, 'lost', this.loss);
    for (const filter of ['validation', 'internal', 'out-of-memory'] as const) device.pushErrorScope(filter);
    let failure: { error: unknown } | undefined;
    let result: T | undefined;
    try {
      result = await this.lifeline.within(block(this.count));
    } catch (error) {
      failure = { error };
    }
    const pops = Promise.all([device.popErrorScope(), device.popErrorScope(), device.popErrorScope()]);
    const [memory, internal, validation] = await this.lifeline.within(pops).catch((error: unknown) => {
      if (this.loss !== undefined) throw deviceFault(this.name, 'lost', this.loss);
      throw deviceFault(this.name, 'validation', String(error));
    });
    // device.lost may settle after the failure that it caused
    if (failure !== undefined && this.loss === undefined) await Promise.resolve();
    if (this.loss !== undefined) throw deviceFault(this.name, 'lost', this.loss);
    if (memory) throw deviceFault(this.name, 'memory', `${label}: ${memory.message}`);
    const refused = validation?.message ?? internal?.message ?? this.stray;
    this.stray = undefined;
    if (refused !== undefined)
      throw deviceFault(this.name, overLimit(refused) ? 'memory' : 'validation', `${label}: ${refused}`);
    if (failure?.error instanceof RangeError)
      throw deviceFault(this.name, 'memory', `${label}: ${failure.error.message}`); // mapped buffers
    if (failure !== undefined) throw failure.error;
    return result as T;
  }
}

/** A buffer over the limits is reported as a validation error; smaller batches help there too. */
function overLimit(message: string): boolean {
  return /buffer size|exceeds the max|maxBufferSize|maxStorageBufferBindingSize|larger than the maximum/i.test(message);
}
