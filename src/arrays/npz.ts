/** numpy's .npz format: a zip of .npy files. */
import { zipSync } from 'fflate';
import type { ArrayHeader } from '../catalog/work.js';
import { type ArrayData, fileFault, type NamedArray } from './dtype.js';
import { checkNpyLength, readNpy, writeNpy } from './npy.js';
import { NPY_HEADER_BYTES, readNpyHeader } from './npy-header.js';
import { unzipEntry, unzipStart, type ZipEntry, zipEntries } from './zip.js';

const arrayEntries = (bytes: Uint8Array, where: string, limit?: number): readonly (readonly [string, ZipEntry])[] =>
  zipEntries(bytes, where, limit).map((entry) => {
    if (!entry.name.endsWith('.npy'))
      throw fileFault(where, 'entries that end in .npy', `'${entry.name}'`, 'write it with numpy.savez');
    return [entry.name.slice(0, -4), entry];
  });

/** Names, formats and shapes of the arrays in a .npz, reading no more than their headers. */
export function readNpzHeaders(bytes: Uint8Array, where: string, limit?: number): readonly ArrayHeader[] {
  return arrayEntries(bytes, where, limit).map(([name, entry]) => {
    const array = `${where} array '${name}'`;
    const header = readNpyHeader(unzipStart(bytes, entry, NPY_HEADER_BYTES + 12, array), name, array);
    checkNpyLength(header, entry.size, array);
    return { name, dtype: header.dtype, shape: header.shape };
  });
}

/** Reads the arrays of a .npz: all, or the one called `only`. */
export function readNpz(bytes: Uint8Array, where: string, only?: string, limit?: number): readonly NamedArray[] {
  return arrayEntries(bytes, where, limit)
    .filter(([name]) => only === undefined || name === only)
    .map(([name, entry]) => {
      const array = `${where} array '${name}'`;
      return readNpy(unzipEntry(bytes, entry, array), array, name);
    });
}

/** Writes arrays as a deflated .npz. Equal arrays give equal bytes: the date inside is always 1980-01-01. */
export function writeNpz(
  arrays: Readonly<Record<string, { readonly data: ArrayData; readonly shape: readonly number[] }>>,
): Uint8Array {
  const files = Object.entries(arrays).map(([name, { data, shape }]) => [`${name}.npy`, writeNpy(data, shape)]);
  return zipSync(Object.fromEntries(files), { level: 6, mtime: new Date(1980, 0, 1) });
}
