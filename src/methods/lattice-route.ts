/** How J on a lattice will be computed, as far as the network and m decide it. */
import type { Architecture } from '../catalog/architecture.js';
import type { CapInfo } from '../catalog/info.js';
import { routeOf } from '../tensor/route.js';

/**
 * The route of a lattice of rank m before anything runs: 'fused' or 'layered', '· affine' where the inputs are projected once.
 * '· rejecting' where members above a cap are given up. Where a GPU's threads cannot hold what a processor can, both are said. Short
 * memory may still make a run layered.
 */
export function latticeRoute(architecture: Architecture, rank: number, cap?: CapInfo): string {
  const rejecting = cap === undefined ? '' : ' · rejecting';
  const here = routeOf(architecture, rank, 'wasm') + rejecting;
  const gpu = routeOf(architecture, rank, 'webgpu') + rejecting;
  return here === gpu ? here : `${here}; ${gpu} on WebGPU`;
}
