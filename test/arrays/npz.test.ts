import fc from 'fast-check';
import { zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { readArray, readArrayHeaders, readArrays } from '../../src/arrays/array-file.js';
import { writeNpy } from '../../src/arrays/npy.js';
import { readNpz, readNpzHeaders, writeNpz } from '../../src/arrays/npz.js';
import { FiberscopeError } from '../../src/catalog/errors.js';
import { fixture } from './fixtures.js';

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

test('says which arrays there are when one is missing', () => {
  expect(() => readArray('stored.npz', fixture('stored.npz'), 'basis')).toThrow(
    `file 'stored.npz': expected an array 'basis', got theta, weights`,
  );
});

test('writes the same bytes for the same arrays', () => {
  const arrays = { values: { data: new Float64Array([1, 2, 3, 4]), shape: [2, 2] } };
  expect(writeNpz(arrays)).toEqual(writeNpz(arrays));
  expect(readNpz(writeNpz(arrays), where)).toEqual([
    { name: 'values', dtype: 'f8', shape: [2, 2], data: new Float64Array([1, 2, 3, 4]) },
  ]);
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
  ['an empty file', new Uint8Array(), /not a zip/],
  ['no zip', new Uint8Array(100), /not a zip/],
  ['a size that deflate cannot give', patched(zeros, 24, 1_000_000_000), /zip bomb/],
  ['packed bytes beyond the file', patched(zeros, 20, 0xfffffff), /cut off/],
  ['a size too small', patched(zeros, 24, 5000), /CRC-32/],
  ['a wrong checksum', patched(zipSync({ 'a.npy': one }), 16, 0), /CRC-32/],
  ['a path upwards', zipSync({ '../a.npy': one }), /unsafe/],
  ['an absolute path', zipSync({ '/a.npy': one }), /unsafe/],
  ['a drive', zipSync({ 'C:a.npy': one }), /unsafe/],
  ['a control character', zipSync({ 'a\nb.npy': one }), /unsafe/],
  ['another kind of entry', zipSync({ 'read.me': one }), /end in \.npy/],
  ['an encrypted entry', patched(zipSync({ 'a.npy': one }), 8, 1), /encrypted/],
])('refuses %s', (_, bytes, message) => {
  expect(() => readNpz(bytes, where)).toThrow(message);
  expect(() => readNpz(bytes, where)).toThrow(FiberscopeError);
});

test('refuses a bomb by its total before unpacking, in headers too', () => {
  const bytes = zipSync({ 'a.npy': writeNpy(new Float32Array(1000), [1000]), 'b.npy': one });
  expect(() => readNpz(bytes, where, undefined, 4100)).toThrow(/at most 4100 bytes unpacked/);
  expect(() => readNpzHeaders(bytes, where, 4100)).toThrow(/at most 4100 bytes unpacked/);
});

test('refuses entries that lie over each other, and names that come twice', () => {
  const bytes = zipSync({ 'a.npy': one, 'b.npy': one }, { level: 0 });
  const view = new DataView(bytes.buffer);
  const directory = view.getUint32(bytes.length - 6, true);
  const second = directory + 46 + 5;
  const overlapping = bytes.slice();
  new DataView(overlapping.buffer).setUint32(second + 42, view.getUint32(directory + 42, true), true);
  expect(() => readNpz(overlapping, where)).toThrow(/side by side/);
  const twice = bytes.slice();
  twice[second + 46] = 'a'.charCodeAt(0);
  expect(() => readNpz(twice, where)).toThrow(/distinct entry names, got 'a.npy' twice/);
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
