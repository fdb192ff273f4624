import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeNpz } from '../../src/arrays/npz.js';
import { emptyDocument } from '../../src/document/format.js';
import { textOf } from './pipelines.js';
import { type App, idle, openFile, reaches, saved, select, startApp } from './window.js';

let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const npz = writeNpz({
  x: { data: Float32Array.of(-1, 0, 1, 2), shape: [4, 1] },
  y: { data: Float32Array.of(0, 0, 1, 2), shape: [4, 1] },
});
const document = {
  ...emptyDocument(),
  title: 'With a file',
  nodes: [{ id: 'load', type: 'load-arrays', version: 1, params: {}, at: [0, 0] as const }],
};

it('a file is chosen in the inspector, its arrays are named, and a bundle hands both on', async () => {
  const { page, context, faults } = await app.open();
  await openFile(page, 'with-a-file.json', textOf(document));
  await reaches(page, 'load', 'blocked');
  await select(page, 'load');
  await page.locator('.field').getByText('expected a file, got none').waitFor();

  // A file that is not what its name says is refused on the node, in words.
  const picker = page.getByLabel('File', { exact: true }).last();
  await picker.setInputFiles({ name: 'broken.npz', mimeType: 'application/zip', buffer: Buffer.from('no archive') });
  await page.locator('.inspector .callout').getByText('broken.npz').waitFor();
  await picker.setInputFiles({ name: 'four.npz', mimeType: 'application/zip', buffer: Buffer.from(npz) });
  const arrays = page.getByRole('list', { name: 'Arrays of four.npz' });
  await arrays.waitFor();
  expect(await arrays.locator('li').allTextContents()).toEqual(['xfloat32 [4, 1]', 'yfloat32 [4, 1]']);
  await page.keyboard.press('Control+Enter');
  await reaches(page, 'load', 'done');
  await idle(page);
  const bundle = await saved(page, 'Save bundle');
  const json = await saved(page, 'Save document');

  const other = await app.open(); // a fresh profile, as on another machine
  await openFile(other.page, json.name, json.bytes);
  await reaches(other.page, 'load', 'blocked');
  await openFile(other.page, bundle.name, bundle.bytes);
  await reaches(other.page, 'load', 'idle');
  await other.page.keyboard.press('Control+Enter');
  await reaches(other.page, 'load', 'done');
  await other.page.reload(); // the file was kept in this browser
  await reaches(other.page, 'load', 'done', 'idle');
  expect([...faults, ...other.faults]).toEqual([]);
  await other.context.close();
  await context.close();
});
