import { createHash } from 'node:crypto';
import { crc32, deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { openBundle, packBundle } from '../../src/document/bundle.js';
import { addNode } from '../../src/document/commands.js';
import { filesOf } from '../../src/document/files.js';
import { canonicalDocument, emptyDocument, formatDocument } from '../../src/document/format.js';
import type { PipelineDocument } from '../../src/document/schema.js';
import { isInnerPath } from '../../src/document/zip.js';
import { problemLines } from './lines.js';

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'utf8'));
const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function documentWith(...files: readonly { name: string; sha256: string }[]): PipelineDocument {
  return files.reduce(
    (document, file) => addNode(document, { type: 'load-arrays', version: 1, params: { file }, at: [0, 0] }),
    emptyDocument(),
  );
}

const weights = bytesOf('weights');
const inputs = bytesOf('inputs');
const a = { name: 'case.npz', sha256: hashOf(weights) };
const b = { name: '../../etc/case.npz', sha256: hashOf(inputs) };

/** An archive entry; every field can be made to lie. */
interface Entry {
  readonly path: string;
  readonly data: Uint8Array;
  readonly packed?: Uint8Array;
  readonly size?: number;
  readonly crc?: number;
  readonly flags?: number;
  readonly method?: number;
  readonly attributes?: number;
  readonly offset?: number;
}

/** A ZIP archive written by hand after APPNOTE.TXT 4.3. */
function archive(entries: readonly Entry[], count = entries.length): Uint8Array {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const entry of entries) {
    const { path, data, packed = data, size = data.length, crc = crc32(data), flags = 0, method = 0 } = entry;
    const name = Buffer.from(path, 'utf8');
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(name.length, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(flags, 8);
    central.writeUInt16LE(method, 10);
    central.writeUInt32LE(crc, 16);
    central.writeUInt32LE(packed.length, 20);
    central.writeUInt32LE(size, 24);
    central.writeUInt16LE(name.length, 28);
    central.writeUInt32LE(entry.attributes ?? 0, 38);
    central.writeUInt32LE(entry.offset ?? at, 42);
    parts.push(local, name, Buffer.from(packed));
    directory.push(central, name);
    at += 30 + name.length + packed.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(at, 16);
  return new Uint8Array(Buffer.concat([...parts, ...directory, end]));
}

const pipeline = (document = emptyDocument()): Entry => ({
  path: 'pipeline.json',
  data: bytesOf(formatDocument(document)),
});

async function reason(bytes: Uint8Array): Promise<string> {
  const opened = await openBundle(bytes);
  return opened.ok ? 'opened' : problemLines(opened.problems);
}

test('a bundle gives back the document and its files, and unpacks by hand to a document with its files beside it', async () => {
  const document = documentWith(a, b);
  const bundle = packBundle(
    document,
    new Map([
      [a.sha256, { name: a.name, bytes: weights }],
      [b.sha256, { name: b.name, bytes: inputs }],
      ['0'.repeat(64), { name: 'unused', bytes: inputs }],
    ]),
  );
  const opened = await openBundle(bundle);
  expect(opened).toEqual({
    ok: true,
    document: canonicalDocument(document),
    files: new Map([
      [a.sha256, { name: a.name, bytes: weights }],
      [b.sha256, { name: b.name, bytes: inputs }],
    ]),
    problems: [],
  });
  const unpacked = unzipSync(bundle); // by fflate's own reader
  expect(Object.keys(unpacked).sort()).toEqual(
    ['case.npz', `files/${b.sha256.slice(0, 12)}-case.npz`, 'pipeline.json'].sort(),
  );
  expect(unpacked['case.npz']).toEqual(weights);
  expect(Buffer.from(unpacked['pipeline.json']!).toString()).toBe(formatDocument(document));
  expect(packBundle(document, new Map([[a.sha256, { name: a.name, bytes: weights }]]))).toEqual(
    packBundle(document, new Map([[a.sha256, { name: 'other', bytes: weights }]])),
  );
});

test('files of any names are packed so that the bundle opens again', async () => {
  const awkward = [
    'weights.',
    '...',
    'a/..',
    'nul\0',
    '__proto__',
    'b ',
    'x'.repeat(300),
    '\ud800',
    '\udbff',
    'pipeline.json',
    'A',
    'a',
  ];
  const posing = `files/${hashOf(bytesOf('0')).slice(0, 12)}-w`; // the path that the first would get
  const name = fc.oneof(fc.constantFrom(...awkward, posing, 'w.'), fc.string({ unit: 'binary' }));
  await fc.assert(
    fc.asyncProperty(fc.array(name, { maxLength: 6 }), async (names) => {
      const given = names.map((each, i) => ({ name: each, bytes: bytesOf(String(i)) }));
      const files = new Map(given.map((file) => [hashOf(file.bytes), file]));
      const document = documentWith(...[...files].map(([sha256, file]) => ({ name: file.name, sha256 })));
      const opened = await openBundle(packBundle(document, files));
      expect(opened.ok ? opened.problems : opened).toEqual([]);
      if (opened.ok) for (const [sha256, { bytes }] of files) expect(opened.files.get(sha256)?.bytes).toEqual(bytes);
    }),
    { examples: [...awkward.map((each) => [[each]] as [string[]]), [['w.', posing]], [['\ud800', '\udbff']]] },
  );
});

test('files are found wherever a document holds them, once each', () => {
  const document = addNode(documentWith(a, a), {
    type: 'x',
    version: 1,
    params: { deep: [{ file: b }], no: { name: 'x', sha256: 'y' }, more: { ...a, extra: 1 } },
    at: [0, 0],
  });
  expect(filesOf(document)).toEqual([a, b]);
});

test('a missing file is a warning, a file with other content is refused', async () => {
  const document = documentWith(a);
  expect(await openBundle(archive([pipeline(document)]))).toMatchObject({
    ok: true,
    problems: [{ severity: 'warning', path: 'nodes[0].params.file', node: 'load-arrays' }],
  });
  expect(await reason(archive([pipeline(document), { path: 'case.npz', data: inputs }]))).toBe(
    `nodes[0].params.file: expected the file "case.npz" with SHA-256 ${a.sha256.slice(0, 12)}…, got ${b.sha256.slice(0, 12)}…; it was changed after the document was saved`,
  );
  for (const path of ['CASE.npz', 'deep/case.npz', `files/${a.sha256.slice(0, 12)}-other`])
    expect(await openBundle(archive([pipeline(document), { path, data: weights }])), path).toMatchObject({
      ok: true,
      problems: [],
    });
});

test('what a document does not name is never unpacked: not even a bomb costs anything', async () => {
  const zeros = new Uint8Array(2 ** 20);
  const damaged = { data: zeros, packed: Uint8Array.of(1, 2, 3), method: 8 };
  const bomb = { data: zeros, packed: new Uint8Array(deflateRawSync(zeros)), method: 8, size: 4e9 };
  const opened = await openBundle(
    archive([
      pipeline(documentWith(a)),
      { path: 'case.npz', data: weights },
      { path: 'files/x.npz', ...damaged },
      { path: 'files/y.npz', ...bomb },
    ]),
  );
  expect(opened).toMatchObject({ ok: true, problems: [] });
  expect(opened.ok && [...opened.files.keys()]).toEqual([a.sha256]);
});

test('the files of a bundle may be 64 MiB and 100 times the archive, and what is packed opens again', async () => {
  const size = 2 ** 26 + 1;
  const zeros = new Uint8Array(size);
  const file = { name: 'zeros.npy', sha256: hashOf(zeros) };
  const document = documentWith(file);
  const packed = new Uint8Array(deflateRawSync(zeros));
  expect(packed.length * 100).toBeLessThan(size); // a bomb by its ratio
  const bomb = archive([pipeline(document), { path: file.name, data: zeros, packed, method: 8, size: 2 ** 30 - 1 }]);
  expect(await reason(bomb)).toBe(
    `expected at most ${2 ** 26 + 100 * bomb.length} bytes of files in an archive of ${bomb.length}, got an archive that says ${2 ** 30 - 1 + formatDocument(document).length}; put the files beside the document instead`,
  );
  const bundle = packBundle(document, new Map([[file.sha256, { name: file.name, bytes: zeros }]]));
  const opened = await openBundle(bundle);
  expect(opened.ok && opened.files.get(file.sha256)?.bytes.length).toBe(size);
});

test('other work goes on while a bundle is unpacked', async () => {
  const noise = new Uint8Array(2 ** 23);
  for (let k = 0, state = 1; k < noise.length; k++) {
    state = Math.imul(state, 0x343fd) + 0x269ec3;
    noise[k] = state >>> 24;
  }
  const file = { name: 'noise.npy', sha256: hashOf(noise) };
  const document = documentWith(file);
  const bundle = packBundle(document, new Map([[file.sha256, { name: file.name, bytes: noise }]]));
  let turns = 0;
  const turn = setInterval(() => turns++, 0);
  const opened = await openBundle(bundle);
  clearInterval(turn);
  expect(opened.ok && opened.files.size).toBe(1);
  expect(turns).toBeGreaterThan(1); // 8 MiB take many slices
});

test('paths that lead out of the archive are refused', async () => {
  const outside = [
    '../x',
    'a/../../x',
    '/etc/x',
    'C:/x',
    'a\\b',
    'x/',
    '',
    'a//b',
    '.',
    'a/./b',
    'x\u0000y',
    'x. ',
    '.../y',
  ];
  for (const path of outside) expect(isInnerPath(path), path).toBe(false);
  for (const path of ['x', 'a/b.npz', '.hidden', 'θ.npy', 'a b']) expect(isInnerPath(path), path).toBe(true);
  expect(await reason(archive([pipeline(), { path: '../evil', data: inputs }]))).toBe(
    'expected paths inside the archive, got "../evil"',
  );
  expect(await reason(archive([pipeline(), { path: '__MACOSX/', data: new Uint8Array() }]))).toBe('opened');
});

test('hostile and damaged archives are refused with a reason', async () => {
  const big = new Uint8Array(2 ** 24);
  const bomb = new Uint8Array(deflateRawSync(big));
  const naming = pipeline(documentWith({ name: 'x', sha256: b.sha256 }));
  const cases: [Uint8Array, RegExp][] = [
    [bytesOf('no archive at all, and long enough to hold an end record'), /expected a ZIP archive/],
    [new Uint8Array(0), /expected a ZIP archive/],
    [archive([{ path: 'x', data: inputs }]), /expected 'pipeline\.json' in the archive/],
    [
      archive(['a', 'b', 'c', 'd', 'e'].map((name) => ({ path: `${name}.json`, data: inputs }))),
      /expected 'pipeline\.json' or one \.json file in the archive, got 5: "a\.json", .*"d\.json", …; rename/,
    ],
    [archive([{ path: 'pipeline.json', data: bytesOf('{"format"') }]), /^line 1, column 10: expected ':'/],
    [
      // the entry after it would decompress past its size: the document's own bound comes first
      archive([
        { path: 'pipeline.json', data: big, packed: bomb, method: 8, size: 2 ** 24 + 1 },
        { path: 'x', data: big, packed: bomb, method: 8, size: 100 },
      ]),
      /expected 'pipeline\.json' of at most 16777216 bytes, got 16777217/,
    ],
    [archive([{ path: 'pipeline.json', data: new Uint8Array([0xff, 0xfe]) }]), /in UTF-8/],
    [
      archive([naming, { path: 'x', data: big, packed: bomb, method: 8, size: 100 }]),
      /decompresses past the 100 bytes/,
    ],
    [
      archive([naming, { path: 'x', data: inputs, packed: bomb, method: 8, size: 2 ** 31 }]),
      /got an archive that says 2147/,
    ],
    [archive([naming, { path: 'x', data: inputs, crc: 1 }]), /"x" is damaged/],
    [archive([naming, { path: 'x', data: inputs, size: 3 }]), /"x" is damaged/],
    [archive([naming, { path: 'x', data: inputs, flags: 1 }]), /without a password/],
    [archive([naming, { path: 'x', data: inputs, method: 12 }]), /by method 12/],
    [archive([naming, { path: 'x', data: inputs, attributes: 0xa1ff0000 }]), /got the link "x"/],
    [archive([naming, { path: 'x', data: inputs, offset: 0 }]), /files apart from each other/],
    [archive([naming, { path: 'x', data: inputs, offset: 5 }]), /"x" is damaged/],
    [archive([naming, { path: 'x', data: inputs }, { path: 'X', data: inputs }]), /"X" twice/],
    [archive([pipeline()], 900), /expected a ZIP directory/],
    [archive([pipeline()], 0xffff), /ZIP64/],
    [archive([pipeline()], 5000), /at most 1000 files/],
  ];
  for (const [bytes, message] of cases) expect(await reason(bytes)).toMatch(message);
  const whole = archive([naming, { path: 'x', data: inputs }]);
  for (let length = 0; length < whole.length; length++)
    expect(await reason(whole.subarray(0, length))).toMatch(/expected/);
  for (let at = 0; at < whole.length; at++) {
    const broken = whole.slice();
    broken[at]! ^= 0xff;
    expect(await reason(broken)).toBeTypeOf('string');
  }
});
