/** The authors' recorded grids in the app's own window: a bundle is opened, a device chosen, the bundle run, and its Field exported. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { packBundle } from '../../src/document/bundle.js';
import { parseDocumentText } from '../../src/document/parse.js';
import { readArray } from '../arrays/one.js';
import {
  bytesOf,
  expectRecorded,
  pipelineOf,
  type RecordedCase,
  requireRecorded,
  there,
} from '../golden/recorded-grids.js';
import { type App, downloaded, openFile, reaches, select, startApp } from './window.js';

let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

requireRecorded();

/** The case's pipeline and file as one bundle. */
function bundleOf(name: RecordedCase): Uint8Array {
  const read = parseDocumentText(readFileSync(resolve(import.meta.dirname, '../..', pipelineOf(name)), 'utf8'));
  if (!read.ok) throw new Error(read.problems[0]?.message);
  const params = read.document.nodes.find(({ type }) => type === 'load-arrays')!.params;
  const { sha256 } = params.file as { readonly sha256: string };
  return packBundle(read.document, new Map([[sha256, { name: `${name}.npz`, bytes: bytesOf(name) }]]));
}

/** What each device is called in the window's menu, and how a result says where it was computed. */
const DEVICES = [
  ['CPU', /cpu/],
  ['WASM', /wasm/],
  ['WebGPU', /webgpu.*swiftshader/i],
] as const;

const cases = there.flatMap((name) => DEVICES.map(([device, said]) => [name, device, said] as const));

it.each(cases)(
  '%s on %s agrees at every point within 10⁻⁴ relative + 10⁻⁹',
  { timeout: 420_000 },
  async (name, device, said) => {
    const { page, context, faults } = await app.open();
    await openFile(page, `${name}.zip`, bundleOf(name));
    await reaches(page, 'recorded', 'idle'); // a foreign document waits for Run
    const chosen = page.getByRole('button', { name: /^Device:/ });
    await chosen.click();
    await page.getByRole('menuitemradio', { name: new RegExp(`^${device}`) }).click();
    await expect.poll(() => chosen.textContent(), { timeout: 60_000 }).toContain(device);
    await page.keyboard.press('Control+Enter');
    await page.locator('[data-node="grid"][data-status="done"]').waitFor({ timeout: 400_000 });
    await select(page, 'grid');
    await page.getByRole('tab', { name: 'Result' }).click();
    expect(await page.getByRole('region', { name: 'Provenance' }).textContent()).toMatch(said);
    const { bytes } = await downloaded(page, () => page.getByRole('button', { name: 'Field as npz' }).click());
    expectRecorded(name, readArray('field.npz', bytes, 'values'));
    expect(faults).toEqual([]);
    await context.close();
  },
);
