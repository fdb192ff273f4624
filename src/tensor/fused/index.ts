/**
 * Fused evaluation and gradients: networks small enough that one kernel forms θ, runs every layer (and back) and reduces over the
 * inputs, without storing activations or parameter vectors of all members. Chains of dense layers only; everything else is layered.
 */
export { fusedCpuSums } from './cpu.js';
export type { GpuContext } from './gpu-context.js';
export { fusedWasmSums } from './wasm.js';
export { fusedGpuSums } from './webgpu.js';
