/** How J on a lattice will be computed, as far as the network and m decide it. */
import type { Architecture } from '../catalog/architecture.js';
import { routeOf } from '../tensor/route.js';

/**
 * The route of a lattice of rank m before anything runs: 'fused' or 'layered', '· affine' where the inputs are projected once.
 * Where a GPU's threads cannot hold what a processor can, both are said. Short memory may still make a run layered.
 */
export function latticeRoute(architecture: Architecture, rank: number): string {
  const here = routeOf(architecture, rank, 'wasm');
  const gpu = routeOf(architecture, rank, 'webgpu');
  return here === gpu ? here : `${here}; ${gpu} on WebGPU`;
}
