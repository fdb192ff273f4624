/** How J on a lattice will be computed, as far as the network and m decide it. */
import type { Architecture } from '../catalog/architecture.js';
import { chainOf, fits, projects } from '../tensor/fused/network.js';
import { fitsThread } from '../tensor/fused/wgsl.js';
import { projectsFirstLayer } from '../tensor/layered.js';

/**
 * The route of a lattice of rank m before anything runs: 'fused' or 'layered', '· affine' where the inputs are projected once.
 * Where a GPU's threads cannot hold what a processor can, both are said. Short memory may still make a run layered.
 */
export function latticeRoute(architecture: Architecture, rank: number): string {
  const layered = projectsFirstLayer(architecture, rank) ? 'layered · affine' : 'layered';
  const chain = chainOf(architecture);
  const affine = chain !== undefined && projects(chain, rank);
  if (chain === undefined || !fits(chain, affine)) return layered;
  const fused = affine ? 'fused · affine' : 'fused';
  return fitsThread(chain, affine) ? fused : `${fused}; ${layered} on WebGPU`;
}
