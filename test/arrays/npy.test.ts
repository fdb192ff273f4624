import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readArrayHeaders } from '../../src/arrays/array-file.js';
import type { ArrayData } from '../../src/arrays/dtype.js';
import { readNpy, writeNpy } from '../../src/arrays/npy.js';
import { FiberscopeError } from '../../src/catalog/errors.js';
import { product } from '../../src/catalog/shape.js';
import { fixture } from './fixtures.js';
import { readArray } from './one.js';

const read = (name: string) => readArray(name, fixture(name), 'array');
const npy = (header: string, numbers = 0, version = 1): Uint8Array => {
  const text = new TextEncoder().encode(header);
  const head = version === 1 ? [text.length & 255, text.length >> 8] : [text.length & 255, text.length >> 8, 0, 0];
  return new Uint8Array([
    ...[0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0],
    ...head,
    ...text,
    ...new Array<number>(numbers).fill(0),
  ]);
};

// What numpy was given, in fixtures/make.py.
test.each([
  ['f4.npy', 'f4', [2, 3], [1.5, -2, 0.25, 3, Math.fround(1e-3), -0]],
  ['f8-big-endian.npy', 'f8', [2, 3], [1.5, -2, 0.25, 3, 1e-3, -0]],
  ['f4-fortran.npy', 'f4', [2, 3, 4], Array.from({ length: 24 }, (_, i) => i)],
  ['i1.npy', 'i1', [3], [-128, 0, 127]],
  ['i2.npy', 'i2', [3], [-32768, 0, 32767]],
  ['i4.npy', 'i4', [3], [-(2 ** 31), 0, 2 ** 31 - 1]],
  ['i8.npy', 'i8', [3], [-(2 ** 53) + 1, 0, 2 ** 53 - 1]],
  ['u1.npy', 'u1', [2], [0, 255]],
  ['u2.npy', 'u2', [2], [0, 65535]],
  ['u4.npy', 'u4', [2], [0, 2 ** 32 - 1]],
  ['u8.npy', 'u8', [2], [0, 2 ** 53 - 1]],
  ['b1.npy', 'b1', [3], [1, 0, 1]],
  ['scalar.npy', 'f8', [], [2.5]],
  ['empty.npy', 'f4', [0, 3], []],
  ['version-2.npy', 'f4', [2, 3], [1.5, -2, 0.25, 3, Math.fround(1e-3), -0]],
  ['version-3.npy', 'f4', [2, 3], [1.5, -2, 0.25, 3, Math.fround(1e-3), -0]],
])('reads %s as numpy wrote it', (name, dtype, shape, values) => {
  const array = read(name);
  expect(array).toMatchObject({ name: 'array', dtype, shape });
  expect([...array.data]).toEqual(values);
  expect(readArrayHeaders(name, fixture(name))).toEqual([{ name: 'array', dtype, shape }]);
});

test('reads every kind of float16', () => {
  const values = [...read('f2.npy').data];
  expect(values.slice(0, 8)).toEqual([0, -0, 1, 65504, 2 ** -24, 1364 / 4096, Infinity, -Infinity]);
  expect(values[8]).toBeNaN();
});

test.each([
  ['object.npy', /Python objects; objects are never loaded/],
  ['structured.npy', /structured dtype/],
  ['complex.npy', /dtype '<c16'/],
  ['text.npy', /dtype '<U3'/],
  ['i8-too-large.npy', /whole numbers below 2⁵³, got 9007199254740993 at index 1/],
])('refuses %s', (name, message) => {
  expect(() => read(name)).toThrow(FiberscopeError);
  expect(() => read(name)).toThrow(message);
  expect(() => read(name)).toThrow(`file '${name}'`);
});

test.each([
  ['other magic', new Uint8Array(64), /expected a \.npy file/],
  ['nothing', new Uint8Array(), /expected a \.npy file/],
  ['version 4', npy('', 0, 4), /version 1, 2 or 3, got version 4/],
  ['a header over the cap', npy(' '.repeat(10_001)), /at most 10000 bytes, got 10001/],
  ['a header cut off', npy(`{'descr': '<f4'`).subarray(0, 20), /cut off/],
  ['an expression', npy(`{'descr': __import__('os'), 'fortran_order': False, 'shape': (1,)}`, 4), /as numpy writes it/],
  ['a call in the shape', npy(`{'descr': '<f4', 'fortran_order': False, 'shape': (f(),)}`, 4), /as numpy writes it/],
  ['a negative side', npy(`{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}`), /as numpy writes it/],
  ['a fractional side', npy(`{'descr': '<f4', 'fortran_order': False, 'shape': (1.5,)}`), /as numpy writes it/],
  ['a key twice', npy(`{'descr': '<f4', 'descr': '<f4'}`), /one 'descr', got two/],
  ['a foreign key', npy(`{'descr': '<f4', '__proto__': 1}`), /got '__proto__'/],
  ['a key missing', npy(`{'descr': '<f4', 'shape': (1,)}`, 4), /got 2 of them/],
  ['text after it', npy(`{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} + 1`, 4), /nothing after the header/],
  ['a huge shape', npy(`{'descr': '<f4', 'fortran_order': False, 'shape': (99999999, 99999999, 9)}`), /fewer than 2⁵³/],
  ['too many axes', npy(`{'descr': '<f4', 'fortran_order': False, 'shape': (${'1,'.repeat(33)})}`), /at most 32 axes/],
  ['too few numbers', npy(`{'descr': '<f4', 'fortran_order': False, 'shape': (3,)}`, 8), /the file is cut off/],
  ['too many numbers', npy(`{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}`, 8), /more than its header says/],
])('refuses %s', (_, bytes, message) => {
  expect(() => readNpy(bytes, `file 'x.npy'`)).toThrow(message);
  expect(() => readNpy(bytes, `file 'x.npy'`)).toThrow(FiberscopeError);
});

const arrays: fc.Arbitrary<{ data: ArrayData; shape: number[] }> = fc
  .array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 })
  .chain((shape) => {
    const length = product(shape);
    const size = { minLength: length, maxLength: length };
    return fc
      .oneof(fc.float32Array(size), fc.float64Array(size), fc.int8Array(size), fc.int16Array(size), fc.int32Array(size))
      .map((data) => ({ data: data as ArrayData, shape }));
  });

test('what is written is read back', () => {
  fc.assert(
    fc.property(arrays, ({ data, shape }) => {
      const bytes = writeNpy(data, shape);
      const array = readNpy(bytes, 'x');
      expect(array.shape).toEqual(shape);
      expect(array.data).toEqual(data);
      expect((bytes.length - data.byteLength) % 64).toBe(0); // as numpy aligns it
    }),
  );
});

test('truncated and corrupted files give typed errors or arrays, nothing else', () => {
  const whole = fixture('f4-fortran.npy');
  fc.assert(
    fc.property(
      fc.nat(whole.length),
      fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 4 }),
      (length, changes) => {
        const bytes = whole.slice();
        for (const [at, value] of changes) bytes[at] = value;
        try {
          readNpy(bytes.subarray(0, length), 'x');
        } catch (error) {
          expect(error).toBeInstanceOf(FiberscopeError);
        }
      },
    ),
    { numRuns: 2000 },
  );
});
