/** Where gradient descent of small networks runs. */
import { type Architecture, layoutOf } from '../catalog/architecture.js';

const HOST_MULTIPLY_ADDS = { wasm: 1024, webgpu: 4096 } as const; // per input; measured

/**
 * Whether descend computes with plain loops on the host although a faster device is open: below a few thousand
 * multiply-adds per input, starting the operations of one step takes longer than the step.
 */
export function descendsOnHost(architecture: Architecture, device: 'wasm' | 'webgpu'): boolean {
  const dense = architecture.layers.every((layer) => layer.kind !== 'conv' && layer.kind !== 'pool');
  return dense && layoutOf(architecture).multiplyAdds <= HOST_MULTIPLY_ADDS[device];
}
