import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseDocumentText } from '../../src/document/parse.js';
import type { PipelineDocument } from '../../src/document/schema.js';
import { decodeShare, encodeShare } from '../../src/document/share.js';
import { small } from './pipelines.js';
import { type App, openFile, startApp, statesOf } from './window.js';

let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const link = (document: PipelineDocument) => `#${encodeShare(document)}`;

describe('the gallery', () => {
  it('shows every shipped pipeline with its drawing, opens one by keyboard, and it runs by itself', async () => {
    const folder = new URL('../../graphs/', import.meta.url);
    const shipped = readdirSync(folder).filter((name) => name.endsWith('.json'));
    const { page, context, faults } = await app.open({ at: link(small()) });
    await page.locator('[data-node="set"]').waitFor();
    const button = page.getByRole('button', { name: 'Gallery' });
    await button.focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Gallery' });
    const entries = dialog.locator('.gallery button');
    await expect.poll(() => entries.count()).toBe(shipped.length);
    for (const name of shipped) {
      const read = parseDocumentText(readFileSync(new URL(name, folder), 'utf8'));
      if (!read.ok) throw new Error(`${name}: ${read.problems[0]?.message}`);
      const entry = dialog.locator(`[data-name="${name.replace('.json', '')}"]`);
      expect(await entry.locator('b').textContent()).toBe(read.document.title);
      expect(await entry.locator('svg rect').count()).toBe(read.document.nodes.length);
      expect(await entry.locator('svg path').count()).toBe(read.document.wires.length);
    }
    // Escape leaves everything as it was and gives the focus back.
    await page.keyboard.press('Escape');
    await expect.poll(() => dialog.count()).toBe(0);
    expect(await button.evaluate((element) => element === document.activeElement)).toBe(true);
    expect(await page.getByLabel('Title of the document').inputValue()).toBe('A small pipeline');

    await page.keyboard.press('Enter');
    await dialog.locator('[data-name="quick-start"]').focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => dialog.count()).toBe(0);
    await page.locator('[data-node="theta"]').waitFor();
    await expect.poll(async () => (await statesOf(page)).theta, { timeout: 30_000 }).toBe('done');
    expect(await page.locator('.foreign-banner').count()).toBe(0);
    expect(faults).toEqual([]);
    await context.close();
  });
});

describe('the share dialog', () => {
  it('gives a link that is the document, selected, and says what is not in it', async () => {
    const file = { name: 'weights.npz', sha256: 'ab'.repeat(32) };
    const load = { id: 'load', type: 'load-arrays', version: 1, params: { file }, at: [0, 600] as const };
    const document = { ...small('Shared ε'), nodes: [...small().nodes, load] };
    const { page, context, faults } = await app.open({ at: link(document) });
    await page.locator('[data-node="load"]').waitFor();
    await page.getByRole('button', { name: 'Share', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Share' });
    const field = dialog.getByRole('textbox', { name: 'Link' });
    const address = await field.inputValue();
    expect(new URL(address).origin).toBe(new URL(app.url).origin);
    const read = decodeShare(new URL(address).hash);
    if (!read.ok) throw new Error(read.problems[0]?.message);
    expect(read.document.title).toBe('Shared ε');
    expect(read.document.nodes.map(({ id }) => id).sort()).toEqual(document.nodes.map(({ id }) => id).sort());
    expect(read.document.wires).toHaveLength(document.wires.length);
    expect(
      await field.evaluate((area) => {
        const { selectionStart, selectionEnd } = area as HTMLTextAreaElement;
        return selectionEnd - selectionStart;
      }),
    ).toBe(address.length);
    const copy = (await dialog.getByRole('button', { name: 'Copy link' }).boundingBox())!;
    const edge = (await dialog.boundingBox())!;
    expect(copy.y + copy.height).toBeLessThan(edge.y + edge.height); // seen without scrolling
    await dialog.getByText('weights.npz is not in the link').waitFor();
    await dialog.getByText(`${address.length.toLocaleString('en-GB')} characters`).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => dialog.count()).toBe(0);
    expect(faults).toEqual([]);
    await context.close();
  });
});

describe('a picture', () => {
  it('that carries no document is refused in words, and the open document stays', async () => {
    const { page, context } = await app.open({ at: link(small('Kept')) });
    await page.locator('[data-node="set"]').waitFor();
    const plain = await page.screenshot({ clip: { x: 0, y: 0, width: 40, height: 40 } });
    await openFile(page, 'holiday.png', plain);
    const dialog = page.getByRole('dialog', { name: 'Could not open holiday.png' });
    expect(await dialog.locator('.faults').textContent()).toMatch(/picture|document/);
    await page.keyboard.press('Escape');
    expect(await page.getByLabel('Title of the document').inputValue()).toBe('Kept');
    await context.close();
  });
});
