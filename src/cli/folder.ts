/** A folder that appears whole or not at all: files are written beside its place and the finished folder is renamed into it. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { lstat, mkdir, readdir, readFile, readlink, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Refusal } from './io.js';

/** The file that says what a folder of results holds. */
export const MANIFEST = 'manifest.json';
/** What a manifest of ours calls itself: other programs have files of that name too. */
export const RESULTS_FORMAT = 'fiberscope-results';
/** The report, beside what the manifest lists. */
export const REPORT = 'report.html';

const LEFT_BY_DESKTOPS: readonly string[] = ['.DS_Store', 'Thumbs.db', 'desktop.ini'];

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

/** The files that a folder's manifest lists, itself among them; none where it has no manifest of ours. */
async function listed(place: string): Promise<ReadonlySet<string>> {
  try {
    const { format, nodes } = JSON.parse(await readFile(join(place, MANIFEST), 'utf8')) as {
      readonly format?: unknown;
      readonly nodes: Readonly<Record<string, { readonly files: readonly string[] }>>;
    };
    if (format !== RESULTS_FORMAT) return new Set();
    return new Set([MANIFEST, REPORT, ...Object.values(nodes).flatMap(({ files }) => files)]);
  } catch {
    return new Set();
  }
}

/** What a place holds besides earlier results: these files are somebody's. */
async function foreignIn(place: string): Promise<readonly string[]> {
  const there = existsSync(place) ? await readdir(place) : [];
  const ours = there.length > 0 ? await listed(place) : new Set<string>();
  return there.filter((name) => !ours.has(name) && !LEFT_BY_DESKTOPS.includes(name)).sort();
}

/** The place that a path means: where a link leads, so that the link stays one. */
async function realPlace(path: string): Promise<string> {
  const place = resolve(path);
  const found = await lstat(place).catch(() => undefined);
  if (!found?.isSymbolicLink()) return place;
  const to = resolve(dirname(place), await readlink(place));
  return await realpath(place).catch(() => to); // what it leads to may not be there yet
}

/** A folder in the making. */
export class ResultFolder {
  private constructor(
    readonly place: string,
    readonly draft: string,
  ) {}

  /** Begins a folder. Refuses a place that holds anything but earlier results. */
  static async begin(path: string): Promise<ResultFolder> {
    try {
      const place = await realPlace(path);
      const [foreign] = await foreignIn(place);
      if (foreign !== undefined)
        throw new Refusal([
          `--out ${path}: expected a new, empty or earlier results folder, got one with other files, such as '${foreign}'; choose another place`,
        ]);
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

  /**
   * Puts the folder into its place, where earlier results are replaced, and answers with the place. Where other files have
   * come there since the run began, the place is the next free one: `results-2`.
   */
  async finish(): Promise<string> {
    let place = this.place;
    for (let number = 2; (await foreignIn(place)).length > 0; number++) place = `${this.place}-${number}`;
    const old = `${this.draft}-old`;
    const replaced = await rename(place, old).then(
      () => true,
      () => false,
    );
    try {
      await rename(this.draft, place);
    } catch (error) {
      if (replaced) await rename(old, place);
      throw error;
    }
    if (replaced) await rm(old, { recursive: true, force: true });
    return place;
  }

  /** Throws the draft away. */
  async discard(): Promise<void> {
    await rm(this.draft, { recursive: true, force: true });
  }
}
