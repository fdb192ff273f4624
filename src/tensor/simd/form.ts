/** θ of a member of an affine family in emitted code: θ0 + Σ c_k b_k in float64, each number rounded once, as on the host. */
import { type Emit, FunctionWriter } from '../fused/wasm-emitter.js';
import { advance } from './loops.js';

/** (theta, maps, bytes, c): θ over `bytes` of memory; θ0 and the basis vectors lie `bytes` apart, c is float64, splatted. */
export function form(rank: number): FunctionWriter {
  const f = new FunctionWriter(['i32', 'i32', 'i32', 'i32']);
  const { get, simd, load, lanes } = f;
  const [theta, maps, bytes, c] = [0, 1, 2, 3] as const;
  const [low, high, four] = [f.local('v128'), f.local('v128'), f.local('v128')];
  const pointers = Array.from({ length: rank + 1 }, () => f.local('i32'));
  const end = f.local('i32');
  const upper = (value: Emit): Emit => simd('f64x2_promote_low_f32x4', lanes([2, 3, 2, 3], value, value));
  pointers.forEach((local, k) => {
    f.set(local, f.op('i32_add', get(maps), f.op('i32_mul', f.i32(k), get(bytes))));
  });
  f.set(end, f.op('i32_add', get(theta), get(bytes)));
  f.loop(
    () => {
      pointers.forEach((pointer, k) => {
        f.set(four, load('load', get(pointer)));
        const lower = simd('f64x2_promote_low_f32x4', get(four));
        const term = (half: Emit): Emit =>
          k === 0 ? half : simd('f64x2_mul', load('load', get(c), 16 * (k - 1)), half);
        f.set(low, k === 0 ? lower : simd('f64x2_add', get(low), term(lower)));
        f.set(high, k === 0 ? upper(get(four)) : simd('f64x2_add', get(high), term(upper(get(four)))));
        advance(f, pointer, 16);
      });
      const [one, two] = [simd('f32x4_demote_f64x2_zero', get(low)), simd('f32x4_demote_f64x2_zero', get(high))];
      f.store(get(theta), lanes([0, 1, 4, 5], one, two));
      advance(f, theta, 16);
    },
    f.op('i32_lt_u', get(theta), get(end)),
  );
  return f;
}
