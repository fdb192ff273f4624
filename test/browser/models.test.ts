/** Models in the window: trained once, stopped and kept, saved for PyTorch. */
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors } from '../../src/arrays/safetensors.js';
import { moveNodes } from '../../src/document/commands.js';
import type { PipelineDocument } from '../../src/document/schema.js';
import { encodeShare } from '../../src/document/share.js';
import { documentOf } from '../documents.js';
import { kept } from './kept.js';
import { type App, downloaded, idle, reaches, select, startApp } from './window.js';

let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

/** Digits → a network of 512 units, trained → its scores. */
function training(epochs: number): PipelineDocument {
  const document = documentOf(
    {
      digits: ['glyphs', { count: 2000 }],
      net: ['architecture', { preset: 'mlp', widths: [784, 512, 10], activation: 'relu' }],
      trained: ['model', { epochs }],
      score: ['score'],
    },
    [
      'digits.inputs trained.data',
      'net.architecture trained.architecture',
      'trained.model score.model',
      'digits.inputs score.data',
    ],
  );
  const places = { digits: [0, 0], net: [0, 300], trained: [260, 0], score: [520, 0] } as const;
  return { ...moveNodes(document, places), title: 'Digits' };
}
const link = (document: PipelineDocument): string => `#${encodeShare(document)}`;
const card = (page: Page, id: string) => page.locator(`[data-node="${id}"]`);

describe('a trained model', () => {
  it('is there after a reload without being trained again, and is saved for PyTorch', async () => {
    const { page, context, faults } = await app.open({ at: link(training(20)) });
    await card(page, 'trained').waitFor();
    await page.keyboard.press('Control+Enter');
    await reaches(page, 'score', 'done');
    await idle(page);
    await kept(page);
    await page.reload();
    await card(page, 'trained').waitFor();
    await page.evaluate(() => {
      new MutationObserver((changes) => {
        for (const { target } of changes) {
          const { node, status } = (target as HTMLElement).dataset;
          if (node === 'trained' && status === 'running') Object.assign(window, { trainedAgain: true });
        }
      }).observe(document, { subtree: true, attributeFilter: ['data-status'] });
    });
    await page.keyboard.press('Control+Enter');
    await reaches(page, 'trained', 'cached');
    await reaches(page, 'score', 'done');
    expect(await page.evaluate(() => 'trainedAgain' in window)).toBe(false);

    await select(page, 'trained');
    await page.getByRole('tab', { name: 'Result' }).click();
    const save = page.getByRole('button', { name: 'Model as safetensors' });
    const { name, bytes } = await downloaded(page, () => save.click());
    expect(name).toBe('trained.model.safetensors');
    const shapes = readSafetensors(bytes, 'saved').map((tensor) => [tensor.name, [...tensor.shape]]);
    expect(new Map(shapes as [string, number[]][])).toEqual(
      new Map([
        ['0.weight', [512, 784]],
        ['0.bias', [512]],
        ['2.weight', [10, 512]],
        ['2.bias', [10]],
      ]),
    );
    expect(faults).toEqual([]);
    await context.close();
  });

  it('shows how it goes, is stopped and kept, goes on below, and runs to its end on demand', async () => {
    const { page, context, faults } = await app.open({ at: link(training(5000)) });
    await card(page, 'trained').waitFor();
    await page.keyboard.press('Control+Enter');
    await expect.poll(() => card(page, 'trained').textContent(), { timeout: 60_000 }).toMatch(/epoch [\d,]+ of 5,000/);
    await expect
      .poll(() => card(page, 'trained').locator('.fs-node-line').textContent(), { timeout: 60_000 })
      .toMatch(/ left$/); // once there is a rate
    await expect.poll(() => card(page, 'trained').locator('canvas, svg, img').count()).toBeGreaterThan(0); // its curves
    await page.getByRole('button', { name: 'Stop and keep' }).click();
    await reaches(page, 'score', 'done');
    await idle(page);
    expect(await card(page, 'trained').textContent()).toMatch(/seed 0: stopped after epoch [\d,]+ of 5,?000\./);
    await select(page, 'score');
    await page.getByRole('tab', { name: 'Result' }).click();
    await page.getByText('Computed from a result that was stopped early').waitFor();
    await select(page, 'trained');
    await page.getByRole('button', { name: 'Run to the end' }).click();
    await reaches(page, 'trained', 'running');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await idle(page);
    expect(faults).toEqual([]);
    await context.close();
  });
});
