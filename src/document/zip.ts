/** ZIP archives: written by fflate, read here entry by entry with every bound checked before anything is decompressed. */
import { type Zippable, zipSync } from 'fflate';
import { crc32 } from './crc32.js';
import { inflateStart, inflating, MOST_EXPANSION } from './inflate.js';
import { shown } from './shown.js';
import { atOnce } from './slices.js';

/** What an archive may hold. */
export interface ZipLimits {
  readonly entries: number;
  readonly bytes: number; // decompressed, all entries
  /** Whether 'W' and 'w' are two files. They are one on many systems, so they are unless this says otherwise. */
  readonly caseMatters?: boolean;
}

/** Whether a path stays inside the folder it is unpacked into, on every system. */
export function isInnerPath(path: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (path === '' || path.length > 240 || /[\\:*?"<>|\u0000-\u001f\u007f]|\p{Surrogate}/u.test(path)) return false;
  return path.split('/').every((part) => part !== '' && !/^\.+$/.test(part) && !/[. ]$/.test(part));
}

/** Writes an archive. Equal files give equal bytes: no clock goes in. `level` 0 stores without compressing, as is done with files of `stored` bytes or more. */
export function zip(
  files: ReadonlyMap<string, Uint8Array>,
  level: 0 | 6 = 6,
  stored = Number.POSITIVE_INFINITY,
): Uint8Array {
  const entries: Zippable = Object.create(null) as Zippable;
  for (const [path, bytes] of files) entries[path] = bytes.length < stored ? bytes : [bytes, { level: 0 }];
  return zipSync(entries, { level, mtime: new Date(1980, 0, 1) });
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

/** The bytes of one entry, no more than the directory says, with their checksum checked; in slices. Throws a ZipFault. */
export function* unzipping(bytes: Uint8Array, entry: ZipEntry): Generator<undefined, Uint8Array> {
  requireLikely(entry);
  const out = new Uint8Array(entry.size);
  let at = 0;
  yield* taking(bytes, entry, (part) => {
    out.set(part, at);
    at += part.length;
  });
  return out;
}

/** One entry's first `head` bytes and the others, each in memory of its own; at once, and checked in the same way. Throws a ZipFault. */
export function unzipSplit(bytes: Uint8Array, entry: ZipEntry, head: number): readonly [Uint8Array, Uint8Array] {
  requireLikely(entry);
  const first = new Uint8Array(Math.min(head, entry.size));
  const rest = new Uint8Array(entry.size - first.length);
  let at = 0;
  const take = (part: Uint8Array): void => {
    const cut = Math.max(0, Math.min(part.length, first.length - at));
    first.set(part.subarray(0, cut), Math.min(at, first.length));
    rest.set(part.subarray(cut), Math.max(0, at - first.length));
    at += part.length;
  };
  atOnce(taking(bytes, entry, take));
  return [first, rest];
}

/** Refuses an entry that claims more than there can be, before room is made for it. */
function requireLikely({ path, deflated, packed, size }: ZipEntry): void {
  if (size > packed * (deflated ? MOST_EXPANSION : 1)) fault(`${shown(path)} is damaged in the archive`);
}

const STORED = 2 ** 20; // bytes of a stored entry between two pauses

function* taking(
  bytes: Uint8Array,
  { path, deflated, crc, start, packed, size }: ZipEntry,
  take: (part: Uint8Array) => void,
): Generator<undefined, void> {
  const data = bytes.subarray(start, start + packed);
  let sum = 0;
  let ending: 'whole' | 'too large' | 'damaged' = packed === size ? 'whole' : 'damaged';
  let taken = 0;
  const each = (part: Uint8Array): void => {
    sum = crc32(part, sum);
    taken += part.length;
    take(part);
  };
  if (deflated) ending = yield* inflating(data, size, each);
  else
    for (let at = 0; at < packed && ending === 'whole'; at += STORED) {
      each(data.subarray(at, at + STORED));
      yield;
    }
  if (ending === 'too large') fault(`${shown(path)} decompresses past the ${size} bytes that the archive says`);
  if (ending === 'damaged' || taken !== size || sum !== crc) fault(`${shown(path)} is damaged in the archive`);
}

/** The first bytes of one entry, at most `length`, without decompressing the rest. Throws a ZipFault. */
export function unzipStart(bytes: Uint8Array, { path, deflated, start, packed }: ZipEntry, length: number): Uint8Array {
  const data = bytes.subarray(start, start + packed);
  if (!deflated) return data.subarray(0, length);
  return inflateStart(data, length) ?? fault(`${shown(path)} is damaged in the archive`);
}
