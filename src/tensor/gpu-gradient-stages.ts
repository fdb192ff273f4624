/** The kernels of a network's steps on WebGPU, there and back: see gpu-gradient. */
import type { Activation } from '../catalog/architecture.js';
import type { Step } from './cpu-steps.js';
import type { GpuKernel, GpuShape } from './gpu-frame.js';
import { activationSlopeKernel, poolSlopeKernel, through } from './gpu-gradient-kernels.js';
import { gatherKernel, kernelAt } from './gpu-kernels.js';
import { readsOf, turnedKernel } from './gpu-padded.js';
import { slopeFromOutput } from './gpu-slopes.js';

/** A kernel of the way forward, with what the way back needs of it. */
export interface Stage {
  readonly kernel: GpuKernel;
  readonly step: Step;
  readonly activation: Activation | undefined; // in a linear step's kernel
  readonly rowsIn: number;
}

/** Whether a linear step's kernel may take the activation after it along: the way back sees one activation and its result. */
function keepsSlope(activation: Activation, after: Step | undefined): boolean {
  return slopeFromOutput(activation) && after?.kind !== 'activation';
}

/** The way forward. */
export function stagesOf(steps: readonly Step[], features: number, shape: GpuShape): readonly Stage[] {
  const stages: Stage[] = [];
  for (let i = 0, rowsIn = features; i < steps.length; ) {
    const { kernel, taken } = kernelAt(steps, i, rowsIn, shape, keepsSlope);
    const next = steps[i + 1];
    const activation = taken === 2 && next?.kind === 'activation' ? next.activation : undefined;
    stages.push({ kernel, step: steps[i]!, activation, rowsIn });
    rowsIn = kernel.rows;
    i += taken;
  }
  return stages;
}

/** The kernel that takes ∂J/∂ of what stage `i` gives to ∂J/∂ of what it reads, and which of these two values it looks at. */
export function wayBack(
  stages: readonly Stage[],
  i: number,
  shape: GpuShape,
): { readonly kernel: GpuKernel; readonly looksAt: 'input' | 'output' } {
  const { step, rowsIn } = stages[i]!;
  const ending = through(stages[i - 1]?.activation);
  switch (step.kind) {
    case 'linear':
      return { kernel: turnedKernel(step, readsOf(step, rowsIn), ending, shape), looksAt: 'input' };
    case 'pad':
      return { kernel: gatherKernel(Uint32Array.from(step.to), step.rows, shape, ending), looksAt: 'input' };
    case 'activation': {
      const looksAt = slopeFromOutput(step.activation) ? 'output' : 'input';
      return { kernel: activationSlopeKernel(step.activation, rowsIn, shape), looksAt };
    }
    default:
      return { kernel: poolSlopeKernel(step, rowsIn, ending, shape), looksAt: 'input' };
  }
}
