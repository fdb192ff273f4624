/** Where a bundle serves the WASM binary of TensorFlow.js; loaded only in browsers. */
import url from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';

/** URL of tfjs-backend-wasm-simd.wasm. */
export const wasmUrl: string = url;
