/** The header of a .npy file: a Python dict literal, read by a parser that knows this one form and nothing else. */
import type { ArrayHeader } from '../catalog/work.js';
import { type DType, elementCount, FORMATS, fileFault, ITEM_BYTES } from './dtype.js';

/** What a .npy header says. `start` is where the numbers begin. */
export interface NpyHeader extends ArrayHeader {
  readonly dtype: DType;
  readonly littleEndian: boolean;
  readonly fortran: boolean;
  readonly count: number;
  readonly start: number;
}

/** Longest header in bytes, numpy's own limit. */
export const NPY_HEADER_BYTES = 10_000;

const MAGIC = '\x93NUMPY';

/** Reads the header at the start of `bytes`, which may hold no more than the header. Versions 1.0, 2.0 and 3.0. */
export function readNpyHeader(bytes: Uint8Array, name: string, where: string): NpyHeader {
  if (latin1(bytes.subarray(0, 6)) !== MAGIC)
    throw fileFault(where, 'a .npy file', 'other bytes at its start', 'write it with numpy.save');
  const version = bytes[6];
  if (version === undefined || version < 1 || version > 3)
    throw fileFault(where, '.npy version 1, 2 or 3', version === undefined ? 'an end' : `version ${version}`);
  const wide = version > 1;
  const start = wide ? 12 : 10;
  if (bytes.length < start) throw fileFault(where, 'a whole .npy header', `${bytes.length} bytes`, 'it is cut off');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = wide ? view.getUint32(8, true) : view.getUint16(8, true);
  if (length > NPY_HEADER_BYTES)
    throw fileFault(where, `a header of at most ${NPY_HEADER_BYTES} bytes`, `${length} bytes`);
  if (bytes.length < start + length)
    throw fileFault(where, `a header of ${length} bytes`, `${bytes.length - start} bytes`, 'the file is cut off');
  const { descr, fortran, shape } = new Literal(latin1(bytes.subarray(start, start + length)), where).header();
  const { dtype, littleEndian } = parseDescr(descr, where);
  const count = elementCount(shape, where);
  return { name, dtype, littleEndian, fortran, shape, count, start: start + length };
}

/** Whether a .npy file is one of text, by the start of its header. */
export function holdsText(bytes: Uint8Array): boolean {
  return /^.NUMPY[\s\S]{2,6}\{[^}]{0,200}['"]descr['"]: *['"][<>=|]?[US]\d+['"]/.test(latin1(bytes.subarray(0, 256)));
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function parseDescr(descr: string, where: string): { dtype: DType; littleEndian: boolean } {
  const match = /^([<>=|]?)([a-zA-Z])(\d*)$/.exec(descr);
  const dtype = `${match?.[2]}${match?.[3]}`;
  if (match?.[2] === 'O')
    throw fileFault(where, FORMATS, 'Python objects', 'objects are never loaded; save numbers instead');
  if (!match || !Object.hasOwn(ITEM_BYTES, dtype) || dtype === 'bf16')
    throw fileFault(where, FORMATS, `dtype '${descr.slice(0, 40)}'`, 'convert it with numpy.astype');
  return { dtype: dtype as DType, littleEndian: match[1] !== '>' };
}

/** `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }` and no other expression. */
class Literal {
  #at = 0;
  constructor(
    readonly text: string,
    readonly where: string,
  ) {}

  header(): { descr: string; fortran: boolean; shape: readonly number[] } {
    const found = new Map<string, unknown>();
    this.#take('{');
    while (!this.#try('}')) {
      const key = this.#string();
      if (found.has(key)) this.#fault(`one '${key}'`, 'two');
      this.#take(':');
      if (key === 'descr') found.set(key, this.#descr());
      else if (key === 'fortran_order') found.set(key, this.#boolean());
      else if (key === 'shape') found.set(key, this.#tuple());
      else this.#fault("the keys 'descr', 'fortran_order' and 'shape'", `'${key.slice(0, 40)}'`);
      if (!this.#try(',')) {
        this.#take('}');
        break;
      }
    }
    if (!/^[ \n]*$/.test(this.text.slice(this.#at))) this.#fault('nothing after the header', 'more text');
    if (found.size !== 3) this.#fault("'descr', 'fortran_order' and 'shape'", `${found.size} of them`);
    return {
      descr: found.get('descr') as string,
      fortran: found.get('fortran_order') as boolean,
      shape: found.get('shape') as number[],
    };
  }

  #descr(): string {
    this.#space();
    if (this.text[this.#at] === '[') this.#fault(FORMATS, 'a structured dtype');
    return this.#string();
  }

  #string(): string {
    const match = this.#match(/'([^'\\]*)'|"([^"\\]*)"/y);
    return match[1] ?? match[2] ?? '';
  }

  #boolean(): boolean {
    return this.#match(/True|False/y)[0] === 'True';
  }

  #tuple(): number[] {
    const numbers: number[] = [];
    this.#take('(');
    while (!this.#try(')')) {
      numbers.push(Number(this.#match(/(\d{1,17})L?(?![\d.eE])/y)[1]));
      if (!this.#try(',')) {
        this.#take(')');
        break;
      }
    }
    return numbers;
  }

  #space(): void {
    while (this.text[this.#at] === ' ') this.#at++;
  }

  #try(sign: string): boolean {
    this.#space();
    if (this.text[this.#at] !== sign) return false;
    this.#at++;
    return true;
  }

  #take(sign: string): void {
    if (!this.#try(sign)) this.#fault(`'${sign}'`, this.#here());
  }

  #match(pattern: RegExp): RegExpExecArray {
    this.#space();
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.text);
    if (!match) this.#fault('a header as numpy writes it', this.#here());
    this.#at = pattern.lastIndex;
    return match;
  }

  #here(): string {
    return this.#at < this.text.length ? JSON.stringify(this.text.slice(this.#at, this.#at + 20)) : 'its end';
  }

  #fault(expected: string, got: string): never {
    throw fileFault(`${this.where} header`, expected, got);
  }
}
