/** Files of a workbench: bytes in storage under their content, headers in memory for checks, copies handed to the executor. */
import { MemoryFiles } from '../../arrays/file-source.js';
import { digestOf } from '../../document/digest.js';
import { filesOf } from '../../document/files.js';
import type { FileReference, PipelineDocument } from '../../document/schema.js';
import type { ExecutorApi } from '../../execute/protocol.js';
import type { WorkbenchStorage } from './storage.js';

const LARGE = 2 ** 26; // bytes: Chromium's IndexedDB takes no value beyond 127 MiB, but Blobs of any size

const storageKey = (file: FileReference): string => `file:${file.sha256}`;

/** The files that a workbench knows. */
export class WorkbenchFiles {
  readonly source = new MemoryFiles();
  readonly #storage: WorkbenchStorage;
  readonly #executor: ExecutorApi;
  readonly #handed = new Set<string>();

  constructor(storage: WorkbenchStorage, executor: ExecutorApi) {
    this.#storage = storage;
    this.#executor = executor;
  }

  /** Keeps a file for this and later visits. */
  async add(name: string, bytes: Uint8Array): Promise<FileReference> {
    return this.keep({ name, sha256: await digestOf(bytes) }, bytes);
  }

  /** The same for a file whose SHA-256 was worked out before. */
  async keep(file: FileReference, bytes: Uint8Array): Promise<FileReference> {
    this.source.keep(file, bytes);
    await this.#storage.set(storageKey(file), bytes.length > LARGE ? new Blob([bytes as BlobPart]) : bytes);
    await this.#hand(file, bytes);
    return file;
  }

  /** Fetches what a document names and an earlier visit kept. Answers whether anything new is known. */
  async recall(document: PipelineDocument): Promise<boolean> {
    let found = false;
    for (const file of filesOf(document)) {
      if (this.source.has(file) && this.#handed.has(file.sha256 + file.name)) continue;
      const kept = await this.#storage.get(storageKey(file));
      const bytes = kept instanceof Blob ? new Uint8Array(await kept.arrayBuffer()) : kept;
      if (!(bytes instanceof Uint8Array)) continue;
      const known = await this.source.add(file.name, bytes);
      if (known.sha256 !== file.sha256) continue;
      await this.#hand(file, bytes);
      found = true;
    }
    return found;
  }

  /** The bytes of the files that a document names, as far as they are here, by SHA-256. */
  async bytesOf(document: PipelineDocument): Promise<Map<string, { name: string; bytes: Uint8Array }>> {
    const bytes = new Map<string, { name: string; bytes: Uint8Array }>();
    for (const file of filesOf(document)) {
      if (this.source.has(file)) bytes.set(file.sha256, { name: file.name, bytes: await this.source.read(file) });
    }
    return bytes;
  }

  async #hand(file: FileReference, bytes: Uint8Array): Promise<void> {
    await this.#executor.addFile(file, bytes);
    this.#handed.add(file.sha256 + file.name);
  }
}
