/** A folder that appears whole or not at all: files are written beside its place and the finished folder is renamed into it. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Refusal } from './io.js';

/** The file by which a folder of results is known. */
export const MANIFEST = 'manifest.json';

const REASONS: Readonly<Record<string, string>> = {
  ENOTDIR: 'expected a folder, got a file on the way; choose another place',
  EEXIST: 'expected a folder, got a file on the way; choose another place',
  ENOENT: 'no folder can be made there; choose another place',
  EACCES: 'not writable; choose another place',
  EPERM: 'not writable; choose another place',
  EROFS: 'not writable; choose another place',
  ENOSPC: 'no space is left there; choose another place',
};

/** Why nothing could be written to `--out`, in one line. */
export function unwritable(path: string, { code, message }: NodeJS.ErrnoException): string {
  return `--out ${path}: ${REASONS[code ?? ''] ?? code ?? message}`;
}

/** A folder in the making. */
export class ResultFolder {
  private constructor(
    readonly place: string,
    readonly draft: string,
  ) {}

  /** Begins a folder. Refuses a place that holds anything but earlier results. */
  static async begin(path: string): Promise<ResultFolder> {
    const place = resolve(path);
    try {
      const there = existsSync(place) ? await readdir(place) : [];
      if (there.length > 0 && !there.includes(MANIFEST))
        throw new Refusal([`--out ${path}: expected a new, empty or earlier results folder, got one with other files`]);
      await mkdir(dirname(place), { recursive: true });
      const draft = join(dirname(place), `.${basename(place)}-${randomUUID().slice(0, 8)}`);
      await mkdir(draft);
      return new ResultFolder(place, draft);
    } catch (error) {
      if (error instanceof Refusal) throw error;
      throw new Refusal([unwritable(path, error as NodeJS.ErrnoException)]);
    }
  }

  /** Writes one file into the draft. */
  async write(name: string, content: string | Uint8Array): Promise<void> {
    await writeFile(join(this.draft, name), content);
  }

  /** Puts the folder into its place; earlier results are replaced. */
  async finish(): Promise<void> {
    const old = `${this.draft}-old`;
    const replaced = await rename(this.place, old).then(
      () => true,
      () => false,
    );
    await rename(this.draft, this.place);
    if (replaced) await rm(old, { recursive: true, force: true });
  }

  /** Throws the draft away. */
  async discard(): Promise<void> {
    await rm(this.draft, { recursive: true, force: true });
  }
}
