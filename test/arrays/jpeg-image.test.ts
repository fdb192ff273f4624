/** JPEG images as libjpeg wrote them (fixtures/images/make.py). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jpegSize, readJpeg } from '../../src/arrays/jpeg-image.js';
import { FiberscopeError } from '../../src/catalog/errors.js';
import { fixture } from './fixtures.js';

const [HEIGHT, WIDTH] = [24, 40];
/** What the fixtures show, by make.py's formula. */
const q = (y: number, x: number, c: number): number => 20 + 3 * x + 2 * y + 20 * c;

/** Greatest and mean difference from the formula, where grey stands for channel 0. */
function difference(pixels: ArrayLike<number>, grey: boolean): { most: number; mean: number } {
  let [most, sum] = [0, 0];
  for (let i = 0; i < pixels.length; i++) {
    const place = Math.floor(i / 3);
    const off = Math.abs(pixels[i]! - q(Math.floor(place / WIDTH), place % WIDTH, grey ? 0 : i % 3));
    most = Math.max(most, off);
    sum += off;
  }
  return { most, mean: sum / pixels.length };
}

describe('readJpeg', () => {
  // libjpeg's own decoder is at most 2 away from the formula (grey: 1), 0.7 on average
  it.each([
    ['444', false, 5],
    ['progressive', false, 5],
    ['grey', true, 5],
    ['420', false, 12], // colours of four pixels at once, here not smoothed
  ])('reads %s.jpg', async (name, grey, within) => {
    const bytes = fixture(`images/${name}.jpg`);
    const image = await readJpeg(bytes, 'x');
    expect(image).toMatchObject({ height: HEIGHT, width: WIDTH, channels: 3, most: 255 });
    expect(image.pixels.length).toBe(HEIGHT * WIDTH * 3);
    const { most, mean } = difference(image.pixels, grey);
    expect(most).toBeLessThanOrEqual(within);
    expect(mean).toBeLessThan(1.5);
  });
});

describe('the size in the header', () => {
  const bytes = fixture('images/444.jpg');

  it('is found in the first bytes, or not yet', () => {
    expect(jpegSize(bytes, 'x')).toEqual({ height: HEIGHT, width: WIDTH });
    expect(jpegSize(bytes.subarray(0, 40), 'x')).toBeUndefined();
  });

  it('beyond what can be read is refused', () => {
    const large = bytes.slice();
    const frame = large.findIndex((byte, i) => byte === 0xff && large[i + 1] === 0xc0);
    large.set([0xff, 0xff, 0xff, 0xff], frame + 5);
    expect(() => jpegSize(large, `file 'x.jpg'`)).toThrow(
      `file 'x.jpg': expected an image of 1 to 16777216 pixels, got 65535 × 65535; make it smaller`,
    );
  });
});

it('damage gives an image or a typed error', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('444', 'progressive', '420'),
      fc.array(fc.tuple(fc.nat(1000), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      fc.nat(900),
      async (name, changes, cut) => {
        const bytes = fixture(`images/${name}.jpg`).slice();
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        try {
          await readJpeg(bytes.subarray(0, bytes.length - (cut < 300 ? 0 : cut)), 'x');
        } catch (error) {
          if (!(error instanceof FiberscopeError && error.kind === 'file')) throw error;
        }
      },
    ),
    { numRuns: 200 },
  );
});
