/** The different texts of a column of labels, in the order in which they come; one that was there before is told by its bytes alone. */
import { fieldText } from './csv-records.js';

const SLOTS = 2 ** 15; // for at most half as many spellings

/** Collects labels of one file. */
export class CsvLabels {
  readonly texts: string[] = []; // each once
  readonly order: number[] = []; // of every record, the place in `texts`
  readonly #byText = new Map<string, number>();
  // spellings that are known, by a hash of their bytes: where one is in the file, and which text it is
  readonly #slots = new Int32Array(SLOTS).fill(-1);
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  readonly #doubled: boolean[] = [];
  readonly #places: number[] = [];

  constructor(readonly bytes: Uint8Array) {}

  /** Takes the next label, and gives its place in `texts`. */
  take(start: number, end: number, doubled: boolean): number {
    const { bytes } = this;
    let hash = doubled ? 1 : 0x811c9dc5; // FNV-1a
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
    let slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    let known = this.#slots[slot]!;
    while (known >= 0 && !this.#same(known, start, end, doubled)) {
      slot = (slot + 1) & (SLOTS - 1);
      known = this.#slots[slot]!;
    }
    const place = known >= 0 ? this.#places[known]! : this.#add(slot, start, end, doubled);
    this.order.push(place);
    return place;
  }

  #add(slot: number, start: number, end: number, doubled: boolean): number {
    const text = fieldText(this.bytes, start, end, doubled);
    const place = this.#byText.get(text) ?? this.texts.length;
    if (place === this.texts.length) this.texts.push(text);
    this.#byText.set(text, place);
    if (this.#places.length < SLOTS / 2) {
      this.#slots[slot] = this.#places.length;
      this.#starts.push(start);
      this.#ends.push(end);
      this.#doubled.push(doubled);
      this.#places.push(place);
    }
    return place;
  }

  #same(known: number, start: number, end: number, doubled: boolean): boolean {
    const from = this.#starts[known]!;
    if (this.#ends[known]! - from !== end - start || this.#doubled[known] !== doubled) return false;
    const { bytes } = this;
    for (let at = start; at < end; at++) if (bytes[at] !== bytes[from + at - start]) return false;
    return true;
  }
}
