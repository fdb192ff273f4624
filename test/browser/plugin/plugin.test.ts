import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildSite, faultsOf, type Site } from '../site.js';

/** What the page of the host leaves on the window. */
declare global {
  interface Window {
    host: typeof import('./host-type.js').host;
  }
}

let site: Site;
let page: Page;
let faults: string[];

beforeAll(async () => {
  site = await buildSite(new URL('host.html', import.meta.url));
  page = await site.browser.newPage({ viewport: { width: 1000, height: 600 } });
  faults = faultsOf(page);
  await page.goto(`${site.url}host.html`);
  await page.waitForFunction(() => 'host' in window);
});
afterAll(() => site?.close());

/** Middle of a port of ours. */
const port = async (key: string): Promise<{ x: number; y: number }> => {
  const box = (await page.locator(`[data-port="${key}"]`).boundingBox())!;
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
};
const drag = async (from: { x: number; y: number }, to: { x: number; y: number }): Promise<void> => {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 6 });
  await page.mouse.up();
  await page.waitForTimeout(100);
};

describe('a host’s own Rete editor', () => {
  it('shows our cards beside its own nodes', async () => {
    expect(await page.locator('.fs-node').count()).toBe(2);
    expect(await page.getByTestId('node').count()).toBe(1);
    expect(await page.evaluate(() => window.host.fiberscope.document.nodes.map((node) => node.at))).toEqual([
      [40, 60],
      [340, 60],
    ]);
  });

  it('wires by dragging and runs a third party’s node in its own worker', async () => {
    await drag(await port('output random-inputs.inputs'), await port('input acme-range.inputs'));
    expect(await page.evaluate(() => window.host.fiberscope.document.wires)).toEqual([
      { from: 'random-inputs.inputs', to: 'acme-range.inputs' },
    ]);
    expect(await page.locator('.fs-wire[data-wire="acme-range.inputs"]').count()).toBe(1);
    const state = await page.evaluate(async () => (await window.host.fiberscope.run())['acme-range']);
    expect(state).toMatchObject({ status: 'done' });
    // The largest of 1000 standard normal numbers lies in (2, 6) but for a chance of 10⁻⁶ (Φ(2)^1000 ≈ 10⁻¹⁰, 1000 (1 − Φ(6)) ≈ 10⁻⁶).
    const value = state!.result!.view.summary.value as number;
    expect(value).toBeGreaterThan(2);
    expect(value).toBeLessThan(6);
    expect(await page.locator('[data-node=acme-range] dd').textContent()).toBe(String(value));
  });

  it('moves as one step, and undo moves back', async () => {
    const head = (await page.locator('[data-node=acme-range] .fs-node-head').boundingBox())!;
    await drag({ x: head.x + 60, y: head.y + 12 }, { x: head.x + 90, y: head.y + 132 });
    const place = () =>
      page.evaluate(() => window.host.fiberscope.document.nodes.find((n) => n.id === 'acme-range')!.at);
    expect(await place()).toEqual([370, 180]);
    await page.evaluate(() => window.host.fiberscope.workbench.undo());
    await page.evaluate(() => window.host.fiberscope.settled());
    expect(await place()).toEqual([340, 60]);
    const back = (await page.locator('[data-node=acme-range]').boundingBox())!;
    expect([Math.round(back.x), Math.round(back.y)]).toEqual([340, 60]);
  });

  it('lets our values out to a foreign node and nothing of it into the document', async () => {
    const socket = (await page.getByTestId('input-in').getByTestId('input-socket').boundingBox())!;
    const before = await page.evaluate(() => JSON.stringify(window.host.fiberscope.document));
    await drag(await port('output acme-range.table'), {
      x: socket.x + socket.width / 2,
      y: socket.y + socket.height / 2,
    });
    expect(await page.evaluate(() => window.host.editor.getConnections().length)).toBe(2);
    expect(await page.evaluate(() => JSON.stringify(window.host.fiberscope.document))).toBe(before);
  });

  it('met no fault under the Content-Security-Policy', () => expect(faults).toEqual([]));
});
