/** PNG images of every kind, as Pillow and a plain encoder wrote them (fixtures/images/make.py). */
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pngSize, readPng } from '../../src/arrays/png-image.js';
import { joinBytes, PNG_SIGNATURE, pngChunk } from '../../src/document/png.js';
import { fileFaultOf } from './file-fault.js';
import { fixture } from './fixtures.js';

const [HEIGHT, WIDTH] = [9, 13];
/** What the fixtures show, by make.py's formula. */
const p = (y: number, x: number, c = 0): number => (37 * y + 71 * x + 101 * c + y * x) % 256;
const pixels = (channels: number, of: (y: number, x: number, c: number) => number): number[] =>
  Array.from({ length: HEIGHT * WIDTH * channels }, (_, i) => {
    const place = Math.floor(i / channels);
    return of(Math.floor(place / WIDTH), place % WIDTH, i % channels);
  });

const grey = (bits: number) => pixels(1, (y, x) => (Math.floor(p(y, x) / 2 ** (8 - bits)) * 255) / (2 ** bits - 1));
const palette = (bits: number) => pixels(3, (y, x, c) => (17 * (p(y, x) % 2 ** bits) + 50 * c) % 256);

describe('readPng', () => {
  it.each([
    ['grey-8', 1, 255, pixels(1, p)],
    ['grey-alpha-8', 1, 255, pixels(1, p)],
    ['rgb-8', 3, 255, pixels(3, p)],
    ['rgba-8', 3, 255, pixels(3, p)],
    ['grey-1', 1, 255, grey(1)],
    ['grey-16', 1, 65535, pixels(1, (y, x) => 257 * p(y, x))],
    ['palette-1', 3, 255, palette(1)],
    ['palette-2', 3, 255, palette(2)],
    ['palette-4', 3, 255, palette(4)],
    ['palette-8', 3, 255, palette(8)],
    ['filtered-rgb-8', 3, 255, pixels(3, p)],
    ['filtered-rgb-16', 3, 65535, pixels(3, (y, x, c) => 257 * p(y, x, c))],
    ['filtered-rgba-16', 3, 65535, pixels(3, (y, x, c) => 257 * p(y, x, c))],
    ['filtered-grey-4', 1, 255, grey(4)],
    ['filtered-grey-2', 1, 255, grey(2)],
    ['interlaced-rgb-8', 3, 255, pixels(3, p)],
    ['interlaced-rgb-16', 3, 65535, pixels(3, (y, x, c) => 257 * p(y, x, c))],
    ['interlaced-rgba-16', 3, 65535, pixels(3, (y, x, c) => 257 * p(y, x, c))],
    ['interlaced-grey-4', 1, 255, grey(4)],
    ['interlaced-grey-2', 1, 255, grey(2)],
  ])('reads %s', (name, channels, most, expected) => {
    const bytes = fixture(`images/${name}.png`);
    const image = readPng(bytes, 'x');
    expect(image).toMatchObject({ height: HEIGHT, width: WIDTH, channels, most });
    expect([...image.pixels]).toEqual(expected);
    expect(pngSize(bytes.subarray(0, 29), 'x')).toEqual({ height: HEIGHT, width: WIDTH });
  });
});

/** A PNG of these header bytes and rows. */
function png(width: number, height: number, depth: number, type: number, rows: Uint8Array, interlace = 0): Uint8Array {
  const head = new Uint8Array(13);
  const view = new DataView(head.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  head.set([depth, type, 0, 0, interlace], 8);
  const chunks = [
    pngChunk('IHDR', head),
    pngChunk('IDAT', new Uint8Array(deflateSync(rows))),
    pngChunk('IEND', new Uint8Array()),
  ];
  return joinBytes([PNG_SIGNATURE, ...chunks]);
}
const fault = (bytes: Uint8Array): string => fileFaultOf(() => readPng(bytes, `file 'x.png'`));

describe('faults', () => {
  const whole = fixture('images/rgb-8.png');

  it.each([
    ['another file', new Uint8Array(100), 'expected a PNG image, got other or cut-off data'],
    ['a file cut in its pixels', whole.subarray(0, 100), 'expected a whole PNG image, got one that is cut off'],
    ['a depth that is not allowed', png(1, 1, 4, 2, new Uint8Array(9)), 'got colour type 2 with 4 bits'],
    ['no pixels', png(0, 5, 8, 0, new Uint8Array()), 'expected an image of 1 to 16777216 pixels, got 0 × 5'],
    ['too many pixels', png(70_000, 70_000, 8, 0, new Uint8Array(9)), 'got 70000 × 70000; make it smaller'],
    ['too few rows', png(2, 2, 8, 0, Uint8Array.of(0, 1, 2)), 'got pixels that are damaged'],
    ['an unknown filter', png(1, 1, 8, 0, Uint8Array.of(5, 1)), 'got an unknown row filter'],
    ['no palette', png(1, 1, 8, 3, Uint8Array.of(0, 0)), 'got a colour that is not in its palette'],
  ])('%s', (_, bytes, message) => {
    expect(fault(bytes)).toContain(message);
  });

  it('a byte that was changed is seen by its checksum', () => {
    const at = whole.length - 30;
    const changed = whole.slice();
    changed[at]! ^= 1;
    expect(fault(changed)).toContain('checksum does not fit');
  });

  it('pixels that unpack to far more than the header says are not unpacked', () => {
    const bomb = png(4, 4, 8, 0, new Uint8Array(2 ** 27)); // 134 MB of zeros in 130 kB
    expect(bomb.length).toBeLessThan(150_000);
    const before = process.memoryUsage().arrayBuffers;
    expect(fault(bomb)).toContain('pixels that are damaged');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 25);
  });

  it('random damage gives an image or a typed error', () => {
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(
        fc.constantFrom('rgb-8', 'palette-4', 'interlaced-grey-2'),
        damage,
        fc.nat(200),
        (name, changes, cut) => {
          const bytes = fixture(`images/${name}.png`).slice();
          for (const [at, value] of changes) bytes[at % bytes.length] = value;
          fault(bytes.subarray(0, bytes.length - (cut < 100 ? 0 : cut - 100)));
        },
      ),
      { numRuns: 300 },
    );
  });
});
