/** A device of many threads in a browser: workers inside a worker, under the policy, and what becomes of their work when they end. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildSite, faultsOf, type Site } from '../site.js';
import type { Told } from './told.js';

let site: Site;
beforeAll(async () => {
  site = await buildSite(new URL('host.html', import.meta.url));
});
afterAll(() => site?.close());

it('replaces workers that are ended in the middle of a shard, stops when told, and changes no bit', async () => {
  const page = await site.browser.newPage();
  const faults = faultsOf(page);
  await page.goto(`${site.url}host.html`);
  const told = await page.evaluate(() => (window as unknown as { told: Promise<Told> }).told);
  expect(told).toMatchObject({ ended: 2, threads: 2, same: true, cancelled: 'cancelled', closed: 'cancelled' });
  expect(told.started).toBeGreaterThanOrEqual(3);
  expect(told.workerSeconds).toBeGreaterThan(0);
  expect(faults).toEqual([]);
});
