import { afterAll, beforeAll, expect, it } from 'vitest';
import { encodeShare } from '../../src/document/share.js';
import { small } from './pipelines.js';
import { type App, idle, reaches, startApp } from './window.js';

let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

it('the window answers while a long step computes', async () => {
  const slow = small();
  const nodes = slow.nodes.map((node) =>
    node.id === 'grid' ? { ...node, params: { ...node.params, points: 220 } } : node,
  );
  const { page, context, faults } = await app.open({ at: `#${encodeShare({ ...slow, nodes })}` });
  await page.locator('[data-node="set"]').waitFor();
  await page.evaluate(() => {
    const kept = window as unknown as { longest: number };
    kept.longest = 0;
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) kept.longest = Math.max(kept.longest, duration);
    }).observe({ type: 'longtask' });
  });
  await page.keyboard.press('Control+Enter');
  await reaches(page, 'grid', 'running');
  // Editing goes on meanwhile: a title, a selection, a search.
  await page.getByLabel('Title of the document').fill('While it runs');
  await page.getByLabel('Title of the document').press('Enter');
  await page.locator('[data-node="plane"] .fs-node-title').click();
  await page.getByRole('searchbox', { name: 'Search nodes' }).fill('umap');
  await page.locator('.palette-item').filter({ hasText: 'UMAP' }).waitFor();
  expect(await page.locator('[data-node="grid"]').getAttribute('data-status')).toBe('running');
  const longest = await page.evaluate(() => (window as unknown as { longest: number }).longest);
  console.log(`longest main-thread task while a step computed: ${longest.toFixed(0)} ms (0: none over 50 ms)`);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await idle(page, 10_000);
  expect(await page.getByLabel('Title of the document').inputValue()).toBe('While it runs');
  expect(faults).toEqual([]);
  await context.close();
});
