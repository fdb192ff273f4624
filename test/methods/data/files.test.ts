/** CIFAR-10, CSV and image folders as data sets. */
import { describe, expect, it } from 'vitest';
import { FiberscopeError } from '../../../src/catalog/errors.js';
import type { Inputs } from '../../../src/catalog/values.js';
import { atOnce } from '../../../src/document/slices.js';
import { zip } from '../../../src/document/zip.js';
import { cifarCount, readingCifar } from '../../../src/methods/data/cifar.js';
import { type CsvData, csvInfo, readCsvInputs } from '../../../src/methods/data/csv.js';
import { type FolderOptions, folderInfo, readImageFolder } from '../../../src/methods/data/image-folder.js';
import { fixture } from '../../arrays/fixtures.js';
import { silent } from '../fixtures.js';

const shown = ({ count, item, labels, classes }: Inputs) => ({ count, item, labels: [...(labels ?? [])], classes });

describe('CIFAR-10', () => {
  it('joins its batches', () => {
    const batch = (...records: [label: number, shade: number][]) => ({
      name: `${records.length}.bin`,
      bytes: Uint8Array.from(records.flatMap(([label, shade]) => [label, ...new Array<number>(3072).fill(shade)])),
    });
    const inputs = atOnce(readingCifar([batch([3, 51], [9, 102]), batch([0, 255])], 'train'));
    expect(shown(inputs)).toMatchObject({ count: 3, item: [3, 32, 32], labels: [3, 9, 0] });
    expect([0, 3072, 6144].map((at) => inputs.x[at])).toEqual([0.2, 0.4, 1].map(Math.fround));
    expect(inputs.classes![9]).toBe('truck');
    expect(inputs.source).toBe('3 images of 2.bin, 1.bin');
  });

  it('takes them out of an archive, in their order, beside files', () => {
    const archive = { name: 'cifar.tar.gz', bytes: fixture('cifar/gnu.tar.gz') };
    const file = { name: 'own.bin', bytes: new Uint8Array(3073) };
    expect(cifarCount(archive.bytes, archive.name, 'train')).toBe(5);
    const inputs = atOnce(readingCifar([archive, file], 'train'));
    expect([...inputs.labels!]).toEqual([1, 2, 3, 2, 3, 0]);
    expect([0, 1, 2, 3, 4, 5].map((i) => Math.round(255 * inputs.x[3072 * i]!))).toEqual([10, 11, 12, 20, 21, 0]);
    expect(inputs.source).toBe('6 images of cifar.tar.gz (training), own.bin');
    expect([...atOnce(readingCifar([file, archive], 'all')).labels!]).toEqual([0, 1, 2, 3, 2, 3, 9]);
  });
});

describe('CSV', () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const usual: CsvData = { delimiter: ',', header: true, label: 'y', leaveOut: [], divide: 1 };

  it('gives vectors with labels', async () => {
    const inputs = await readCsvInputs(bytes('y,a,b\nno,1,2\nyes,3,4\n'), 'x.csv', usual, silent);
    expect(shown(inputs)).toEqual({ count: 2, item: [2], labels: [0, 1], classes: ['no', 'yes'] });
    expect([...inputs.x]).toEqual([1, 2, 3, 4]);
  });

  it('gives images, channels first, divided', async () => {
    const line = Array.from({ length: 12 }, (_, i) => 17 * i);
    const text = bytes(`${['y', ...line.map((_, i) => `p${i}`)].join()}\n5,${line.join()}\n`);
    const inputs = await readCsvInputs(text, 'x.csv', { ...usual, image: [2, 2, 3], divide: 255 }, silent);
    expect(shown(inputs)).toMatchObject({ count: 1, item: [3, 2, 2], labels: [5] });
    const places = [0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11]; // of the row, in order of channel, row, column
    expect([...inputs.x]).toEqual(places.map((i) => Math.fround((17 * i) / 255)));
    expect(csvInfo(text, 'x.csv', { ...usual, image: [2, 2, 3] })).toEqual({ count: 1, item: [3, 2, 2], classes: 6 });
    expect(() => csvInfo(text, 'x.csv', { ...usual, image: [3, 3, 1] })).toThrow(
      `parameter 'image': expected height × width × channels = 12, the columns of numbers, got 3 × 3 × 1 = 9; change`,
    );
  });
});

describe('image folders', () => {
  const colour: FolderOptions = { colour: true };
  const pets = fixture('images/pets.zip');
  const q = (y: number, x: number, c: number): number => 20 + 3 * x + 2 * y + 20 * c; // fixtures/images/make.py

  it('read all images by class, in colour', async () => {
    const inputs = await readImageFolder(pets, 'pets.zip', colour, silent);
    expect(shown(inputs)).toEqual({ count: 4, item: [3, 24, 40], labels: [0, 0, 1, 1], classes: ['cat', 'dog'] });
    for (const [i, x] of inputs.x.entries()) {
      const [image, c, place] = [Math.floor(i / 2880), Math.floor(i / 960) % 3, i % 960];
      const expected = q(Math.floor(place / 40), place % 40, image === 1 ? 0 : c); // 9.jpg is grey
      expect(Math.abs(255 * x - expected)).toBeLessThan(13);
    }
  });

  it('read them in grey, in another size: Y = 0.299 R + 0.587 G + 0.114 B over four pixels', async () => {
    const options: FolderOptions = { colour: false, size: [12, 20] };
    expect(folderInfo(pets, 'pets.zip', options)).toEqual({ count: 4, item: [1, 12, 20], classes: 2 });
    const inputs = await readImageFolder(pets, 'pets.zip', options, silent);
    const grey = 0.587 * 20 + 0.114 * 40;
    for (let place = 0; place < 240; place++) {
      const [y, x] = [2 * Math.floor(place / 20) + 0.5, 2 * (place % 20) + 0.5];
      expect(Math.abs(255 * inputs.x[240 + place]! - q(y, x, 0))).toBeLessThan(3);
      expect(Math.abs(255 * inputs.x[480 + place]! - q(y, x, 0) - grey)).toBeLessThan(3);
    }
  });

  it('of several sizes have to be brought to one', async () => {
    const mixed = zip(
      new Map([
        ['a/1.png', fixture('images/rgb-8.png')],
        ['b/1.jpg', fixture('images/444.jpg')],
      ]),
    );
    expect(() => folderInfo(mixed, 'm.zip', colour)).toThrow(
      `file 'm.zip': expected images of one size, 13 × 9 as 'a/1.png', got 40 × 24 in 'b/1.jpg'; choose a size that all are brought to`,
    );
    const inputs = await readImageFolder(mixed, 'm.zip', { ...colour, size: [5, 4] }, silent);
    expect(inputs.item).toEqual([3, 5, 4]);
  });

  it('of many, only some are looked at before a run; the others are found while they are read', async () => {
    const jpeg = fixture('images/444.jpg');
    const files = Array.from({ length: 402 }, (_, i) => [`a/${1000 + i}.jpg`, jpeg] as [string, Uint8Array]);
    const odd = zip(new Map([...files.with(401, ['a/1401.png', fixture('images/rgb-8.png')])]), 0);
    expect(folderInfo(odd, 'm.zip', colour)).toMatchObject({ count: 402, item: [3, 24, 40] });
    await expect(readImageFolder(odd, 'm.zip', colour, silent)).rejects.toThrow(
      `file 'm.zip': expected images of one size, 40 × 24 as 'a/1000.jpg', got 13 × 9 in 'a/1401.png'; choose a size`,
    );
  });

  it('stop when they are told to', async () => {
    const jpeg = fixture('images/444.jpg');
    const many = zip(new Map(Array.from({ length: 5000 }, (_, i) => [`a/${i}.jpg`, jpeg])), 0);
    const controller = new AbortController();
    const control = { signal: controller.signal, progress: () => controller.abort() };
    const error = await readImageFolder(many, 'm.zip', colour, control).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(FiberscopeError);
    expect((error as FiberscopeError).kind).toBe('cancelled');
  });
});
