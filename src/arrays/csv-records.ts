/** CSV files (RFC 4180) record by record, straight from their bytes: no text is made of what is not asked for as text. */
import { fileFault } from './dtype.js';

/** What parts fields. */
export type Delimiter = ',' | ';' | '\t';

/** " */
export const QUOTE = 0x22;
/** Line feed. */
export const LF = 0x0a;
/** Carriage return. */
export const CR = 0x0d;
const SPACE = 0x20;
/** Most fields in one record. */
const MOST_FIELDS = 200_000;

/** Whether a file begins with a byte-order mark. */
export const hasMark = (bytes: Uint8Array): boolean => bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;

/** A field from `start` to before `end` as text, spaces around it left out; `doubled` where it has "" inside. */
export function fieldText(bytes: Uint8Array, start: number, end: number, doubled: boolean): string {
  const text = decoder.decode(bytes.subarray(start, end)).trim();
  return doubled ? text.replaceAll('""', '"') : text;
}

/** The fields of the present record. They are valid until the next one is read. */
export class CsvRecord {
  count = 0;
  line = 1; // where it starts, from 1
  #starts = new Int32Array(64);
  #ends = new Int32Array(64);
  #doubled = new Uint8Array(64); // has "" inside

  constructor(readonly bytes: Uint8Array) {}

  /** Begins a record. */
  clear(line: number): void {
    this.count = 0;
    this.line = line;
  }

  /** Takes one more field: bytes from `start` to before `end`, without the quotes around it. */
  push(start: number, end: number, doubled: boolean): void {
    if (this.count === this.#starts.length) {
      const wider = <A extends Int32Array | Uint8Array>(old: A, fresh: A): A => {
        fresh.set(old);
        return fresh;
      };
      this.#starts = wider(this.#starts, new Int32Array(2 * this.count));
      this.#ends = wider(this.#ends, new Int32Array(2 * this.count));
      this.#doubled = wider(this.#doubled, new Uint8Array(2 * this.count));
    }
    this.#starts[this.count] = start;
    this.#ends[this.count] = end;
    this.#doubled[this.count++] = doubled ? 1 : 0;
  }

  /** A field as text, spaces around it left out. */
  text(field: number): string {
    return this.take(field, (start, end, doubled) => fieldText(this.bytes, start, end, doubled));
  }

  /** Calls `each` with where a field is, without the quotes around it, and whether it has "" inside. */
  take<T>(field: number, each: (start: number, end: number, doubled: boolean) => T): T {
    return each(this.#starts[field]!, this.#ends[field]!, this.#doubled[field] === 1);
  }

  /** Whether a field holds nothing but spaces. */
  isEmpty(field: number): boolean {
    return this.#starts[field] === this.#ends[field] || this.text(field) === '';
  }

  /** A field as a number: digits, point and exponent; NaN where it is none. */
  number(field: number): number {
    let at = this.#starts[field]!;
    let end = this.#ends[field]!;
    while (at < end && this.bytes[at] === SPACE) at++;
    while (end > at && this.bytes[end - 1] === SPACE) end--;
    let value = 0;
    for (let i = at; i < end; i++) {
      const digit = this.bytes[i]! - 0x30;
      if (digit < 0 || digit > 9 || end - at > 15) return slowNumber(decoder.decode(this.bytes.subarray(at, end)));
      value = 10 * value + digit;
    }
    return at === end ? Number.NaN : value;
  }
}

const decoder = new TextDecoder('utf-8');

const slowNumber = (text: string): number =>
  /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;

/**
 * Every record that is no empty line, in the one object that holds the present one. Throws a `file` error where a quoted field does not
 * end as it should.
 */
export function* csvRecords(bytes: Uint8Array, delimiter: Delimiter, where: string): Generator<CsvRecord, void> {
  const parting = delimiter.charCodeAt(0);
  const record = new CsvRecord(bytes);
  const ends = (byte: number | undefined): boolean =>
    byte === undefined || byte === parting || byte === LF || byte === CR;
  let at = hasMark(bytes) ? 3 : 0;
  let line = 1;
  while (at < bytes.length) {
    record.clear(line);
    for (;;) {
      let start = at;
      let doubled = false;
      if (bytes[at] === QUOTE) {
        const opened = line;
        start = ++at;
        for (; at < bytes.length; at++) {
          if (bytes[at] === LF) line++;
          if (bytes[at] !== QUOTE) continue;
          if (bytes[at + 1] !== QUOTE) break;
          doubled = true;
          at++;
        }
        if (at >= bytes.length)
          throw fileFault(`${where} line ${opened}`, 'a closing quote (")', 'the end of the file', 'close it');
        record.push(start, at++, doubled);
        if (!ends(bytes[at]))
          throw fileFault(
            `${where} line ${line}`,
            'the end of the field after its closing quote',
            `'${String.fromCharCode(bytes[at]!)}'`,
            'write a quote inside a field twice ("")',
          );
      } else {
        for (; at < bytes.length; at++) {
          const byte = bytes[at]!;
          if (byte === parting || byte === LF || byte === CR) break;
        }
        record.push(start, at, false);
      }
      if (bytes[at] !== parting) break;
      if (record.count >= MOST_FIELDS)
        throw fileFault(
          `${where} line ${record.line}`,
          `at most ${MOST_FIELDS} fields`,
          'more',
          'choose another delimiter',
        );
      at++;
    }
    if (bytes[at] === CR) at++;
    if (bytes[at] === LF) at++;
    line++;
    if (record.count > 1 || !record.isEmpty(0)) yield record;
  }
}
