/** A CSV file as a table of numbers with labels. */
import { formatCount, listed } from '../catalog/text.js';
import { atOnce } from '../document/slices.js';
import { CsvLabels } from './csv-labels.js';
import { type CsvRecord, csvRecords, type Delimiter } from './csv-records.js';
import { scanFields, type TakeField } from './csv-scan.js';
import { fileFault } from './dtype.js';
import { MOST_PIXELS } from './idx.js';
import { remember } from './remember.js';

/** How a file is read. */
export interface CsvOptions {
  readonly delimiter: Delimiter;
  readonly header: boolean; // the first record names the columns
  readonly label: string; // name or number (from 0; −1 is the last) of the column of labels; '' for none
  readonly leaveOut: readonly string[]; // columns that are not used, by name or number
}

/** What a file holds. */
export interface CsvLayout {
  readonly names: readonly string[]; // of all columns
  readonly features: readonly number[]; // columns of numbers
  readonly rows: number;
  readonly labels?: Int32Array; // [rows]
  readonly classes?: readonly string[];
}

const MOST_CLASSES = 10_000;
const ROWS = 256; // between two pauses
const LOOKED_AT = 2 ** 22; // bytes whose numbers are cheap to check before anything runs
const place = (where: string, line: number, name: string): string => `${where} line ${line}, column '${name}'`;

/** Columns, rows and classes of a file; in a small file all lines and numbers are checked too. `key` is from `layoutKey`. */
export const csvLayout = remember((bytes, key) => {
  const { where, options } = JSON.parse(key) as { where: string; options: CsvOptions };
  if (bytes.length > MOST_PIXELS)
    throw fileFault(where, `at most ${formatCount(MOST_PIXELS)} bytes`, formatCount(bytes.length), 'use a part of it');
  const layout = readLayout(bytes, where, options);
  if (bytes.length <= LOOKED_AT) atOnce(readNumbers(bytes, where, options, layout, () => undefined));
  return layout;
});

/** What `csvLayout` is asked by. */
export const layoutKey = (name: string, options: CsvOptions): string =>
  JSON.stringify({ where: `file '${name}'`, options });

/**
 * All numbers, [rows, features] row-major; the share that is read comes between. Throws a `file` error with line and column of a gap, of
 * text, or of a number beyond float32.
 */
export function* readingCsv(bytes: Uint8Array, name: string, options: CsvOptions): Generator<number, Float32Array> {
  const layout = csvLayout(bytes, layoutKey(name, options));
  const x = new Float32Array(layout.rows * layout.features.length);
  yield* readNumbers(bytes, `file '${name}'`, options, layout, (value, at) => {
    x[at] = value;
  });
  return x;
}

/** The records of the table itself: all but the header, each of as many fields as there are columns. */
function* tableRows(
  bytes: Uint8Array,
  where: string,
  { delimiter, header }: CsvOptions,
  expected: number,
): Generator<CsvRecord, void> {
  let first = true;
  for (const record of csvRecords(bytes, delimiter, where)) {
    const names = header && first;
    first = false;
    if (names) continue;
    if (record.count !== expected)
      throw fileFault(
        `${where} line ${record.line}`,
        `${formatCount(expected)} field${expected === 1 ? '' : 's'}, as in the first line`,
        formatCount(record.count),
        'complete the line, or choose another delimiter',
      );
    yield record;
  }
}

const UTF8 = 'save it as CSV in UTF-8';
const NOT_UTF8 = '\ufffd'; // what stands for bytes that are no UTF-8

/** Refuses what its first bytes say is no text in UTF-8. */
function requireText(bytes: Uint8Array, where: string): void {
  const [a, b] = bytes;
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) throw fileFault(where, 'text in UTF-8', 'UTF-16', UTF8);
  if (a === 0x50 && b === 0x4b && (bytes[2] ?? 32) < 32)
    throw fileFault(where, 'text', 'a ZIP archive, as spreadsheets are', `open it, and ${UTF8}`);
  if (bytes.subarray(0, 2 ** 16).includes(0)) throw fileFault(where, 'text in UTF-8', 'other data', UTF8);
}

/** Columns, and which of them has the labels, −1 for none, by the first record. */
function readHead(bytes: Uint8Array, where: string, { delimiter, header, label }: CsvOptions) {
  requireText(bytes, where);
  const first = csvRecords(bytes, delimiter, where).next().value;
  const count = first?.count ?? 0;
  const names = Array.from({ length: count }, (_, i) => (header ? first!.text(i) : String(i)));
  return { names, label: label === '' || !first ? -1 : columnOf(names, label, where) };
}

function readLayout(bytes: Uint8Array, where: string, options: CsvOptions): CsvLayout {
  const { names, label } = readHead(bytes, where, options);
  let rows = options.header ? -1 : 0;
  let labels = new CsvLabels(bytes);
  const take: TakeField = (start, end, doubled, line) => {
    rows++;
    if (start < 0 || rows === 0) return;
    const before = labels.texts.length;
    const text = labels.texts[labels.take(start, end, doubled)]!;
    if (labels.texts.length === before) return;
    if (text === '')
      throw fileFault(place(where, line, names[label]!), 'a label', 'a gap', 'fill it, or remove the line');
    if (text.includes(NOT_UTF8))
      throw fileFault(place(where, line, names[label]!), 'a label in UTF-8', 'other bytes', UTF8);
    if (labels.texts.length > MOST_CLASSES)
      throw fileFault(
        `${where} column '${names[label]}'`,
        `at most ${formatCount(MOST_CLASSES)} different labels`,
        'more',
        'choose the column that holds the classes',
      );
  };
  const large = bytes.length > LOOKED_AT;
  if (!large || !scanFields(bytes, options.delimiter, label, label === names.length - 1, take)) {
    rows = 0;
    labels = new CsvLabels(bytes);
    for (const record of tableRows(bytes, where, options, names.length))
      if (label < 0) rows++;
      else record.take(label, (start, end, doubled) => take(start, end, doubled, record.line));
  }
  if (rows === 0)
    throw fileFault(where, options.header ? 'lines below the header' : 'lines', 'none', 'choose another file');
  const left = new Set(options.leaveOut.map((column) => columnOf(names, column, where)));
  const features = names.flatMap((_, i) => (i === label || left.has(i) ? [] : [i]));
  if (features.length === 0)
    throw fileFault(
      where,
      'a column of numbers beside the labels',
      'none',
      'leave out fewer, or choose another delimiter',
    );
  if (rows * features.length > MOST_PIXELS)
    throw fileFault(where, `at most ${formatCount(MOST_PIXELS)} numbers`, formatCount(rows * features.length));
  return { names, features, rows, ...(label < 0 ? {} : classesOf(labels.texts, labels.order)) };
}

/** Classes of labels: whole numbers from 0 to 9,999 are labels as they are; other texts count in their sorted order (by code point). */
function classesOf(
  texts: readonly string[],
  order: readonly number[],
): Required<Pick<CsvLayout, 'labels' | 'classes'>> {
  const whole = texts.every((text) => /^\d{1,4}$/.test(text));
  const most = whole ? texts.reduce((a, text) => Math.max(a, Number(text)), 0) : 0;
  const classes = whole ? Array.from({ length: most + 1 }, (_, i) => String(i)) : [...texts].sort(byCodePoint);
  const place = new Map(classes.map((name, label) => [name, label]));
  const labelOf = texts.map((text) => (whole ? Number(text) : place.get(text)!));
  return { classes, labels: Int32Array.from(order, (seen) => labelOf[seen]!) };
}

const byCodePoint = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** A column by its name, or by its number from 0; −1 is the last. */
function columnOf(names: readonly string[], column: string, where: string): number {
  const at = names.indexOf(column);
  if (at >= 0 && names.indexOf(column, at + 1) < 0) return at;
  const number = /^-?\d+$/.test(column) ? Number(column) : Number.NaN;
  if (at < 0 && number >= -names.length && number < names.length) return number < 0 ? names.length + number : number;
  throw fileFault(
    where,
    at < 0 ? `a column '${column}' among ${listed(names)}` : `one column '${column}'`,
    at < 0 ? 'none' : 'several',
    'name one of them, or give its number from 0',
  );
}

function* readNumbers(
  bytes: Uint8Array,
  where: string,
  options: CsvOptions,
  { names, features, rows }: CsvLayout,
  put: (value: number, at: number) => void,
): Generator<number, void> {
  let at = 0;
  let row = 0;
  for (const record of tableRows(bytes, where, options, names.length)) {
    for (const column of features) {
      const value = record.number(column);
      if (!Number.isFinite(Math.fround(value)))
        throw badNumber(record, column, place(where, record.line, names[column]!));
      put(value, at++);
    }
    if (++row % ROWS === 0) yield row / rows;
  }
}

function badNumber(record: CsvRecord, column: number, where: string) {
  const text = record.text(column);
  const remedy = 'write a number, remove the line, or leave the column out';
  if (text === '') return fileFault(where, 'a number', 'a gap', remedy);
  const shown = `'${text.length > 40 ? `${text.slice(0, 39)}…` : text}'`;
  return Number.isNaN(record.number(column))
    ? fileFault(where, 'a number', shown, remedy)
    : fileFault(where, 'a number within float32 (up to 3.4·10³⁸)', shown, remedy);
}
