/** What names a build of the command line: results and speeds of another build are not believed. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { dependencies, peerDependencies } from '../../package.json';

const PACKAGES = Object.keys({ ...dependencies, ...peerDependencies });

/**
 * SHA-256 over a built entry and the versions of the packages that it finds beside it. The entry names the chunks that it loads by
 * their content, and they theirs, so it changes with any change of our code; the packages stay outside it.
 */
export async function buildOf(entry: URL, packages: readonly string[] = PACKAGES): Promise<string> {
  const { resolve } = createRequire(entry);
  const versions = await Promise.all(packages.map((name) => versionOf(name, resolve.paths(name) ?? [])));
  return createHash('sha256')
    .update(JSON.stringify(packages.map((name, i) => [name, versions[i]])))
    .update(await readFile(entry))
    .digest('hex');
}

/** Version of a package in the first folder that has it; null when none does, as of an optional one. */
async function versionOf(name: string, folders: readonly string[]): Promise<string | null> {
  for (const folder of folders) {
    const text = await readFile(join(folder, name, 'package.json'), 'utf8').catch(() => undefined);
    if (text !== undefined) return String((JSON.parse(text) as { readonly version?: unknown }).version);
  }
  return null;
}
