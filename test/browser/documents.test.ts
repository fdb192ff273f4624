import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBundle } from '../../src/document/bundle.js';
import { parseDocumentText } from '../../src/document/parse.js';
import { extractDocument } from '../../src/document/picture.js';
import type { PipelineDocument } from '../../src/document/schema.js';
import { encodeShare } from '../../src/document/share.js';
import { small, textOf } from './pipelines.js';
import { type App, idle, openFile, reaches, saved, select, startApp, statesOf } from './window.js';

let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const link = (document: PipelineDocument) => `#${encodeShare(document)}`;

describe('a file that is no document', () => {
  it('is refused with every fault at its place, and the open document stays', async () => {
    const { page, context, faults } = await app.open({ at: link(small('Kept')) });
    await page.locator('[data-node="set"]').waitFor();
    const text = textOf(small());
    const bad: [string, string | Uint8Array, RegExp][] = [
      ['broken.json', '{"format": "fiberscope",', /line 1, column 25/],
      ['newer.json', text.replace('"version": 1', '"version": 99'), /version/],
      ['other.json', '{"hello": 1}', /format/],
      ['noise.bin', Uint8Array.from({ length: 300 }, (_, k) => (k * 37 + 129) % 256), /another kind/],
      ['cut.zip', Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0), /./],
    ];
    for (const [name, content, reason] of bad) {
      await openFile(page, name, content);
      const dialog = page.getByRole('dialog', { name: `Could not open ${name}` });
      await dialog.waitFor();
      expect(await dialog.locator('.faults').textContent()).toMatch(reason);
      await dialog.getByRole('button', { name: 'Close' }).last().click();
      expect(await page.getByLabel('Title of the document').inputValue()).toBe('Kept');
    }
    expect(faults).toEqual([]);
    await context.close();
  });

  it('an unknown node type becomes a placeholder that saves back unchanged', async () => {
    const { page, context, faults } = await app.open({ at: link(small()) });
    await page.locator('[data-node="set"]').waitFor();
    const foreign = {
      id: 'alien',
      type: 'third-party',
      version: 7,
      params: { deep: [1, { a: 'b' }] },
      at: [0, 500] as const,
    };
    const document = { ...small('Foreign'), nodes: [...small().nodes, foreign] };
    await openFile(page, 'foreign.json', textOf(document));
    await page.locator('[data-node="alien"][data-foreign]').waitFor();
    await page.getByRole('status').filter({ hasText: 'Nothing runs until you press Run' }).first().waitFor();
    const { bytes } = await saved(page, 'Save document');
    const read = parseDocumentText(new TextDecoder().decode(bytes));
    expect(read.ok && read.document.nodes.find((node) => node.id === 'alien')).toEqual(foreign);
    expect(faults).toEqual([]);
    await context.close();
  });
});

describe('a link', () => {
  it('carries the whole document; opening it runs nothing', async () => {
    const { page, context, faults } = await app.open({ at: link(small('By link')) });
    await page.locator('[data-node="set"]').waitFor();
    await page.locator('.foreign-banner').waitFor();
    await page.waitForTimeout(800);
    expect(new Set(Object.values(await statesOf(page)))).toEqual(new Set(['idle']));
    await page.getByRole('button', { name: 'Share', exact: true }).click();
    const address = await page.getByRole('textbox', { name: 'Link' }).inputValue();
    await page.getByRole('button', { name: 'Copy link' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(address);

    const other = await app.open({ at: new URL(address).hash });
    await other.page.locator('[data-node="set"]').waitFor();
    expect(await other.page.getByLabel('Title of the document').inputValue()).toBe('By link');
    expect(new URL(other.page.url()).hash).toBe('');
    await other.page.locator('.foreign-banner').getByRole('button', { name: 'Run' }).click();
    await reaches(other.page, 'set', 'done');
    expect([...faults, ...other.faults]).toEqual([]);
    await other.context.close();
    await context.close();
  });

  it('that is damaged says so and opens the first pipeline instead', async () => {
    const { page, context } = await app.open({ at: `${link(small()).slice(0, 200)}` });
    await page.getByRole('alert').filter({ hasText: 'The link could not be opened' }).waitFor();
    await page.locator('[data-node="well-set"]').waitFor();
    await context.close();
  });
});

describe('saving', () => {
  it('gives JSON, a bundle and a picture that each open as the document', async () => {
    const { page, context, faults } = await app.open({ at: link(small('Saved ε')) });
    await page.locator('[data-node="set"]').waitFor();
    await page.keyboard.press('Control+Enter');
    await reaches(page, 'set', 'done');
    await idle(page);
    const json = await saved(page, 'Save document');
    const bundle = await saved(page, 'Save bundle');
    const picture = await saved(page, 'Save picture');
    expect([json.name, bundle.name, picture.name]).toEqual([
      'saved-epsilon.json',
      'saved-epsilon.zip',
      'saved-epsilon.png',
    ]);
    const text = new TextDecoder().decode(json.bytes);
    const opened = await openBundle(bundle.bytes);
    expect(opened.ok && textOf(opened.document)).toBe(text);
    expect(extractDocument(picture.bytes)).toBe(text);
    for (const file of [json, bundle, picture]) {
      await page.keyboard.press('Control+Alt+n');
      await expect.poll(() => page.locator('[data-node]').count()).toBe(0);
      await openFile(page, file.name, file.bytes);
      await page.locator('[data-node="set"]').waitFor();
      expect(await page.getByLabel('Title of the document').inputValue()).toBe('Saved ε');
    }
    expect(faults).toEqual([]);
    await context.close();
  });

  it('opens a file that is dropped on the window', async () => {
    const { page, context } = await app.open({ at: link(small()) });
    await page.locator('[data-node="set"]').waitFor();
    await page.evaluate(
      (text) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([text], 'dropped.json'));
        document
          .querySelector('.window')
          ?.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
      },
      textOf(small('Dropped')),
    );
    await expect.poll(() => page.getByLabel('Title of the document').inputValue()).toBe('Dropped');
    await context.close();
  });
});

describe('autosave', () => {
  it('restores an edited document after a reload and in the tab after a closed one', async () => {
    const first = await app.open({ at: link(small('Mine')) });
    await first.page.locator('[data-node="set"]').waitFor();
    await select(first.page, 'grid');
    await first.page.getByRole('textbox', { name: 'High' }).fill('1.25');
    await first.page.getByRole('textbox', { name: 'High' }).press('Enter');
    await first.page.getByText(/^saved \d\d:\d\d$/).waitFor();
    await first.page.waitForTimeout(900);
    await first.page.reload();
    await first.page.locator('[data-node="grid"]').waitFor();
    await select(first.page, 'grid');
    expect(await first.page.getByRole('textbox', { name: 'High' }).inputValue()).toBe('1.25');
    expect((await statesOf(first.page)).grid).toBe('idle'); // foreign still: it waits

    // Beside an open tab a new one starts afresh; after it was closed, the next takes its document up.
    await first.page.close();
    const next = await app.open({ context: first.context });
    await next.page.locator('[data-node="grid"]').waitFor();
    expect(await next.page.getByLabel('Title of the document').inputValue()).toBe('Mine');
    await next.page.getByText('Restored “Mine”').waitFor();
    const beside = await app.open({ context: first.context });
    await beside.page.locator('[data-node="well-set"]').waitFor();
    expect(await beside.page.getByLabel('Title of the document').inputValue()).not.toBe('Mine');
    expect([...first.faults, ...next.faults]).toEqual([]);
    await first.context.close();
  });

  it('keeps what another document was opened in place of', async () => {
    const { page, context } = await app.open({ at: link(small('Replaced')) });
    await page.locator('[data-node="set"]').waitFor();
    await select(page, 'grid');
    await page.getByRole('textbox', { name: 'High' }).fill('1.5');
    await page.getByRole('textbox', { name: 'High' }).press('Enter');
    await page.keyboard.press('Control+Alt+n');
    await expect.poll(() => page.locator('[data-node]').count()).toBe(0);
    await page.getByRole('button', { name: 'Gallery' }).click();
    await page.locator('.recent button').filter({ hasText: 'Replaced' }).click();
    await page.locator('[data-node="grid"]').waitFor();
    await select(page, 'grid');
    expect(await page.getByRole('textbox', { name: 'High' }).inputValue()).toBe('1.5');
    await context.close();
  });
});
