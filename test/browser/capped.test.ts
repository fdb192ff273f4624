/** A Field with a cap, as one meets it: chosen in the form, seen in the plot, the end of the ruler, raised and lowered. */
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { encodeShare } from '../../src/document/share.js';
import { genni } from '../execute/genni.js';
import { type App, idle, reaches, select, startApp } from './window.js';

let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

/** J of the paper's pipeline in small, in two rows of cards. */
const document = () => {
  const whole = genni({ x: { count: 300 }, grid: { points: 40 }, set: { epsilon: 0.05 } });
  const nodes = whole.nodes.filter(({ id }) => !['parts', 'plot', 'map'].includes(id));
  return {
    ...whole,
    nodes: nodes.map((node, i) => ({ ...node, at: [240 * (i % 4), 300 * Math.floor(i / 4)] as [number, number] })),
    wires: whole.wires.filter(({ to }) => nodes.some(({ id }) => to.startsWith(`${id}.`))),
    pins: [
      { node: 'grid', plot: 0 },
      { node: 'set', plot: 1 },
    ],
  };
};

/** What the Result tab says that the members of Grid took. */
async function took(page: Page): Promise<string | null> {
  await select(page, 'grid');
  await page.getByRole('tab', { name: 'Result' }).click();
  const row = page
    .getByRole('region', { name: 'Provenance' })
    .locator('dl > div')
    .filter({ hasText: /^evaluated/ });
  const text = await row.locator('dd').textContent();
  await page.getByRole('tab', { name: 'Parameters' }).click();
  return text;
}

async function change(page: Page, id: string, name: string, value: string): Promise<void> {
  await select(page, id);
  const box = page.getByRole('textbox', { name, exact: true });
  await box.fill(value);
  await box.press('Enter');
}

it('a cap is chosen, drawn, ends the ruler, and goes on from what there is', async () => {
  const { page, context, faults } = await app.open({ at: `#${encodeShare(document())}` });
  await page.locator('.foreign-banner').getByRole('button', { name: 'Run' }).click();
  await reaches(page, 'set', 'done');
  await idle(page);
  expect(await took(page)).toMatch(/^1,600 members, 3 of 3 blocks of inputs each$/);

  // lowering, from a whole Field: nothing is evaluated
  await page.getByRole('combobox', { name: 'Keep' }).selectOption({ label: 'Members below a cap' });
  await change(page, 'grid', 'Cap', '0.2');
  await idle(page);
  await reaches(page, 'set', 'done');
  await expect.poll(() => took(page)).toBe('0 of 1,600 members, on from a whole Field');
  await page.locator('[data-node="grid"]').getByText('below 0.2 E[φ²]', { exact: true }).waitFor();
  await page
    .locator('.card')
    .getByText(/ of 1,600 · .* below the cap$/)
    .waitFor();

  // ε ends at the cap, and moving it leaves Grid as it is
  const handle = page.getByRole('slider', { name: /^ε of/ });
  await handle.focus();
  await page.keyboard.press('End');
  await expect.poll(() => handle.getAttribute('aria-valuetext')).toMatch(/^ε = 0\.2 E\[φ²\]/);
  expect(await handle.getAttribute('aria-valuemax')).toBe(await handle.getAttribute('aria-valuenow'));
  for (let press = 0; press < 3; press++) await page.keyboard.press('PageUp');
  await expect.poll(() => handle.getAttribute('aria-valuetext')).toMatch(/^ε = 0\.2 E\[φ²\]/);
  await idle(page);
  await reaches(page, 'set', 'done');
  expect(await took(page)).toBe('0 of 1,600 members, on from a whole Field');

  // above it the node says what to do
  await change(page, 'set', 'ε', '0.3');
  await reaches(page, 'set', 'blocked');
  await page
    .locator('[data-node="set"]')
    .getByText(/raise Cap in Grid, or lower ε/)
    .waitFor({ state: 'attached' });
  await change(page, 'grid', 'Cap', '0.3');
  await idle(page);
  await reaches(page, 'set', 'done');
  expect(faults).toEqual([]);
  await context.close();
}, 120_000);

it('raising the cap evaluates the members above it only', async () => {
  const start = document();
  const nodes = start.nodes.map((node) =>
    node.id === 'grid' ? { ...node, params: { ...node.params, keep: 'below', cap: 0.1, capUnit: 'relative' } } : node,
  );
  const { page, context, faults } = await app.open({ at: `#${encodeShare({ ...start, nodes })}` });
  await page.locator('.foreign-banner').getByRole('button', { name: 'Run' }).click();
  await reaches(page, 'set', 'done');
  await idle(page);
  expect(await took(page)).toMatch(/^1,600 members, [12](\.\d)? of 3 blocks of inputs each$/); // rejected early
  const below = await page
    .locator('[data-node="grid"]')
    .getByText(/^\d+ · [\d.]+\s%$/)
    .textContent();
  await change(page, 'grid', 'Cap', '0.4');
  await idle(page);
  const left = (1600 - Number(below!.split(' ')[0])).toLocaleString('en-US');
  await expect
    .poll(() => took(page))
    .toMatch(new RegExp(`^${left} of 1,600 members, .*, on from a Field below 0\\.1 E\\[φ²\\]$`));
  expect(faults).toEqual([]);
  await context.close();
}, 120_000);
