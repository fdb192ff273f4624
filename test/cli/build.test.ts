/** What tells two builds of the command line apart. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { buildOf } from '../../src/cli/build.js';
import { file, folder } from './harness.js';

function installed(top: string, name: string, version: string): void {
  const at = join(top, 'node_modules', name);
  mkdirSync(at, { recursive: true });
  writeFileSync(join(at, 'package.json'), JSON.stringify({ name, version, exports: './index.js' }));
}

test('a build is its code and the versions of the packages that it finds', async () => {
  const top = folder();
  const inner = join(top, 'node_modules/tool/dist');
  mkdirSync(inner, { recursive: true });
  const entry = pathToFileURL(file('cli.js', 'one', inner));
  const build = () => buildOf(entry, ['@some/numbers', 'optional']);
  const seen = [await build()];
  const next = async (change: () => void): Promise<void> => {
    change();
    const now = await build();
    expect(seen).not.toContain(now);
    expect(await build()).toBe(now);
    seen.push(now);
  };
  await next(() => file('cli.js', 'two', inner));
  await next(() => installed(top, '@some/numbers', '1.0.0')); // beside the package that holds the entry
  await next(() => installed(top, '@some/numbers', '1.0.1'));
  await next(() => installed(join(top, 'node_modules/tool'), '@some/numbers', '2.0.0')); // a nearer one
  await next(() => installed(top, 'optional', '2.0.0'));
  installed(top, '@some/numbers', '1.0.2'); // not the one that is found
  expect(await build()).toBe(seen.at(-1));
});

test.each(['@tensorflow/tfjs', 'umap-js', 'webgpu'])('the version of %s is part of it', async (name) => {
  const top = folder();
  const entry = pathToFileURL(file('cli.js', 'one', top));
  const before = await buildOf(entry);
  installed(top, name, '1.0.0');
  expect(await buildOf(entry)).not.toBe(before);
});
