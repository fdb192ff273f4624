/**
 * WebAssembly SIMD for networks that no fused kernel takes: dense and convolutional layers, pools and activations as emitted
 * loops over rows of inputs, forward and backward.
 */
export { SimdEngine } from './engine.js';
export { SimdGradient } from './gradient.js';
export { hasSimd } from './program.js';
