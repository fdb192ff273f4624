/** Drives the built app in Chromium: one browser and one server for a test file, a fresh profile for every test. */
import { fileURLToPath } from 'node:url';
import type { BrowserContext, Page } from 'playwright';
import { faultsOf, openSite, type Site } from './site.js';

/** A window of the app and what went wrong in it so far. */
export interface Window {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly faults: string[]; // page errors, console errors, violations of the policy
}

/** The running app. */
export interface App extends Site {
  /** Opens the app in a profile of its own (or in the given one). */
  open(options?: { at?: string; context?: BrowserContext; width?: number; height?: number }): Promise<Window>;
}

/** WebGL by software, for the 3-D plots. */
const WEBGL = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader'];

/** Serves the built app and starts Chromium, with WebGL by software unless told otherwise. */
export async function startApp(flags: readonly string[] = WEBGL): Promise<App> {
  const site = await openSite(fileURLToPath(new URL('../../dist/app', import.meta.url)), flags);
  return {
    ...site,
    async open({ at = '', context, width = 1280, height = 800 } = {}) {
      const profile =
        context ??
        (await site.browser.newContext({
          viewport: { width, height },
          permissions: ['clipboard-read', 'clipboard-write'],
          reducedMotion: 'reduce',
          acceptDownloads: true,
        }));
      const page = await profile.newPage();
      page.setDefaultTimeout(30_000);
      const faults = faultsOf(page);
      await page.addInitScript(() => {
        document.addEventListener('securitypolicyviolation', (event) =>
          console.error(`policy violation: ${event.violatedDirective} ${event.blockedURI}`),
        );
      });
      await page.goto(site.url + at);
      return { page, context: profile, faults };
    },
  };
}

/** Waits until the run that goes on has ended. */
export async function idle(page: Page, timeout = 90_000): Promise<void> {
  await page.locator('.button.run:not(.cancel)').waitFor({ timeout });
  await page.waitForTimeout(150);
  await page.locator('.button.run:not(.cancel)').waitFor({ timeout });
}

/** Waits until a node has one of these states. */
export async function reaches(page: Page, id: string, ...states: string[]): Promise<void> {
  const wanted = states.map((state) => `[data-node="${id}"][data-status="${state}"]`).join(', ');
  try {
    await page.locator(wanted).waitFor({ timeout: 60_000 });
  } catch (cause) {
    const now = JSON.stringify(await statesOf(page));
    throw new Error(`node '${id}': expected ${states.join(' or ')}, got ${now}`, { cause });
  }
}

/** States of the cards by node id. */
export async function statesOf(page: Page): Promise<Record<string, string>> {
  return page
    .locator('[data-node]')
    .evaluateAll((cards) =>
      Object.fromEntries(cards.map((card) => [card.getAttribute('data-node'), card.getAttribute('data-status')])),
    );
}

/** Opens a document as a person does, by the file picker. */
export async function openFile(page: Page, name: string, content: string | Uint8Array): Promise<void> {
  await page
    .getByLabel('Open a document')
    .setInputFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(content) });
}

/** Selects a node by its card. */
export async function select(page: Page, id: string): Promise<void> {
  await page.locator(`[data-node="${id}"] .fs-node-title`).click();
  await page.locator(`[data-node="${id}"][data-selected]`).waitFor();
}

/** Chooses an entry of the File menu and gives what is downloaded. */
export async function saved(page: Page, entry: string): Promise<{ name: string; bytes: Uint8Array }> {
  await page.getByRole('banner').getByRole('button', { name: 'File', exact: true }).click();
  return downloaded(page, () => page.getByRole('menuitem', { name: entry }).click());
}

/** What is downloaded when one does something. */
export async function downloaded(page: Page, act: () => Promise<void>): Promise<{ name: string; bytes: Uint8Array }> {
  const coming = page.waitForEvent('download');
  await act();
  const download = await coming;
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
  return { name: download.suggestedFilename(), bytes: new Uint8Array(Buffer.concat(chunks)) };
}
