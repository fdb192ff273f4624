/** Reading of hostile zip files: the directory is checked whole before anything is unpacked, and every size is bounded. */
import { Inflate, inflateSync } from 'fflate';
import { fileFault } from './dtype.js';

/** One stored file of a zip. `start` is where its packed bytes begin. */
export interface ZipEntry {
  readonly name: string;
  readonly packed: number; // bytes in the zip
  readonly size: number; // bytes unpacked
  readonly deflated: boolean;
  readonly checksum: number; // CRC-32
  readonly start: number;
}

/** Most bytes that one zip may unpack to, all entries together. */
export const MOST_UNPACKED = 2 ** 30;
/** Most entries of one zip. */
export const MOST_ENTRIES = 10_000;
const DEFLATE_RATIO = 1032; // the most that deflate can gain (zlib.net/zlib_tech.html)

/** The entries of a zip: names safe and distinct, ranges inside the file and disjoint, sizes within `limit` in total. */
export function zipEntries(bytes: Uint8Array, where: string, limit = MOST_UNPACKED): readonly ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view, where);
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  if (count === 0xffff || at === 0xffffffff)
    throw fileFault(where, 'a zip below 4 GB and 65,535 entries', 'a zip64 one', 'split it');
  if (count > MOST_ENTRIES) throw fileFault(where, `at most ${MOST_ENTRIES} entries`, `${count}`);
  const entries: ZipEntry[] = [];
  const names = new Set<string>();
  let total = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > end || view.getUint32(at, true) !== 0x02014b50)
      throw fileFault(where, `a zip directory of ${count} entries`, `${i}`, 'the file is damaged');
    const nameLength = view.getUint16(at + 28, true);
    if (at + 46 + nameLength > end) throw fileFault(where, 'a whole zip directory', 'its end', 'the file is damaged');
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    const entry = readDirectoryEntry(view, at, name, end, where);
    if (names.has(name)) throw fileFault(where, 'distinct entry names', `'${name}' twice`);
    names.add(name);
    total += entry.size;
    if (total > limit)
      throw fileFault(where, `at most ${limit} bytes unpacked`, `${total} or more`, 'it is too large or a zip bomb');
    if (!name.endsWith('/')) entries.push(entry);
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  const ranges = [...entries].sort((a, b) => a.start - b.start);
  ranges.forEach((entry, i) => {
    const next = ranges[i + 1];
    if (next && entry.start + entry.packed > next.start)
      throw fileFault(where, 'entries side by side', `'${entry.name}' over '${next.name}'`, 'it looks like a zip bomb');
  });
  return entries;
}

function findEnd(view: DataView, where: string): number {
  for (let at = view.byteLength - 22; at >= Math.max(0, view.byteLength - 22 - 0xffff); at--)
    if (view.getUint32(at, true) === 0x06054b50) return at;
  throw fileFault(where, 'a zip file', 'no zip directory at its end', 'it is cut off or not a zip');
}

function readDirectoryEntry(view: DataView, at: number, name: string, end: number, where: string): ZipEntry {
  const flags = view.getUint16(at + 8, true);
  const method = view.getUint16(at + 10, true);
  const packed = view.getUint32(at + 20, true);
  const size = view.getUint32(at + 24, true);
  const local = view.getUint32(at + 42, true);
  const entry = `${where} entry '${name.slice(0, 80)}'`;
  if (unsafe(name)) throw fileFault(entry, 'a plain relative name', 'an unsafe one');
  if (flags & 1) throw fileFault(entry, 'no encryption', 'an encrypted entry');
  if (method !== 0 && method !== 8) throw fileFault(entry, 'stored or deflated bytes', `zip method ${method}`);
  if (local + 30 > end || view.getUint32(local, true) !== 0x04034b50)
    throw fileFault(entry, 'a local header', 'other bytes', 'the file is damaged');
  const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  if (start + packed > end) throw fileFault(entry, `${packed} bytes`, `${Math.max(0, end - start)}`, 'it is cut off');
  if (method === 0 ? size !== packed : size > packed * DEFLATE_RATIO + 64)
    throw fileFault(
      entry,
      'a size that its packed bytes can give',
      `${size} from ${packed}`,
      'it looks like a zip bomb',
    );
  return { name, packed, size, deflated: method === 8, checksum: view.getUint32(at + 16, true), start };
}

function unsafe(name: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  return name === '' || /^[/\\]|^[a-zA-Z]:|\\|[\x00-\x1f\x7f]/.test(name) || name.split('/').includes('..');
}

/** Unpacks one entry, no further than the size that the directory states, and checks its CRC-32. */
export function unzipEntry(bytes: Uint8Array, entry: ZipEntry, where: string): Uint8Array {
  const packed = bytes.subarray(entry.start, entry.start + entry.packed);
  let out: Uint8Array;
  try {
    out = entry.deflated ? inflateSync(packed, { out: new Uint8Array(entry.size) }) : packed.slice();
  } catch (cause) {
    throw fileFault(where, 'deflated bytes', `${cause instanceof Error ? cause.message : cause}`, 'it is damaged');
  }
  if (out.length !== entry.size) throw fileFault(where, `${entry.size} bytes`, `${out.length}`, 'it is damaged');
  const checksum = crc32(out);
  if (checksum !== entry.checksum)
    throw fileFault(where, `CRC-32 ${entry.checksum.toString(16)}`, checksum.toString(16), 'it is damaged');
  return out;
}

/** The first `length` unpacked bytes of an entry (fewer when it is shorter), without unpacking the rest. */
export function unzipStart(bytes: Uint8Array, entry: ZipEntry, length: number, where: string): Uint8Array {
  const packed = bytes.subarray(entry.start, entry.start + entry.packed);
  if (!entry.deflated) return packed.subarray(0, length);
  const chunks: Uint8Array[] = [];
  let got = 0;
  const inflate = new Inflate((chunk) => {
    chunks.push(chunk);
    got += chunk.length;
  });
  try {
    for (let at = 0; at < packed.length && got < length; at += 1024)
      inflate.push(packed.subarray(at, at + 1024), at + 1024 >= packed.length);
  } catch (cause) {
    throw fileFault(where, 'deflated bytes', `${cause instanceof Error ? cause.message : cause}`, 'it is damaged');
  }
  const out = new Uint8Array(Math.min(got, length));
  let at = 0;
  for (const chunk of chunks) {
    out.set(chunk.subarray(0, out.length - at), at);
    at += Math.min(chunk.length, out.length - at);
  }
  return out;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = CRC_TABLE[(crc ^ bytes[i]!) & 255]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
