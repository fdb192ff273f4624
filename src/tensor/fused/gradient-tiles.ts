/**
 * Loops of the gradient kernel of larger networks. A tile of a block's inputs goes through all layers and back; its values stay
 * in scratch memory, [layer, four inputs, unit, input of the four, candidate].
 */
import { INPUT_BLOCK } from '../blocks.js';
import { GradientFrame } from './gradient-frame.js';
import type { Chain } from './network.js';
import type { Emit } from './wasm-emitter.js';
import { LANES } from './wasm-frame.js';

/** Inputs that share a loaded weight; the batch is filled up to whole fours with inputs of weight 0. */
export const QUAD = 4;
/** Units that share a loaded value: 8 sums, 2 weights and a value fill the 16 registers. */
export const UNITS = 2;
/** Columns of a block of a weight's gradient. */
export const PRODUCTS = 4;
/** Bytes of one number of four candidates. */
export const CELL = 4 * LANES;
/** Bytes from one unit's values to the next one's. */
export const STEP = QUAD * CELL;

const TILE_BYTES = 2 ** 17; // of what a tile keeps

/** Where a kernel keeps what: byte offsets into its scratch memory, those of values above those of deltas, slopes above both. */
export interface Rooms {
  readonly tile: number; // inputs that go through the network together
  readonly sums: number; // half the gradient of the present block, [P, 4]
  readonly deltas: readonly [number, number]; // ∂J/∂z / 2 of alternate stages
  readonly values: readonly number[]; // after each stage
  readonly slopes: readonly number[]; // of each stage's activations
  readonly bytes: number;
}

/** The rooms of a network's kernel. */
export function roomsOf({ size, stages }: Chain): Rooms {
  const widest = Math.max(...stages.map(({ outputs }) => outputs));
  const curved = stages.map(({ outputs, activations }) => (activations.length > 0 ? outputs : 0));
  const numbers = stages.reduce((sum, { outputs }, s) => sum + outputs + curved[s]!, 2 * widest); // of an input
  let tile = INPUT_BLOCK;
  while (tile > QUAD && tile * numbers * CELL > TILE_BYTES) tile /= 2;
  let bytes = 0;
  const room = (count: number): number => {
    const at = bytes;
    bytes += CELL * count;
    return at;
  };
  return {
    tile,
    sums: room(size),
    deltas: [room(tile * widest), room(tile * widest)],
    values: stages.map(({ outputs }) => room(tile * outputs)),
    slopes: curved.map((outputs) => room(tile * outputs)),
    bytes,
  };
}

/** Products of a layer's weights with the values of a tile: where they come from, and where the sums go. */
export interface Product {
  readonly units: number;
  readonly products: number;
  readonly weight: number; // the first weight's number
  readonly unitStride: number; // numbers from a unit's weight to the next unit's
  readonly productStride: number;
  readonly bias: number | undefined;
  readonly from: number | undefined; // byte offset of the values in scratch memory; the records where there is none
  readonly to: number;
  /** What becomes of a sum before it is stored at `out` + `at`. */
  readonly finish: (sum: number, at: number) => void;
}

/** A tiled kernel being written: its pointers, counters and registers. */
export class TileLoops {
  readonly frame: GradientFrame;
  readonly rooms: Rooms;
  readonly inputs: number; // in the present tile, whole fours
  readonly sums: readonly number[]; // UNITS × QUAD
  readonly loaded: readonly number[];
  readonly value: number;
  readonly counters: readonly [outer: number, quads: number, inner: number];
  readonly row: number; // weights, or sums of gradients, of the present units
  readonly bias: number;
  readonly column: number; // the present units in the first four inputs
  readonly start: number; // values of the present four inputs
  readonly out: number;
  readonly w: number;
  readonly a: number;

  constructor(chain: Chain) {
    this.frame = new GradientFrame(chain);
    this.rooms = roomsOf(chain);
    const { f } = this.frame;
    const i32 = (): number => f.local('i32');
    const v128 = (): number => f.local('v128');
    this.inputs = i32();
    this.sums = Array.from({ length: UNITS * QUAD }, v128);
    this.loaded = Array.from({ length: UNITS }, v128);
    this.value = v128();
    this.counters = [i32(), i32(), i32()];
    this.row = i32();
    this.bias = i32();
    this.column = i32();
    this.start = i32();
    this.out = i32();
    this.w = i32();
    this.a = i32();
  }

  plus(address: Emit, bytes: number): Emit {
    const { f } = this.frame;
    return bytes === 0 ? address : f.op('i32_add', address, f.i32(bytes));
  }

  scratch(offset: number): Emit {
    return this.plus(this.frame.parameter('scratch'), offset);
  }

  /** `total` things in blocks of `size` and a smaller last one. */
  blocks(counter: number, total: number, size: number, body: (width: number) => void): void {
    const { f } = this.frame;
    const whole = Math.floor(total / size);
    if (whole === 1) body(size);
    else if (whole > 1) {
      f.set(counter, f.i32(whole));
      this.repeat(counter, 1, () => body(size));
    }
    if (total % size > 0) body(total % size);
  }

  /** Repeats `body`, at least once, until the counter is used up. */
  private repeat(counter: number, step: number, body: () => void): void {
    const { f } = this.frame;
    f.loop(() => {
      body();
      this.frame.advance(counter, -step);
    }, f.get(counter));
  }

  /** Repeats `body` for the tile's sets of four inputs. */
  eachQuad(body: () => void): void {
    const { f } = this.frame;
    f.set(this.counters[1], f.get(this.inputs));
    this.repeat(this.counters[1], QUAD, body);
  }

  /** A value of one of four inputs at `a`: of the records, or of scratch memory. */
  valueAt(records: boolean, unit: number, input: number): Emit {
    const { f, stride } = this.frame;
    return records
      ? f.load('load32_splat', f.get(this.a), input * stride + 4 * unit)
      : f.load('load', f.get(this.a), unit * STEP + input * CELL);
  }

  /** Σ weight · value, from the bias on, for all units and the inputs of the tile. */
  multiply(product: Product): void {
    const { frame, row, bias, column, start, out } = this;
    const { f } = frame;
    const { get } = f;
    const { units, products, unitStride, from } = product;
    const members = frame.parameter('members');
    f.set(row, this.plus(members, CELL * product.weight));
    if (product.bias !== undefined) f.set(bias, this.plus(members, CELL * product.bias));
    f.set(column, this.scratch(product.to));
    this.blocks(this.counters[0], units, UNITS, (width) => {
      f.set(start, from === undefined ? get(frame.input) : this.scratch(from));
      f.set(out, get(column));
      this.eachQuad(() => {
        this.multiplyQuad(product, width);
        frame.advance(start, from === undefined ? QUAD * frame.stride : products * STEP);
        frame.advance(out, units * STEP);
      });
      frame.advance(row, width * unitStride * CELL);
      if (product.bias !== undefined) frame.advance(bias, width * CELL);
      frame.advance(column, width * STEP);
    });
  }

  /** The same of a few units and four inputs. */
  private multiplyQuad(product: Product, width: number): void {
    const { frame, loaded, value, w, a } = this;
    const { f } = frame;
    const { get, load } = f;
    const { products, unitStride, productStride } = product;
    const records = product.from === undefined;
    const chosen = Array.from({ length: width }, (_, u) => this.sums.slice(u * QUAD, (u + 1) * QUAD));
    chosen.forEach((quad, u) => {
      for (const sum of quad)
        f.set(sum, product.bias === undefined ? f.f32x4(0) : load('load', get(this.bias), CELL * u));
    });
    f.set(w, get(this.row));
    f.set(a, get(this.start));
    // One product a round: compilers put the loads of a longer stretch first, and the sums would leave the registers.
    this.blocks(this.counters[2], products, 1, () => {
      for (let u = 0; u < width; u++) f.set(loaded[u]!, load('load', get(w), CELL * u * unitStride));
      for (let t = 0; t < QUAD; t++) {
        f.set(value, this.valueAt(records, 0, t));
        chosen.forEach((quad, u) => {
          frame.multiplyAdd(quad[t]!, get(loaded[u]!), get(value));
        });
      }
      frame.advance(w, productStride * CELL);
      frame.advance(a, records ? 4 : STEP);
    });
    chosen.forEach((quad, u) => {
      quad.forEach((sum, t) => {
        const at = u * STEP + t * CELL;
        product.finish(sum, at);
        f.store(get(this.out), get(sum), at);
      });
    });
  }
}
