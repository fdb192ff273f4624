/** CIFAR-10's archive as it is distributed: a tar, gzip or not, of five training batches and a test batch. */
import { formatBytes, formatCount, listed } from '../catalog/text.js';
import { atOnce } from '../document/slices.js';
import { CIFAR_RECORD, requireRecords } from './cifar.js';
import { fileFault } from './dtype.js';
import { gunzipping, gunzipStart, isGzip, unpackedSize } from './gzip.js';
import { remember } from './remember.js';
import { isTar, type TakeBytes, TarReader } from './tar.js';

/** Which batches of an archive are read, as people call them. */
export const CIFAR_PARTS = { train: 'training', test: 'test', all: 'all' } as const;
/** One of these. */
export type CifarPart = keyof typeof CIFAR_PARTS;

/** One batch of an archive. */
export interface CifarBatch {
  readonly name: string;
  readonly records: number;
}

const TEST = 'test_batch.bin';
const NAMES = [...[1, 2, 3, 4, 5].map((k) => `data_batch_${k}.bin`), TEST];
const RECORDS = 10_000; // of a batch as it is distributed
const WHOLE = NAMES.length * RECORDS * CIFAR_RECORD;
const MOST = 2 ** 28; // bytes unpacked
const LOOKED_AT = 2 ** 25; // bytes unpacked that are cheap to look at before anything runs
const START = 2 ** 16; // bytes of larger ones that are looked at
const SLICE = 2 ** 20; // bytes between two pauses
const REMEDY = 'fetch the archive again, or choose its .bin files';

/** Whether a file is an archive, and no batch by itself. */
export const isArchive = (bytes: Uint8Array): boolean => isGzip(bytes) || isTar(bytes);

/** The batches of a part, in their order. Throws a `file` error where the archive has none of them. */
export function cifarBatches(bytes: Uint8Array, name: string, part: CifarPart): readonly CifarBatch[] {
  const batches = batchesOf(bytes, name);
  const chosen = batches.filter(({ name: batch }) => part === 'all' || (batch === TEST) === (part === 'test'));
  if (chosen.length === 0)
    throw fileFault(
      `file '${name}'`,
      part === 'test' ? 'the test batch' : 'training batches',
      listed(batches.map((batch) => batch.name)),
      'choose another part of the archive',
    );
  return chosen;
}

/**
 * Reads the batches of a part: `take` gets the place of each among them and its bytes, in the archive's order; the share that is done
 * comes between. Throws a `file` error where the archive is damaged or holds other batches than were found before.
 */
export function* readingArchive(
  bytes: Uint8Array,
  name: string,
  part: CifarPart,
  take: (batch: number, bytes: Uint8Array) => void,
): Generator<number, void> {
  const where = `file '${name}'`;
  const batches = cifarBatches(bytes, name, part);
  const missing = new Set(batches.map((batch) => batch.name));
  yield* unpacking(bytes, where, MOST, (path, size) => {
    const place = batches.findIndex((batch) => batch.name === baseName(path));
    if (place < 0) return undefined;
    const { name: batch, records } = batches[place]!;
    if (!missing.delete(batch)) throw twice(where, batch);
    if (size !== records * CIFAR_RECORD)
      throw fileFault(
        `${where} batch '${batch}'`,
        `${formatCount(records)} records of ${formatCount(CIFAR_RECORD)} bytes`,
        `${formatCount(size)} bytes`,
        REMEDY,
      );
    const whole = new Uint8Array(size);
    let at = 0;
    return (piece) => {
      whole.set(piece, at);
      at += piece.length;
      if (at === size) take(place, whole);
    };
  });
  if (missing.size > 0) throw fileFault(where, listed([...missing]), 'an archive without', REMEDY);
}

/**
 * The batches of an archive. Of a small one all headers are read; a large gzip file is taken to be the one that is distributed, which
 * reading it finds out.
 */
const batchesOf = remember((bytes, name): readonly CifarBatch[] => {
  const where = `file '${name}'`;
  if (!isGzip(bytes)) return scanned(bytes, where, bytes.length);
  const size = unpackedSize(bytes);
  if (size <= LOOKED_AT) return scanned(bytes, where, LOOKED_AT);
  const paths: string[] = [];
  new TarReader(where, (path) => void paths.push(path)).push(gunzipStart(bytes, START, where));
  requireBinary(paths, where);
  if (size < WHOLE || size > MOST)
    throw fileFault(
      where,
      `${formatBytes(WHOLE)} to ${formatBytes(MOST)} unpacked, as six batches take`,
      formatBytes(size),
      'the archive is cut off, or another one; fetch it again, or choose its .bin files',
    );
  return NAMES.map((batch) => ({ name: batch, records: RECORDS }));
});

function scanned(bytes: Uint8Array, where: string, most: number): readonly CifarBatch[] {
  const paths: string[] = [];
  const sizes = new Map<string, number>();
  const see = (path: string, size: number): undefined => {
    const batch = baseName(path);
    paths.push(path);
    if (!NAMES.includes(batch)) return;
    if (sizes.has(batch)) throw twice(where, batch);
    requireRecords(size, `${where} batch '${batch}'`, REMEDY);
    sizes.set(batch, size);
  };
  atOnce(unpacking(bytes, where, most, see));
  requireBinary(paths, where);
  if (sizes.size === 0)
    throw fileFault(where, `${NAMES[0]} to ${NAMES[4]} or ${TEST} in the archive`, listed(paths, 4) || 'none', REMEDY);
  return NAMES.flatMap((batch) =>
    sizes.has(batch) ? [{ name: batch, records: sizes.get(batch)! / CIFAR_RECORD }] : [],
  );
}

/** Goes through an archive; the share that is done comes between. */
function* unpacking(
  bytes: Uint8Array,
  where: string,
  most: number,
  file: (path: string, size: number) => TakeBytes | undefined,
): Generator<number, void> {
  const reader = new TarReader(where, file);
  if (isGzip(bytes)) {
    let parts: Uint8Array[] = [];
    const push = (): void => {
      for (const part of parts) reader.push(part);
      parts = [];
    };
    for (const share of gunzipping(bytes, most, where, (part) => parts.push(part))) {
      push();
      yield share;
    }
    push();
  } else
    for (let at = 0; at < bytes.length; at += SLICE) {
      reader.push(bytes.subarray(at, at + SLICE));
      yield at / bytes.length;
    }
  reader.end();
}

/** Refuses the other versions of CIFAR's archives by their paths. */
function requireBinary(paths: readonly string[], where: string): void {
  const other = (pattern: RegExp, got: string): void => {
    if (paths.some((path) => pattern.test(path)))
      throw fileFault(where, 'the binary version of CIFAR-10', got, 'choose cifar-10-binary.tar.gz');
  };
  other(/cifar-100/, 'CIFAR-100, which has other records');
  other(/(^|\/)(cifar-10-batches-py\/|data_batch_\d$)/, 'the version for Python, whose pickled objects are programs');
  other(/\.mat$/, 'the version for Matlab');
}

const twice = (where: string, batch: string) => fileFault(where, 'each batch once', `'${batch}' twice`, REMEDY);

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
