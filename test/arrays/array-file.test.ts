import { expect, test } from 'vitest';
import { finiteFloat32, readArrays } from '../../src/arrays/array-file.js';
import type { NamedArray } from '../../src/arrays/dtype.js';
import { MemoryFiles } from '../../src/arrays/file-source.js';
import { fixture } from './fixtures.js';
import { readArray } from './one.js';

const array = (values: number[], shape = [values.length]): NamedArray => ({
  name: 'theta',
  dtype: 'f8',
  shape,
  data: Float64Array.from(values),
});

test('numbers that are not finite are refused with their place', () => {
  expect([...finiteFloat32(array([1, 2.5]), 'w.npz')]).toEqual([1, 2.5]);
  expect(() => finiteFloat32(array([1, 2, 3, Number.NaN, 5, Number.NaN], [2, 3]), 'w.npz')).toThrow(
    `file 'w.npz' array 'theta': expected finite numbers within float32, got NaN at [1, 0] and 1 more like it; save the file again without them`,
  );
  expect(() => finiteFloat32(array([1e300]), 'w.npz')).toThrow('got 1e+300 at [0]');
  expect(() => finiteFloat32(readArray('f2.npy', fixture('f2.npy'), 'array'), 'f2.npy')).toThrow('got Infinity at [6]');
});

test('the format follows from the name', () => {
  expect(() => readArrays('weights.pt', new Uint8Array(8))).toThrow(
    `file 'weights.pt': expected a .npy, .npz or .safetensors file, got another name`,
  );
});

test('files are known by content', async () => {
  const files = new MemoryFiles();
  const bytes = fixture('f4.npy');
  const file = await files.add('f4.npy', bytes);
  expect(file).toEqual({ name: 'f4.npy', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(files.headers(file)).toEqual([{ name: 'array', dtype: 'f4', shape: [2, 3] }]);
  expect(await files.read(file)).toBe(bytes);
  const other = { name: 'f4.npy', sha256: '0'.repeat(64) };
  expect(files.headers(other)).toBeUndefined();
  await expect(files.read(other)).rejects.toThrow(/expected SHA-256 000000000000…, got .* choose the file again/);
  await expect(files.read({ ...other, name: 'none.npy' })).rejects.toThrow(/not found .* put it beside the document/);
});

test('bytes of a SHA-256 that is only said are read once they are checked', async () => {
  const files = new MemoryFiles();
  const bytes = fixture('f4.npy');
  const file = await new MemoryFiles().add('f4.npy', bytes);
  const taken = files.take(file, bytes);
  expect(files.headers(file)).toEqual([{ name: 'array', dtype: 'f4', shape: [2, 3] }]); // at once, for a plan
  expect(await files.read(file)).toBe(bytes);
  await taken;
  const wrong = { name: 'g.npy', sha256: '0'.repeat(64) };
  const refused = files.take(wrong, Uint8Array.of(1, 2, 3));
  refused.catch(() => undefined);
  await expect(files.read(wrong)).rejects.toThrow(/'g.npy': expected SHA-256 000000000000…, got 039058c6f2c0…/);
  await expect(refused).rejects.toThrow(/expected SHA-256 000000000000…, got 039058c6f2c0…/);
  expect(files.has(wrong)).toBe(false);
  expect(files.headers(wrong)).toBeUndefined();
});

test('wrong bytes take nothing from right ones, whichever come first', async () => {
  const bytes = fixture('f4.npy');
  const wrong = Uint8Array.of(1, 2, 3);
  const known = new MemoryFiles();
  const file = await known.add('f4.npy', bytes);
  const later = known.take(file, wrong);
  expect(known.headers(file)).toHaveLength(1);
  await expect(later).rejects.toThrow(/expected SHA-256 [0-9a-f]{12}…, got 039058c6f2c0…/);
  expect(await known.read(file)).toBe(bytes);
  for (const given of [
    [bytes, wrong],
    [wrong, bytes],
  ]) {
    const files = new MemoryFiles();
    const taken = given.map((some) => files.take(file, some));
    const settled = Promise.allSettled(taken);
    expect(await files.read(file)).toBe(bytes);
    expect((await settled).map(({ status }) => status)).toEqual(
      given.map((some) => (some === bytes ? 'fulfilled' : 'rejected')),
    );
    expect(files.headers(file)).toEqual([{ name: 'array', dtype: 'f4', shape: [2, 3] }]);
  }
});

test('SHA-256 of the empty file is the published one', async () => {
  expect((await new MemoryFiles().add('empty.npy', new Uint8Array())).sha256).toBe(
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', // FIPS 180-4 example of NIST, empty message
  );
});
