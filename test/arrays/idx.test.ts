/** IDX files, gzip or not: hand-made, by Python's gzip, damaged and hostile. */
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gunzipping } from '../../src/arrays/gzip.js';
import { readIdxHeader, readingIdx } from '../../src/arrays/idx.js';
import { atOnce } from '../../src/document/slices.js';
import { fileFaultOf } from './file-fault.js';
import { fixture } from './fixtures.js';

const where = `file 'x'`;
/** An IDX file of these sides and bytes. */
function idx(shape: readonly number[], data: ArrayLike<number>, type = 8): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * shape.length + data.length);
  bytes.set([0, 0, type, shape.length]);
  const view = new DataView(bytes.buffer);
  shape.forEach((side, axis) => {
    view.setUint32(4 + 4 * axis, side);
  });
  bytes.set(data, 4 + 4 * shape.length);
  return bytes;
}
const packed = (bytes: Uint8Array) => new Uint8Array(gzipSync(bytes));
const small = idx([2, 1, 3], [1, 2, 3, 4, 5, 255]);

const readIdx = (bytes: Uint8Array) => atOnce(readingIdx(bytes, where));

const fault = (bytes: Uint8Array): string => fileFaultOf(() => readIdx(bytes));

describe('an IDX file', () => {
  it.each([
    ['plain', small],
    ['gzip', packed(small)],
  ])('reads a %s file', (_, bytes) => {
    expect(readIdxHeader(bytes, where)).toEqual({ shape: [2, 1, 3], count: 6, start: 16 });
    const { shape, data } = readIdx(bytes);
    expect(shape).toEqual([2, 1, 3]);
    expect([...data]).toEqual([1, 2, 3, 4, 5, 255]);
  });

  it('reads what Python’s gzip wrote, with a name in its header', () => {
    const { shape, data } = readIdx(fixture('images/images.idx.gz'));
    expect(shape).toEqual([2, 2, 3]);
    expect([...data]).toEqual(Array.from({ length: 12 }, (_, i) => i));
  });

  it.each([
    ['an empty file', new Uint8Array(), 'expected an IDX file (two bytes 0 at its start), got another file'],
    ['another file', new TextEncoder().encode('hello'), 'expected an IDX file'],
    ['float32', idx([1], [0, 0, 0, 0], 0x0d), 'expected IDX type 0x08 (unsigned bytes), got type 0x0d'],
    ['no axes', idx([], []), 'expected 1 to 4 axes, got 0'],
    ['too many axes', idx([1, 1, 1, 1, 1], [0]), 'expected 1 to 4 axes, got 5'],
    ['a cut header', small.subarray(0, 10), 'expected a header of 16 bytes, got 10'],
    ['a cut file', small.subarray(0, 20), 'expected 22 bytes for [2, 1, 3], got 20; the file is cut off'],
    ['something behind it', Uint8Array.of(...small, 0), 'expected 22 bytes for [2, 1, 3], got 23'],
    ['sides beyond every memory', idx([4e9, 4e9, 4e9], []), 'expected fewer than 2⁵³ numbers'],
    ['too many numbers', idx([70_000, 70_000], []), 'expected at most 268 MB of numbers, got [70000, 70000]'],
    ['a cut gzip file', packed(small).subarray(0, -5), 'expected a whole gzip file'],
    ['a gzip file cut in its header', packed(small).subarray(0, 12), 'expected a whole gzip file'],
    ['a gzip file with too few numbers', packed(idx([2, 2, 3], [1])), 'expected 28 bytes for [2, 2, 3], got 17'],
    ['one that claims more than gzip packs', packed(idx([100_000_000], [1])), 'packed ones, too few'],
  ])('refuses %s', (_, bytes, message) => {
    expect(fault(bytes)).toContain(`${where}: ${message}`.slice(0, where.length + 2));
    expect(fault(bytes)).toContain(message);
  });

  it('refuses a gzip file that unpacks to more than its header says, before it is unpacked', () => {
    const bomb = packed(idx([10], new Uint8Array(2 ** 27)));
    expect(bomb.length).toBeLessThan(150_000);
    const before = process.memoryUsage().arrayBuffers;
    expect(fault(bomb)).toBe(
      `${where}: expected at most 18 bytes unpacked, got more; the file is not what its header says; fetch it again`,
    );
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 25);
  });

  it('damage gives an array or a typed error', () => {
    const random = idx(
      [9, 4, 5],
      Uint8Array.from({ length: 180 }, (_, i) => (i * i * 31) % 251),
    );
    const changes = fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 3 });
    fc.assert(
      fc.property(fc.boolean(), changes, fc.nat(400), (gzip, edits, keep) => {
        const bytes = (gzip ? packed(random) : random).slice(0, 20 + keep);
        for (const [at, value] of edits) bytes[at % bytes.length] = value;
        fault(bytes);
      }),
      { numRuns: 500 },
    );
  });
});

describe('gzip', () => {
  const gunzip = (bytes: Uint8Array, most: number): Uint8Array => {
    const parts: number[] = [];
    atOnce(gunzipping(bytes, most, where, (part) => parts.push(...part)));
    return Uint8Array.from(parts);
  };
  const text = new TextEncoder().encode('fibers of functions');

  it('checks the checksum and the length', () => {
    const bytes = packed(text);
    expect(gunzip(bytes, 100)).toEqual(text);
    for (const at of [1, 5]) {
      const wrong = bytes.slice();
      wrong[wrong.length - at]! ^= 1;
      expect(() => gunzip(wrong, 100)).toThrow('expected a whole gzip file, got one that is damaged or cut off');
    }
  });

  it('passes over every part of a header', () => {
    const bytes = packed(text);
    const deflated = bytes.subarray(10);
    const extra = [3, 0, 7, 7, 7]; // FEXTRA, then name, comment and the header's checksum
    const name = [...'a.bin\0'].map((letter) => letter.charCodeAt(0));
    const comment = [...'what\0'].map((letter) => letter.charCodeAt(0));
    const head = [0x1f, 0x8b, 8, 4 + 8 + 16 + 2, 0, 0, 0, 0, 0, 3, ...extra, ...name, ...comment, 1, 2];
    expect(gunzip(Uint8Array.of(...head, ...deflated), 100)).toEqual(text);
  });
});
