/** Sites that tests open in Chromium: the built app, and pages of a test's own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright';
import { build } from 'vite';
import { CHROMIUM_FLAGS, ensureChromium } from '../../scripts/chromium.mjs';
import { serve } from '../../scripts/serve.mjs';

/** A folder that is served under the policy, and a browser. */
export interface Site {
  readonly url: string; // ends with /
  readonly browser: Browser;
  close(): Promise<void>;
}

/** Serves a folder and starts Chromium. */
export async function openSite(root: string, flags: readonly string[] = []): Promise<Site> {
  const server = await serve({ root });
  const browser = await chromium.launch({ executablePath: ensureChromium(), args: [...CHROMIUM_FLAGS, ...flags] });
  return {
    url: server.url,
    browser,
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/** Builds a page and what it loads as a host would, and opens it as a site of its own. */
export async function buildSite(page: URL): Promise<Site> {
  const outDir = mkdtempSync(join(tmpdir(), 'fiberscope-site-'));
  await build({
    root: fileURLToPath(new URL('.', page)),
    configFile: false,
    logLevel: 'error',
    base: './',
    worker: { format: 'es' },
    build: { outDir, emptyOutDir: true, target: 'es2022', rollupOptions: { input: fileURLToPath(page) } },
  });
  const site = await openSite(outDir);
  return {
    ...site,
    async close() {
      await site.close();
      rmSync(outDir, { recursive: true, force: true });
    },
  };
}

/** What goes wrong in a page from here on: errors of its own, and what the console calls one. */
export function faultsOf(page: Page): string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`page error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`);
  });
  return faults;
}
