/**
 * Fused evaluation: networks small enough that one kernel forms θ, runs every layer and reduces over the inputs, without
 * storing activations or parameter vectors of all members. Chains of dense layers only; everything else is layered.
 */
export { evaluateFusedCpu } from './cpu.js';
export type { GpuContext } from './gpu-context.js';
export { HeadKernel, type HeadShape, headOutputs } from './head-kernel.js';
export { evaluateFusedWasm } from './wasm.js';
export { evaluateFusedWebGPU } from './webgpu.js';
export { fusedWgsl, type ShaderShape } from './wgsl.js';
