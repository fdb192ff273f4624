/** Files that documents name, kept in memory by their content. */
import { FiberscopeError } from '../catalog/errors.js';
import { product } from '../catalog/shape.js';
import type { ArrayHeader, FileSource } from '../catalog/work.js';
import { digestOf } from '../document/digest.js';
import type { FileReference } from '../document/schema.js';
import { finiteFloat32, readArrayHeaders, readArrays } from './array-file.js';

/** A FileSource over bytes in memory. Equal bytes are kept once, whatever their names. */
export class MemoryFiles implements FileSource {
  readonly #bytes = new Map<string, Uint8Array>();
  readonly #names = new Map<string, string>(); // name → sha256 of the newest file of that name
  readonly #headers = new Map<string, readonly ArrayHeader[]>();

  /** Keeps a file and returns what a document says of it. The bytes must not change afterwards. */
  async add(name: string, bytes: Uint8Array): Promise<FileReference> {
    return this.keep({ name, sha256: await digestOf(bytes) }, bytes);
  }

  /** Keeps a file whose SHA-256 was worked out before. The bytes must not change afterwards. */
  keep(file: FileReference, bytes: Uint8Array): FileReference {
    this.#bytes.set(file.sha256, bytes);
    this.#names.set(file.name, file.sha256);
    return { name: file.name, sha256: file.sha256 };
  }

  /** Keeps a file at once and checks its SHA-256 after; rejects, and knows it by its own, where that is another. */
  async take(file: FileReference, bytes: Uint8Array): Promise<void> {
    this.keep(file, bytes);
    const sha256 = await digestOf(bytes);
    if (sha256 === file.sha256) return;
    this.#bytes.delete(file.sha256);
    this.keep({ name: file.name, sha256 }, bytes);
    await this.read(file);
  }

  /** Whether the bytes that a reference names are here. */
  has(file: FileReference): boolean {
    return this.#bytes.has(file.sha256);
  }

  /** The bytes that a reference names; rejects when they are not here, and says whether another file of that name is. */
  async read(file: FileReference): Promise<Uint8Array> {
    const bytes = this.#bytes.get(file.sha256);
    if (bytes) return bytes;
    const other = this.#names.get(file.name);
    throw new FiberscopeError(
      'file',
      other
        ? `file '${file.name}': expected SHA-256 ${file.sha256.slice(0, 12)}…, got ${other.slice(0, 12)}…; choose the file again if the new one is meant`
        : `file '${file.name}': not found (SHA-256 ${file.sha256.slice(0, 12)}…); choose it again, or open a bundle that has it; for the command line, put it beside the document`,
    );
  }

  /** Array headers of a known file, with the faults of its numbers where it is small; undefined for an unknown one. Throws a `file` error when the file is malformed. */
  headers(file: FileReference): readonly ArrayHeader[] | undefined {
    const bytes = this.#bytes.get(file.sha256);
    if (!bytes) return undefined;
    const key = `${file.sha256} ${file.name}`; // the format follows from the name
    let headers = this.#headers.get(key);
    if (!headers) {
      headers = withFaults(file.name, bytes, readArrayHeaders(file.name, bytes));
      this.#headers.set(key, headers);
    }
    return headers;
  }
}

const LOOKED_AT = 2 ** 20; // numbers that are cheap to look at before anything runs

/** The headers with what is wrong with the numbers, in files small enough to look. */
function withFaults(name: string, bytes: Uint8Array, headers: readonly ArrayHeader[]): readonly ArrayHeader[] {
  const numbers = headers.reduce((sum, { shape }) => sum + product(shape), 0);
  if (numbers > LOOKED_AT) return headers;
  const faults = new Map<string, string>();
  for (const array of readArrays(name, bytes)) {
    try {
      finiteFloat32(array, name);
    } catch (error) {
      if (!(error instanceof FiberscopeError)) throw error;
      faults.set(array.name, error.message);
    }
  }
  return headers.map((header) => {
    const fault = faults.get(header.name);
    return fault === undefined ? header : { ...header, fault };
  });
}
