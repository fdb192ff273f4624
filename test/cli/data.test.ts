/** Data sets on the command line: files beside the document, several files by --set, and results as arrays. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readArrays } from '../../src/arrays/array-file.js';
import { fixture } from '../arrays/fixtures.js';
import { mnist, mnistIsThere, requireMnist } from '../methods/data/mnist.js';
import { cli, file, folder, pipeline, written } from './harness.js';

const reference = (name: string, bytes: Uint8Array) => ({
  name,
  sha256: createHash('sha256').update(bytes).digest('hex'),
});
const arraysOf = (out: string, name: string) =>
  Object.fromEntries(
    readArrays(name, new Uint8Array(readFileSync(join(out, name)))).map((array) => [array.name, array]),
  );
const summary = (out: string, id: string) =>
  JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')).nodes[id].summary;
const run = (path: string, out: string, ...more: string[]) =>
  cli(['run', path, '--device', 'cpu', '--quiet', '--out', out, ...more]);

describe('generated and divided data', () => {
  it('come out as arrays with labels, a strip of pictures and their statistics', async () => {
    const document = pipeline(
      {
        digits: ['glyphs', { count: 40 }],
        parts: ['split', { share: 0.25, stratified: true }],
        even: ['standardise'],
      },
      ['digits.inputs parts.inputs', 'parts.test even.inputs', 'parts.train even.fit'],
    );
    const out = join(folder(), 'out');
    expect(await run(written(document), out)).toMatchObject({ code: 0, err: '' });
    const test = arraysOf(out, 'parts.test.npz');
    expect(test.x!.shape).toEqual([10, 1, 28, 28]);
    expect([...test.labels!.data].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(arraysOf(out, 'parts.train.npz').x!.shape).toEqual([30, 1, 28, 28]);
    expect(summary(out, 'parts')).toMatchObject({ 'train.count': 30, 'test.count': 10, 'test.leastOfAClass': 1 });
    expect(summary(out, 'even')).toMatchObject({ count: 10, classes: 10, constantValues: 0 });
    expect(readFileSync(join(out, 'digits.svg'), 'utf8')).toMatch(/^<svg/);
  });
});

describe('files', () => {
  it('lie beside the document', async () => {
    const into = folder();
    const [pets, table] = [fixture('images/pets.zip'), new TextEncoder().encode('kind,a,b\nlily,1,2\niris,3,4\n')];
    file('pets.zip', pets, into);
    file('t.csv', table, into);
    const document = pipeline(
      {
        pets: ['image-folder', { file: reference('pets.zip', pets) }],
        table: ['csv-data', { file: reference('t.csv', table), label: 'kind' }],
      },
      [],
    );
    const out = join(into, 'out');
    expect(await run(written(document, into), out)).toMatchObject({ code: 0, err: '' });
    expect(arraysOf(out, 'pets.inputs.npz').x!.shape).toEqual([4, 3, 24, 40]);
    const { x, labels } = arraysOf(out, 'table.inputs.npz');
    expect([...x!.data]).toEqual([1, 2, 3, 4]);
    expect([...labels!.data]).toEqual([1, 0]);
  });

  it('are set several at once, by their paths', async () => {
    const into = folder();
    const batch = (label: number) => Uint8Array.of(label, ...new Array<number>(3072).fill(51));
    const paths = [2, 5].map((label) => file(`batch_${label}.bin`, batch(label), into));
    const path = written(pipeline({ photos: ['cifar10'] }, []), into);
    const out = join(into, 'out');
    expect(await run(path, out, '--set', `photos.batches=${paths.join(',')}`)).toMatchObject({ code: 0 });
    const { x, labels } = arraysOf(out, 'photos.inputs.npz');
    expect(x!.shape).toEqual([2, 3, 32, 32]);
    expect([...labels!.data]).toEqual([2, 5]);
    const seven = paths.concat(paths, paths, paths).slice(0, 7).join(',');
    const refused = await run(path, out, '--set', `photos.batches=${seven}`);
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('expected a list of at most 6') });
  });

  it('that are damaged are said by check', async () => {
    const into = folder();
    const bytes = fixture('images/images.idx.gz').slice(0, 30);
    file('cut.gz', bytes, into);
    const document = pipeline({ digits: ['idx-images', { images: reference('cut.gz', bytes) }] }, []);
    const { code, err, out } = await cli(['check', written(document, into)]);
    expect(code).toBe(2);
    expect(err + out).toContain(`node 'digits' parameter 'images': file 'cut.gz': expected a whole gzip file, got one`);
  });
});

describe('MNIST', () => {
  requireMnist();

  if (mnistIsThere)
    it('is read and divided', async () => {
      const [images, labels] = [mnist('images'), mnist('labels')];
      const document = pipeline({ digits: ['idx-images'], some: ['subsample', { count: 50, stratified: true }] }, [
        'digits.inputs some.inputs',
      ]);
      const set = ['--set', `digits.images=${images.path}`, '--set', `digits.labels=${labels.path}`];
      const { code, out } = await cli(['run', written(document), '--device', 'cpu', '--quiet', ...set]);
      expect(code).toBe(0);
      expect(out).toMatch(/^digits \(IDX files\)\n {2}examples +10,000 × 1 × 28 × 28\n {2}classes +10$/m);
      expect(out).toMatch(/^some \(Subsample\)\n {2}examples +50 × 1 × 28 × 28\n {2}classes +10$/m);
    });
});
