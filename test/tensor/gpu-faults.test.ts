/** The faults of WebGPU in Node, on Dawn. */
import { beforeAll, vi } from 'vitest';
import { ensureVulkan } from '../../scripts/vulkan.mjs';
import { openDawn } from '../../src/tensor/dawn.js';
import { faultTests } from '../numeric/faults.js';

vi.setConfig({ testTimeout: 180_000 }); // a software adapter compiles slowly

let gpu: GPU;
beforeAll(async () => {
  Object.assign(process.env, ensureVulkan());
  gpu = await openDawn();
});

faultTests(async () => gpu);
