import { createHash } from 'node:crypto';
import { deflateRawSync, deflateSync, inflateRawSync, inflateSync, crc32 as platformCrc } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromBase64Url, toBase64Url } from '../../src/document/base64.js';
import { crc32 } from '../../src/document/crc32.js';
import { canonicalDocument, emptyDocument, formatDocument } from '../../src/document/format.js';
import { inflate, inflateZlib } from '../../src/document/inflate.js';
import { embedDocument, extractDocument } from '../../src/document/picture.js';
import { isPng } from '../../src/document/png.js';
import { decodeShare, encodeShare } from '../../src/document/share.js';
import { pipelineDocument } from './arbitrary.js';
import { problemLines } from './lines.js';

const some = { numRuns: 60 };
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'utf8'));

test('base64url and CRC-32 agree with Node', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(toBase64Url(bytes)).toBe(Buffer.from(bytes).toString('base64url'));
      expect(fromBase64Url(toBase64Url(bytes))).toEqual(bytes);
      expect(crc32(bytes)).toBe(platformCrc(bytes));
    }),
  );
  for (const text of ['a', 'ab=d', 'ab+d', 'äbcd', 'ab d']) expect(fromBase64Url(text)).toBeUndefined();
});

test('inflates what Node deflates, and stops at its bound while inflating', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3000 }), (bytes) => {
      expect(inflate(new Uint8Array(deflateRawSync(bytes)), bytes.length)).toEqual({ ok: true, bytes });
      expect(inflateZlib(new Uint8Array(deflateSync(bytes)), bytes.length)).toEqual({ ok: true, bytes });
    }),
    some,
  );
  const bomb = new Uint8Array(deflateRawSync(new Uint8Array(200_000_000)));
  expect(bomb.length).toBeLessThan(210_000);
  expect(inflate(bomb, 1_000_000)).toEqual({ ok: false, reason: 'too large' });
  const zeros = new Uint8Array(deflateRawSync(new Uint8Array(1000)));
  expect(inflate(zeros, 999)).toEqual({ ok: false, reason: 'too large' });
  expect(inflate(zeros, 1000)).toMatchObject({ ok: true });
});

test('damaged or cut-off data is named so', () => {
  const text = bytesOf('The fiber of a function is the set of all parameters that realise it. '.repeat(40));
  const raw = new Uint8Array(deflateRawSync(text));
  for (let length = 0; length < raw.length; length++)
    expect(inflate(raw.subarray(0, length), 1e6), `cut to ${length}`).toEqual({ ok: false, reason: 'damaged' });
  const wrapped = new Uint8Array(deflateSync(text));
  for (let at = 0; at < wrapped.length; at++) {
    const broken = wrapped.slice();
    broken[at]! ^= 0x10;
    const result = inflateZlib(broken, 1e6);
    if (result.ok) expect(result.bytes, `bit in byte ${at}`).toEqual(text);
  }
});

test('a link carries the whole document', () => {
  fc.assert(
    fc.property(pipelineDocument, (document) => {
      const link = encodeShare(document);
      expect(link).toMatch(/^f1\.[\da-f]{8}\.[\w-]+$/);
      for (const fragment of [link, `#${link}`])
        expect(decodeShare(fragment)).toEqual({ ok: true, document: canonicalDocument(document) });
      const [, digits, packed] = link.split('.');
      const json = inflateRawSync(Buffer.from(packed!, 'base64url')).toString('utf8'); // by Node
      expect(createHash('sha256').update(json).digest('hex').slice(0, 8)).toBe(digits);
      expect(JSON.parse(json)).toEqual(canonicalDocument(document));
    }),
    some,
  );
});

test('a link with one wrong character opens nothing', () => {
  const link = encodeShare(emptyDocument());
  for (let at = 'f1.'.length; at < link.length; at++)
    for (const other of ['A', 'b', '0', '-']) {
      const result = decodeShare(link.slice(0, at) + other + link.slice(at + 1));
      // The last letter has bits that carry nothing.
      if (result.ok) expect(result.document, `${other} at ${at}`).toEqual(canonicalDocument(emptyDocument()));
      else if (other !== '-' && at >= 12)
        expect(result.problems[0]!.message).toMatch(/cut off or damaged|decompresses past/);
    }
});

test('hostile and broken links are refused with a reason', () => {
  const reason = (fragment: string): string => {
    const result = decodeShare(fragment);
    return result.ok ? 'opened' : problemLines(result.problems);
  };
  const link = encodeShare(emptyDocument());
  expect(reason('#settings')).toBe('expected a link that carries a document, got another');
  expect(reason(`${link.slice(0, 20)}`)).toBe(
    'expected a whole link, got one that is cut off or damaged; copy it again',
  );
  expect(reason('f1.00000000.a b')).toMatch(/characters that do not belong/);
  expect(reason(`f1.${'A'.repeat(2 ** 20)}`)).toMatch(/^expected a link of at most 1048576 characters/);
  const bomb = deflateRawSync(new Uint8Array(2 ** 26)).toString('base64url');
  expect(reason(`f1.00000000.${bomb}`)).toBe(
    'expected a document of at most 16777216 bytes, got a link that decompresses past that',
  );
  const newer = JSON.stringify({ format: 'fiberscope', version: 9 });
  const check = createHash('sha256').update(newer).digest('hex').slice(0, 8);
  expect(reason(`f1.${check}.${deflateRawSync(newer).toString('base64url')}`)).toMatch(
    /^version: this document is of version 9/,
  );
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), (text) => {
      expect(decodeShare(`f1.${text}`)).toHaveProperty('problems');
    }),
  );
});

// A PNG written with Node's zlib: one grey pixel per byte of `rows`.
function pngOf(width: number, rows: readonly (readonly number[])[], extra: readonly Uint8Array[] = []): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(rows.length, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const pixels = deflateSync(Buffer.from(rows.flatMap((row) => [0, ...row])));
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    ...extra,
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(platformCrc(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** The chunks of a PNG as the specification lays them out, with their CRCs checked by Node. */
function chunksOf(png: Uint8Array): { readonly type: string; readonly data: Buffer }[] {
  const bytes = Buffer.from(png);
  const chunks: { type: string; data: Buffer }[] = [];
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const body = bytes.subarray(at + 4, at + 8 + length);
    expect(bytes.readUInt32BE(at + 8 + length)).toBe(platformCrc(body));
    chunks.push({ type: body.toString('latin1', 0, 4), data: body.subarray(4) });
    at += 12 + length;
  }
  return chunks;
}

const picture = pngOf(2, [
  [0, 255],
  [128, 64],
]);

test('a picture carries its document and stays a picture', () => {
  fc.assert(
    fc.property(pipelineDocument, (document) => {
      const png = embedDocument(picture, document);
      expect(extractDocument(png)).toBe(formatDocument(document));
      const chunks = chunksOf(png);
      expect(chunks.map(({ type }) => type)).toEqual(['IHDR', 'IDAT', 'iTXt', 'IEND']);
      const { data } = chunks[2]!;
      expect(data.subarray(0, 15)).toEqual(Buffer.from('fiberscope\0\x01\0\0\0', 'latin1'));
      expect(inflateSync(data.subarray(15)).toString('utf8')).toBe(formatDocument(document));
      const again = embedDocument(png, emptyDocument());
      expect(chunksOf(again)).toHaveLength(4);
      expect(extractDocument(again)).toBe(formatDocument(emptyDocument()));
    }),
    some,
  );
});

test('reads uncompressed text chunks and those with a language', () => {
  const text = formatDocument(emptyDocument());
  const plain = chunk('iTXt', Buffer.from(`fiberscope\0\0\0en\0Dokument\0${text}`, 'utf8'));
  expect(extractDocument(pngOf(1, [[0]], [plain]))).toBe(text);
});

test('pictures without a whole document carry none, and what is no picture is left alone', () => {
  const png = embedDocument(picture, emptyDocument());
  expect(extractDocument(picture)).toBeUndefined();
  expect(extractDocument(bytesOf('no picture'))).toBeUndefined();
  for (let length = 0; length < png.length; length++) expect(extractDocument(png.subarray(0, length))).toBeUndefined();
  const text = formatDocument(emptyDocument());
  for (let at = 8; at < png.length; at++) {
    const broken = png.slice();
    broken[at]! ^= 0x20;
    expect([undefined, text]).toContain(extractDocument(broken));
  }
  const bomb = Buffer.concat([Buffer.from('fiberscope\0\x01\0\0\0', 'latin1'), deflateSync(new Uint8Array(2 ** 26))]);
  expect(extractDocument(pngOf(1, [[0]], [chunk('iTXt', bomb)]))).toBeUndefined();
  expect(embedDocument(bytesOf('no picture'), emptyDocument())).toEqual(bytesOf('no picture'));
  expect(isPng(picture)).toBe(true);
});

test('links of equal documents are equal', () => {
  const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
  const { nodes, ...rest } = emptyDocument();
  expect(hash(encodeShare({ ...rest, nodes }))).toBe(hash(encodeShare({ nodes, ...rest })));
});
