/**
 * JSON text to values, with what `JSON.parse` leaves open: the same error on every engine with line and column, a bound on
 * nesting and size, repeated keys and keys such as `__proto__` refused, and no number beyond the range of a double.
 */

import { DOCUMENT_LIMITS } from './limits.js';
import type { Json } from './schema.js';
import { shown } from './shown.js';

/** Keys that no object of a document may have, because plain JavaScript objects give them a meaning. */
export function forbiddenKey(key: string): boolean {
  return key === '__proto__' || key === 'constructor' || key === 'prototype';
}

/** A JSON text's value, or the first fault with its line and column. */
export type JsonResult = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly message: string };

class Fault extends Error {}

/** Reads JSON text. Never throws. */
export function readJson(
  text: string,
  limits: { readonly bytes: number; readonly depth: number } = DOCUMENT_LIMITS,
): JsonResult {
  if (text.length > limits.bytes)
    return { ok: false, message: `expected at most ${limits.bytes} characters of JSON, got ${text.length}` };
  const reader = new Reader(text, limits.depth);
  try {
    return { ok: true, value: reader.document() };
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    return { ok: false, message: fault.message };
  }
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const SPACE = /[ \t\r\n]*/y;

class Reader {
  #at = 0;
  #depth = 0;

  constructor(
    readonly text: string,
    readonly deepest: number,
  ) {
    if (text.charCodeAt(0) === 0xfeff) this.#at = 1; // byte order mark
  }

  document(): Json {
    const value = this.#value();
    this.#space();
    if (this.#at < this.text.length) this.#fail('expected the end of the document');
    return value;
  }

  #fail(expected: string, at = this.#at): never {
    const got = at >= this.text.length ? 'the end of the text' : shown([...this.text.slice(at, at + 2)][0]);
    return this.#refuse(`${expected}, got ${got}`, at);
  }

  #refuse(message: string, at: number): never {
    const before = this.text.slice(0, at).split('\n');
    throw new Fault(`line ${before.length}, column ${before.at(-1)!.length + 1}: ${message}`);
  }

  #space(): void {
    SPACE.lastIndex = this.#at;
    SPACE.test(this.text);
    this.#at = SPACE.lastIndex;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    if (!pattern.test(this.text)) return undefined;
    const token = this.text.slice(this.#at, pattern.lastIndex);
    this.#at = pattern.lastIndex;
    return token;
  }

  #take(character: string): boolean {
    this.#space();
    if (this.text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #value(): Json {
    this.#space();
    switch (this.text[this.#at]) {
      case '{':
        return this.#nested(() => this.#object());
      case '[':
        return this.#nested(() => this.#list());
      case '"':
        return this.#string();
      case 't':
        return this.#word('true', true);
      case 'f':
        return this.#word('false', false);
      case 'n':
        return this.#word('null', null);
      default:
        return this.#number();
    }
  }

  #nested(read: () => Json): Json {
    if (++this.#depth > this.deepest) this.#refuse(`expected at most ${this.deepest} levels of nesting`, this.#at);
    this.#at++;
    const value = read();
    this.#depth--;
    return value;
  }

  #object(): Json {
    const object: Record<string, Json> = {};
    if (this.#take('}')) return object;
    do {
      this.#space();
      const at = this.#at;
      if (this.text[at] !== '"') this.#fail('expected a name in double quotes');
      const name = this.#string();
      if (forbiddenKey(name)) this.#refuse(`the name ${shown(name)} is not allowed`, at);
      if (Object.hasOwn(object, name)) this.#refuse(`${shown(name)} is there twice; expected each name once`, at);
      if (!this.#take(':')) this.#fail("expected ':'");
      object[name] = this.#value();
    } while (this.#take(','));
    if (!this.#take('}')) this.#fail("expected ',' or '}'");
    return object;
  }

  #list(): Json {
    const list: Json[] = [];
    if (this.#take(']')) return list;
    do list.push(this.#value());
    while (this.#take(','));
    if (!this.#take(']')) this.#fail("expected ',' or ']'");
    return list;
  }

  #string(): string {
    const start = this.#at;
    let escaped = false;
    for (let at = start + 1; at < this.text.length; at++) {
      const code = this.text.charCodeAt(at);
      if (code === 0x5c) {
        escaped = true;
        at++;
      } else if (code < 0x20) {
        this.#fail('expected an escape such as \\n inside text', at);
      } else if (code === 0x22) {
        this.#at = at + 1;
        const token = this.text.slice(start, this.#at);
        return escaped ? this.#unescape(token, start) : token.slice(1, -1);
      }
    }
    return this.#fail('expected a closing double quote', this.text.length);
  }

  #unescape(token: string, at: number): string {
    try {
      return JSON.parse(token) as string;
    } catch {
      return this.#fail('expected text with valid escapes', at);
    }
  }

  #word<T extends Json>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.#at)) this.#fail('expected a JSON value');
    this.#at += word.length;
    return value;
  }

  #number(): number {
    const at = this.#at;
    const token = this.#match(NUMBER);
    if (token === undefined) this.#fail('expected a JSON value', at);
    const value = Number(token);
    if (!Number.isFinite(value)) this.#refuse(`expected a number below 1.8·10³⁰⁸, got ${token.slice(0, 24)}`, at);
    return value === 0 ? 0 : value; // no −0: it would not survive saving
  }
}
