import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readArrayHeaders, readArrays } from '../../src/arrays/array-file.js';
import { readSafetensors } from '../../src/arrays/safetensors.js';
import { FiberscopeError } from '../../src/catalog/errors.js';
import { fixture } from './fixtures.js';

const where = `file 'x.safetensors'`;
const file = (header: unknown, block = 0): Uint8Array => {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const out = new Uint8Array(8 + text.length + block);
  new DataView(out.buffer).setBigUint64(0, BigInt(text.length), true);
  out.set(text, 8);
  return out;
};
const f32 = (from: number, to: number, shape: unknown = [(to - from) / 4]) => ({
  dtype: 'F32',
  shape,
  data_offsets: [from, to],
});

test('reads layers.safetensors as it was written', () => {
  const bytes = fixture('layers.safetensors');
  expect(readArrayHeaders('layers.safetensors', bytes)).toEqual([
    { name: '0.weight', dtype: 'f4', shape: [2, 3] },
    { name: '0.bias', dtype: 'f2', shape: [2] },
    { name: 'half', dtype: 'bf16', shape: [3] },
    { name: 'steps', dtype: 'i8', shape: [] },
    { name: 'mask', dtype: 'b1', shape: [2] },
  ]);
  expect(readArrays('layers.safetensors', bytes).map((array) => [...array.data])).toEqual([
    [1.5, -2, 0.25, 3, Math.fround(1e-3), -0],
    [0.5, -0.25],
    [1, -2.5, 3.140625],
    [1234],
    [1, 0],
  ]);
});

const huge = new Uint8Array(64);
huge.fill(255, 0, 8);
test.each([
  ['nothing', new Uint8Array(3), /cut off/],
  ['a header over the cap', huge, /header of at most 8388608 bytes/],
  ['a header cut off', file({ a: f32(0, 4) }, 4).subarray(0, 20), /cut off/],
  ['no JSON', file('{"a": f()}'), /JSON header/],
  ['a list', file('[]'), /JSON object/],
  ['a number as tensor', file({ a: 3 }), /array 'a'/],
  ['float8', file({ a: { dtype: 'F8_E4M3', shape: [1], data_offsets: [0, 1] } }, 1), /dtype "F8_E4M3"/],
  ['a shape that its bytes do not fit', file({ a: f32(0, 4, [2]) }, 4), /8 bytes for f4 \[2\], got offsets \[0, 4\]/],
  ['a negative side', file({ a: f32(0, 4, [-1]) }, 4), /whole numbers/],
  ['a hole', file({ a: f32(0, 4), b: f32(8, 12) }, 12), /array 'b': expected data at byte/],
  ['an overlap', file({ a: f32(0, 8), b: f32(4, 12) }, 12), /array 'b': expected data at byte/],
  ['data cut off', file({ a: f32(0, 8) }, 4), /cut off/],
  ['more data', file({ a: f32(0, 4) }, 8), /expected \d+ bytes, got/],
  [
    'a name twice',
    file(
      '{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}',
      2,
    ),
    /data at byte/,
  ],
])('refuses %s', (_, bytes, message) => {
  expect(() => readSafetensors(bytes, where)).toThrow(message);
  expect(() => readSafetensors(bytes, where)).toThrow(FiberscopeError);
});

test('a tensor may be called __proto__', () => {
  const bytes = file('{"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', 1);
  expect(readSafetensors(bytes, where)).toEqual([
    { name: '__proto__', dtype: 'u1', shape: [1], data: new Uint8Array(1) },
  ]);
});

test('truncated and corrupted files give typed errors or arrays, nothing else', () => {
  const whole = fixture('layers.safetensors');
  fc.assert(
    fc.property(
      fc.nat(whole.length),
      fc.boolean(),
      fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 4 }),
      (length, cut, changes) => {
        const bytes = whole.slice();
        for (const [at, value] of changes) bytes[at] = value;
        try {
          readSafetensors(cut ? bytes.subarray(0, length) : bytes, where);
        } catch (error) {
          expect(error).toBeInstanceOf(FiberscopeError);
        }
      },
    ),
    { numRuns: 2000 },
  );
});
