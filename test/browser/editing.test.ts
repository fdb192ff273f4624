import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { disconnect } from '../../src/document/commands.js';
import type { PipelineDocument } from '../../src/document/schema.js';
import { encodeShare } from '../../src/document/share.js';
import { small } from './pipelines.js';
import { type App, idle, reaches, select, startApp, statesOf } from './window.js';

let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

/** Opens a document by its link and runs it, unless it is only to be looked at. */
async function opened(document: PipelineDocument = small(), run = true) {
  const window = await app.open({ at: `#${encodeShare(document)}` });
  await window.page.locator('[data-node="set"]').waitFor();
  if (run) {
    await window.page.keyboard.press('Control+Enter');
    await reaches(window.page, 'set', 'done');
    await idle(window.page);
  }
  return window;
}

/** The centre of an element once it stands still: a view that is being fitted moves it. */
async function restOf(page: Page, selector: string): Promise<readonly [x: number, y: number]> {
  let last = '';
  let at: readonly [number, number] = [0, 0];
  await expect
    .poll(
      async () => {
        const { x, y, width, height } = (await page.locator(selector).boundingBox())!;
        at = [x + width / 2, y + height / 2];
        const before = last;
        last = at.join();
        return last === before;
      },
      { interval: 200 },
    )
    .toBe(true);
  return at;
}

const slider = (page: Page) => page.getByRole('slider', { name: /^ε of/ });
const epsilonOf = async (page: Page) => Number(await slider(page).getAttribute('aria-valuenow'));

describe('ε', () => {
  it('is dragged on the ruler: the set follows, nothing upstream runs, and the drag is one step', async () => {
    const { page, faults, context } = await opened();
    const before = await epsilonOf(page);
    const count = page.locator('.card header .muted');
    const text = await count.textContent();
    const box = (await slider(page).boundingBox())!;
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    for (const by of [-30, -60, -90, -120, -150]) {
      await page.mouse.move(x + by, y, { steps: 3 });
      await page.waitForTimeout(300); // a drag that pauses is still one drag
    }
    await page.mouse.up();
    await expect.poll(() => epsilonOf(page)).toBeLessThan(before / 2);
    await expect.poll(() => count.textContent()).not.toBe(text);
    await idle(page);
    await reaches(page, 'set', 'done');
    const states = await statesOf(page);
    expect(states.set).toBe('done');
    for (const id of ['x', 'fcn', 'published', 'points', 'plane', 'grid'])
      expect([id, states[id]]).toEqual([id, 'cached']);
    await page.keyboard.press('Control+z');
    await expect.poll(() => epsilonOf(page)).toBe(before);
    await expect.poll(() => count.textContent()).toBe(text);
    await page.getByRole('button', { name: 'Undo', exact: true }).waitFor(); // nothing left to undo
    await page.keyboard.press('Control+Shift+z');
    await expect.poll(() => epsilonOf(page)).toBeLessThan(before / 2);
    expect(faults).toEqual([]);
    await context.close();
  });

  it('moves by keyboard, and says in words when it passes a null model', async () => {
    const { page, context } = await opened();
    await expect
      .poll(() => slider(page).getAttribute('aria-valuetext'))
      .toContain('the zero function counts as equivalent');
    await page.locator('.flags').getByText('the zero function counts as equivalent').waitFor();
    await slider(page).focus();
    for (let press = 0; press < 3; press++) await page.keyboard.press('PageDown');
    await expect.poll(() => slider(page).getAttribute('aria-valuetext')).not.toContain('equivalent');
    await expect.poll(() => page.locator('.flags li').count()).toBe(0);
    await context.close();
  });
});

describe('parameters', () => {
  it('are checked as they are typed; a bad one is explained and not taken', async () => {
    const { page, context, faults } = await opened();
    await select(page, 'grid');
    const low = page.getByRole('textbox', { name: 'Low' });
    await low.fill('many');
    await page
      .getByRole('alert')
      .filter({ hasText: /expected .*number.*got "many"/i })
      .waitFor();
    await low.press('Enter');
    expect((await statesOf(page)).grid).toBe('done');
    await page.keyboard.press('Escape');
    await low.fill('−3');
    await low.press('Enter');
    await page.getByRole('button', { name: 'Undo: Change Low' }).waitFor();
    await idle(page);
    await reaches(page, 'set', 'done');
    // Out of range for the node as a whole: a problem on the node, with the way to it.
    await page.getByRole('textbox', { name: 'High' }).fill('−5');
    await page.getByRole('textbox', { name: 'High' }).press('Enter');
    await reaches(page, 'grid', 'blocked');
    await page.keyboard.press('Control+Enter');
    await idle(page);
    await page.getByRole('tab', { name: /^Problems/ }).click();
    const problem = page.getByRole('list', { name: 'Problems' }).locator('li').filter({ hasText: /high/i }).first();
    await problem.waitFor();
    await page.locator('.fs-canvas').click({ position: { x: 5, y: 5 } });
    await problem.getByRole('button', { name: 'Locate' }).click();
    await page.locator('[data-node="grid"][data-selected]').waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  it('say why a result is stale while live mode is off', async () => {
    const { page, context } = await opened();
    await page.getByRole('switch', { name: 'Live' }).click();
    await select(page, 'plane');
    await select(page, 'grid');
    await page.getByRole('textbox', { name: 'Low' }).fill('-1');
    await page.getByRole('textbox', { name: 'Low' }).press('Enter');
    await reaches(page, 'grid', 'stale');
    await page.locator('[data-node="grid"]').getByText('stale: Low changed').waitFor();
    await page.locator('[data-node="set"]').getByText('stale: Grid changed upstream').waitFor();
    await page.keyboard.press('Control+Enter');
    await reaches(page, 'set', 'done');
    await context.close();
  });
});

describe('the graph', () => {
  it('gets a node and a wire by keyboard alone', async () => {
    const { page, context, faults } = await opened(small(), false);
    await page.locator('.fs-canvas').focus();
    await page.keyboard.press('Tab');
    const search = page.getByRole('combobox', { name: 'Add a node' });
    await search.waitFor();
    await page.keyboard.type('conn');
    await page.keyboard.press('Enter');
    await page.locator('[data-node="connectivity"]').waitFor();
    expect((await statesOf(page)).connectivity).toBe('blocked');
    await page.locator('[data-node="set"]').focus();
    await page.keyboard.press('Enter'); // to its ports
    const output = page.locator('[data-port="output set.set"]');
    await output.focus();
    await page.keyboard.press('Enter'); // what can be wired to it
    await page.getByRole('listbox', { name: /^Wire/ }).getByText('Connectivity').first().waitFor();
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await statesOf(page)).connectivity).not.toBe('blocked');
    await page.keyboard.press('Control+Enter');
    await reaches(page, 'connectivity', 'done');
    expect(faults).toEqual([]);
    await context.close();
  });

  it('takes a node from the palette onto the wire that it is dropped on', async () => {
    const { page, context, faults } = await opened(small(), false);
    const middle = await page.locator('[data-wire="published.architecture"] .fs-wire-hit').evaluate((path) => {
      const line = path as SVGPathElement;
      const { x, y } = line.getPointAtLength(line.getTotalLength() / 2).matrixTransform(line.getScreenCTM()!);
      const { left, top } = line.closest('.fs-canvas')!.getBoundingClientRect();
      return { x: x - left, y: y - top };
    });
    const canvas = (await page.locator('.fs-canvas').boundingBox())!;
    const dense = (await page.getByRole('button', { name: /^Dense/ }).boundingBox())!;
    const lit = page.locator('.fs-wire[data-target]');
    await page.mouse.move(dense.x + 20, dense.y + dense.height / 2);
    await page.mouse.down();
    await page.mouse.move(canvas.x + canvas.width - 40, canvas.y + 30, { steps: 4 });
    expect(await lit.count()).toBe(0);
    await page.mouse.move(canvas.x + middle.x, canvas.y + middle.y, { steps: 6 });
    await expect.poll(() => lit.getAttribute('data-wire')).toBe('published.architecture');
    await page.mouse.move(canvas.x + middle.x, canvas.y + canvas.height + 80, { steps: 4 }); // off the canvas
    await expect.poll(() => lit.count()).toBe(0);
    await page.mouse.move(canvas.x + middle.x, canvas.y + middle.y, { steps: 6 });
    await expect.poll(() => lit.count()).toBe(1);
    await page.mouse.up();
    expect(await lit.count()).toBe(0);
    await page.locator('[data-wire="dense.architecture"]').waitFor({ state: 'attached' });
    await page.locator('[data-wire="published.architecture"]').waitFor({ state: 'attached' });
    expect((await statesOf(page)).dense).not.toBe('blocked');
    await page.keyboard.press('Control+z');
    await expect.poll(async () => (await statesOf(page)).dense).toBeUndefined();
    expect(faults).toEqual([]);
    await context.close();
  });

  it('gives a cut node back by an undo that is called by its name, and pastes it', async () => {
    const { page, context, faults } = await opened(small(), false);
    await select(page, 'set');
    await page.keyboard.press('Control+x');
    await expect.poll(async () => (await statesOf(page)).set).toBeUndefined();
    await page.getByRole('button', { name: 'Undo: Cut node' }).click();
    await page.locator('[data-node="set"]').waitFor();
    await page.getByRole('button', { name: 'Redo: Cut node' }).click();
    await expect.poll(async () => (await statesOf(page)).set).toBeUndefined();
    await page.locator('.fs-canvas').focus();
    await page.keyboard.press('Control+v');
    await page.locator('[data-node="set"]').waitFor();
    await page.getByRole('button', { name: 'Undo: Paste node' }).waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  it('refuses a wrong wire while it is dragged, with the reason', async () => {
    const { page, context } = await opened(disconnect(small(), 'set.field'), false);
    const centre = (port: string) => restOf(page, `[data-port="${port}"]`);
    const from = await centre('output fcn.architecture');
    const wrong = await centre('input set.field');
    await page.mouse.move(...from);
    await page.mouse.down();
    await page.mouse.move(...wrong, { steps: 8 });
    await page
      .locator('.fs-refusal')
      .filter({ hasText: /Architecture/ })
      .waitFor();
    await page.mouse.up();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    expect((await statesOf(page)).set).toBe('blocked');
    const right = await centre('output grid.field');
    await page.mouse.move(...right);
    await page.mouse.down();
    await page.mouse.move(...(await centre('input set.field')), { steps: 8 });
    await page.mouse.up();
    await expect.poll(async () => (await statesOf(page)).set).toBe('idle');
    await context.close();
  });
});

describe('a run', () => {
  it('is cancelled within a second and keeps what was finished', async () => {
    const slow = small();
    const nodes = slow.nodes.map((node) =>
      node.id === 'grid' ? { ...node, params: { ...node.params, points: 220 } } : node,
    );
    const { page, context, faults } = await opened({ ...slow, nodes }, false);
    await page.keyboard.press('Control+Enter');
    await reaches(page, 'grid', 'running');
    await page.getByRole('button', { name: 'Cancel' }).dblclick(); // the second press must not start it again
    await idle(page, 10_000);
    const states = await statesOf(page);
    expect(states).toMatchObject({ points: 'done', plane: 'done', grid: 'idle', set: 'idle' });
    // What was cancelled is not started again by an edit elsewhere.
    await select(page, 'set');
    await page.getByRole('textbox', { name: 'ε' }).fill('0.01');
    await page.getByRole('textbox', { name: 'ε' }).press('Enter');
    await page.waitForTimeout(500);
    expect((await statesOf(page)).grid).toBe('idle');
    expect(faults).toEqual([]);
    await context.close();
  });
});

describe('results', () => {
  it('are pinned from the inspector, and unpinned', async () => {
    const { page, context, faults } = await opened();
    await select(page, 'grid');
    await page.getByRole('tab', { name: 'Result' }).click();
    await page.getByRole('button', { name: /^Pin / }).first().click();
    await expect.poll(() => page.locator('.card').count()).toBe(2);
    await page.getByRole('button', { name: 'cameras linked' }).waitFor();
    for (const section of ['Numbers', 'Export', 'Provenance'])
      await page.getByRole('region', { name: section }).waitFor();
    const coming = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Field as npz' }).click();
    expect((await coming).suggestedFilename()).toBe('grid.field.npz');
    await page
      .getByRole('button', { name: /^Unpin / })
      .last()
      .click();
    await expect.poll(() => page.locator('.card').count()).toBe(1);
    await page.getByRole('tab', { name: 'About' }).click();
    await page.locator('.about .katex').first().waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });
});
