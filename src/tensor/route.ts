/** Which way an evaluation goes: decided by the network, the rank of its family and the device, and by nothing else. */
import { type Architecture, layoutOf } from '../catalog/architecture.js';
import type { DeviceName } from '../catalog/work.js';
import { chainOf, fits, fitsGpu, projects } from './fused/network.js';

/** One kernel that forms θ and runs all layers, or layer by layer; 'affine' where the first layer's inputs are projected once. */
export type Route = 'fused' | 'fused · affine' | 'layered' | 'layered · affine';

/**
 * The route of a family of rank m (θ0 + Σ c_k b_k), or of vectors given one by one where `rank` is undefined. On WebGPU short memory may
 * still make a run layered.
 */
export function routeOf(architecture: Architecture, rank: number | undefined, device: DeviceName): Route {
  const chain = chainOf(architecture);
  if (chain !== undefined) {
    const affine = rank !== undefined && projects(chain, rank);
    const room = device !== 'webgpu' || fitsGpu(chain, affine);
    if (room && fits(chain, affine)) return affine ? 'fused · affine' : 'fused';
  }
  return rank !== undefined && projectsFirstLayer(architecture, rank) ? 'layered · affine' : 'layered';
}

/** Whether an affine family of this rank should have its first layer projected: m + 1 maps against the layer's own products. */
export function projectsFirstLayer(architecture: Architecture, rank: number): boolean {
  return rank + 1 < (fanIn(architecture) ?? 0);
}

/** Numbers that one unit of the first layer reads, when the network starts with a linear layer: its fan-in. */
function fanIn(architecture: Architecture): number | undefined {
  const head = architecture.layers.findIndex((layer) => layer.kind !== 'flatten');
  const layer = architecture.layers[head];
  if (layer?.kind !== 'dense' && layer?.kind !== 'conv') return undefined;
  const weight = layoutOf(architecture).tensors[0]!;
  return weight.size / weight.shape[0]!;
}
