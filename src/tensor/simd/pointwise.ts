/** Emitted code for what has no weights: activations, pools, padding. Functions are (x, out), addresses of rows. */
import type { Activation } from '../../catalog/architecture.js';
import { ActivationWriter } from '../fused/wasm-activations.js';
import { FunctionWriter } from '../fused/wasm-emitter.js';
import { countOf, type Level, type Walk } from './levels.js';
import { advance, nest, type Round, times } from './loops.js';
import type { PadStage, Stage, WindowStage } from './stages.js';

/** Taps of a window that are written out. */
const WRITTEN = 9;

/** Walks of rows as loops over addresses; `width` numbers in a row. */
export function rounds(walks: readonly Walk[], width: number): Round[] {
  return walks.map(({ count, steps }) => ({ count, bytes: steps.map((step) => 4 * width * step) }));
}

/** Rows of nested loops, from where they start. */
function rowsOf(levels: readonly Level[]): number[] {
  return levels.reduce<number[]>(
    (rows, { count, step }) => rows.flatMap((at) => Array.from({ length: count }, (_, i) => at + i * step)),
    [0],
  );
}

/** Calls `each` for every tap of a window whose first row is at `at`: with a pointer and a byte offset. */
export function eachTap(
  f: FunctionWriter,
  taps: readonly Level[],
  width: number,
  pointers: readonly number[],
  each: (offset: number, index: number | undefined) => void,
): void {
  if (countOf(taps) <= WRITTEN) {
    rowsOf(taps).forEach((row, i) => {
      each(4 * width * row, i);
    });
    return;
  }
  const loops = taps.map(({ count, step }) => ({ count, bytes: pointers.map(() => 4 * width * step) }));
  nest(f, loops, pointers, () => each(0, undefined));
}

/** out = σ(x) over `rows` rows; x and out may be the same. */
function activationForward(activation: Activation, rows: number, width: number): FunctionWriter {
  const f = new FunctionWriter(['i32', 'i32']);
  const activations = new ActivationWriter(f);
  const z = f.local('v128');
  times(f, (rows * width) / 4, () => {
    f.set(z, f.load('load', f.get(0)));
    activations.apply(activation, z);
    f.store(f.get(1), f.get(z));
    advance(f, 0, 16);
    advance(f, 1, 16);
  });
  return f;
}

/** The maximum or mean of each window. */
function poolForward({ kind, windows, taps }: WindowStage, width: number): FunctionWriter {
  const f = new FunctionWriter(['i32', 'i32']);
  const { get, simd, load } = f;
  const [column, to, sum] = [f.local('i32'), f.local('i32'), f.local('v128')];
  nest(f, rounds(windows, width), [0, 1], () => {
    f.set(column, get(0));
    f.set(to, get(1));
    times(f, width / 4, () => {
      f.set(sum, f.f32x4(kind === 'max' ? Number.NEGATIVE_INFINITY : 0));
      eachTap(f, taps, width, [column], (offset) => {
        f.set(sum, simd(kind === 'max' ? 'f32x4_max' : 'f32x4_add', get(sum), load('load', get(column), offset)));
      });
      const value = kind === 'max' ? get(sum) : simd('f32x4_div', get(sum), f.f32x4(countOf(taps)));
      f.store(get(to), value);
      advance(f, column, 16);
      advance(f, to, 16);
    });
  });
  return f;
}

/** Copies rows to their places among zeros, which are there already, or from there back; `adds` them to what is there. */
export function padRows({ first, to }: PadStage, width: number, back: boolean, adds = false): FunctionWriter {
  const f = new FunctionWriter(['i32', 'i32']); // inner rows, padded rows
  const { get, load } = f;
  advance(f, 1, 4 * width * first);
  nest(f, rounds(to, width), [0, 1], () => {
    for (let r = 0; r < width / 4; r++)
      if (back && adds)
        f.store(get(0), f.simd('f32x4_add', load('load', get(0), 16 * r), load('load', get(1), 16 * r)), 16 * r);
      else if (back) f.store(get(0), load('load', get(1), 16 * r), 16 * r);
      else f.store(get(1), load('load', get(0), 16 * r), 16 * r);
  });
  return f;
}

/** The code of a stage without weights, forward. */
export function pointwise(stage: Exclude<Stage, { kind: 'linear' }>, width: number): FunctionWriter {
  switch (stage.kind) {
    case 'activation':
      return activationForward(stage.activation, stage.rows, width);
    case 'pad':
      return padRows(stage, width, false);
    default:
      return poolForward(stage, width);
  }
}

/** (x, d, dx): dx = σ′(x) d over `rows` rows; `adds` it to what is there. dx may be d. */
export function activationBackward(activation: Activation, rows: number, width: number, adds = false): FunctionWriter {
  const f = new FunctionWriter(['i32', 'i32', 'i32']);
  const { get, simd, load } = f;
  const activations = new ActivationWriter(f);
  const [z, slope] = [f.local('v128'), f.local('v128')];
  times(f, (rows * width) / 4, () => {
    f.set(z, load('load', get(0)));
    activations.apply(activation, z, slope);
    const value = simd('f32x4_mul', get(slope), load('load', get(1)));
    f.store(get(2), adds ? simd('f32x4_add', load('load', get(2)), value) : value);
    for (const pointer of [0, 1, 2]) advance(f, pointer, 16);
  });
  return f;
}

/** (x, out, dx, dout): adds each window's derivative to its rows; the first largest number gets that of a maximum, as in PyTorch. */
export function poolBackward({ kind, windows, taps }: WindowStage, width: number): FunctionWriter {
  const f = new FunctionWriter(['i32', 'i32', 'i32', 'i32']);
  const [x, out, dx, dout] = [0, 1, 2, 3] as const;
  const { get, simd, load } = f;
  const i32 = (): number => f.local('i32');
  const v128 = (): number => f.local('v128');
  const [a, b, value, d] = [i32(), i32(), i32(), i32()];
  const [best, derivative, left, here] = [v128(), v128(), v128(), v128()];
  const walks = windows.map(({ count, steps: [read, write] }) => ({ count, steps: [read!, write!, read!, write!] }));
  nest(f, rounds(walks, width), [x, out, dx, dout], () => {
    for (const [local, pointer] of [
      [a, x],
      [value, out],
      [b, dx],
      [d, dout],
    ] as const)
      f.set(local, get(pointer));
    times(f, width / 4, () => {
      f.set(derivative, load('load', get(d)));
      if (kind === 'max') {
        f.set(best, load('load', get(value)));
        f.set(left, f.i32x4(-1)); // lanes that have not met their maximum
      } else f.set(derivative, simd('f32x4_div', get(derivative), f.f32x4(countOf(taps))));
      eachTap(f, taps, width, [a, b], (offset) => {
        let share = get(derivative);
        if (kind === 'max') {
          f.set(here, simd('v128_and', get(left), simd('f32x4_eq', load('load', get(a), offset), get(best))));
          f.set(left, simd('v128_andnot', get(left), get(here)));
          share = simd('v128_and', get(here), get(derivative));
        }
        f.store(get(b), simd('f32x4_add', load('load', get(b), offset), share), offset);
      });
      for (const pointer of [a, b, value, d]) advance(f, pointer, 16);
    });
  });
  return f;
}
