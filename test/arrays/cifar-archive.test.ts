/** CIFAR-10's archive: by Python's tarfile in three formats and by GNU tar, other versions of it, damaged and hostile ones. */
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CifarPart, cifarBatches, isArchive, readingArchive } from '../../src/arrays/cifar-archive.js';
import { atOnce } from '../../src/document/slices.js';
import { fileFaultOf } from './file-fault.js';
import { fixture } from './fixtures.js';

const ustar = fixture('cifar/ustar.tar.gz');
const gzip = (bytes: Uint8Array) => new Uint8Array(gzipSync(bytes));
const tar = new Uint8Array(gunzipSync(ustar));

/** Labels and first pixels of the batches, by their place. */
function read(bytes: Uint8Array, part: CifarPart): string[] {
  const found: string[] = [];
  atOnce(
    readingArchive(bytes, 'x.tar.gz', part, (batch, data) => {
      found[batch] = Array.from({ length: data.length / 3073 }, (_, i) =>
        data.subarray(3073 * i, 3073 * i + 2).join('/'),
      ).join(' ');
    }),
  );
  return found;
}
const fault = (bytes: Uint8Array, part: CifarPart = 'all'): string => fileFaultOf(() => read(bytes, part));
/** The archive with a file's header changed, and its checksum put right. */
function changed(at: number, bytes: readonly number[]): Uint8Array {
  const made = tar.slice();
  made.set(bytes, at);
  const header = Math.floor(at / 512) * 512;
  const sum = made.subarray(header, header + 512).reduce((all, byte, i) => all + (i >= 148 && i < 156 ? 32 : byte), 0);
  made.set(new TextEncoder().encode(`${sum.toString(8).padStart(6, '0')}\0 `), header + 148);
  return made;
}
/** Where the header of a file is. */
const headerOf = (name: string): number => Buffer.from(tar).indexOf(`cifar-10-batches-bin/${name}`);
/** The archive saying that it unpacks to so many bytes. */
function claiming(size: number): Uint8Array {
  const made = ustar.slice();
  new DataView(made.buffer).setUint32(made.length - 4, size, true);
  return made;
}

describe('an archive of CIFAR-10', () => {
  it.each(['ustar.tar.gz', 'gnu.tar.gz', 'pax.tar.gz', 'plain.tar'])('is read as it comes: %s', (name) => {
    const bytes = fixture(`cifar/${name}`);
    expect(isArchive(bytes)).toBe(true);
    expect(cifarBatches(bytes, name, 'all')).toEqual([
      { name: 'data_batch_1.bin', records: 3 },
      { name: 'data_batch_2.bin', records: 2 },
      { name: 'test_batch.bin', records: 1 },
    ]);
    expect(read(bytes, 'train')).toEqual(['1/10 2/11 3/12', '2/20 3/21']); // in order, though the second comes first
    expect(read(bytes, 'test')).toEqual(['9/200']);
    expect(read(bytes, 'all')).toHaveLength(3);
  });

  it.each([
    [
      'the version for Python',
      fixture('cifar/python.tar.gz'),
      'got the version for Python, whose pickled objects are programs; choose cifar-10-binary.tar.gz',
    ],
    ['CIFAR-100', fixture('cifar/hundred.tar.gz'), 'expected the binary version of CIFAR-10, got CIFAR-100'],
    [
      'another gzip file',
      gzip(new Uint8Array(9999).fill(1)),
      'expected a tar archive, got other data; choose an archive, or unpack it',
    ],
    [
      'an empty gzip file',
      gzip(new Uint8Array()),
      'expected data_batch_1.bin to data_batch_5.bin or test_batch.bin in the archive, got none',
    ],
    ['an archive of nothing', gzip(new Uint8Array(1024)), 'in the archive, got none'],
    ['an archive of other files', changed(headerOf('data_batch_1.bin') + 21, [120]), 'none'],
    [
      'a batch that is no records',
      gzip(changed(headerOf('test_batch.bin') + 134, [0x36])),
      `batch 'test_batch.bin': expected records of 3,073 bytes, got 3,078 bytes, 5 beyond`,
    ],
    [
      'a batch twice',
      gzip(changed(headerOf('data_batch_2.bin') + 32, [0x31])),
      `expected each batch once, got 'data_batch_1.bin' twice`,
    ],
    [
      'a size that is no number',
      gzip(changed(headerOf('data_batch_2.bin') + 124, [0x80])),
      'expected a whole tar archive, got one that is damaged',
    ],
    [
      'a wrong checksum',
      gzip(tar.with(headerOf('readme.html') + 10, 7)),
      'expected a whole tar archive, got one that is damaged',
    ],
    ['a cut tar', gzip(tar.subarray(0, 9000)), 'expected a whole tar archive, got one that is cut off; fetch it again'],
    ['a cut gzip file', ustar.subarray(0, -20), 'expected a whole gzip file, got one that is damaged or cut off'],
    ['a damaged gzip file', ustar.with(200, ustar[200]! ^ 255), 'got one that is damaged; fetch it again'],
    [
      'a claim of too few bytes',
      claiming(60e6),
      'expected 184 MB to 268 MB unpacked, as six batches take, got 60 MB; the archive is cut off',
    ],
    ['a claim of too many', claiming(4e9), 'unpacked, as six batches take, got 4 GB'],
    [
      'less than a large one claims',
      claiming(185e6),
      `batch 'data_batch_2.bin': expected 10,000 records of 3,073 bytes, got 6,146 bytes; fetch the archive again`,
    ],
  ])('is refused where it is %s', (_, bytes, message) => {
    expect(fault(bytes)).toContain(message);
  });

  it('without a part says so', () => {
    const only = gzip(changed(headerOf('test_batch.bin') + 21, [120]));
    expect(fault(only, 'test')).toBe(
      `file 'x.tar.gz': expected the test batch, got data_batch_1.bin, data_batch_2.bin; choose another part of the archive`,
    );
    expect(fault(only, 'train')).toBe('none');
  });

  it('that unpacks to much more than it says is refused before it is unpacked', () => {
    const bomb = gzip(new Uint8Array(2 ** 26));
    new DataView(bomb.buffer, bomb.byteOffset).setUint32(bomb.length - 4, 4096, true);
    const before = process.memoryUsage().arrayBuffers;
    expect(fault(bomb)).toContain('got more; the file is not what its header says');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 25);
  });

  it('damaged gives batches or a typed error', () => {
    const changes = fc.array(fc.tuple(fc.nat(tar.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(fc.boolean(), changes, fc.nat(tar.length), (packed, edits, cut) => {
        const bytes = tar.slice(0, cut % 3 === 0 ? cut : tar.length);
        for (const [at, value] of edits) if (at < bytes.length) bytes[at % 2048] = value;
        fault(packed ? gzip(bytes) : bytes, 'train');
      }),
      { numRuns: 200 },
    );
  });
});
