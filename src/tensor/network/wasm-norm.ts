/**
 * Batch normalisation and joins in emitted SIMD code, on a slab of `width` examples. The last slab of a batch may have fewer: `mask` is a
 * row of ones, and zeros where there is no example.
 */
import type { Activation } from '../../catalog/architecture.js';
import { ActivationWriter } from '../fused/wasm-activations.js';
import { FunctionWriter } from '../fused/wasm-emitter.js';
import { advance, times } from '../simd/loops.js';
import { added } from '../simd/weight-gradient.js';

/** A channel's rows. */
export interface Channels {
  readonly channels: number;
  readonly positions: number;
}

/** Loops over the registers of a channel's rows with the mask's beside them: `pointers` go along, the mask starts anew at each row. */
function throughRows(
  f: FunctionWriter,
  { positions }: Channels,
  width: number,
  pointers: readonly number[],
  mask: number | undefined,
  each: (mask: number) => void,
  row?: { begin(): void; end(): void },
): void {
  const m = f.local('i32');
  times(f, positions, () => {
    if (mask !== undefined) f.set(m, f.get(mask));
    row?.begin();
    times(f, width / 4, () => {
      each(m);
      for (const pointer of pointers) advance(f, pointer, 16);
      if (mask !== undefined) advance(f, m, 16);
    });
    row?.end();
  });
}

/** The function (z, mask, share, out): mean of each channel and Σ (z − mean)², [channels, 2]; `share` is 1 over the numbers of a channel. */
export function normStatistics(shape: Channels, width: number): FunctionWriter {
  const f = new FunctionWriter(['i32', 'i32', 'f32', 'i32']);
  const [z, mask, share, out] = [0, 1, 2, 3] as const;
  const { get, simd, load } = f;
  const v128 = (): number => f.local('v128');
  const [sum, part, mean, rest] = [v128(), v128(), v128(), v128()];
  const again = f.local('i32');
  const rows = {
    begin: () => f.set(part, f.f32x4(0)),
    end: () => f.set(sum, simd('f32x4_add', get(sum), get(part))),
  };
  times(f, shape.channels, () => {
    f.set(again, get(z));
    f.set(sum, f.f32x4(0));
    throughRows(
      f,
      shape,
      width,
      [again],
      mask,
      (m) => {
        f.set(part, simd('f32x4_add', get(part), simd('f32x4_mul', load('load', get(again)), load('load', get(m)))));
      },
      rows,
    );
    added(f, sum);
    f.set(mean, simd('f32x4_mul', get(sum), simd('f32x4_splat', get(share))));
    f.set(sum, f.f32x4(0));
    throughRows(
      f,
      shape,
      width,
      [z],
      mask,
      (m) => {
        f.set(rest, simd('f32x4_mul', simd('f32x4_sub', load('load', get(z)), get(mean)), load('load', get(m))));
        f.set(part, simd('f32x4_add', get(part), simd('f32x4_mul', get(rest), get(rest))));
      },
      rows,
    );
    added(f, sum);
    f.storeLane(get(out), get(mean), 0);
    f.storeLane(get(out), get(sum), 0, 4);
    advance(f, out, 8);
  });
  return f;
}

/** Puts the splatted numbers of a channel into locals, and goes on to the next channel's. */
function coefficients(f: FunctionWriter, from: number, locals: readonly number[]): void {
  locals.forEach((local, i) => {
    f.set(local, f.load('load32_splat', f.get(from), 4 * i));
  });
  advance(f, from, 4 * locals.length);
}

/** The function (z, coefficients, out): out = σ(a z + b), with a and b of each channel, [channels, 2]. */
export function normForward(shape: Channels, width: number, activation: Activation | undefined): FunctionWriter {
  const f = new FunctionWriter(['i32', 'i32', 'i32']);
  const [z, from, out] = [0, 1, 2] as const;
  const { get, simd, load } = f;
  const activations = new ActivationWriter(f);
  const [a, b, y] = [f.local('v128'), f.local('v128'), f.local('v128')];
  times(f, shape.channels, () => {
    coefficients(f, from, [a, b]);
    throughRows(f, shape, width, [z, out], undefined, () => {
      f.set(y, simd('f32x4_add', simd('f32x4_mul', load('load', get(z)), get(a)), get(b)));
      if (activation) activations.apply(activation, y);
      f.store(get(out), get(y));
    });
  });
  return f;
}

/**
 * The function (z, d, coefficients, out): d = σ′(a z + b) d in place, then Σ d and Σ d (z − mean) of each channel, [channels, 2]; the
 * coefficients of a channel are a, b, mean. d is 0 where there is no example.
 */
export function normSums(shape: Channels, width: number, activation: Activation | undefined): FunctionWriter {
  const f = new FunctionWriter(['i32', 'i32', 'i32', 'i32']);
  const [z, d, from, out] = [0, 1, 2, 3] as const;
  const { get, simd, load } = f;
  const activations = new ActivationWriter(f);
  const v128 = (): number => f.local('v128');
  const [a, b, mean, x, y, slope, own] = [v128(), v128(), v128(), v128(), v128(), v128(), v128()];
  const [sum, product, rowSum, rowProduct] = [v128(), v128(), v128(), v128()];
  const rows = {
    begin: () => {
      f.set(rowSum, f.f32x4(0));
      f.set(rowProduct, f.f32x4(0));
    },
    end: () => {
      f.set(sum, simd('f32x4_add', get(sum), get(rowSum)));
      f.set(product, simd('f32x4_add', get(product), get(rowProduct)));
    },
  };
  times(f, shape.channels, () => {
    coefficients(f, from, [a, b, mean]);
    f.set(sum, f.f32x4(0));
    f.set(product, f.f32x4(0));
    throughRows(
      f,
      shape,
      width,
      [z, d],
      undefined,
      () => {
        f.set(x, load('load', get(z)));
        f.set(own, load('load', get(d)));
        if (activation) {
          f.set(y, simd('f32x4_add', simd('f32x4_mul', get(x), get(a)), get(b)));
          activations.apply(activation, y, slope);
          f.set(own, simd('f32x4_mul', get(slope), get(own)));
          f.store(get(d), get(own));
        }
        f.set(rowSum, simd('f32x4_add', get(rowSum), get(own)));
        const centred = simd('f32x4_sub', get(x), get(mean));
        f.set(rowProduct, simd('f32x4_add', get(rowProduct), simd('f32x4_mul', get(own), centred)));
      },
      rows,
    );
    added(f, sum);
    added(f, product);
    f.storeLane(get(out), get(sum), 0);
    f.storeLane(get(out), get(product), 0, 4);
    advance(f, out, 8);
  });
  return f;
}

/**
 * The function (z, d, coefficients, mask, dz): dz = a d + b (z − mean) + c where there is an example, 0 elsewhere, or added to what is there;
 * the coefficients of a channel are a, b, c, mean.
 */
export function normBackward(shape: Channels, width: number, adds: boolean): FunctionWriter {
  const f = new FunctionWriter(['i32', 'i32', 'i32', 'i32', 'i32']);
  const [z, d, from, mask, to] = [0, 1, 2, 3, 4] as const;
  const { get, simd, load } = f;
  const v128 = (): number => f.local('v128');
  const [a, b, c, mean] = [v128(), v128(), v128(), v128()];
  times(f, shape.channels, () => {
    coefficients(f, from, [a, b, c, mean]);
    throughRows(f, shape, width, [z, d, to], mask, (m) => {
      const centred = simd('f32x4_sub', load('load', get(z)), get(mean));
      const both = simd(
        'f32x4_add',
        simd('f32x4_mul', get(a), load('load', get(d))),
        simd('f32x4_mul', get(b), centred),
      );
      const value = simd('f32x4_mul', simd('f32x4_add', both, get(c)), load('load', get(m)));
      f.store(get(to), adds ? simd('f32x4_add', load('load', get(to)), value) : value);
    });
  });
  return f;
}

/** The function (x, y, out): out = x + y over `rows` rows; out may be x. */
export function sumRows(rows: number, width: number): FunctionWriter {
  const f = new FunctionWriter(['i32', 'i32', 'i32']);
  const { get, simd, load } = f;
  times(f, (rows * width) / 4, () => {
    f.store(get(2), simd('f32x4_add', load('load', get(0)), load('load', get(1))));
    for (const pointer of [0, 1, 2]) advance(f, pointer, 16);
  });
  return f;
}
