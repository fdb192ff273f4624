/** WebAssembly with SIMD, by kernels of our own: fused ones for small networks, layer by layer for the others. */
import type { Architecture } from '../catalog/architecture.js';
import { FiberscopeError } from '../catalog/errors.js';
import type { EvaluateWork, WorkControl } from '../catalog/work.js';
import type { Backing, ForwardEngine } from './backing.js';
import type { BlockSums } from './block-sums.js';
import type { GradientEngine } from './descend.js';
import { fusedWasmSums, ROOMS } from './fused/wasm.js';
import type { NetworkEngine } from './network/engine.js';
import { WasmNetworkEngine } from './network/wasm-engine.js';
import { hasSimd, SimdEngine } from './simd/index.js';
import { wasmGradient } from './wasm-gradient.js';

class WasmBacking implements Backing {
  readonly name = 'wasm';
  readonly adapter = 'SIMD';
  readonly software = false;
  dispatches = 0;
  private readonly count = (calls: number): void => {
    this.dispatches += calls;
  };

  alone<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }

  engine(architecture: Architecture, scale: number): ForwardEngine {
    return new SimdEngine(architecture, this.count, scale);
  }

  gradient(architecture: Architecture, scale: number): GradientEngine {
    return wasmGradient(architecture, this.count, scale);
  }

  network(architecture: Architecture, scale: number): NetworkEngine {
    return new WasmNetworkEngine(architecture, this.count, scale);
  }

  async fused(work: EvaluateWork, control: WorkControl, scale: number): Promise<BlockSums> {
    this.count(1);
    return fusedWasmSums(work, control, { members: scale * ROOMS.members, inputs: scale * ROOMS.inputs });
  }

  async rebuild(): Promise<void> {} // each piece of work has memory of its own
  async dispose(): Promise<void> {}
}

/** Opens the WASM device. */
export async function openWasm(): Promise<Backing> {
  if (!hasSimd())
    throw new FiberscopeError(
      'device',
      'device wasm: expected WebAssembly with SIMD, which is not there; choose device cpu or a newer browser',
    );
  return new WasmBacking();
}
