import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readJson } from '../../src/document/json.js';
import { json } from './arbitrary.js';

/** What JSON.parse says: the value, or undefined for a refusal. */
function platform(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

test('agrees with JSON.parse on texts that JSON.stringify writes', () => {
  fc.assert(
    fc.property(json, fc.constantFrom(undefined, 1, '\t'), (value, space) => {
      const text = JSON.stringify(value, null, space);
      expect(readJson(text)).toEqual({ ok: true, value: JSON.parse(text) });
    }),
  );
});

test('accepts and refuses what JSON.parse accepts and refuses, whatever is put into a text or cut out of it', () => {
  const scrap = fc.constantFrom(
    '',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\',
    '\\u00e9',
    '\\x',
    '0',
    '-',
    '1e5',
    '.5',
    ' ',
    '\n',
    'null',
    'tru',
    '\u0001',
    '//',
  );
  fc.assert(
    fc.property(json, fc.nat(), fc.nat({ max: 4 }), scrap, (value, where, cut, put) => {
      const whole = JSON.stringify(value);
      const at = where % (whole.length + 1);
      const text = whole.slice(0, at) + put + whole.slice(at + cut);
      const expected = platform(text);
      const result = readJson(text);
      if (!result.ok && /there twice|not allowed|number below/.test(result.message)) return;
      expect(result.ok, text).toBe(expected !== undefined);
      if (result.ok && expected) expect(JSON.stringify(result.value)).toBe(JSON.stringify(expected.value));
    }),
    { numRuns: 1000 },
  );
});

test('a byte order mark is skipped, −0 becomes 0, and long or deep text does no harm', () => {
  expect(readJson('\ufeff[-0, -0.0]')).toEqual({ ok: true, value: [0, 0] });
  const long = 'x'.repeat(5_000_000);
  expect(readJson(JSON.stringify(long))).toEqual({ ok: true, value: long });
  expect(readJson('['.repeat(1_000_000))).toEqual({
    ok: false,
    message: 'line 1, column 33: expected at most 32 levels of nesting',
  });
});
