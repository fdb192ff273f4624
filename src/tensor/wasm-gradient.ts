/** Gradients in WebAssembly: on the device wasm, and on the host beside a GPU for networks too small for it. */
import type { Architecture } from '../catalog/architecture.js';
import type { GradientEngine } from './descend.js';
import { descendsFused } from './descent-route.js';
import { FusedGradient } from './fused/gradient-wasm.js';
import { SimdGradient } from './simd/index.js';

/** The engine for a network; `count` is called with the number of kernel calls or passes. */
export function wasmGradient(
  architecture: Architecture,
  count: (calls: number) => void,
  scale: number,
): GradientEngine {
  if (descendsFused(architecture)) return new FusedGradient(architecture, count, scale);
  return new SimdGradient(architecture, count, scale);
}
