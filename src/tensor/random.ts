/**
 * Counter-based random streams. The only source of randomness in Fiberscope: a number depends on (seed, purpose, item, draw)
 * and on nothing else, so that results do not depend on batch size, worker count, order or names.
 */

/**
 * What streams are drawn for. No purpose begins with another: a key absorbs its purpose character by character under counters
 * (character, place), as a stream encrypts (item, draw), so the keys on the way to a longer purpose are draws of the shorter one.
 */
export const PURPOSES = [
  'bench',
  'calibrate',
  'dissect',
  'epoch',
  'glyphs',
  'inputs',
  'match',
  'minibatch',
  'model',
  'pilot',
  'reference',
  'rotate',
  'sample',
  'scenes',
  'search',
  'split',
  'subsample',
  'symmetry',
  'test',
  'textures',
  'umap',
] as const;

/** One of them; benchmarks and tests may say more, such as 'test subspace'. */
export type Purpose = (typeof PURPOSES)[number] | `${'bench' | 'test'} ${string}`;

type Pair = readonly [number, number]; // two unsigned 32-bit words

const PARITY = 0x1bd11bda;

const words = new Int32Array(2); // what `encrypt` wrote: a draw leaves nothing for the collector

/** One round on (x0, x1): x1 ← rotate(x1, r) ⊕ (x0 + x1); gives the new x1, where `sum` is the new x0. */
const mix = (sum: number, x1: number, r: number): number => ((x1 << r) | (x1 >>> (32 - r))) ^ sum;

/** Puts the encrypted counter into `words`. */
function encrypt(k0: number, k1: number, c0: number, c1: number): void {
  const k2 = PARITY ^ k0 ^ k1;
  let x0 = (c0 + k0) | 0;
  let x1 = (c1 + k1) | 0;
  for (let group = 0; group < 5; group++) {
    const even = (group & 1) === 0;
    x0 = (x0 + x1) | 0;
    x1 = mix(x0, x1, even ? 13 : 17);
    x0 = (x0 + x1) | 0;
    x1 = mix(x0, x1, even ? 15 : 29);
    x0 = (x0 + x1) | 0;
    x1 = mix(x0, x1, even ? 26 : 16);
    x0 = (x0 + x1) | 0;
    x1 = mix(x0, x1, even ? 6 : 24);
    // after the four rounds, keys (group + 1) mod 3 and (group + 2) mod 3 are added
    const first = group % 3;
    x0 = (x0 + (first === 0 ? k1 : first === 1 ? k2 : k0)) | 0;
    x1 = (x1 + (first === 0 ? k2 : first === 1 ? k0 : k1) + group + 1) | 0;
  }
  words[0] = x0;
  words[1] = x1;
}

/**
 * Threefry-2x32 with 20 rounds: encrypts a counter under a key.
 * Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011; checked against Random123's known answers.
 */
export function threefry2x32(key: Pair, counter: Pair): [number, number] {
  encrypt(key[0], key[1], counter[0], counter[1]);
  return [words[0]! >>> 0, words[1]! >>> 0];
}

/** The numbers of one stream, in order. */
export interface Stream {
  /** The next number of U[0, 1), with 53 random bits. */
  uniform(): number;
  /** The next number of U[low, high). */
  between(low: number, high: number): number;
  /** The next number of N(0, 1). */
  normal(): number;
  /** The next integer of {0, …, n − 1}, without bias; n from 1 to 2³². */
  integer(n: number): number;
  /** Brings the items into a random order, in place, and returns them. */
  shuffle<T extends { readonly length: number; [index: number]: unknown }>(items: T): T;
  /** The numbers 0, …, n − 1 in a random order. */
  permutation(n: number): Uint32Array;
  /** `count` of the numbers 0, …, n − 1, ascending: the first of their random order, all where there are fewer. */
  subset(n: number, count: number): Uint32Array;
}

class ThreefryStream implements Stream {
  private draw = 0;
  private spare: number | undefined;

  constructor(
    private readonly key: Pair,
    private readonly item: number,
  ) {}

  private next(): void {
    encrypt(this.key[0], this.key[1], this.item, this.draw++);
  }

  uniform(): number {
    this.next();
    return ((words[0]! >>> 5) * 2 ** 26 + (words[1]! >>> 6)) / 2 ** 53;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  normal(): number {
    if (this.spare !== undefined) {
      const value = this.spare;
      this.spare = undefined;
      return value;
    }
    // Box–Muller: r = √(−2 ln u), u in (0, 1]; r cos t and r sin t are independent N(0, 1)
    this.next();
    const r = Math.sqrt(-2 * Math.log(((words[0]! >>> 0) + 1) / 2 ** 32));
    const t = (2 * Math.PI * (words[1]! >>> 0)) / 2 ** 32;
    this.spare = r * Math.sin(t);
    return r * Math.cos(t);
  }

  integer(n: number): number {
    if (!(Number.isInteger(n) && n >= 1 && n <= 2 ** 32))
      throw new RangeError(`integer: expected n from 1 to 2^32, got ${n}`);
    for (;;) {
      this.next();
      const word = words[0]! >>> 0;
      if (n === 2 ** 32) return word;
      const rest = word % (n >>> 0);
      if (word - rest + n <= 2 ** 32) return rest; // the last words, fewer than n, would favour the small remainders
    }
  }

  shuffle<T extends { readonly length: number; [index: number]: unknown }>(items: T): T {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const held = items[i];
      items[i] = items[j];
      items[j] = held;
    }
    return items;
  }

  permutation(n: number): Uint32Array {
    const items = new Uint32Array(n);
    for (let i = 0; i < n; i++) items[i] = i;
    return this.shuffle(items);
  }

  subset(n: number, count: number): Uint32Array {
    return this.permutation(n).slice(0, count).sort();
  }
}

let recent: { seed: number; purpose: Purpose; key: Pair } | undefined;

/** The key of (seed, purpose): the seed's 64 bits, then each character of the purpose absorbed by one encryption. */
function keyOf(seed: number, purpose: Purpose): Pair {
  if (recent !== undefined && recent.seed === seed && recent.purpose === purpose) return recent.key;
  if (!Number.isSafeInteger(seed) || seed < 0) throw new RangeError(`stream: expected a seed ≥ 0, got ${seed}`);
  let key: Pair = [seed >>> 0, Math.floor(seed / 2 ** 32)];
  for (let i = 0; i < purpose.length; i++) key = threefry2x32(key, [purpose.charCodeAt(i), i]);
  recent = { seed, purpose, key };
  return key;
}

/**
 * The random stream of one item: draw d of stream(seed, purpose, item) is Threefry(key(seed, purpose), (item, d)).
 * `item` is an index below 2³²; streams of different items, purposes or seeds are independent.
 */
export function stream(seed: number, purpose: Purpose, item: number): Stream {
  if (!(Number.isInteger(item) && item >= 0 && item < 2 ** 32))
    throw new RangeError(`stream: expected an item from 0 to 2^32 - 1, got ${item}`);
  return new ThreefryStream(keyOf(seed, purpose), item);
}
