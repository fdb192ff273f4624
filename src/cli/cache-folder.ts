/** The user's cache folder: measured speeds, and results that are dear to compute. A missing or unwritable one is no error. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { cpus, homedir, hostname } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { type RateStore, ratesOfBuild } from '../execute/rate-book.js';

/** `$XDG_CACHE_HOME/fiberscope`, or `~/.cache/fiberscope`; a relative XDG_CACHE_HOME counts as none, as its specification says. */
export function cacheFolder(environment: Readonly<Record<string, string | undefined>>): string {
  const { XDG_CACHE_HOME: given } = environment;
  return join(given && isAbsolute(given) ? given : join(homedir(), '.cache'), 'fiberscope');
}

/** Writes a file whole or not at all. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${randomUUID().slice(0, 8)}.draft`;
  try {
    await writeFile(draft, content);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** What the speed of this machine hangs on; home folders are shared between machines. */
const machine = (): string => [hostname(), process.arch, cpus().length, cpus()[0]?.model ?? ''].join(' ');

/** Measured speeds of this machine as one file of the cache folder; those of another build of the code are not found, and replaced. */
export function rateFile(folder: string, build: string, on = machine()): RateStore {
  const name = createHash('sha256').update(on).digest('hex').slice(0, 12);
  const path = join(folder, `rates-${name}.json`);
  return ratesOfBuild(build, {
    load: async () => JSON.parse(await readFile(path, 'utf8')) as unknown,
    save: (kept) => writeWhole(path, `${JSON.stringify(kept)}\n`),
  });
}
