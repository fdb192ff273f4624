import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { builtin } from '../../nodes/index.js';
import { fieldsOf } from '../../src/catalog/form.js';
import { Registry } from '../../src/catalog/registry.js';
import { referencePages } from '../../src/cli/reference.js';
import { cli } from './harness.js';

test('nodes lists every type; nodes TYPE gives ports, parameters with ranges and units, and help', async () => {
  const { out, code } = await cli(['nodes']);
  expect(code).toBe(0);
  for (const { type, title } of builtin) expect(out).toMatch(new RegExp(`^  ${type} +${title}: `, 'm'));
  for (const node of builtin) {
    const { out } = await cli(['nodes', node.type]);
    for (const port of [...Object.keys(node.inputs), ...Object.keys(node.outputs)]) expect(out).toContain(`  ${port}`);
    for (const { name, unit } of fieldsOf(node)) expect(out).toContain(`  ${name}${unit ? ` [${unit}]` : ''} = `);
    expect(out).toContain(node.help.trim());
  }
  const grid = (await cli(['nodes', 'grid'])).out;
  expect(grid).toMatch(/points = 50: Points per axis; an integer from 2 to \d+/);
});

test('help and version', async () => {
  expect((await cli(['--help'])).out).toMatch(/fiberscope run PIPELINE/);
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect((await cli(['--version'])).out).toBe(`${version}\n`);
});

test('docs/nodes is what `npm run docs` makes of the catalogue', () => {
  const pages = referencePages(new Registry(builtin));
  expect(readdirSync('docs/nodes').sort()).toEqual([...pages.keys()].sort());
  for (const [name, text] of pages)
    expect(
      readFileSync(`docs/nodes/${name}`, 'utf8'),
      `docs/nodes/${name} is stale: npm run build && npm run docs`,
    ).toBe(text);
});
