/** Files that documents name, kept in memory by their content. */
import { FiberscopeError } from '../catalog/errors.js';
import { product } from '../catalog/shape.js';
import type { ArrayHeader, FileSource } from '../catalog/work.js';
import { digestOf } from '../document/digest.js';
import type { FileReference } from '../document/schema.js';
import { finiteFloat32, readArrayHeaders, readArrays } from './array-file.js';

/** Bytes whose SHA-256 is being checked: it is said to be the one that they are kept under. */
interface Unchecked {
  readonly bytes: Uint8Array;
  readonly checked: Promise<void>;
}

/** A FileSource over bytes in memory. Equal bytes are kept once, whatever their names. */
export class MemoryFiles implements FileSource {
  readonly #bytes = new Map<string, Uint8Array>();
  readonly #unchecked = new Map<string, Unchecked>();
  readonly #names = new Map<string, string>(); // name → sha256 of the newest file of that name
  readonly #headers = new WeakMap<Uint8Array, Map<string, readonly ArrayHeader[]>>();

  /** Keeps a file and returns what a document says of it. The bytes must not change afterwards. */
  async add(name: string, bytes: Uint8Array): Promise<FileReference> {
    return this.keep({ name, sha256: await digestOf(bytes) }, bytes);
  }

  /** Keeps a file whose SHA-256 was worked out before. The bytes must not change afterwards. */
  keep(file: FileReference, bytes: Uint8Array): FileReference {
    if (!this.#bytes.has(file.sha256)) this.#bytes.set(file.sha256, bytes);
    this.#names.set(file.name, file.sha256);
    return { name: file.name, sha256: file.sha256 };
  }

  /**
   * Keeps a file whose SHA-256 is not sure, and checks it: its headers can be asked for at once, its bytes wait for the check.
   * Rejects, and knows the bytes by their own SHA-256, where that is another.
   */
  take(file: FileReference, bytes: Uint8Array): Promise<void> {
    const { sha256 } = file;
    const before = this.#unchecked.get(sha256);
    const taken = this.#check(file, bytes);
    const checked = Promise.allSettled([before?.checked, taken]).then(() => {
      if (this.#unchecked.get(sha256) === unchecked) this.#unchecked.delete(sha256);
    });
    const unchecked: Unchecked = { bytes, checked };
    this.#unchecked.set(sha256, unchecked);
    return taken;
  }

  async #check(file: FileReference, bytes: Uint8Array): Promise<void> {
    const sha256 = await digestOf(bytes);
    this.keep({ name: file.name, sha256 }, bytes);
    if (sha256 !== file.sha256) throw otherFile(file, sha256);
  }

  /** Whether the bytes that a reference names are here, or said to be. */
  has(file: FileReference): boolean {
    return this.#at(file) !== undefined;
  }

  #at({ sha256 }: FileReference): Uint8Array | undefined {
    return this.#bytes.get(sha256) ?? this.#unchecked.get(sha256)?.bytes;
  }

  /** The bytes of a known file at once, also of one whose SHA-256 is still being checked. */
  bytes(file: FileReference): Uint8Array | undefined {
    return this.#at(file);
  }

  /** The bytes that a reference names; rejects when they are not here, and says whether another file of that name is. */
  async read(file: FileReference): Promise<Uint8Array> {
    if (!this.#bytes.has(file.sha256)) await this.#unchecked.get(file.sha256)?.checked;
    const bytes = this.#bytes.get(file.sha256);
    if (bytes) return bytes;
    const other = this.#names.get(file.name);
    if (other) throw otherFile(file, other);
    throw new FiberscopeError(
      'file',
      `file '${file.name}': not found (SHA-256 ${file.sha256.slice(0, 12)}…); choose it again, or open a bundle that has it; for the command line, put it beside the document`,
    );
  }

  /** Array headers of a known file, with the faults of its numbers where it is small; undefined for an unknown one. Throws a `file` error when the file is malformed. */
  headers(file: FileReference): readonly ArrayHeader[] | undefined {
    const bytes = this.#at(file);
    if (!bytes) return undefined;
    const known = this.#headers.get(bytes) ?? new Map<string, readonly ArrayHeader[]>();
    this.#headers.set(bytes, known);
    let headers = known.get(file.name); // the format follows from the name
    if (!headers) {
      headers = withFaults(file.name, bytes, readArrayHeaders(file.name, bytes));
      known.set(file.name, headers);
    }
    return headers;
  }
}

const otherFile = ({ name, sha256 }: FileReference, other: string): FiberscopeError =>
  new FiberscopeError(
    'file',
    `file '${name}': expected SHA-256 ${sha256.slice(0, 12)}…, got ${other.slice(0, 12)}…; choose the file again if the new one is meant`,
  );

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
