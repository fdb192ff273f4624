/** Where the records of a large CSV file begin and end, by looking for line ends and quotes alone: much faster than parsing every field. */
import { CR, type Delimiter, hasMark, LF, QUOTE } from './csv-records.js';

const TAB = 0x09;
const SPACE = 0x20;

/** Takes where a field is, without the quotes around it, and whether it has "" inside; −1, −1 for none. */
export type TakeField = (start: number, end: number, doubled: boolean, line: number) => void;

/**
 * Calls `take` with one field of every record that is no empty line, as `csvRecords` would find it: the field of that number, −1 for
 * none; `last` says that it is the last of its record. False where only a parser can tell: line ends other than LF and CRLF, an open
 * quote, a record without that field.
 */
export function scanFields(
  bytes: Uint8Array,
  delimiter: Delimiter,
  field: number,
  last: boolean,
  take: TakeField,
): boolean {
  const parting = delimiter.charCodeAt(0);
  const next = (byte: number, from: number): number => {
    const found = bytes.indexOf(byte, from);
    return found < 0 ? bytes.length : found;
  };
  let at = hasMark(bytes) ? 3 : 0;
  let line = 1;
  let quote = next(QUOTE, at);
  let carriage = next(CR, at);
  while (at < bytes.length) {
    let end = next(LF, at);
    let lines = 1;
    let quoted = false;
    while (quote < end) {
      if (quote !== at && bytes[quote - 1] !== parting) {
        quote = next(QUOTE, quote + 1); // inside a field that did not begin with one
        continue;
      }
      quoted = true;
      let close = next(QUOTE, quote + 1);
      while (bytes[close + 1] === QUOTE) close = next(QUOTE, close + 2);
      if (close >= bytes.length) return false;
      for (; end < close; end = next(LF, end + 1)) lines++;
      quote = next(QUOTE, close + 1);
    }
    let stop = end;
    if (carriage < end) {
      if (carriage !== end - 1) return false;
      stop = carriage;
      carriage = next(CR, end);
    }
    if (!isBlank(bytes, at, stop, parting)) {
      if (field < 0) take(-1, -1, false, line);
      else if (last && !quoted && field > 0) {
        let start = stop;
        while (start > at && bytes[start - 1] !== parting) start--;
        if (start === at) return false;
        take(start, stop, false, line);
      } else if (!takeField(bytes, at, stop, parting, field, take, line)) return false;
    }
    at = end + 1;
    line += lines;
  }
  return true;
}

/** Whether a record is one field of nothing but spaces. */
function isBlank(bytes: Uint8Array, start: number, end: number, parting: number): boolean {
  let [at, stop] = [start, end];
  const quoted = bytes[at] === QUOTE;
  if (quoted && (stop - at < 2 || bytes[stop - 1] !== QUOTE)) return false;
  if (quoted) [at, stop] = [at + 1, stop - 1];
  const isSpace = (byte: number): boolean =>
    (byte === SPACE || (byte >= TAB && byte <= CR)) && (quoted || byte !== parting);
  while (at < stop && isSpace(bytes[at]!)) at++;
  if (at === stop) return true;
  if (bytes[at]! < 0x80) return false;
  const rest = bytes.subarray(at, stop);
  return !rest.includes(parting) && new TextDecoder().decode(rest).trim() === '';
}

/** Takes the field of a number, or gives false where there is none. */
function takeField(
  bytes: Uint8Array,
  start: number,
  stop: number,
  parting: number,
  field: number,
  take: TakeField,
  line: number,
): boolean {
  let at = start;
  for (let k = 0; ; k++) {
    let [from, end, doubled] = [at, at, false];
    if (at < stop && bytes[at] === QUOTE) {
      from = ++at;
      for (; at < stop; at++) {
        if (bytes[at] !== QUOTE) continue;
        if (bytes[at + 1] !== QUOTE) break;
        doubled = true;
        at++;
      }
      end = at++;
    } else {
      while (at < stop && bytes[at] !== parting) at++;
      end = at;
    }
    if (k === field) {
      take(from, end, doubled, line);
      return true;
    }
    if (at >= stop || bytes[at] !== parting) return false;
    at++;
  }
}
