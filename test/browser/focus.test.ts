/** Where the keyboard's focus goes, and what a field says of what is typed. */
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeShare } from '../../src/document/share.js';
import { small } from './pipelines.js';
import { type App, idle, reaches, select, startApp } from './window.js';

let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

async function opened(document = small()) {
  const window = await app.open({ at: `#${encodeShare(document)}` });
  await window.page.locator('[data-node="set"]').waitFor();
  return window;
}

const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');

it('Tab on the canvas opens the search, but right after Escape leaves, until the canvas is pressed again', async () => {
  const { page, faults, context } = await opened();
  const canvas = page.locator('.fs-canvas');
  const search = page.locator('.fs-search');
  const press = () => canvas.click({ position: { x: 12, y: 200 } });
  await press();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Tab');
  await page.waitForTimeout(200);
  expect(await search.count()).toBe(0);
  expect(await canvas.evaluate((element) => element === document.activeElement)).toBe(false);
  const away = async () => {
    await page.getByRole('banner').getByRole('button', { name: 'File', exact: true }).focus();
    await canvas.focus();
  };
  for (const between of [press, away]) {
    await press();
    await page.keyboard.press('Escape');
    await between();
    await page.keyboard.press('Tab');
    await search.waitFor();
    await page.keyboard.press('Escape');
    await search.waitFor({ state: 'detached' });
  }
  expect(faults).toEqual([]);
  await context.close();
});

describe('the number beside a slider', () => {
  it('says why it is refused and keeps what was typed; Escape brings the value back', async () => {
    const { page, faults, context } = await opened();
    await select(page, 'grid');
    const typed = page.getByRole('textbox', { name: 'Points per axis, typed' });
    const fault = page.locator('.inspector .field .fault');
    await typed.fill('99999');
    await expect.poll(() => fault.textContent()).toMatch(/99999/);
    await typed.press('Enter');
    expect(await typed.inputValue()).toBe('99999');
    await typed.press('Tab');
    expect(await typed.inputValue()).toBe('99999');
    expect(await fault.count()).toBe(1);
    await typed.press('Escape');
    expect(await typed.inputValue()).toBe('16');
    expect(await fault.count()).toBe(0);
    await typed.fill('12');
    await typed.press('Enter');
    await expect
      .poll(() => page.getByRole('slider', { name: 'Points per axis' }).getAttribute('aria-valuetext'))
      .toBe('12');
    expect(faults).toEqual([]);
    await context.close();
  });
});

it('a plot that is pinned by keyboard gets the focus', async () => {
  const { page, faults, context } = await opened({ ...small(), pins: [] });
  await page.keyboard.press('Control+Enter');
  await reaches(page, 'set', 'done');
  await idle(page);
  const suggestion = page.locator('.dock .buttons').getByRole('button', { name: /^ε-set/ });
  await suggestion.focus();
  await page.keyboard.press('Enter');
  await page.locator('.dock .card').waitFor();
  await expect.poll(() => focused(page)).toMatch(/^ε-set/);
  await page.keyboard.press('Tab');
  expect(await focused(page)).toMatch(/^Unpin ε-set/);
  expect(faults).toEqual([]);
  await context.close();
});
