/** Where gradient descent of small networks runs. */
import { type Architecture, layoutOf } from '../catalog/architecture.js';
import { chainOf, fits } from './fused/network.js';

const HOST_MULTIPLY_ADDS = { wasm: 1024, webgpu: 4096 } as const; // per input; measured

/**
 * Whether descend computes on the host although a faster device is open: for dense networks below a few thousand multiply-adds
 * per input, where starting the operations of one step takes longer than the step; and for convolutions on WASM, whose patches
 * and transposes cost more than the products save (LeNet: half the speed of plain loops).
 */
export function descendsOnHost(architecture: Architecture, device: 'wasm' | 'webgpu'): boolean {
  const dense = architecture.layers.every((layer) => layer.kind !== 'conv' && layer.kind !== 'pool');
  if (!dense) return device === 'wasm';
  return layoutOf(architecture).multiplyAdds <= HOST_MULTIPLY_ADDS[device];
}

/**
 * Whether descend takes the fused kernels of WebAssembly, many candidates at once: for the chains of dense layers that they
 * evaluate, on WASM and on the host of WebGPU. Decided by the network alone, so that a candidate's numbers do not depend on how many there are.
 */
export function descendsFused(architecture: Architecture): boolean {
  const chain = chainOf(architecture);
  return chain !== undefined && fits(chain, false);
}
