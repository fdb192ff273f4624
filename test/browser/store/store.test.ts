import type { Page } from 'playwright';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { buildSite, type Site } from '../site.js';
import type {} from './store.js';

let site: Site;
let tabs: Page[];

beforeAll(async () => {
  site = await buildSite(new URL('store.html', import.meta.url));
});
afterAll(() => site?.close());
beforeEach(async () => {
  const profile = await site.browser.newContext();
  tabs = await Promise.all([1, 2].map(() => profile.newPage()));
  for (const page of tabs) {
    await page.goto(`${site.url}store.html`);
    await page.waitForFunction(() => 'tab' in window);
  }
});

const BYTES = 4 * 1000; // of a result of 1,000 numbers
const tags = (tab: number, count: number): string[] => Array.from({ length: count }, (_, i) => `${tab}-${i}`);
const put = (tab: number, build: string, limit: number, count: number): Promise<void> =>
  tabs[tab]!.evaluate(([b, l, t]) => window.tab.put(b, l, t, 1000), [build, limit, tags(tab, count)] as const);
const names = () => tabs[0]!.evaluate(() => window.tab.names());

it('two tabs that keep results at once lose none of the other', async () => {
  await Promise.all([put(0, 'a', 1e9, 30), put(1, 'a', 1e9, 30)]);
  const { listed, there } = await names();
  expect(listed).toEqual([...tags(0, 30), ...tags(1, 30)].map((tag) => `a ${tag}`).sort());
  expect(there).toEqual(listed);
  expect(await tabs[0]!.evaluate(() => window.tab.count('a', '1-29'))).toBe(1000);
});

it('keeps to its bytes together with other tabs, and drops what other builds left', async () => {
  await put(0, 'old', 1e9, 3);
  await Promise.all([put(0, 'a', 10 * BYTES, 20), put(1, 'a', 10 * BYTES, 20)]);
  const { listed, there } = await names();
  expect(listed).toHaveLength(10);
  expect(there).toEqual(listed);
  expect(there.filter((name) => name.startsWith('old'))).toEqual([]);
});

it('gives measured speeds to other tabs of the same build only', async () => {
  const [here, there] = tabs as [Page, Page];
  expect(await here.evaluate(() => window.tab.rates('a'))).toBeUndefined();
  await here.evaluate(() => window.tab.saveRates('a', { cpu: { 'node grid': 5 } }));
  expect(await there.evaluate(() => window.tab.rates('a'))).toEqual({ cpu: { 'node grid': 5 } });
  expect(await there.evaluate(() => window.tab.rates('b'))).toBeUndefined();
});
