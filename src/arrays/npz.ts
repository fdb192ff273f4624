/** numpy's .npz format: a zip of .npy files. Lists of text in it are written for people and passed over when numbers are read. */
import { FiberscopeError } from '../catalog/errors.js';
import type { ArrayHeader } from '../catalog/work.js';
import { unzipSplit, unzipStart, type ZipEntry, ZipFault, type ZipLimits, zip, zipEntries } from '../document/zip.js';
import { type ArrayData, fileFault, type NamedArray } from './dtype.js';
import { checkNpyLength, npyArray, writeNpy, writeTextNpy } from './npy.js';
import { holdsText, NPY_HEADER_BYTES, readNpyHeader } from './npy-header.js';

/** Most arrays in one file, and most bytes that they may unpack to. */
const NPZ_LIMITS = { entries: 10_000, bytes: 2 ** 30, caseMatters: true } as const;

const STORED = 2 ** 22; // bytes of an array from which on it is not deflated

type Limits = Pick<ZipLimits, 'entries' | 'bytes'>;

/** Calls `read` for each array of numbers, with the name of what is at fault ready for errors. */
function eachArray<T>(
  bytes: Uint8Array,
  where: string,
  limits: Limits,
  read: (entry: ZipEntry, name: string, where: string, start: Uint8Array) => T,
): readonly T[] {
  try {
    return zipEntries(bytes, { ...limits, caseMatters: true }).flatMap((entry) => {
      if (!entry.path.endsWith('.npy'))
        throw fileFault(where, 'entries that end in .npy', `'${entry.path}'`, 'write it with numpy.savez');
      const name = entry.path.slice(0, -4);
      const start = unzipStart(bytes, entry, NPY_HEADER_BYTES + 12);
      return holdsText(start) ? [] : [read(entry, name, `${where} array '${name}'`, start)];
    });
  } catch (error) {
    if (error instanceof ZipFault)
      throw new FiberscopeError('file', `${where}: ${error.message}; save the file again, or choose another`);
    throw error;
  }
}

/** Names, formats and shapes of the arrays in a .npz, reading no more than their headers. */
export function readNpzHeaders(bytes: Uint8Array, where: string, limits: Limits = NPZ_LIMITS): readonly ArrayHeader[] {
  return eachArray(bytes, where, limits, (entry, name, array, start) => {
    const header = readNpyHeader(start, name, array);
    checkNpyLength(header, entry.size, array);
    return { name, dtype: header.dtype, shape: header.shape };
  });
}

/** Reads the arrays of a .npz, each unpacked straight into the memory that it keeps. */
export function readNpz(bytes: Uint8Array, where: string, limits: Limits = NPZ_LIMITS): readonly NamedArray[] {
  return eachArray(bytes, where, limits, (entry, name, array, start) => {
    const header = readNpyHeader(start, name, array);
    checkNpyLength(header, entry.size, array);
    return npyArray(header, unzipSplit(bytes, entry, header.start)[1], array);
  });
}

/**
 * Writes arrays, and lists of text, as a .npz: small ones deflated, large ones as they are, since numbers hardly shrink and take long.
 * Equal arrays give equal bytes: the date inside is always 1980-01-01.
 */
export function writeNpz(
  arrays: Readonly<Record<string, { readonly data: ArrayData; readonly shape: readonly number[] }>>,
  texts: Readonly<Record<string, readonly string[]>> = {},
): Uint8Array {
  const numbers = Object.entries(arrays).map(([name, { data, shape }]) => [name, writeNpy(data, shape)] as const);
  const words = Object.entries(texts).map(([name, list]) => [name, writeTextNpy(list)] as const);
  return zip(new Map([...numbers, ...words].map(([name, bytes]) => [`${name}.npy`, bytes])), 6, STORED);
}
