/** Where gradient descent of small networks runs. */
import { type Architecture, layoutOf } from '../catalog/architecture.js';
import { chainOf, fits } from './fused/network.js';

const HOST_MULTIPLY_ADDS = { webgpu: 4096 } as const; // per input; measured
const FUSED_MULTIPLY_ADDS = 2048; // per input; measured

/**
 * Whether descend computes on the host although a GPU is open: for dense networks below a few thousand multiply-adds per input,
 * where starting the operations of one step takes longer than the step.
 */
export function descendsOnHost(architecture: Architecture, device: keyof typeof HOST_MULTIPLY_ADDS): boolean {
  const dense = architecture.layers.every((layer) => layer.kind !== 'conv' && layer.kind !== 'pool');
  return dense && layoutOf(architecture).multiplyAdds <= HOST_MULTIPLY_ADDS[device];
}

/**
 * Whether descend in WebAssembly takes the fused kernels, many candidates at once: for small chains of dense layers. In larger
 * ones the layers' own products fill the registers. Decided by the network alone, so that a candidate's numbers do not depend on
 * how many there are.
 */
export function descendsFused(architecture: Architecture): boolean {
  const chain = chainOf(architecture);
  return chain !== undefined && fits(chain, false) && layoutOf(architecture).multiplyAdds <= FUSED_MULTIPLY_ADDS;
}
