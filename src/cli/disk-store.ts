/**
 * The second tier of the cache in Node: results that are dear to compute, one file each. A file is a line that says what it is,
 * the SHA-256 of the rest, and the result as V8's structured clone. Whatever is not as it was written is computed again.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { StepResult } from '../execute/cache.js';
import { settle } from '../execute/settle.js';
import type { ResultStore } from '../execute/store.js';
import { writeWhole } from './cache-folder.js';

const MAGIC = Buffer.from('fiberscope result 1\n');
const HASH = 32; // bytes

const digest = (content: string | Uint8Array): Buffer => createHash('sha256').update(content).digest();

/** Results in a folder, by content. The least recently used go when there are more than `limit` bytes. */
export class DiskStore implements ResultStore {
  #writing: Promise<void> = Promise.resolve();

  /** `build` names the code that computes: results of another build are not found. */
  constructor(
    readonly folder: string,
    readonly build: string,
    readonly limit = 512e6,
  ) {}

  /** The result of a tag, if it is kept and whole. */
  async get(tag: string): Promise<StepResult | undefined> {
    const path = this.#path(tag);
    const bytes = await readFile(path).catch(() => undefined); // what cannot be read now may be sound
    if (!bytes) return undefined;
    const content = bytes.subarray(MAGIC.length + HASH);
    const sound =
      bytes.subarray(0, MAGIC.length).equals(MAGIC) &&
      bytes.subarray(MAGIC.length, MAGIC.length + HASH).equals(digest(content));
    if (!sound) {
      await rm(path, { force: true }).catch(() => undefined);
      return undefined;
    }
    try {
      const kept = deserialize(content) as { readonly tag: string; readonly result: StepResult };
      const now = new Date();
      await utimes(path, now, now).catch(() => undefined); // a folder that is only read from has no order of use
      return kept.tag === tag ? settle(kept.result) : undefined;
    } catch {
      return undefined; // as another version of Node wrote it
    }
  }

  /** Keeps a result, one at a time. */
  put(tag: string, result: StepResult): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write(tag, result)).catch(() => undefined);
    return this.#writing;
  }

  async #write(tag: string, result: StepResult): Promise<void> {
    const content = serialize({ tag, result });
    if (content.length > this.limit) return;
    await writeWhole(this.#path(tag), Buffer.concat([MAGIC, digest(content), content]));
    await this.#evict();
  }

  async #evict(): Promise<void> {
    const names = await readdir(this.folder);
    const files = await Promise.all(
      names.map(async (name) => {
        const path = join(this.folder, name);
        const found = await stat(path).catch(() => undefined); // another process may have dropped it
        return { path, bytes: found?.size ?? 0, used: found?.mtimeMs ?? 0 };
      }),
    );
    files.sort((a, b) => a.used - b.used);
    let total = files.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const { path, bytes } of files) {
      if (total <= this.limit) return;
      await rm(path, { force: true });
      total -= bytes;
    }
  }

  #path(tag: string): string {
    return join(this.folder, `${digest(`${this.build} ${tag}`).toString('hex').slice(0, 40)}.result`);
  }
}
