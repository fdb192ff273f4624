/** tar archives (POSIX.1-1988 ustar, as GNU and pax write it too), read as a stream: names, sizes and bytes of plain files. */
import { fileFault } from './dtype.js';

const BLOCK = 512;
const MAGIC = [0x75, 0x73, 0x74, 0x61, 0x72]; // 'ustar'
const REMEDY = 'fetch it again';

/** Whether bytes start as a tar archive does. */
export const isTar = (bytes: Uint8Array): boolean =>
  bytes.length >= BLOCK && MAGIC.every((byte, i) => bytes[257 + i] === byte);

/** Takes the bytes of one file, part by part. */
export type TakeBytes = (part: Uint8Array) => void;

/** Takes an archive part by part; `file` is told of every plain file as it begins, and may give what takes its bytes. */
export class TarReader {
  readonly #header = new Uint8Array(BLOCK);
  #filled = 0; // of the header
  #left = 0; // bytes of the present file to come
  #padding = 0; // then bytes up to the next block
  #take: TakeBytes | undefined;
  #ended = false;
  #known = false; // that it is an archive

  constructor(
    readonly where: string,
    readonly file: (path: string, size: number) => TakeBytes | undefined,
  ) {}

  /** Takes the next bytes. Throws a `file` error where they are no archive's. */
  push(part: Uint8Array): void {
    let at = 0;
    while (at < part.length && !this.#ended) {
      const rest = part.length - at;
      if (this.#left > 0) {
        const count = Math.min(rest, this.#left);
        this.#take?.(part.subarray(at, at + count));
        this.#left -= count;
        at += count;
      } else if (this.#padding > 0) {
        const count = Math.min(rest, this.#padding);
        this.#padding -= count;
        at += count;
      } else {
        const count = Math.min(rest, BLOCK - this.#filled);
        this.#header.set(part.subarray(at, at + count), this.#filled);
        this.#filled += count;
        at += count;
        if (this.#filled === BLOCK) this.#begin();
      }
    }
  }

  /** Ends the archive. Throws a `file` error where a file is cut off. */
  end(): void {
    if (!this.#known && this.#filled > 0) throw this.#other();
    if (!this.#ended && (this.#filled > 0 || this.#left > 0))
      throw fileFault(this.where, 'a whole tar archive', 'one that is cut off', REMEDY);
  }

  #other(): Error {
    return fileFault(
      this.where,
      'a tar archive',
      'other data',
      'choose an archive, or unpack it and choose what is inside',
    );
  }

  #begin(): void {
    const header = this.#header;
    this.#filled = 0;
    if (header.every((byte) => byte === 0)) {
      this.#ended = true;
      return;
    }
    if (!this.#known && !isTar(header)) throw this.#other();
    this.#known = true;
    const sum = header.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 0x20 : byte), 0);
    const size = octal(header.subarray(124, 136));
    if (!isTar(header) || octal(header.subarray(148, 156)) !== sum || size === undefined)
      throw fileFault(this.where, 'a whole tar archive', 'one that is damaged', REMEDY);
    const type = String.fromCharCode(header[156]!);
    this.#left = /[1-6]/.test(type) ? 0 : size; // links, devices and folders have no bytes
    this.#padding = (BLOCK - (this.#left % BLOCK)) % BLOCK;
    this.#take = type === '0' || type === '\0' ? this.file(pathOf(header), size) : undefined;
  }
}

/** Folders and name (GNU has no folders apart). */
function pathOf(header: Uint8Array): string {
  const text = (start: number, length: number): string =>
    new TextDecoder().decode(header.subarray(start, start + length)).replace(/\0.*$/s, '');
  const folders = header[262] === 0 ? text(345, 155) : '';
  return folders === '' ? text(0, 100) : `${folders}/${text(0, 100)}`;
}

/** A number in octal digits, ended by a space or a zero byte. */
function octal(field: Uint8Array): number | undefined {
  const text = String.fromCharCode(...field)
    .replace(/[\0 ]+$/, '')
    .trimStart();
  return /^[0-7]*$/.test(text) ? Number.parseInt(text || '0', 8) : undefined;
}
