/** What one does with plots: turn, zoom, compare, move ε, take the picture and the numbers along. */
import type { Locator, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { extractDocument } from '../../src/document/picture.js';
import type { PipelineDocument } from '../../src/document/schema.js';
import { encodeShare } from '../../src/document/share.js';
import { small } from './pipelines.js';
import { type App, downloaded, idle, openFile, reaches, select, startApp, type Window } from './window.js';

/** Long enough for pictures by software on a busy machine. */
const SOON = { timeout: 60_000 };

let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

/** The small pipeline with its ε-set and its iso-surface pinned. */
const pinned = (title?: string): PipelineDocument => ({
  ...small(title),
  pins: [
    { node: 'set', plot: 0 },
    { node: 'grid', plot: 0 },
  ],
});

/** A window in which the small pipeline has run and both plots are drawn. */
async function drawn(from: App = app, document = pinned()): Promise<Window & { plots: readonly [Locator, Locator] }> {
  const window = await from.open({ at: `#${encodeShare(document)}` });
  const { page } = window;
  await page.locator('.foreign-banner').getByRole('button', { name: 'Run' }).click();
  await reaches(page, 'set', 'done');
  await idle(page);
  await expect.poll(() => page.locator('.card .plot-host.turnable canvas').count(), SOON).toBe(2);
  const hosts = page.locator('.card .plot-host.turnable');
  return { ...window, plots: [hosts.nth(0), hosts.nth(1)] };
}

/** The picture in a plot once it stands still. */
async function picture(plot: Locator): Promise<string> {
  let last = '';
  for (let same = 0; same < 3; ) {
    await plot.page().waitForTimeout(120);
    const now = await plot.locator('canvas').evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
    same = now === last ? same + 1 : 0;
    last = now;
  }
  return last;
}

/** Waits for another picture than `before` and gives it. */
async function other(plot: Locator, before: string): Promise<string> {
  await expect.poll(() => picture(plot), SOON).not.toBe(before);
  return picture(plot);
}

async function centre(plot: Locator): Promise<readonly [number, number]> {
  const box = (await plot.boundingBox())!;
  return [box.x + box.width / 2, box.y + box.height / 2];
}

const cardOf = (page: Page, name: RegExp): Locator => page.locator('.card').filter({ hasText: name });

describe('a 3-D plot', () => {
  it('is turned and zoomed by mouse, wheel and keys, and comes back as it was', async () => {
    const { page, context, faults, plots } = await drawn();
    const [plot] = plots;
    const first = await picture(plot);

    const [x, y] = await centre(plot);
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 60, y - 20, { steps: 4 });
    await page.mouse.up();
    const turned = await other(plot, first);
    await plot.focus();
    await page.keyboard.press('0');
    await expect.poll(() => picture(plot), SOON).toBe(first);

    await page.keyboard.press('ArrowLeft');
    const left = await other(plot, first);
    expect(left).not.toBe(turned);
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => picture(plot), SOON).toBe(first);
    await page.keyboard.press('+');
    const larger = await other(plot, first);
    await page.keyboard.press('-');
    await expect.poll(() => picture(plot), SOON).toBe(first);

    // The wheel zooms a plot that has the focus; elsewhere it belongs to the page.
    await page.mouse.move(x, y);
    await page.mouse.wheel(0, -400);
    expect(await other(plot, first)).not.toBe(larger);
    await plot.dblclick();
    await page.mouse.move(2, 2);
    await expect.poll(() => picture(plot), SOON).toBe(first);
    expect(faults).toEqual([]);
    await context.close();
  });

  it('is zoomed by two fingers', async () => {
    const { context, faults, plots } = await drawn();
    const [plot] = plots;
    const first = await picture(plot);
    const [x, y] = await centre(plot);
    const touch = (type: string, id: number, dx: number) =>
      plot.dispatchEvent(type, {
        pointerId: id,
        pointerType: 'touch',
        isPrimary: id === 11,
        button: 0,
        clientX: x + dx,
        clientY: y,
        bubbles: true,
      });
    // Fingers that a script puts down cannot be captured; the plot needs the capture only outside of it.
    await plot.evaluate((element) => {
      element.setPointerCapture = () => undefined;
    });
    await touch('pointerdown', 11, -20);
    await touch('pointerdown', 12, 20);
    await touch('pointermove', 12, 60);
    await other(plot, first);
    await touch('pointermove', 12, 20);
    await touch('pointerup', 11, -20);
    await touch('pointerup', 12, 20);
    await expect.poll(() => picture(plot), SOON).toBe(first);
    expect(faults).toEqual([]);
    await context.close();
  });

  it('says what is under the pointer', async () => {
    const { page, context, faults, plots } = await drawn();
    const [plot] = plots;
    await picture(plot);
    const [x, y] = await centre(plot);
    const readout = page.locator('.plot-readout');
    await expect
      .poll(async () => {
        for (const dy of [-20, -10, 0, 10, 20])
          for (const dx of [-30, -15, 0, 15, 30]) {
            await page.mouse.move(x + dx, y + dy);
            await page.waitForTimeout(60);
            if (await readout.count()) return readout.first().textContent();
          }
        return '';
      }, SOON)
      .toMatch(/c₁[\s\S]*c₂[\s\S]*c₃[\s\S]*J/);
    const [box, frame] = [(await readout.boundingBox())!, (await plot.boundingBox())!];
    expect(box.y).toBeGreaterThanOrEqual(frame.y - 1);
    expect(box.y + box.height).toBeLessThanOrEqual(frame.y + frame.height + 1);
    await page.mouse.move(2, 2);
    await expect.poll(() => readout.count(), SOON).toBe(0);
    expect(faults).toEqual([]);
    await context.close();
  });

  it('shares its camera with the plot beside it until they are unlinked', async () => {
    const { page, context, faults, plots } = await drawn();
    const [plot, beside] = plots;
    const [first, firstBeside] = [await picture(plot), await picture(beside)];
    await plot.focus();
    await page.keyboard.press('ArrowLeft');
    const [turned, turnedBeside] = [await other(plot, first), await other(beside, firstBeside)];
    await page.getByRole('button', { name: 'cameras linked' }).click();
    const apart = [await picture(plot), await picture(beside)];
    await plot.focus();
    await page.keyboard.press('ArrowUp');
    await other(plot, apart[0]!);
    expect(await picture(beside)).toBe(apart[1]);
    expect([turned, turnedBeside]).not.toEqual([first, firstBeside]);
    expect(faults).toEqual([]);
    await context.close();
  });

  it('changes its colours with the theme', async () => {
    const { page, context, faults, plots } = await drawn();
    const first = await picture(plots[0]);
    const dark = (await page.locator('html[data-theme="dark"]').count()) > 0;
    await page.getByRole('button', { name: dark ? 'Light theme' : 'Dark theme' }).click();
    await other(plots[0], first);
    await page.getByRole('button', { name: dark ? 'Dark theme' : 'Light theme' }).click();
    await expect.poll(() => picture(plots[0]), SOON).toBe(first);
    expect(faults).toEqual([]);
    await context.close();
  });
});

describe('the J ruler', () => {
  it('moves ε by drag and by keys: the plots of the set are drawn again and nothing upstream runs', async () => {
    const { page, context, faults, plots } = await drawn();
    const [plot] = plots;
    await page.evaluate(() => {
      const ran = new Set<string>();
      (window as unknown as { ran: Set<string> }).ran = ran;
      new MutationObserver((changes) => {
        for (const { target } of changes) {
          const card = target as HTMLElement;
          if (card.dataset.status === 'running') ran.add(card.dataset.node ?? '');
        }
      }).observe(document, { subtree: true, attributes: true, attributeFilter: ['data-status'] });
    });
    const before = await picture(plot);
    const slider = page.getByRole('slider', { name: /^ε of/ });
    const epsilon = async () => Number(await slider.getAttribute('aria-valuenow'));
    const start = await epsilon();
    const count = cardOf(page, /ε-set/).locator('header .muted');
    const members = await count.textContent();

    const [x, y] = await centre(slider);
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x - 120, y, { steps: 6 });
    await page.mouse.up();
    await expect.poll(epsilon, SOON).toBeLessThan(start / 2);
    const dragged = await other(plot, before);
    await expect.poll(() => count.textContent(), SOON).not.toBe(members);

    await idle(page);
    const after = await epsilon();
    await slider.focus();
    for (let k = 0; k < 5; k++) await page.keyboard.press('ArrowRight');
    await expect.poll(epsilon, SOON).toBeGreaterThan(2.5 * after); // five tenths of a decade
    expect(await epsilon()).toBeLessThan(4 * after);
    await other(plot, dragged);
    await idle(page);
    const ran = await page.evaluate(() => [...(window as unknown as { ran: Set<string> }).ran]);
    expect(ran.filter((id) => id !== 'set')).toEqual([]);
    expect(faults).toEqual([]);
    await context.close();
  });
});

describe('files', () => {
  it('a plot is saved as a PNG that carries the document and opens as it', async () => {
    const { page, context, faults, plots } = await drawn(app, pinned('In the picture'));
    await plots[0].hover();
    const { name, bytes } = await downloaded(page, () =>
      page
        .getByRole('button', { name: /^Save .* as PNG$/ })
        .first()
        .click(),
    );
    expect(name).toBe('set-epsilon-set.png');
    expect([...bytes.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    const header = new DataView(bytes.buffer, bytes.byteOffset);
    expect([header.getUint32(16), header.getUint32(20)]).toEqual([1920, 1440]);
    expect(extractDocument(bytes)).toContain('In the picture');
    // What is drawn in it is a picture: many colours, among them those of the map.
    const colours = await page.evaluate(
      async (file) => {
        const bitmap = await createImageBitmap(new Blob([new Uint8Array(file)], { type: 'image/png' }));
        const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!;
        context.drawImage(bitmap, 0, 0);
        const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
        const seen = new Set<number>();
        let clear = 0;
        for (let k = 0; k < data.length; k += 4) {
          seen.add((data[k]! << 16) | (data[k + 1]! << 8) | data[k + 2]!);
          if (data[k + 3] !== 255) clear++;
        }
        return { seen: seen.size, clear };
      },
      [...bytes],
    );
    expect(colours.seen).toBeGreaterThan(500);
    expect(colours.clear).toBe(0);

    await page.getByLabel('Title of the document').fill('Something else');
    await page.getByLabel('Title of the document').press('Enter');
    await openFile(page, name, bytes);
    await expect.poll(() => page.getByLabel('Title of the document').inputValue(), SOON).toBe('In the picture');
    await page.locator('[data-node="set"]').waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  it('the numbers of a plot are saved as CSV, each member once', async () => {
    const { page, context, faults, plots } = await drawn();
    await plots[0].hover();
    const shown = (await cardOf(page, /ε-set/).locator('header .muted').textContent()) ?? '';
    const members = Number(/^[\d,]+/.exec(shown)![0].replaceAll(',', ''));
    const { name, bytes } = await downloaded(page, () =>
      page
        .getByRole('button', { name: /^Save the numbers/ })
        .first()
        .click(),
    );
    expect(name).toBe('set-epsilon-set.csv');
    const [head, ...rows] = new TextDecoder().decode(bytes).trimEnd().split('\r\n');
    expect(head).toBe('name,c₁,c₂,c₃,J,J / E[φ²]');
    const points = rows.filter((row) => row.startsWith(','));
    expect(points).toHaveLength(members);
    expect(new Set(points.map((row) => row.split(',').slice(1, 4).join())).size).toBe(members);
    expect(rows.filter((row) => row.startsWith('θ')).map((row) => row.split(',')[0])).toEqual(['θ₀', 'θ₁', 'θ₂', 'θ₃']);

    // An output of a node is the same members, under their numbers.
    await select(page, 'set');
    await page.getByRole('tab', { name: 'Result' }).click();
    const output = await downloaded(page, () =>
      page.locator('[aria-label="Export"] [aria-label="ε-set as CSV"]').click(),
    );
    const [columns, ...records] = new TextDecoder().decode(output.bytes).trimEnd().split('\r\n');
    expect(columns).toBe('member,c₁,c₂,c₃,J,J / E[φ²],power');
    const places = (lines: readonly string[]) => lines.map((line) => line.split(',').slice(1, 5).join());
    expect(records).toHaveLength(members);
    expect(places(records)).toEqual(places(points));
    // A Reference is θ beside inputs beside outputs: no rows that mean one thing.
    await select(page, 'published');
    expect(await page.getByRole('button', { name: 'Reference as npz' }).count()).toBe(1);
    expect(await page.getByRole('button', { name: 'Reference as CSV' }).count()).toBe(0);
    expect(faults).toEqual([]);
    await context.close();
  });
});

describe('WebGL', () => {
  it('draws in a worker: the page opens no WebGL context and loads no three.js', async () => {
    const context = await app.browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
    await context.addInitScript(() => {
      const asked: string[] = [];
      (window as unknown as { asked: string[] }).asked = asked;
      const { getContext } = HTMLCanvasElement.prototype;
      HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, ...args: unknown[]) {
        asked.push(String(args[0]));
        return (getContext as (...all: unknown[]) => unknown).apply(this, args);
      } as typeof getContext;
    });
    const { page, faults } = await app.open({ at: `#${encodeShare(pinned())}`, context });
    await page.locator('.foreign-banner').getByRole('button', { name: 'Run' }).click();
    await expect.poll(() => page.locator('.card .plot-host.turnable canvas').count(), SOON).toBe(2);
    const asked = await page.evaluate(() => (window as unknown as { asked: string[] }).asked);
    expect(asked).toContain('bitmaprenderer');
    expect(asked.filter((kind) => kind.startsWith('webgl'))).toEqual([]);
    const loaded = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
    const texts = await Promise.all(
      loaded
        .filter((each) => each.endsWith('.js'))
        .map(async (each) => ({ each, text: await (await fetch(each)).text() })),
    );
    expect(texts.length).toBeGreaterThan(1);
    expect(texts.filter(({ text }) => text.includes('WebGLRenderer')).map(({ each }) => each)).toEqual([]);
    expect(faults).toEqual([]);
    await context.close();
  });

  it('draws in the page where the worker cannot be had', async () => {
    const context = await app.browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
    await context.addInitScript(() => {
      const { Worker } = window;
      window.Worker = class extends Worker {
        constructor(address: string | URL, options?: WorkerOptions) {
          if (options?.name === 'pictures') throw new Error('no second worker here');
          super(address, options);
        }
      };
    });
    const { page, faults } = await app.open({ at: `#${encodeShare(pinned())}`, context });
    await page.locator('.foreign-banner').getByRole('button', { name: 'Run' }).click();
    const plot = page.locator('.card .plot-host.turnable').first();
    await plot.locator('canvas').waitFor(SOON);
    await idle(page);
    const first = await picture(plot);
    expect(
      page
        .workers()
        .map((worker) => worker.url())
        .filter((url) => url.includes('picture-worker')),
    ).toEqual([]);
    expect(await page.locator('.card .plot-note').count()).toBe(0); // with WebGL all the same
    await plot.focus();
    await page.keyboard.press('ArrowLeft');
    await other(plot, first);
    const preview = page.locator('[data-node="set"] canvas.plot-preview');
    const drawn = () => preview.evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL().length);
    await expect.poll(drawn, SOON).toBeGreaterThan(2000);
    expect(faults).toEqual([]);
    await context.close();
  });

  it('is drawn in the page when the worker that draws dies, and still turns', async () => {
    const context = await app.browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
    const { page } = await app.open({ at: `#${encodeShare(pinned())}`, context });
    const coming = page.waitForEvent('worker', (worker) => worker.url().includes('picture-worker'));
    await page.locator('.foreign-banner').getByRole('button', { name: 'Run' }).click();
    const worker = await coming;
    const plot = page.locator('.card .plot-host.turnable').first();
    await plot.locator('canvas').waitFor(SOON);
    await idle(page);
    const first = await picture(plot);
    await worker.evaluate(() => {
      setTimeout(() => {
        setTimeout(() => {
          for (;;); // it answers no more
        });
        throw new Error('the end');
      }, 100);
    });
    await page.waitForTimeout(500);
    await plot.focus();
    await page.keyboard.press('ArrowLeft'); // waits for the worker until it counts as dead
    await other(plot, first);
    const left = () => page.workers().filter((one) => one.url().includes('picture-worker')).length;
    await expect.poll(left, SOON).toBe(0);
    await page.keyboard.press('0');
    await expect.poll(() => picture(plot), SOON).toBe(first);
    await context.close();
  });

  it('that is lost and comes back leaves a picture all the time', async () => {
    const context = await app.browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
    const { page, faults } = await app.open({ at: `#${encodeShare(pinned())}`, context });
    // The worker starts with the first preview; its WebGL context is made with the first 3-D plot.
    const coming = page.waitForEvent('worker', (worker) => worker.url().includes('picture-worker'));
    await page.locator('.foreign-banner').getByRole('button', { name: 'Run' }).click();
    const worker = await coming;
    await worker.evaluate(() => {
      const { getContext } = OffscreenCanvas.prototype;
      OffscreenCanvas.prototype.getContext = function (this: OffscreenCanvas, ...args: unknown[]) {
        const context = (getContext as (...all: unknown[]) => unknown).apply(this, args);
        if (args[0] === 'webgl2') (globalThis as unknown as { gl: unknown }).gl = context;
        return context;
      } as typeof getContext;
    });
    const plot = page.locator('.card .plot-host.turnable').first();
    await plot.locator('canvas').waitFor(SOON);
    await idle(page);
    const first = await picture(plot);
    const lose = (what: 'loseContext' | 'restoreContext') =>
      worker.evaluate((method) => {
        const { gl, ext } = globalThis as unknown as { gl: WebGL2RenderingContext; ext?: WEBGL_lose_context };
        const extension = ext ?? gl.getExtension('WEBGL_lose_context')!;
        (globalThis as unknown as { ext: WEBGL_lose_context }).ext = extension;
        extension[method]();
      }, what);
    await lose('loseContext');
    await page.locator('.card .plot-note').first().waitFor(); // in software meanwhile, and it says so
    await other(plot, first);
    await lose('restoreContext');
    await expect.poll(() => picture(plot), SOON).toBe(first);
    expect(await page.locator('.card .plot-note').count()).toBe(0);
    expect(faults.filter((fault) => !fault.includes('Context Lost'))).toEqual([]);
    await context.close();
  });

  it('that is missing is said in words; the plot is drawn in software and turns', async () => {
    const without = await startApp(['--disable-gpu', '--disable-software-rasterizer']);
    try {
      const { page, context, faults, plots } = await drawn(without);
      expect(await page.evaluate(() => document.createElement('canvas').getContext('webgl2'))).toBe(null);
      await page.locator('.card .plot-note').filter({ hasText: 'No WebGL in this browser' }).first().waitFor();
      const first = await picture(plots[0]);
      expect(first.length).toBeGreaterThan(4000);
      await plots[0].focus();
      await page.keyboard.press('ArrowLeft');
      await other(plots[0], first);
      expect(faults).toEqual([]);
      await context.close();
    } finally {
      await without.close();
    }
  });
});
