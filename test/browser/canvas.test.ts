import { afterAll, beforeAll, expect, it } from 'vitest';
import { emptyDocument } from '../../src/document/format.js';
import type { PipelineDocument } from '../../src/document/schema.js';
import { encodeShare } from '../../src/document/share.js';
import { small } from './pipelines.js';
import { type App, idle, reaches, select, startApp, statesOf } from './window.js';

let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const layers: PipelineDocument = {
  ...emptyDocument(),
  nodes: ['first', 'second', 'third'].map((id, i) => ({
    id,
    type: 'dense',
    version: 1,
    params: {},
    at: [i * 260, 0] as const,
  })),
  wires: [
    { from: 'first.architecture', to: 'second.architecture' },
    { from: 'second.architecture', to: 'third.architecture' },
  ],
};

it('a wire that would close a cycle is refused while it is dragged, and the cycle is named', async () => {
  const { page, context, faults } = await app.open({ at: `#${encodeShare(layers)}` });
  const from = (await page.locator('[data-port="output third.architecture"]').boundingBox())!;
  const to = (await page.locator('[data-port="input first.architecture"]').boundingBox())!;
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 8 });
  await page
    .locator('.fs-refusal')
    .filter({ hasText: /cycle: .*first.*second.*third/ })
    .waitFor();
  await page.mouse.up();
  await page.keyboard.press('Escape');
  expect(await page.locator('[data-wire="first.architecture"]').count()).toBe(0);
  expect(faults).toEqual([]);
  await context.close();
});

it('a run to here computes what the node needs and no more', async () => {
  const { page, context, faults } = await app.open({ at: `#${encodeShare(small())}` });
  await reaches(page, 'plane', 'idle');
  await select(page, 'plane');
  await page.keyboard.press('r');
  await reaches(page, 'plane', 'done');
  await idle(page);
  expect(await statesOf(page)).toMatchObject({ points: 'done', plane: 'done', grid: 'idle', set: 'idle' });
  expect(faults).toEqual([]);
  await context.close();
});

it('a frame is made around the selection, retitled, and undone step by step', async () => {
  const { page, context, faults } = await app.open({ at: `#${encodeShare(small())}` });
  await reaches(page, 'grid', 'idle');
  await select(page, 'grid');
  await page.keyboard.press('f');
  const field = page.getByRole('textbox', { name: 'Title of the frame' });
  const frame = page.locator('[data-frame]');
  await frame.waitFor();
  if (!(await field.isVisible())) await frame.locator('.fs-frame-head').dblclick();
  await field.fill('What is measured');
  await field.press('Enter');
  await page.getByRole('button', { name: 'Frame What is measured' }).waitFor();
  await page.keyboard.press('Control+z');
  await expect.poll(() => page.getByRole('button', { name: 'Frame What is measured' }).count()).toBe(0);
  expect(await frame.count()).toBe(1);
  await page.keyboard.press('Control+z');
  await expect.poll(() => frame.count()).toBe(0);
  expect(faults).toEqual([]);
  await context.close();
});
