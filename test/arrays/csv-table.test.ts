/** CSV files: fields, columns, classes, and what is refused where. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvRecords, type Delimiter, fieldText } from '../../src/arrays/csv-records.js';
import { scanFields } from '../../src/arrays/csv-scan.js';
import { type CsvOptions, csvLayout, layoutKey, readingCsv } from '../../src/arrays/csv-table.js';
import { atOnce } from '../../src/document/slices.js';
import { fileFaultOf } from './file-fault.js';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const usual: CsvOptions = { delimiter: ',', header: true, label: '', leaveOut: [] };

function records(text: string, delimiter: Delimiter = ','): string[][] {
  const rows: string[][] = [];
  for (const record of csvRecords(bytesOf(text), delimiter, `file 'x'`))
    rows.push(Array.from({ length: record.count }, (_, i) => record.text(i)));
  return rows;
}
const layout = (text: string, options: Partial<CsvOptions> = {}) =>
  csvLayout(bytesOf(text), layoutKey('x.csv', { ...usual, ...options }));
const numbers = (text: string, options: Partial<CsvOptions> = {}) => [
  ...atOnce(readingCsv(bytesOf(text), 'x.csv', { ...usual, ...options })),
];
const fault = (text: string, options: Partial<CsvOptions> = {}): string => fileFaultOf(() => numbers(text, options));

describe('records', () => {
  it.each([
    [
      'a,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      '\ufeffa,b\r\n1,2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    ['a\r1\r', [['a'], ['1']]],
    [
      'a,\n,b\n',
      [
        ['a', ''],
        ['', 'b'],
      ],
    ],
    ['a\n\n\nb\n', [['a'], ['b']]],
    ['"a, ""b""","c\nd",\n', [['a, "b"', 'c\nd', '']]],
    ['ä,≤\n', [['ä', '≤']]],
    [' a , b ', [['a', 'b']]],
    ['', []],
  ])('%j', (text, rows) => {
    expect(records(text)).toEqual(rows);
  });

  it('of semicolons and tabs', () => {
    expect(records('a;1,5\n', ';')).toEqual([['a', '1,5']]);
    expect(records('a\tb c\n', '\t')).toEqual([['a', 'b c']]);
  });

  it('are read as RFC 4180 writes them', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '1', ',', '"', '\n', '\r', ' ', 'é'), maxLength: 6 });
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 5 }), (rows) => {
        const text = rows.map((row) => row.map((each) => `"${each.replaceAll('"', '""')}"`).join(',')).join('\r\n');
        expect(records(text)).toEqual(rows.map((row) => row.map((each) => each.trim())));
      }),
    );
  });
});

describe('fields of large files, by line ends and quotes alone', () => {
  const ends = ['\n', '\n', '\r\n', '\r'];
  const spaces = [' ', '\t', '\u00a0', '\u2028', '\ufeff'];
  const piece = fc.constantFrom('1', 'ab', ',', ',', '"', '"', '""', 'é', ...ends, ...spaces);
  /** Every record's field as text, with its line; undefined where a parser is needed. */
  const scanned = (text: string, field: number, last: boolean) => {
    const bytes = bytesOf(text);
    const found: [string, number][] = [];
    const known = scanFields(bytes, ',', field, last, (start, end, doubled, line) => {
      found.push([start < 0 ? '' : fieldText(bytes, start, end, doubled), line]);
    });
    return known ? found : undefined;
  };
  /** The same by the parser; undefined where it refuses the text, or a record lacks the field. */
  const parsed = (text: string, field: number) => {
    const found: [string, number][] = [];
    try {
      for (const record of csvRecords(bytesOf(text), ',', 'x')) {
        if (record.count <= field) return undefined;
        found.push([field < 0 ? '' : record.text(field), record.line]);
      }
    } catch {
      return undefined;
    }
    return found;
  };

  it('are those that a parser finds, or it is said that one is needed', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.constantFrom(-1, 0, 1), (parts, field) => {
        const text = parts.join('');
        const [fast, slow] = [scanned(text, field, false), parsed(text, field)];
        if (slow && fast) expect(fast).toEqual(slow);
        if (slow && !text.includes('\r')) expect(fast).toBeDefined();
      }),
      { numRuns: 3000 },
    );
  });

  it('also from the end of a record', () => {
    const cell = fc.constantFrom('1', '', ' a ', '"x,""y"""', '"b\nc"', 'd"e', '""');
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { maxLength: 8 }), fc.constantFrom('\n', '\r\n'), (rows, end) => {
        const text = rows.map((row) => row.join(',')).join(end);
        expect(scanned(text, 1, true)).toEqual(parsed(text, 1));
      }),
    );
  });

  it('leave lines to be checked while they are read', () => {
    const good = `u,v,y\n${'1,2,b\n3,4,a\n'.repeat(400_000)}`;
    const options = { label: 'y' } as const;
    const { rows, classes, labels } = layout(good, options);
    expect({ rows, classes }).toEqual({ rows: 800_000, classes: ['a', 'b'] });
    expect([...labels!.subarray(0, 3)]).toEqual([1, 0, 1]);
    expect(layout(`${good}5,a\n`, options).rows).toBe(800_001);
    expect(fault(`${good}5,a\n`, options)).toContain(`line 800002: expected 3 fields, as in the first line, got 2`);
    expect(fault(`${good}5,6,\n`, options)).toContain(`line 800002, column 'y': expected a label, got a gap`);
    expect(fault(`${good}5,"6,a\n`, options)).toContain('line 800002: expected a closing quote');
  });
});

describe('tables', () => {
  const text = 'length,width,kind\n1.5,-2e-3,lily\n.25,+4,iris\n7,1e2,lily\n';

  it('have names, rows and classes in sorted order', () => {
    const { names, features, rows, classes, labels } = layout(text, { label: 'kind' });
    expect({ names, features, rows, classes }).toEqual({
      names: ['length', 'width', 'kind'],
      features: [0, 1],
      rows: 3,
      classes: ['iris', 'lily'],
    });
    expect([...labels!]).toEqual([1, 0, 1]);
    expect(numbers(text, { label: 'kind' })).toEqual([1.5, Math.fround(-2e-3), 0.25, 4, 7, 100]);
  });

  it.each(['kind', '2', '-1'])('take the column of labels by name or number: %s', (label) => {
    expect(layout(text, { label }).classes).toEqual(['iris', 'lily']);
  });

  it('leave columns out, and need no header', () => {
    const plain = '3,one,4\n5,two,6\n';
    expect(numbers(plain, { header: false, leaveOut: ['1'] })).toEqual([3, 4, 5, 6]);
    expect(layout(plain, { header: false, label: '1' }).classes).toEqual(['one', 'two']);
    expect(layout(plain, { header: false, leaveOut: ['1'] }).labels).toBeUndefined();
  });

  it('keep whole numbers as labels, also where a class is missing', () => {
    const { classes, labels } = layout('y,x\n3,0\n0,0\n1,0\n', { label: 'y' });
    expect(classes).toEqual(['0', '1', '2', '3']);
    expect([...labels!]).toEqual([3, 0, 1]);
    expect(layout('y,x\n10,0\n-1,0\n9,0\n', { label: 'y' }).classes).toEqual(['-1', '10', '9']); // as text
  });

  it('sort classes by code point', () => {
    expect(layout('y,x\nb,0\nB,0\nä,0\na,0\n', { label: 'y' }).classes).toEqual(['B', 'a', 'b', 'ä']);
  });

  it('read numbers as JavaScript does', () => {
    const number = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e30, max: 1e30 }));
    fc.assert(
      fc.property(fc.array(number, { minLength: 1 }), (values) => {
        expect(numbers(`x\n${values.join('\n')}`)).toEqual(values.map((value) => Math.fround(value + 0))); // −0 is written as 0
      }),
    );
  });

  it.each([
    ['a gap', 'a,b\n1,2\n3,\n', {}, `file 'x.csv' line 3, column 'b': expected a number, got a gap; write a number`],
    ['text', 'a,b\n1,two\n', {}, `file 'x.csv' line 2, column 'b': expected a number, got 'two'`],
    ['nan', 'a\nNaN\n', {}, `got 'NaN'`],
    ['hexadecimal', 'a\n0x10\n', {}, `got '0x10'`],
    ['a number beyond float32', 'a\n1e39\n', {}, `expected a number within float32 (up to 3.4·10³⁸), got '1e39'`],
    ['a line too short', 'a,b\n1\n', {}, `file 'x.csv' line 2: expected 2 fields, as in the first line, got 1`],
    ['a line after one of several lines', 'a,b\n"1\n",2\n3\n', {}, `line 4: expected 2 fields`],
    ['a gap among labels', 'a,y\n1,cat\n2,\n', { label: 'y' }, `line 3, column 'y': expected a label, got a gap`],
    ['no such column', 'a,b\n1,2\n', { label: 'c' }, `expected a column 'c' among a, b, got none`],
    ['a number beyond the columns', 'a,b\n1,2\n', { label: '2' }, `expected a column '2' among a, b`],
    ['two columns of a name', 'a,a\n1,2\n', { label: 'a' }, `expected one column 'a', got several`],
    ['labels alone', 'y\n1\n', { label: 'y' }, 'expected a column of numbers beside the labels, got none'],
    ['a header alone', 'a,b\n', {}, 'expected lines below the header, got none'],
    ['nothing', '', {}, 'expected lines below the header, got none'],
    ['an open quote', 'a\n"1\n2', {}, 'line 2: expected a closing quote ("), got the end of the file'],
    ['text after a quote', 'a\n"1"2\n', {}, `expected the end of the field after its closing quote, got '2'`],
    [
      'a quantity as labels',
      `y,x\n${Array.from({ length: 10_001 }, (_, i) => `${i / 7},0`).join('\n')}`,
      { label: 'y' },
      `column 'y': expected at most 10,000 different labels, got more`,
    ],
  ])('refuse %s, and say where', (_, text, options, message) => {
    expect(fault(text, options)).toContain(message);
  });

  it.each([
    ['UTF-16', [0xff, 0xfe, 0x61, 0, 0x0a, 0], 'expected text in UTF-8, got UTF-16; save it as CSV in UTF-8'],
    [
      'a spreadsheet',
      [0x50, 0x4b, 3, 4, 20, 0],
      'expected text, got a ZIP archive, as spreadsheets are; open it, and save',
    ],
    ['zero bytes', [0x61, 0x0a, 0, 0], 'expected text in UTF-8, got other data'],
    [
      'Latin-1',
      [...bytesOf('y,x\n'), 0xe9, ...bytesOf(',1\n')],
      `line 2, column 'y': expected a label in UTF-8, got other bytes`,
    ],
  ])('refuse %s', (_, bytes, message) => {
    const read = () => csvLayout(Uint8Array.from(bytes), layoutKey('x.csv', { ...usual, label: '0' }));
    expect(read).toThrow(message);
  });

  it('of any bytes give numbers or a typed error', () => {
    const piece = fc.constantFrom('1', '2.5', ',', ',', '\n', '\r', '"', 'a', ' ', '-', '\u0000', 'é');
    fc.assert(
      fc.property(fc.array(piece), fc.constantFrom('', '0', '-1', 'a'), fc.boolean(), (parts, label, header) => {
        fault(parts.join(''), { label, header });
      }),
      { numRuns: 500 },
    );
  });
});
