/** A matrix of layers under the pointer, and a sweep from its form to its result. */
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatNumber } from '../../src/catalog/text.js';
import { moveNodes } from '../../src/document/commands.js';
import type { Params, PipelineDocument } from '../../src/document/schema.js';
import { encodeShare } from '../../src/document/share.js';
import { documentOf } from '../documents.js';
import { type App, downloaded, idle, reaches, select, startApp } from './window.js';

let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

/** Two networks that are drawn, how alike their layers are, and a sweep of that. */
function compared(sweep: Params = {}): PipelineDocument {
  const drawn = { mode: 'initialise' };
  const document = documentOf(
    {
      digits: ['glyphs', { count: 60 }],
      net: ['architecture', { preset: 'mlp', widths: [784, 12, 8, 10], activation: 'relu' }],
      a: ['model', { ...drawn, seeds: [0] }],
      b: ['model', { ...drawn, seeds: [1] }],
      'layers-a': ['activations', { layers: '*' }],
      'layers-b': ['activations', { layers: '*' }],
      cka: ['cka'],
      sweep: ['sweep', sweep],
    },
    [
      'digits.inputs net.data',
      'net.architecture a.architecture',
      'net.architecture b.architecture',
      'a.model layers-a.model',
      'b.model layers-b.model',
      'digits.inputs layers-a.inputs',
      'digits.inputs layers-b.inputs',
      'layers-a.activations cka.a',
      'layers-b.activations cka.b',
      'cka.matrix sweep.of',
    ],
  );
  const places = {
    digits: [0, 0],
    net: [0, 300],
    a: [260, 0],
    b: [260, 300],
    'layers-a': [520, 0],
    'layers-b': [520, 300],
    cka: [780, 0],
    sweep: [1040, 0],
  } as const;
  const nodes = document.nodes.map((node) => (node.type === 'architecture' ? { ...node, version: 2 } : node));
  return { ...moveNodes({ ...document, nodes }, places), title: 'Layers', pins: [{ node: 'cka', plot: 0 }] };
}
const at = (document: PipelineDocument): string => `#${encodeShare(document)}`;

async function opened(sweep?: Params) {
  const window = await app.open({ at: at(compared(sweep)), width: 1500, height: 1000 });
  await window.page.locator('[data-node="sweep"]').waitFor();
  return window;
}

/** Runs all and waits for it. */
async function ran(page: Page): Promise<void> {
  await page.keyboard.press('Control+Enter');
  await reaches(page, 'cka', 'done');
  await idle(page);
}

describe('a heat map', () => {
  it('says the two layers and the number under the pointer, and gives its numbers as CSV', async () => {
    const { page, context, faults } = await opened();
    await ran(page);
    const plot = page.locator('.card .plot-host');
    await plot.locator('canvas').waitFor();
    await page.locator('.card').hover(); // the buttons come with the pointer
    const { name, bytes } = await downloaded(page, () =>
      page.getByRole('button', { name: /^Save the numbers/ }).click(),
    );
    expect(name).toMatch(/^cka-.*\.csv$/);
    const [head, ...rows] = new TextDecoder()
      .decode(bytes)
      .trim()
      .split('\r\n')
      .map((line) => line.split(','));
    const layers = head!.slice(1);
    expect(rows.map(([layer]) => layer)).toEqual(layers); // the same architecture: the same names

    // Along a diagonal the pointer meets several cells, and reads what the file says.
    const box = (await plot.boundingBox())!;
    const readout = page.locator('.plot-readout');
    const met = new Set<string>();
    for (let t = 0; t <= 1; t += 0.1) {
      await page.mouse.move(box.x + (0.2 + 0.6 * t) * box.width, box.y + (0.05 + 0.6 * t) * box.height);
      await page.waitForTimeout(40);
      if ((await readout.count()) === 0) continue;
      const [rowName, row, columnName, column, measure, text] = await readout
        .first()
        .locator('dt, dd')
        .allTextContents();
      expect([rowName, columnName, measure]).toEqual(['layers of A', 'layers of B', 'linear CKA, unbiased']);
      const value = Number(rows.find(([layer]) => layer === row)![1 + layers.indexOf(column!)]);
      expect(text).toBe(formatNumber(value, 4));
      met.add(`${row} ${column}`);
    }
    expect(met.size).toBeGreaterThan(3);
    expect(faults).toEqual([]);
    await context.close();
  });
});

describe('a sweep', () => {
  it('is set up in its form, says what is missing, runs once for each value, and is undone', async () => {
    const { page, context, faults } = await opened();
    await select(page, 'sweep');
    const form = page.getByRole('form', { name: 'Parameters of Sweep' });
    await expect
      .poll(() => form.getByRole('alert').allTextContents())
      .toEqual([expect.stringMatching(/expected a parameter of a node upstream/)]);
    const parameter = form.getByLabel('Parameter', { exact: true });
    const offered = await parameter.locator('option').allTextContents();
    expect(offered[0]).toBe('choose…');
    expect(offered).toEqual(expect.arrayContaining(['Kernel · cka', 'Seeds · a', 'Seeds · b', 'Noise · digits']));
    await parameter.selectOption('cka.kernel');
    await form.getByLabel('List').fill('linear, square');
    await form.getByLabel('List').press('Enter');
    await expect
      .poll(() => form.getByRole('alert').allTextContents())
      .toEqual([expect.stringMatching(/of 'cka\.kernel' expected .*square/)]);
    await form.getByLabel('List').fill('linear, rbf, max');
    await form.getByLabel('List').press('Enter');
    await expect.poll(() => page.locator('.inspector .cost').textContent()).toMatch(/3 runs/);

    await ran(page);
    await reaches(page, 'sweep', 'done', 'cached');
    await expect.poll(() => page.locator('.inspector .cost').textContent()).toMatch(/^3 runs, all kept/);
    await page.getByRole('tab', { name: 'Result' }).click();
    const cells = page.locator('.inspector .plot-table tbody tr td:first-child');
    expect(await cells.allTextContents()).toEqual(['Linear', 'RBF, median rule', 'Max: G_ReLU-CKA']);
    const titles = await page.locator('.inspector .plot-head b').allTextContents();
    expect(titles.filter((title) => title.startsWith('kernel = '))).toHaveLength(3);

    await page.keyboard.press('Control+z'); // the list
    await page.getByRole('tab', { name: 'Parameters' }).click();
    await expect.poll(() => form.getByRole('alert').count()).toBe(1);
    expect(faults).toEqual([]);
    await context.close();
  });

  it('copied with what it sweeps over sweeps over the copy', async () => {
    const { page, context, faults } = await opened({ target: 'cka.kernel', values: 'linear, max' });
    await select(page, 'sweep');
    await page.locator('[data-node="cka"] .fs-node-title').click({ modifiers: ['Shift'] });
    await page.keyboard.press('Control+d');
    await page.locator('[data-node="sweep-2"]').waitFor();
    await select(page, 'sweep-2');
    await expect.poll(() => page.getByLabel('Parameter', { exact: true }).inputValue()).toBe('cka-2.kernel');
    expect(faults).toEqual([]);
    await context.close();
  });
});
