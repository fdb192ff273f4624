import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { CHROMIUM_FLAGS, findChromium } from './scripts/chromium.mjs';

const recorded = fileURLToPath(new URL('../shared/reference/genni', import.meta.url));
/** What the numeric tests are told: which devices, and where the authors' recorded grids are ('' when they are not there). */
const told = {
  reference: existsSync(recorded) ? recorded : '',
  requireReference: process.env.REQUIRE_REFERENCE === '1',
};
/** What runs the built command. */
const COMMAND = ['test/cli/{device,package,papers,recorded}.test.ts'];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/browser/**', 'test/numeric/**', ...COMMAND],
          setupFiles: ['test/seed.ts'],
          environment: 'node',
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // The built command and library, in processes of their own; one file at a time, so that each has the machine.
        test: {
          name: 'command',
          include: COMMAND,
          environment: 'node',
          globalSetup: ['test/cli/build-command.ts'],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 120_000,
        },
      },
      {
        // The numeric suite on plain JavaScript and on WASM.
        test: {
          name: 'numeric',
          include: ['test/numeric/**/*.test.ts'],
          exclude: ['test/numeric/webgpu*.test.ts'],
          environment: 'node',
          testTimeout: 180_000,
          hookTimeout: 60_000,
          provide: { ...told, devices: ['cpu', 'wasm'] },
        },
      },
      {
        // The same files, and what concerns WebGPU alone, in Chromium; one file at a time on the one adapter.
        server: { fs: { allow: ['.', recorded] } },
        optimizeDeps: {
          include: ['@tensorflow/tfjs', '@tensorflow/tfjs-backend-webgpu', 'fflate'],
        },
        test: {
          name: 'webgpu',
          include: ['test/numeric/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          provide: { ...told, devices: ['webgpu'] },
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            instances: [{ browser: 'chromium' }],
            provider: playwright({
              launchOptions: { executablePath: findChromium(), args: [...CHROMIUM_FLAGS] },
            }),
          },
        },
      },
      {
        // The built app in Chromium, driven from Node.
        test: {
          name: 'app',
          include: ['test/browser/**/*.test.ts'],
          environment: 'node',
          globalSetup: ['test/build-once.ts'],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
