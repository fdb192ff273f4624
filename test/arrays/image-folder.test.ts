/** Folders of images in a .zip, by Python's zipfile and our own. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imageFolder, readImage } from '../../src/arrays/image-folder.js';
import { zip } from '../../src/document/zip.js';
import { fileFaultIn } from './file-fault.js';
import { fixture } from './fixtures.js';

const pets = fixture('images/pets.zip');
const png = fixture('images/rgb-8.png');
const jpeg = fixture('images/444.jpg');
const packed = (files: Readonly<Record<string, Uint8Array>>) => zip(new Map(Object.entries(files)));
const paths = (bytes: Uint8Array) => imageFolder(bytes, 'x.zip').images.map(({ path, label }) => [path, label]);

async function readAll(bytes: Uint8Array): Promise<void> {
  const { images } = imageFolder(bytes, 'x.zip');
  for (const image of images) await readImage(bytes, image, 'x.zip');
}
const fault = (bytes: Uint8Array): Promise<string> => fileFaultIn(readAll(bytes));

describe('image folders', () => {
  it('are classes by their names, images in the order of their paths, and sizes from their starts', () => {
    const { classes, images, sizes, others } = imageFolder(pets, 'pets.zip');
    expect(classes).toEqual(['cat', 'dog']);
    expect(images.map(({ path, label }) => [path, label])).toEqual([
      ['pets/cat/10.jpg', 0],
      ['pets/cat/9.jpg', 0],
      ['pets/dog/1.jpeg', 1],
      ['pets/dog/b/2.JPG', 1],
    ]);
    expect(sizes.map(({ path }) => path)).toEqual(images.map(({ path }) => path));
    expect(sizes.every(({ height, width }) => height === 24 && width === 40)).toBe(true);
    expect(others).toBe(2);
  });

  it('decode what is in them, whatever the ending says', async () => {
    const bytes = packed({ 'a/1.jpg': png, 'b/2.png': jpeg });
    const { images } = imageFolder(bytes, 'x.zip');
    const [first, second] = await Promise.all(images.map((image) => readImage(bytes, image, 'x.zip')));
    expect(first).toMatchObject({ height: 9, width: 13 });
    expect(second).toMatchObject({ height: 24, width: 40 });
  });

  it('may share folders, as long as each image keeps one of its own', () => {
    expect(paths(packed({ 'x/y/a/1.png': png, 'x/y/b/1.png': png }))).toEqual([
      ['x/y/a/1.png', 0],
      ['x/y/b/1.png', 1],
    ]);
    expect(imageFolder(packed({ 'x/a/1.png': png, 'x/a/2.png': png }), 'x.zip').classes).toEqual(['a']);
    expect(imageFolder(packed({ 'a/1.png': png }), 'x.zip').classes).toEqual(['a']);
    expect(imageFolder(packed({ 'a/1.png': png, 'a/b/2.png': png, 'c/3.png': png }), 'x.zip').classes).toEqual([
      'a',
      'c',
    ]);
  });

  it.each([
    ['no archive', new Uint8Array(50), 'expected a ZIP archive, got other or cut-off data'],
    ['no images', packed({ 'a/b.txt': png }), 'expected PNG or JPEG images in folders, got 1 other file;'],
    [
      'images outside folders',
      packed({ '1.png': png, 'a/2.png': png }),
      `in the folder of its class, got '1.png' outside`,
    ],
    ['images by name only', packed({ 'a/1.png': new Uint8Array(99) }), `image 'a/1.png': expected a PNG or JPEG image`],
    ['a JPEG without a frame', packed({ 'a/1.jpg': jpeg.subarray(0, 30) }), 'expected a JPEG image whose frame begins'],
    [
      'a cut JPEG',
      packed({ 'a/1.jpg': jpeg.subarray(0, 700) }),
      `image 'a/1.jpg': expected a JPEG image, got one that`,
    ],
    ['a cut PNG', packed({ 'a/1.png': png.subarray(0, 80) }), 'expected a whole PNG image, got one that is cut off'],
  ])('refuse %s', async (_, bytes, message) => {
    expect(await fault(bytes)).toContain(message);
  });

  it('damaged give images or a typed error', async () => {
    const changes = fc.array(fc.tuple(fc.nat(pets.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(changes, fc.nat(pets.length), async (edits, cut) => {
        const bytes = pets.slice(0, cut % 3 === 0 ? cut : pets.length);
        for (const [at, value] of edits) if (at < bytes.length) bytes[at] = value;
        await fault(bytes);
      }),
      { numRuns: 150 },
    );
  });
});
