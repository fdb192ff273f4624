import fc from 'fast-check';
import { unzipSync, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { readArrayHeaders, readArrays } from '../../src/arrays/array-file.js';
import { writeNpy } from '../../src/arrays/npy.js';
import { readNpz, readNpzHeaders, writeNpz } from '../../src/arrays/npz.js';
import { FiberscopeError } from '../../src/catalog/errors.js';
import { fixture } from './fixtures.js';
import { readArray } from './one.js';

const one = writeNpy(new Float32Array([1, 2]), [2]);
const where = `file 'x.npz'`;

test.each(['stored.npz', 'deflated.npz'])('reads %s as numpy wrote it', (name) => {
  const bytes = fixture(name);
  expect(readArrayHeaders(name, bytes)).toEqual([
    { name: 'theta', dtype: 'f4', shape: [2, 3] },
    { name: 'weights', dtype: 'f8', shape: [3] },
  ]);
  expect([...readArray(name, bytes, 'theta').data]).toEqual([1.5, -2, 0.25, 3, Math.fround(1e-3), -0]);
  expect(readArrays(name, bytes).map((array) => [...array.data])[1]).toEqual([1 / 3, 1 / 3, 1 / 3]);
});

test('writes the same bytes for the same arrays', () => {
  const arrays = { values: { data: new Float64Array([1, 2, 3, 4]), shape: [2, 2] } };
  expect(writeNpz(arrays)).toEqual(writeNpz(arrays));
  expect(readNpz(writeNpz(arrays), where)).toEqual([
    { name: 'values', dtype: 'f8', shape: [2, 2], data: new Float64Array([1, 2, 3, 4]) },
  ]);
});

test('large arrays are stored, small ones deflated, and both are read back', () => {
  const large = new Float32Array(2 ** 20);
  const small = new Float32Array(1000);
  const sizes = [large, small].map((data) => writeNpz({ data: { data, shape: [data.length] } }).length);
  expect(sizes[0]).toBeGreaterThan(large.byteLength);
  expect(sizes[1]).toBeLessThan(small.byteLength / 4);
  large[7] = 3;
  expect(readNpz(writeNpz({ data: { data: large, shape: [large.length] } }), where)[0]!.data).toEqual(large);
});

test('lists of text are written as NumPy’s fixed-width Unicode, and passed over when numbers are read', () => {
  const { 'words.npy': words, 'none.npy': none } = unzipSync(
    writeNpz({ n: { data: Float32Array.of(7), shape: [1] } }, { words: ['ε', 'E[φ²]', '', '𝔸b'], none: [] }),
  );
  const text = new TextDecoder('latin1').decode(words);
  expect(text.slice(1, 6)).toBe('NUMPY');
  expect(text).toContain("{'descr': '<U5', 'fortran_order': False, 'shape': (4,), }");
  const start = 10 + words![8]! + 256 * words![9]!;
  expect(start % 64).toBe(0);
  const points = new Uint32Array(words!.slice(start).buffer); // UCS-4, little endian, filled with 0
  const rows = [0, 1, 2, 3].map((row) => String.fromCodePoint(...points.slice(5 * row, 5 * row + 5)));
  expect(rows).toEqual(['ε\0\0\0\0', 'E[φ²]', '\0\0\0\0\0', '𝔸b\0\0\0']);
  expect(new TextDecoder('latin1').decode(none)).toContain("'<U1', 'fortran_order': False, 'shape': (0,)");
  const bytes = writeNpz({ n: { data: Float32Array.of(7), shape: [1] } }, { words: ['a'] });
  expect(readNpzHeaders(bytes, where).map(({ name }) => name)).toEqual(['n']);
  expect(readNpz(bytes, where).map(({ name, data }) => [name, ...data])).toEqual([['n', 7]]);
});

/** A zip of one entry with fields of its directory overwritten at their offsets in the format. */
function patched(bytes: Uint8Array, offset: number, value: number): Uint8Array {
  const out = bytes.slice();
  const view = new DataView(out.buffer);
  let at = out.length - 22;
  while (view.getUint32(at, true) !== 0x06054b50) at--;
  view.setUint32(view.getUint32(at + 16, true) + offset, value, true);
  return out;
}

const zeros = zipSync({ 'a.npy': writeNpy(new Float32Array(100_000), [100_000]) });
test.each([
  ['an empty file', new Uint8Array(), /expected a ZIP archive, got other or cut-off data/],
  ['no zip', new Uint8Array(100), /expected a ZIP archive, got other or cut-off data/],
  ['more than the bound', patched(zeros, 24, 2_000_000_000), /at most 1073741824 bytes of files, .*says 2000000000/],
  [
    'a size that its data do not have',
    patched(zeros, 24, 1_000_000_000),
    /expected 400128 bytes for f4 \[100000\], got 1000000000/,
  ],
  ['packed bytes beyond the file', patched(zeros, 20, 0xfffffff), /cut off/],
  ['a size too small', patched(zeros, 24, 5000), /expected 400128 bytes for f4 \[100000\], got 5000/],
  ['a wrong checksum', patched(zipSync({ 'a.npy': one }), 16, 0), /"a\.npy" is damaged/],
  ['a path upwards', zipSync({ '../a.npy': one }), /paths inside the archive/],
  ['an absolute path', zipSync({ '/a.npy': one }), /paths inside the archive/],
  ['a drive', zipSync({ 'C:a.npy': one }), /paths inside the archive/],
  ['a control character', zipSync({ 'a\nb.npy': one }), /paths inside the archive/],
  ['another kind of entry', zipSync({ 'read.me': one }), /end in \.npy/],
  ['an encrypted entry', patched(zipSync({ 'a.npy': one }), 8, 1), /without a password/],
])('refuses %s', (_, bytes, message) => {
  expect(() => readNpz(bytes, where)).toThrow(message);
  expect(() => readNpz(bytes, where)).toThrow(FiberscopeError);
});

test('refuses a bomb by its total before unpacking, in headers too', () => {
  const bytes = zipSync({ 'a.npy': writeNpy(new Float32Array(1000), [1000]), 'b.npy': one });
  const limits = { entries: 9, bytes: 4100 };
  expect(() => readNpz(bytes, where, limits)).toThrow(/at most 4100 bytes of files/);
  expect(() => readNpzHeaders(bytes, where, limits)).toThrow(/at most 4100 bytes of files/);
});

test('refuses entries that lie over each other, and names that come twice', () => {
  const bytes = zipSync({ 'a.npy': one, 'b.npy': one }, { level: 0 });
  const view = new DataView(bytes.buffer);
  const directory = view.getUint32(bytes.length - 6, true);
  const second = directory + 46 + 5;
  const overlapping = bytes.slice();
  new DataView(overlapping.buffer).setUint32(second + 42, view.getUint32(directory + 42, true), true);
  expect(() => readNpz(overlapping, where)).toThrow(/apart from each other/);
  const twice = bytes.slice();
  twice[second + 46] = 'a'.charCodeAt(0);
  expect(() => readNpz(twice, where)).toThrow(/each file once, got "a.npy" twice/);
});

test('W and w are two arrays', () => {
  expect(readNpz(zipSync({ 'W.npy': one, 'w.npy': one }), where).map(({ name }) => name)).toEqual(['W', 'w']);
});

test('arrays keep hostile names without touching prototypes', () => {
  const bytes = zipSync({ 'constructor.npy': one });
  expect(readNpz(bytes, where)[0]?.name).toBe('constructor');
});

test('truncated and corrupted files give typed errors or arrays, nothing else', () => {
  const names = ['stored.npz', 'deflated.npz'] as const;
  const files = names.map(fixture);
  fc.assert(
    fc.property(
      fc.constantFrom(...files),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.boolean(),
      fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 255 })), {
        maxLength: 4,
      }),
      (file, cut, whole, changes) => {
        const bytes = file.slice();
        for (const [at, value] of changes) bytes[Math.floor(at * (bytes.length - 1))] = value;
        const given = whole ? bytes : bytes.subarray(0, Math.floor(cut * bytes.length));
        for (const read of [readNpz, readNpzHeaders])
          try {
            read(given, where);
          } catch (error) {
            expect(error).toBeInstanceOf(FiberscopeError);
          }
      },
    ),
    { numRuns: 2000 },
  );
});
