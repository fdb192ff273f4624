/** ZIP archives: written by fflate, read here entry by entry with every bound checked before anything is decompressed. */
import { type Zippable, zipSync } from 'fflate';
import { crc32 } from './crc32.js';
import { shown } from './faults.js';
import { inflate, inflateStart } from './inflate.js';

/** What an archive may hold. */
export interface ZipLimits {
  readonly entries: number;
  readonly bytes: number; // decompressed, all entries
  /** Whether 'W' and 'w' are two files. They are one on many systems, so they are unless this says otherwise. */
  readonly caseMatters?: boolean;
  /** Why an archive with these entries is not wanted; asked before anything is decompressed. */
  readonly refusal?: (entries: readonly ZipEntry[]) => string | undefined;
}

/** The files of an archive by their paths, or the first fault. */
export type Unzipped =
  | { readonly ok: true; readonly files: ReadonlyMap<string, Uint8Array> }
  | { readonly ok: false; readonly message: string };

/** Whether a path stays inside the folder it is unpacked into, on every system. */
export function isInnerPath(path: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (path === '' || path.length > 240 || /[\\:*?"<>|\u0000-\u001f\u007f]/.test(path)) return false;
  return path.split('/').every((part) => part !== '' && !/^\.+$/.test(part) && !/[. ]$/.test(part));
}

/** Writes an archive. Equal files give equal bytes: no clock goes in. */
export function zip(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const entries: Zippable = Object.create(null) as Zippable;
  for (const [path, bytes] of files) entries[path] = bytes;
  return zipSync(entries, { level: 6, mtime: new Date(1980, 0, 1) });
}

/** Reads an archive whole. ZIP64, encryption, links and paths that lead out of it are refused. */
export function unzip(bytes: Uint8Array, limits: ZipLimits): Unzipped {
  try {
    const files = new Map<string, Uint8Array>();
    const entries = zipEntries(bytes, limits);
    const refusal = limits.refusal?.(entries);
    if (refusal !== undefined) fault(refusal);
    for (const entry of entries) files.set(entry.path, unzipEntry(bytes, entry));
    return { ok: true, files };
  } catch (error) {
    if (error instanceof ZipFault) return { ok: false, message: error.message };
    throw error;
  }
}

/** What is wrong with an archive. */
export class ZipFault extends Error {}
function fault(message: string): never {
  throw new ZipFault(message);
}

/** One file of an archive, from the directory. */
export interface ZipEntry {
  readonly path: string;
  readonly deflated: boolean;
  readonly crc: number;
  readonly start: number; // of the data
  readonly packed: number;
  readonly size: number;
}

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;

/** The entries of the central directory in the order of their data, checked against the local headers. Throws a ZipFault. */
export function zipEntries(bytes: Uint8Array, limits: ZipLimits): readonly ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = endRecord(view);
  const count = view.getUint16(end + 10, true);
  const start = view.getUint32(end + 16, true);
  if (count === 0xffff || start === 0xffffffff) fault('expected a plain ZIP archive, got ZIP64');
  if (view.getUint16(end + 4, true) !== 0) fault('expected one archive, got a part of several');
  if (count > limits.entries) fault(`expected at most ${limits.entries} files in the archive, got ${count}`);
  const entries: ZipEntry[] = [];
  const seen = new Set<string>();
  let at = start;
  let total = 0;
  for (let index = 0; index < count; index++) {
    if (at + 46 > end || view.getUint32(at, true) !== CENTRAL) fault('expected a ZIP directory, got a damaged one');
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
    const next = at + 46 + nameLength! + extraLength! + commentLength!;
    if (next > end) fault('expected a ZIP directory, got a damaged one');
    const path = nameOf(bytes.subarray(at + 46, at + 46 + nameLength!));
    const size = view.getUint32(at + 24, true);
    if (!path.endsWith('/')) {
      const entry = entryAt(view, at, path);
      if (!isInnerPath(path)) fault(`expected paths inside the archive, got ${shown(path)}`);
      const name = limits.caseMatters ? path : path.toLowerCase();
      if (seen.has(name)) fault(`expected each file once, got ${shown(path)} twice`);
      seen.add(name);
      total += size;
      if (total > limits.bytes)
        fault(`expected at most ${limits.bytes} bytes of files, got an archive that says ${total}`);
      entries.push(entry);
    }
    at = next;
  }
  entries
    .sort((a, b) => a.start - b.start)
    .forEach((entry, index) => {
      const before = entries[index - 1];
      if (before && entry.start < before.start + before.packed)
        fault(`expected files apart from each other, got ${shown(entry.path)} inside ${shown(before.path)}`);
    });
  return entries;
}

function endRecord(view: DataView): number {
  for (let at = view.byteLength - 22; at >= Math.max(0, view.byteLength - 22 - 0xffff); at--)
    if (view.getUint32(at, true) === END && at + 22 + view.getUint16(at + 20, true) === view.byteLength) return at;
  return fault('expected a ZIP archive, got other or cut-off data');
}

function nameOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return fault('expected file names in UTF-8');
  }
}

function entryAt(view: DataView, at: number, path: string): ZipEntry {
  const flags = view.getUint16(at + 8, true);
  const method = view.getUint16(at + 10, true);
  const local = view.getUint32(at + 42, true);
  const packed = view.getUint32(at + 20, true);
  const size = view.getUint32(at + 24, true);
  if (flags & 1) fault(`expected files without a password, got ${shown(path)}`);
  if (method !== 0 && method !== 8) fault(`expected stored or deflated files, got ${shown(path)} by method ${method}`);
  if (packed === 0xffffffff || size === 0xffffffff || local === 0xffffffff)
    fault('expected a plain ZIP archive, got ZIP64');
  const mode = view.getUint16(at + 40, true); // upper half of the external attributes: Unix mode
  if ((mode & 0xf000) === 0xa000) fault(`expected files, got the link ${shown(path)}`);
  if (local + 30 > view.byteLength || view.getUint32(local, true) !== LOCAL)
    fault(`${shown(path)} is damaged in the archive`);
  const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  if (start + packed > view.byteLength) fault(`${shown(path)} is cut off in the archive`);
  return { path, deflated: method === 8, crc: view.getUint32(at + 16, true), start, packed, size };
}

/** The bytes of one entry, no more than the directory says, with their checksum checked. Throws a ZipFault. */
export function unzipEntry(bytes: Uint8Array, { path, deflated, crc, start, packed, size }: ZipEntry): Uint8Array {
  const data = bytes.subarray(start, start + packed);
  const result = deflated ? inflate(data, size) : { ok: true as const, bytes: data.slice() };
  if (!result.ok)
    return fault(
      result.reason === 'too large'
        ? `${shown(path)} decompresses past the ${size} bytes that the archive says`
        : `${shown(path)} is damaged in the archive`,
    );
  if (result.bytes.length !== size || crc32(result.bytes) !== crc) fault(`${shown(path)} is damaged in the archive`);
  return result.bytes;
}

/** The first bytes of one entry, at most `length`, without decompressing the rest. Throws a ZipFault. */
export function unzipStart(bytes: Uint8Array, { path, deflated, start, packed }: ZipEntry, length: number): Uint8Array {
  const data = bytes.subarray(start, start + packed);
  if (!deflated) return data.subarray(0, length);
  return inflateStart(data, length) ?? fault(`${shown(path)} is damaged in the archive`);
}
