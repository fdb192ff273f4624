/** How J on a lattice will be computed, as far as the network and m decide it. */
import type { Architecture } from '../catalog/architecture.js';
import type { CapInfo } from '../catalog/info.js';
import { routeOf } from '../tensor/route.js';

/** What the route of an adaptive lattice ends with. */
export const ADAPTIVE = ' · adaptive';

/**
 * The route of a lattice of rank m before anything runs: 'fused' or 'layered', '· affine' where the inputs are projected once,
 * '· rejecting' where members above a cap are given up, '· adaptive' where most are skipped. Where a GPU's threads cannot hold what
 * a processor can, both are said. Short memory may still make a run layered.
 */
export function latticeRoute(architecture: Architecture, rank: number, cap?: CapInfo, adaptive = false): string {
  const how = `${cap === undefined ? '' : ' · rejecting'}${adaptive ? ADAPTIVE : ''}`;
  const here = routeOf(architecture, rank, 'wasm') + how;
  const gpu = routeOf(architecture, rank, 'webgpu') + how;
  return here === gpu ? here : `${here}; ${gpu} on WebGPU`;
}
