/** Memory of our own WebAssembly kernels. */
import { deviceFault } from '../device-fault.js';

const PAGE = 65_536; // bytes

/** A memory of at least `bytes`, or a fault of kind memory, from which a device recovers with smaller batches. */
export function wasmMemory(bytes: number): WebAssembly.Memory {
  const pages = Math.ceil(bytes / PAGE);
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages });
  } catch {
    throw deviceFault('wasm', 'memory', `${Math.ceil(bytes / 1e6)} MB in one piece`);
  }
}
