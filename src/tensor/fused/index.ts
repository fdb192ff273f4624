/**
 * Fused evaluation: networks small enough that one kernel forms θ, runs every layer and reduces over the inputs, without
 * storing activations or parameter vectors of all members. Chains of dense layers only; everything else is layered.
 */
import type { Architecture } from '../../catalog/architecture.js';
import type { DeviceName, Family } from '../../catalog/work.js';
import { chainOf, fits, projects } from './network.js';
import { fitsThread } from './wgsl.js';

export { evaluateFusedCpu } from './cpu.js';
export type { GpuContext } from './gpu-context.js';
export { HeadKernel, type HeadShape, headOutputs } from './head-kernel.js';
export { evaluateFusedWasm } from './wasm.js';
export { evaluateFusedWebGPU } from './webgpu.js';
export { fusedWgsl, type ShaderShape } from './wgsl.js';

const TYPICAL_RANK = 3; // m where only "an affine family" is known

/** Whether the fused route of a device takes this Architecture on this Family (an explicit one where none is given). */
export function canFuse(architecture: Architecture, family?: Family, device: DeviceName = 'wasm'): boolean {
  const rank = family && family.kind !== 'explicit' ? family.lattice.subspace.rank : undefined;
  return routeAt(architecture, rank, device) !== undefined;
}

/** The route of a fused evaluation, as Evaluation.route says it, or undefined where the network is not fused. */
export function fusedRoute(
  architecture: Architecture,
  affine: boolean,
  device: DeviceName = 'wasm',
): string | undefined {
  return routeAt(architecture, affine ? TYPICAL_RANK : undefined, device);
}

function routeAt(architecture: Architecture, rank: number | undefined, device: DeviceName): string | undefined {
  const chain = chainOf(architecture);
  if (!chain) return undefined;
  const affine = rank !== undefined && projects(chain, rank);
  if (!fits(chain, affine) || (device === 'webgpu' && !fitsThread(chain, affine))) return undefined;
  return affine ? 'fused · affine' : 'fused';
}
