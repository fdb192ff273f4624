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
  'inputs',
  'minibatch',
  'reference',
  'sample',
  'search',
  'test',
  'umap',
] as const;

/** One of them; benchmarks and tests may say more, such as 'test subspace'. */
export type Purpose = (typeof PURPOSES)[number] | `${'bench' | 'test'} ${string}`;

type Pair = readonly [number, number]; // two unsigned 32-bit words

const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24] as const;
const PARITY = 0x1bd11bda;

/**
 * Threefry-2x32 with 20 rounds: encrypts a counter under a key.
 * Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011; checked against Random123's known answers.
 */
export function threefry2x32(key: Pair, counter: Pair): [number, number] {
  const keys = [key[0] | 0, key[1] | 0, (PARITY ^ key[0] ^ key[1]) | 0] as const;
  let x0 = (counter[0] + keys[0]) | 0;
  let x1 = (counter[1] + keys[1]) | 0;
  for (let group = 0; group < 5; group++) {
    const first = (group & 1) * 4;
    for (let round = first; round < first + 4; round++) {
      const r = ROTATIONS[round]!;
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << r) | (x1 >>> (32 - r))) ^ x0;
    }
    x0 = (x0 + keys[(group + 1) % 3]!) | 0;
    x1 = (x1 + keys[(group + 2) % 3]! + group + 1) | 0;
  }
  return [x0 >>> 0, x1 >>> 0];
}

/** The numbers of one stream, in order. */
export interface Stream {
  /** The next number of U[0, 1), with 53 random bits. */
  uniform(): number;
  /** The next number of N(0, 1). */
  normal(): number;
  /** The next integer of {0, …, n − 1}, without bias; n from 1 to 2³². */
  integer(n: number): number;
  /** Brings the items into a random order, in place, and returns them. */
  shuffle<T extends { readonly length: number; [index: number]: unknown }>(items: T): T;
}

class ThreefryStream implements Stream {
  private draw = 0;
  private spare: number | undefined;

  constructor(
    private readonly key: Pair,
    private readonly item: number,
  ) {}

  private next(): [number, number] {
    return threefry2x32(this.key, [this.item, this.draw++]);
  }

  uniform(): number {
    const [high, low] = this.next();
    return ((high >>> 5) * 2 ** 26 + (low >>> 6)) / 2 ** 53;
  }

  normal(): number {
    if (this.spare !== undefined) {
      const value = this.spare;
      this.spare = undefined;
      return value;
    }
    // Box–Muller: r = √(−2 ln u), u in (0, 1]; r cos t and r sin t are independent N(0, 1)
    const [a, b] = this.next();
    const r = Math.sqrt(-2 * Math.log((a + 1) / 2 ** 32));
    const t = (2 * Math.PI * b) / 2 ** 32;
    this.spare = r * Math.sin(t);
    return r * Math.cos(t);
  }

  integer(n: number): number {
    if (!(Number.isInteger(n) && n >= 1 && n <= 2 ** 32))
      throw new RangeError(`integer: expected n from 1 to 2^32, got ${n}`);
    const limit = 2 ** 32 - (2 ** 32 % n); // words from here on would favour the small remainders
    for (;;) {
      const word = this.next()[0];
      if (word < limit) return word % n;
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
