/** Σ w‖φ − y‖² and Σ w‖φ‖² over rows of outputs in emitted SIMD code. */
import { OUTPUT_GROUP } from '../blocks.js';
import { type Emit, FunctionWriter } from '../fused/wasm-emitter.js';
import { advance, times } from './loops.js';

/** Numbers that the sums of one block take: four lanes of each. */
export const TOTALS = 8;

/**
 * (out, y, w, sums): adds what `k` rows of outputs give to the four lanes of both sums. Inputs of weight 0 fill up the last row:
 * they add nothing, whatever their outputs are.
 */
export function totals(k: number, width: number): FunctionWriter {
  const f = new FunctionWriter(['i32', 'i32', 'i32', 'i32']);
  const [out, y, w, sums] = [0, 1, 2, 3] as const;
  const { get, simd, load, f32x4 } = f;
  const v128 = (): number => f.local('v128');
  const [loss, power, weight, none, phi, rest, distance, square, partDistance, partSquare] = Array.from(
    { length: 10 },
    v128,
  );
  const add = (sum: number, term: Emit): void => f.set(sum, simd('f32x4_add', get(sum), term));
  const weighted = (sum: number): Emit => simd('v128_andnot', simd('f32x4_mul', get(weight!), get(sum)), get(none!));
  const [a, b] = [f.local('i32'), f.local('i32')];
  const outputs = (count: number, toDistance: number, toSquare: number): void => {
    f.set(toDistance, f32x4(0));
    f.set(toSquare, f32x4(0));
    times(f, count, () => {
      f.set(phi!, load('load', get(a)));
      f.set(rest!, simd('f32x4_sub', get(phi!), load('load', get(b))));
      add(toDistance, simd('f32x4_mul', get(rest!), get(rest!)));
      add(toSquare, simd('f32x4_mul', get(phi!), get(phi!)));
      advance(f, a, 4 * width);
      advance(f, b, 4 * width);
    });
  };
  const group = (count: number): void => {
    outputs(count, partDistance!, partSquare!);
    add(distance!, get(partDistance!));
    add(square!, get(partSquare!));
  };
  f.set(loss!, load('load', get(sums)));
  f.set(power!, load('load', get(sums), 16));
  times(f, width / 4, () => {
    f.set(weight!, load('load', get(w)));
    f.set(none!, simd('f32x4_eq', get(weight!), f32x4(0)));
    f.set(a, get(out));
    f.set(b, get(y));
    const groups = Math.ceil(k / OUTPUT_GROUP) - 1; // but the last
    outputs(groups > 0 ? OUTPUT_GROUP : k, distance!, square!);
    if (groups > 1) times(f, groups - 1, () => group(OUTPUT_GROUP));
    if (groups > 0) group(k - groups * OUTPUT_GROUP);
    add(loss!, weighted(distance!));
    add(power!, weighted(square!));
    for (const pointer of [out, y, w]) advance(f, pointer, 16);
  });
  f.store(get(sums), get(loss!));
  f.store(get(sums), get(power!), 16);
  return f;
}
