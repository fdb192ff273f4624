/**
 * Generated WGSL. Both kernels leave the float32 sums of each member and block of inputs, [block][member] × (loss, power), each
 * summed in an order of its own, so that they depend on nothing but the member and the block. `wgsl-written` writes small
 * networks out, several members to a thread; `wgsl-looped` runs larger ones, a member and block to a workgroup.
 */
import { fusedLooped } from './wgsl-looped.js';
import type { Shader, ShaderShape } from './wgsl-shape.js';
import { fusedWritten, isWritten } from './wgsl-written.js';

/** The shader of a shape. */
export function fusedWgsl(shape: ShaderShape): Shader {
  return isWritten(shape) ? fusedWritten(shape) : fusedLooped(shape);
}
