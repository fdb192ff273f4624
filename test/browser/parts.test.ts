import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseDocumentText } from '../../src/document/parse.js';
import { encodeShare } from '../../src/document/share.js';
import { small } from './pipelines.js';
import { type App, downloaded, idle, reaches, select, startApp } from './window.js';

let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const at = (title?: string) => `#${encodeShare(small(title))}`;
const zoomOf = async (page: Page) => Number.parseInt((await page.locator('.fs-zoom').textContent()) ?? '', 10);

describe('the first screen', () => {
  it('shows the whole first pipeline on a laptop, large enough to read, and laying it out is no worse', async () => {
    const { page, context, faults } = await app.open({ width: 1280, height: 800 });
    await reaches(page, 'well-set', 'done', 'cached');
    await idle(page);
    const canvas = (await page.locator('.fs-canvas').boundingBox())!;
    const whole = async () => {
      for (const card of await page.locator('[data-node]').all()) {
        const box = (await card.boundingBox())!;
        expect(box.x).toBeGreaterThanOrEqual(canvas.x);
        expect(box.y).toBeGreaterThanOrEqual(canvas.y);
        expect(box.x + box.width).toBeLessThanOrEqual(canvas.x + canvas.width);
        expect(box.y + box.height).toBeLessThanOrEqual(canvas.y + canvas.height);
      }
    };
    expect(await zoomOf(page)).toBeGreaterThanOrEqual(60);
    await whole();
    const shipped = await zoomOf(page);
    await page.locator('.fs-canvas').focus();
    await page.keyboard.press('l');
    await page.waitForTimeout(500);
    expect(await zoomOf(page)).toBeGreaterThanOrEqual(shipped - 1);
    await whole();
    expect(faults).toEqual([]);
    await context.close();
  });
});

describe('the canvas', () => {
  it('makes room for what is said of a foreign document, shows all of it, and is never scrolled', async () => {
    const { page, context } = await app.open({ at: at() });
    await page.locator('[data-node="set"]').waitFor();
    await page.waitForTimeout(600);
    const banner = (await page.locator('.foreign-banner').boundingBox())!;
    for (const card of await page.locator('[data-node]').all())
      expect((await card.boundingBox())!.y).toBeGreaterThan(banner.y + banner.height);
    const scrolled = await page.locator('.fs-canvas-area').evaluate((area) => {
      const far = document.createElement('div');
      far.style.cssText = 'position:absolute;left:5000px;top:5000px;width:9px;height:9px';
      area.append(far);
      far.scrollIntoView();
      far.remove();
      return [area.scrollLeft, area.scrollTop, area.parentElement?.scrollLeft, area.parentElement?.scrollTop];
    });
    expect(scrolled).toEqual([0, 0, 0, 0]);
    await context.close();
  });
});

describe('the dock', () => {
  const height = async (page: Page) => (await page.getByRole('region', { name: 'Results' }).boundingBox())!.height;

  it('is resized by mouse and by keyboard, within bounds, and remembers its height', async () => {
    const { page, context, faults } = await app.open({ at: at() });
    await page.locator('[data-node="set"]').waitFor();
    const grip = page.getByRole('separator', { name: 'Height of the results' });
    const start = await height(page);
    const box = (await grip.boundingBox())!;
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x, y - 30, { steps: 3 });
    await page.mouse.move(x, y - 70, { steps: 3 });
    await page.mouse.up();
    expect(await height(page)).toBeCloseTo(start + 70, 0);
    await page.mouse.move(x, y - 200); // let go: it follows no longer
    expect(await height(page)).toBeCloseTo(start + 70, 0);

    await grip.focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => height(page)).toBeCloseTo(start + 70 - 48, 0);
    expect(Number(await grip.getAttribute('aria-valuenow'))).toBeCloseTo(start + 22, 0);
    for (let press = 0; press < 40; press++) await page.keyboard.press('ArrowUp');
    const canvas = (await page.locator('.canvas-area').boundingBox())!;
    expect(canvas.height).toBeGreaterThanOrEqual(150); // the canvas is never pushed out
    for (let press = 0; press < 40; press++) await page.keyboard.press('ArrowDown');
    expect(await height(page)).toBeCloseTo(120, 0);

    await page.reload();
    await page.locator('[data-node="set"]').waitFor();
    expect(await height(page)).toBeCloseTo(120, 0);
    await page.getByRole('separator', { name: 'Height of the results' }).dblclick();
    await expect.poll(() => height(page)).toBeCloseTo(start, 0);
    await page.getByRole('button', { name: 'Hide the results' }).click();
    await expect.poll(() => height(page)).toBeLessThan(50);
    await page.getByRole('button', { name: 'Show the results' }).click();
    await expect.poll(() => height(page)).toBeCloseTo(start, 0);
    expect(faults).toEqual([]);
    await context.close();
  });
});

describe('a part that breaks', () => {
  it('says so in its place; the document can be saved, the part tried again, and the last edit undone', async () => {
    const { page, context } = await app.open({ at: at('Broken') });
    await page.locator('[data-node="set"]').waitFor();
    await select(page, 'grid');
    // The form's number 1.2345 throws while `broken` is set.
    await page.evaluate(() => {
      Object.assign(window, { broken: true });
      const { split } = String.prototype;
      String.prototype.split = function (this: string, ...rest: Parameters<typeof split>) {
        if (String(this) === '1.2345' && (window as unknown as { broken: boolean }).broken) throw new Error('provoked');
        return split.apply(this, rest);
      } as typeof split;
    });
    const high = page.getByRole('textbox', { name: 'High' });
    await high.fill('1.2345');
    await high.press('Enter');
    const alert = page.getByRole('alert').filter({ hasText: 'Something went wrong in the inspector' });
    await alert.getByText('provoked').waitFor();
    await page.locator('[data-node="grid"]').waitFor(); // the rest of the window is there

    const file = await downloaded(page, () => alert.getByRole('button', { name: 'Save the document' }).click());
    expect(file.name).toBe('broken.json');
    const read = parseDocumentText(new TextDecoder().decode(file.bytes));
    expect(read.ok && read.document.nodes.find(({ id }) => id === 'grid')?.params.high).toBe(1.2345);
    expect(read.ok && read.document.nodes).toHaveLength(small().nodes.length);

    await alert.getByRole('button', { name: 'Try again' }).click();
    await alert.getByText('provoked').waitFor(); // still broken
    await alert.getByRole('button', { name: 'Undo the last edit' }).click();
    await high.waitFor();
    expect(await high.inputValue()).toBe('2');

    await high.fill('1.2345');
    await high.press('Enter');
    await alert.waitFor();
    await page.evaluate(() => Object.assign(window, { broken: false }));
    await alert.getByRole('button', { name: 'Try again' }).click();
    await high.waitFor();
    expect(await high.inputValue()).toBe('1.2345');
    await context.close();
  });
});

describe('touch', () => {
  it('pinches the canvas larger and smaller about its middle, moves it by one finger, and edits nothing', async () => {
    const profile = await app.browser.newContext({ viewport: { width: 1280, height: 800 }, hasTouch: true });
    const { page, faults } = await app.open({ at: at(), context: profile });
    await page.locator('[data-node="set"]').waitFor();
    await page.locator('.fs-canvas').focus();
    for (let press = 0; press < 4; press++) await page.keyboard.press('-'); // makes room beside the cards
    const session = await profile.newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', points: readonly (readonly [number, number])[]) =>
      session.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });
    const canvas = (await page.locator('.fs-canvas').boundingBox())!;
    const [x, y] = [canvas.x + canvas.width - 100, canvas.y + 110]; // where no card is
    const pinch = async (from: number, to: number) => {
      await touch('touchStart', [[x - from, y]]);
      await touch('touchStart', [
        [x - from, y],
        [x + from, y],
      ]);
      for (let step = 1; step <= 8; step++) {
        const half = from + ((to - from) * step) / 8;
        await touch('touchMove', [
          [x - half, y],
          [x + half, y],
        ]);
        await page.waitForTimeout(20);
      }
      await touch('touchEnd', []);
      await page.waitForTimeout(100);
    };
    const before = await zoomOf(page);
    await pinch(25, 50);
    const larger = await zoomOf(page);
    expect(larger).toBeGreaterThan(before * 1.2);
    await pinch(50, 25);
    expect(await zoomOf(page)).toBeLessThan(larger / 1.2);

    const card = page.locator('[data-node="set"]');
    const place = (await card.boundingBox())!;
    await touch('touchStart', [[x, y]]);
    for (let step = 1; step <= 5; step++) await touch('touchMove', [[x - 10 * step, y + 6 * step]]);
    await touch('touchEnd', []);
    await expect.poll(async () => (await card.boundingBox())!.x).toBeCloseTo(place.x - 50, 0);
    expect((await card.boundingBox())!.y).toBeCloseTo(place.y + 30, 0);
    expect(await page.getByRole('button', { name: 'Undo', exact: true }).isDisabled()).toBe(true);
    expect(faults).toEqual([]);
    await profile.close();
  });
});
