/** A device of many threads in a browser: workers inside a worker, under the policy, and what becomes of their work when they end. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright';
import { build } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CHROMIUM_FLAGS, ensureChromium } from '../../../scripts/chromium.mjs';
import { serve } from '../../../scripts/serve.mjs';
import type { Told } from './told.js';

const root = fileURLToPath(new URL('.', import.meta.url));
const outDir = mkdtempSync(join(tmpdir(), 'fiberscope-pool-'));
let browser: Browser;
let server: { url: string; close(): Promise<void> };

beforeAll(async () => {
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    base: './',
    worker: { format: 'es' },
    build: { outDir, emptyOutDir: true, target: 'es2022', rollupOptions: { input: join(root, 'host.html') } },
  });
  server = await serve({ root: outDir });
  browser = await chromium.launch({ executablePath: ensureChromium(), args: [...CHROMIUM_FLAGS] });
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
  rmSync(outDir, { recursive: true, force: true });
});

it('replaces workers that are ended in the middle of a shard, stops when told, and changes no bit', async () => {
  const page = await browser.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  await page.goto(`${server.url}host.html`);
  const told = await page.evaluate(() => (window as unknown as { told: Promise<Told> }).told);
  expect(told).toMatchObject({ ended: 2, threads: 2, same: true, cancelled: 'cancelled', closed: 'cancelled' });
  expect(told.started).toBeGreaterThanOrEqual(3);
  expect(told.workerSeconds).toBeGreaterThan(0);
  expect(faults).toEqual([]);
});
