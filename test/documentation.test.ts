/** What the guides name is there: files, folders, scripts and links. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');
const below = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
const pages = ['README.md', 'CHANGELOG.md', ...['docs', 'src', 'test'].flatMap(below)];

/** What `pattern` finds outside blocks of code. */
const found = (page: string, pattern: RegExp): string[] =>
  [
    ...readFileSync(join(ROOT, page), 'utf8')
      .replace(/```.*?```/gs, '')
      .matchAll(pattern),
  ].map((match) => match[1]!);

it.each(pages)('%s names files and folders that are there', (page) => {
  const paths = found(page, /`((?:src|nodes|graphs|test|bench|docs|scripts|public)\/[\w./-]*)`/g);
  expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

it.each(pages)('%s links to what is there', (page) => {
  const targets = found(page, /\]\(([^)\s]+)\)/g).filter((target) => !/^(https?:|#)/.test(target));
  expect(targets.filter((target) => !existsSync(join(ROOT, dirname(page), target.replace(/#.*$/, ''))))).toEqual([]);
});

it('the README names scripts and pipelines that are there', () => {
  const text = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object };
  const run = [...text.matchAll(/npm run ([\w-]+)/g)].map((match) => match[1]!);
  expect(run.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  const graphs = [...text.matchAll(/graphs\/[\w-]+\.json/g)].map((match) => match[0]);
  expect(graphs.length).toBeGreaterThan(0);
  expect(graphs.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});
