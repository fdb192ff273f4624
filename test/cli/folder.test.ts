import { existsSync, lstatSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ResultFolder } from '../../src/cli/folder.js';
import { cli, file, folder, small, written } from './harness.js';

const contents = (path: string): Record<string, string> =>
  Object.fromEntries(readdirSync(path).map((name) => [name, readFileSync(join(path, name), 'utf8')]));
const refused = (other: string) =>
  expect.objectContaining({ message: expect.stringContaining(`got one with other files, such as '${other}'`) });

test.each([
  ['a browser extension', '{"manifest_version":3,"name":"my extension"}'],
  ['a manifest that is not JSON', 'Bundle-Name: mine'],
  ['a manifest that lists nothing', '{"format":"fiberscope-results"}'],
])('a folder with the manifest of %s is left alone', async (_, manifest) => {
  const out = folder();
  file('manifest.json', manifest, out);
  file('thesis.tex', 'years of work', out);
  const run = await cli(['run', written(small()), '--device', 'cpu', '--quiet', '--out', out]);
  expect(run).toMatchObject({ code: 2, err: expect.stringMatching(/--out .*got one with other files, such as '/) });
  expect(contents(out)).toEqual({ 'manifest.json': manifest, 'thesis.tex': 'years of work' });
});

const earlier = (files: readonly string[]) =>
  JSON.stringify({ format: 'fiberscope-results', nodes: { net: { files } } });

test('a file that somebody put among earlier results is not removed with them', async () => {
  const out = folder();
  file('manifest.json', earlier(['net.npz']), out);
  file('net.npz', 'a result', out);
  file('thesis.tex', 'years of work', out);
  await expect(ResultFolder.begin(out)).rejects.toEqual(refused('thesis.tex'));
  expect(Object.keys(contents(out))).toHaveLength(3);
});

test('files that came while a run went on stay: the results go beside them', async () => {
  const out = join(folder(), 'results');
  const results = await ResultFolder.begin(out);
  await results.write('manifest.json', earlier([]));
  await (await ResultFolder.begin(out)).finish();
  file('thesis.tex', 'years of work', out);
  expect(await results.finish()).toBe(`${out}-2`);
  expect(contents(out)).toEqual({ 'thesis.tex': 'years of work' });
  expect(contents(`${out}-2`)).toEqual({ 'manifest.json': earlier([]) });
});

test('a place that is a link stays one: the results go where it leads', async () => {
  const into = folder();
  const there = folder();
  symlinkSync(there, join(into, 'link'));
  symlinkSync(join(there, 'new'), join(into, 'ahead'));
  for (const [link, place] of [
    ['ahead', join(there, 'new')],
    ['link', there],
  ] as const) {
    rmSync(join(there, 'new'), { recursive: true, force: true });
    const results = await ResultFolder.begin(join(into, link));
    await results.write('manifest.json', earlier([]));
    expect(await results.finish()).toBe(place);
    expect(lstatSync(join(into, link)).isSymbolicLink()).toBe(true);
    expect(contents(place)).toEqual({ 'manifest.json': earlier([]) });
  }
});

test('earlier results come back when the new ones cannot be put into their place', async () => {
  const out = folder();
  file('manifest.json', earlier([]), out);
  const results = await ResultFolder.begin(out);
  rmSync(results.draft, { recursive: true });
  await expect(results.finish()).rejects.toThrow(/ENOENT/);
  expect(contents(out)).toEqual({ 'manifest.json': earlier([]) });
  expect(existsSync(`${results.draft}-old`)).toBe(false);
});
