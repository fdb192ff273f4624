/** Plain JavaScript: always there, and the measure for the others. */
import type { Architecture } from '../catalog/architecture.js';
import type { EvaluateWork, WorkControl } from '../catalog/work.js';
import type { Backing, ForwardEngine } from './backing.js';
import type { BlockSums } from './block-sums.js';
import { CpuEngine } from './cpu-engine.js';
import { CpuGradient } from './cpu-gradient.js';
import type { GradientEngine } from './descend.js';
import { fusedCpuSums } from './fused/cpu.js';
import { CpuNetworkEngine } from './network/cpu-engine.js';
import type { NetworkEngine } from './network/engine.js';

/** The plain JavaScript device. */
export class CpuBacking implements Backing {
  readonly name = 'cpu';
  readonly adapter = 'JavaScript';
  readonly software = false;
  dispatches = 0;
  private readonly count = (passes: number): void => {
    this.dispatches += passes;
  };

  alone<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }

  engine(architecture: Architecture): ForwardEngine {
    return new CpuEngine(architecture, this.count);
  }

  gradient(architecture: Architecture): GradientEngine {
    return new CpuGradient(architecture, this.count);
  }

  network(architecture: Architecture, scale: number): NetworkEngine {
    return new CpuNetworkEngine(architecture, this.count, scale);
  }

  async fused(work: EvaluateWork, control: WorkControl): Promise<BlockSums> {
    this.count(1);
    return fusedCpuSums(work, control);
  }

  async rebuild(): Promise<void> {}
  async dispose(): Promise<void> {}
}
