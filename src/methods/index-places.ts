/** Lattice indices and their places in a list, in memory that does not grow with the lattice. */

const EMPTY = 2 ** 32 - 1; // no member has this index

/** A set of indices below 2³² − 1, each with its place in the order of adding: open addressing in typed arrays. */
export class IndexPlaces {
  private keys: Uint32Array;
  private places: Uint32Array;
  size = 0;

  constructor(indices: Uint32Array = new Uint32Array(0)) {
    let slots = 1024;
    while (slots < 2 * indices.length + 2) slots *= 2;
    this.keys = new Uint32Array(slots).fill(EMPTY);
    this.places = new Uint32Array(slots);
    for (const index of indices) this.add(index);
  }

  /** The place of an index; −1 where it is not in. */
  place(index: number): number {
    const slot = this.slotOf(index);
    return this.keys[slot] === index ? this.places[slot]! : -1;
  }

  /** Adds an index at the end; false where it is in already. */
  add(index: number): boolean {
    if (2 * this.size >= this.keys.length) this.grow();
    const slot = this.slotOf(index);
    if (this.keys[slot] === index) return false;
    this.keys[slot] = index;
    this.places[slot] = this.size++;
    return true;
  }

  private slotOf(index: number): number {
    const { keys } = this;
    const mask = keys.length - 1;
    const mixed = Math.imul(index, 0x9e3779b1);
    let slot = (mixed ^ (mixed >>> 15)) & mask;
    while (keys[slot] !== EMPTY && keys[slot] !== index) slot = (slot + 1) & mask;
    return slot;
  }

  private grow(): void {
    const { keys, places } = this;
    this.keys = new Uint32Array(2 * keys.length).fill(EMPTY);
    this.places = new Uint32Array(2 * keys.length);
    for (let i = 0; i < keys.length; i++) {
      if (keys[i] === EMPTY) continue;
      const slot = this.slotOf(keys[i]!);
      this.keys[slot] = keys[i]!;
      this.places[slot] = places[i]!;
    }
  }
}
