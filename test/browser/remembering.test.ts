import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setParams } from '../../src/document/commands.js';
import type { PipelineDocument } from '../../src/document/schema.js';
import { encodeShare } from '../../src/document/share.js';
import { kept } from './kept.js';
import { searching, small } from './pipelines.js';
import { type App, idle, reaches, select, startApp } from './window.js';

let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const link = (document: PipelineDocument) => `#${encodeShare(document)}`;

/** Counts from now on which cards begin to compute: each change of a card to `running`. */
async function countRunning(page: Page): Promise<() => Promise<Record<string, number>>> {
  await page.locator('[data-node]').first().waitFor();
  await page.evaluate(() => {
    const began: Record<string, number> = {};
    Object.assign(window, { began });
    new MutationObserver((changes) => {
      for (const { target } of changes) {
        const { node, status } = (target as HTMLElement).dataset;
        if (node && status === 'running') began[node] = (began[node] ?? 0) + 1;
      }
    }).observe(document, { subtree: true, attributeFilter: ['data-status'] });
  });
  return () => page.evaluate(() => (window as unknown as { began: Record<string, number> }).began);
}

/** When the shown result of a node was computed, and for how long. */
async function provenance(page: Page, id: string): Promise<string> {
  await select(page, id);
  await page.getByRole('tab', { name: 'Result' }).click();
  return (await page.getByRole('region', { name: 'Provenance' }).textContent()) ?? '';
}

describe('what is dear to compute', () => {
  it('survives a reload without being computed again; other parameters are computed', async () => {
    const { page, context, faults } = await app.open({ at: link(searching()) });
    const before = await countRunning(page);
    await page.keyboard.press('Control+Enter');
    await reaches(page, 'search', 'done');
    await idle(page);
    expect((await before()).search).toBe(1);
    const first = await provenance(page, 'search');
    await kept(page);

    await page.reload();
    const after = await countRunning(page);
    await page.keyboard.press('Control+Enter');
    await reaches(page, 'search', 'cached');
    await idle(page);
    expect((await after()).search).toBeUndefined();
    expect(await provenance(page, 'search')).toBe(first);

    // Not the same search: nothing kept answers for it.
    const other = await app.open({ context, at: link(setParams(searching(), 'search', { seed: 77 })) });
    const fresh = await countRunning(other.page);
    await other.page.keyboard.press('Control+Enter');
    await reaches(other.page, 'search', 'done');
    expect((await fresh()).search).toBe(1);
    expect([...faults, ...other.faults]).toEqual([]);
    await context.close();
  });
});

describe('a tab that is killed', () => {
  it('has lost nothing: the next tab takes its document up', async () => {
    const { page, context } = await app.open({ at: link(small('Killed')) });
    await page.locator('[data-node="set"]').waitFor();
    await select(page, 'grid');
    await page.getByRole('textbox', { name: 'High' }).fill('1.125');
    await page.getByRole('textbox', { name: 'High' }).press('Enter');
    await page.getByText(/^saved \d\d:\d\d$/).waitFor();
    await page.waitForTimeout(1500); // past the pause of the autosave
    const gone = page.waitForEvent('crash');
    const session = await context.newCDPSession(page);
    void session.send('Page.crash').catch(() => undefined); // its answer never comes
    await gone;
    await page.close();

    const next = await app.open({ context });
    await next.page.getByText('Restored “Killed”').waitFor();
    await select(next.page, 'grid');
    expect(await next.page.getByRole('textbox', { name: 'High' }).inputValue()).toBe('1.125');
    expect(next.faults).toEqual([]);
    await context.close();
  });
});

describe('a duplicated tab', () => {
  it('opens the same document under a name of its own: neither writes over the other', async () => {
    const { page, context, faults } = await app.open({ at: link(small('Twins')) });
    const high = (tab: Page) => tab.getByRole('textbox', { name: 'High' });
    const change = async (tab: Page, value: string) => {
      await select(tab, 'grid');
      await high(tab).fill(value);
      await high(tab).press('Enter');
      await tab.waitForTimeout(1500); // past the pause of the autosave
    };
    await page.locator('[data-node="set"]').waitFor();
    await change(page, '1.125');
    const opening = context.waitForEvent('page');
    await page.evaluate((url) => void window.open(url), app.url); // the opener's session storage is copied, as for a duplicate
    const twin = await opening;
    await twin.locator('[data-node="set"]').waitFor();
    await select(twin, 'grid');
    expect(await high(twin).inputValue()).toBe('1.125');
    await change(twin, '2.25');
    await change(page, '3.5');

    const sessions = await Promise.all(
      [page, twin].map((tab) => tab.evaluate(() => sessionStorage.getItem('fiberscope.session'))),
    );
    expect(sessions[0]).not.toBe(sessions[1]);
    for (const [tab, value] of [
      [twin, '2.25'],
      [page, '3.5'],
    ] as const) {
      await tab.reload();
      await tab.locator('[data-node="set"]').waitFor();
      await select(tab, 'grid');
      expect(await high(tab).inputValue()).toBe(value);
    }
    // a reload keeps the name
    expect(await page.evaluate(() => sessionStorage.getItem('fiberscope.session'))).toBe(sessions[0]);
    expect(faults).toEqual([]);
    await context.close();
  });
});

describe('a damaged link', () => {
  it('says so until that is closed, also where an earlier document is taken up', async () => {
    const { page, context } = await app.open({ at: link(small('Earlier')) });
    await page.locator('[data-node="set"]').waitFor();
    await select(page, 'grid');
    await page.getByRole('textbox', { name: 'High' }).fill('1.125');
    await page.getByRole('textbox', { name: 'High' }).press('Enter');
    await page.waitForTimeout(1500); // past the pause of the autosave
    await page.close();

    const next = await app.open({ context, at: '#f1.abcdef' });
    await next.page.locator('[data-node="set"]').waitFor();
    const fault = next.page.getByRole('alert').filter({ hasText: 'The link could not be opened' });
    await fault.waitFor();
    await next.page.waitForTimeout(8000); // longer than a message that goes by itself
    await fault.getByRole('button').click();
    await fault.waitFor({ state: 'detached' });
    await context.close();
  });
});

describe('an edited document', () => {
  it('is kept when another takes its place, also after a reload and by a link in the same tab', async () => {
    const { page, context, faults } = await app.open({ at: link(small('First')) });
    const retitle = async (title: string) => {
      await page.getByRole('textbox', { name: 'Title of the document' }).fill(title);
      await page.keyboard.press('Enter');
      await page.waitForTimeout(1500); // past the pause of the autosave
    };
    const fileMenu = async (entry: RegExp) => {
      await page.getByRole('banner').getByRole('button', { name: 'File', exact: true }).click();
      await page.getByRole('menuitem', { name: entry }).click();
    };
    await page.locator('[data-node="set"]').waitFor();
    await retitle('Mine');
    await page.reload();
    await page.getByText('Restored “Mine”').waitFor();
    await fileMenu(/^New/);
    await page.getByText('“Mine” is kept: File, Open here before.').waitFor();
    await page.reload();
    await page.locator('.fs-empty').waitFor();
    expect(await page.locator('[data-node]').count()).toBe(0);

    await fileMenu(/^Open here before/);
    await page.getByRole('dialog').getByRole('button', { name: /^Mine/ }).click();
    await page.locator('[data-node="set"]').waitFor();
    await retitle('Mine again');
    await page.goto('about:blank');
    await page.goto(app.url + link(small('Theirs')));
    await page.locator('[data-node="set"]').waitFor();
    await fileMenu(/^Open here before/);
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Mine again/ })
      .waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });
});
