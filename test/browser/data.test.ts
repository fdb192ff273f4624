/** Data files chosen in the app: several at once, and a folder. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { emptyDocument } from '../../src/document/format.js';
import { fixture } from '../arrays/fixtures.js';
import { textOf } from './pipelines.js';
import { type App, idle, openFile, reaches, select, startApp } from './window.js';

let app: App;
const root = mkdtempSync(join(tmpdir(), 'fiberscope-data-'));
beforeAll(async () => {
  app = await startApp();
});
afterAll(async () => {
  await app.close();
  rmSync(root, { recursive: true });
});

const document = {
  ...emptyDocument(),
  title: 'With data',
  nodes: [
    { id: 'photos', type: 'cifar10', version: 1, params: {}, at: [0, 0] as const },
    { id: 'pets', type: 'image-folder', version: 1, params: {}, at: [320, 0] as const },
  ],
};
const batch = (name: string, label: number) => ({
  name,
  mimeType: 'application/octet-stream',
  buffer: Buffer.from([label, ...new Array<number>(3072).fill(51)]),
});

it('batches are added and removed, a folder is packed, and samples are drawn', async () => {
  for (const [path, name] of [
    ['cat', 'rgb-8.png'],
    ['dog', 'filtered-rgb-8.png'],
  ] as const) {
    mkdirSync(join(root, 'pets', path), { recursive: true });
    writeFileSync(join(root, 'pets', path, '1.png'), fixture(`images/${name}`));
  }
  const { page, context, faults } = await app.open();
  await openFile(page, 'with-data.json', textOf(document));
  await reaches(page, 'photos', 'blocked');

  await select(page, 'photos');
  const picker = page.getByLabel('Files', { exact: true }).last();
  await picker.setInputFiles([batch('b10.bin', 1), batch('b2.bin', 2)]);
  const list = page.getByRole('list', { name: 'Chosen: Files' });
  await list.waitFor();
  expect(await list.locator('b').allTextContents()).toEqual(['b2.bin', 'b10.bin']);
  await picker.setInputFiles([batch('b3.bin', 3)]);
  await list.getByText('b3.bin').waitFor();
  await page.getByRole('button', { name: 'Remove b10.bin' }).click();
  await reaches(page, 'photos', 'idle');
  expect(await list.locator('b').allTextContents()).toEqual(['b2.bin', 'b3.bin']);

  await select(page, 'pets');
  await page.getByLabel('Folders: a folder').setInputFiles(join(root, 'pets'));
  await page.locator('.file-field').getByText('pets.zip').waitFor();
  await page.keyboard.press('Control+Enter');
  await reaches(page, 'pets', 'done');
  await reaches(page, 'photos', 'done');
  await idle(page);
  await page.locator('[data-node="pets"]').getByText('2 × 3 × 9 × 13').waitFor();
  await page.locator('[data-node="photos"]').getByText('2 × 3 × 32 × 32').waitFor();
  if (process.env.SHOT) await page.screenshot({ path: process.env.SHOT });
  expect(faults).toEqual([]);
  await context.close();
});
