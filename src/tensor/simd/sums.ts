/**
 * Weighted sums of rows in emitted SIMD code, four inputs to a register: the products of every linear layer forward
 * (units over the taps of a receptive field) and, with transposed weights, of the derivative by its inputs (taps over units).
 * A tile of units × registers stays in registers while the taps go by; a weight is loaded once and splatted.
 */
import type { Activation } from '../../catalog/architecture.js';
import { ActivationWriter } from '../fused/wasm-activations.js';
import { FunctionWriter } from '../fused/wasm-emitter.js';
import { countOf, type Level, type Walk } from './levels.js';
import { advance, nest, type Round, times } from './loops.js';

/** All that the code depends on. Units lie in θ one after the other, each with its K weights in the order of the taps. */
export interface SumsShape {
  readonly width: number; // numbers of a row, a multiple of 4
  readonly positions: readonly Walk[]; // rows read and rows written, from one position to the next
  readonly units: readonly Level[]; // rows written, from one unit to the next
  readonly taps: readonly Level[]; // rows read, from one weight to the next
  readonly start: 'zero' | 'bias' | 'add'; // what the sums begin with: 'add' adds to what is there
  readonly activation?: Activation; // of the sums
}

/** A tile: units × registers of one row. */
export interface Tile {
  readonly units: number;
  readonly registers: number;
}

/** The tile for so many units: eight sums and what they are made of fit the registers, and few units are left over. Measured. */
export function tileOf(units: number, width: number): Tile {
  const registers = width / 4;
  if (registers % 4 === 0) return { units: Math.min(2, units), registers: 4 };
  if (registers % 2 === 0) return { units: Math.min(4, units), registers: 2 };
  return { units: Math.min(4, units), registers: 1 };
}

/**
 * The function (x, weights, bias, out, tiles, rest), the first four of them addresses: as many whole tiles of the innermost
 * loop over units, at least one, and the units after them that make no whole tile where `rest` is not 0.
 */
export function sums(shape: SumsShape, tile?: Tile): FunctionWriter {
  const f = new FunctionWriter(['i32', 'i32', 'i32', 'i32', 'i32', 'i32']);
  const [x, w, b, out, tiles, last] = [0, 1, 2, 3, 4, 5] as const;
  const { get, simd, load } = f;
  const { width, taps, start, activation } = shape;
  const row = 4 * width;
  const K = countOf(taps);
  const inner = shape.units.at(-1) ?? { count: 1, step: 1 };
  const chosen = tile ?? tileOf(inner.count, width);
  const activations = new ActivationWriter(f);
  const v128 = (): number => f.local('v128');
  const acc = Array.from({ length: chosen.units }, () => Array.from({ length: chosen.registers }, v128));
  const values = Array.from({ length: chosen.registers }, v128);
  const weight = v128();
  const [a, q, column, to] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];

  /** One tap. No more are written out: compilers put all loads of a stretch first, and the sums would leave the registers. */
  const product = (units: number): void => {
    values.forEach((value, r) => {
      f.set(value, load('load', get(a), 16 * r));
    });
    for (let u = 0; u < units; u++) {
      f.set(weight, load('load32_splat', get(q), 4 * u * K));
      values.forEach((value, r) => {
        const sum = acc[u]![r]!;
        f.set(sum, simd('f32x4_add', get(sum), simd('f32x4_mul', get(weight), get(value))));
      });
    }
  };

  const oneTile = (units: number): void => {
    f.set(column, get(x));
    f.set(to, get(out));
    times(f, width / 4 / chosen.registers, () => {
      for (let u = 0; u < units; u++)
        acc[u]!.forEach((sum, r) => {
          const at = u * inner.step * row + 16 * r;
          if (start === 'zero') f.set(sum, f.f32x4(0));
          else if (start === 'add') f.set(sum, load('load', get(to), at));
          else f.set(sum, r === 0 ? load('load32_splat', get(b), 4 * u) : get(acc[u]![0]!));
        });
      f.set(a, get(column));
      f.set(q, get(w));
      nest(
        f,
        taps.map(({ count, step }, i) => ({ count, bytes: [step * row, 4 * countOf(taps.slice(i + 1))] })),
        [a, q],
        () => product(units),
      );
      for (let u = 0; u < units; u++)
        acc[u]!.forEach((sum, r) => {
          if (activation !== undefined) activations.apply(activation, sum);
          f.store(get(to), get(sum), u * inner.step * row + 16 * r);
        });
      advance(f, column, 16 * chosen.registers);
      advance(f, to, 16 * chosen.registers);
    });
  };

  const rest = inner.count % chosen.units;
  const pointers = [
    [w, 4 * K],
    [b, 4],
    [out, inner.step * row],
  ] as const;
  const someUnits = (): void => {
    times(f, get(tiles), () => {
      oneTile(chosen.units);
      for (const [pointer, bytes] of pointers) advance(f, pointer, bytes * chosen.units);
    });
    if (rest > 0) f.when(get(last), () => oneTile(rest));
    for (const [pointer, bytes] of pointers) {
      const moved = f.op('i32_mul', get(tiles), f.i32(bytes * chosen.units));
      f.set(pointer, f.op('i32_sub', get(pointer), moved));
    }
  };
  let below = inner.count;
  const outer: Round[] = [];
  for (const { count, step } of shape.units.slice(0, -1).toReversed()) {
    outer.unshift({ count, bytes: [4 * K * below, 4 * below, step * row] });
    below *= count;
  }
  nest(
    f,
    shape.positions.map(({ count, steps }) => ({ count, bytes: steps.map((step) => step * row) })),
    [x, out],
    () => nest(f, outer, [w, b, out], someUnits),
  );
  return f;
}
