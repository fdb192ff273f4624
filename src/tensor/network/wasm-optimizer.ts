/** Steps of SGD and Adam in emitted SIMD code, in float32, over parameters that follow one another; rules as in optimizer.ts. */
import { FunctionWriter } from '../fused/wasm-emitter.js';
import { advance, times } from '../simd/loops.js';

/** The function (θ, g, v, count, η, μ, λ): v = μ v + g + λθ, θ = θ − η v of count × 4 parameters. Without momentum v is not kept. */
export function sgdStep(momentum: boolean): FunctionWriter {
  const f = new FunctionWriter(['i32', 'i32', 'i32', 'i32', 'f32', 'f32', 'f32']);
  const { get, simd, load } = f;
  const v128 = (): number => f.local('v128');
  const [rate, mu, decay, t, v] = [v128(), v128(), v128(), v128(), v128()];
  f.set(rate, simd('f32x4_splat', get(4)));
  f.set(mu, simd('f32x4_splat', get(5)));
  f.set(decay, simd('f32x4_splat', get(6)));
  times(f, get(3), () => {
    f.set(t, load('load', get(0)));
    f.set(v, simd('f32x4_add', load('load', get(1)), simd('f32x4_mul', get(decay), get(t))));
    if (momentum) {
      f.set(v, simd('f32x4_add', get(v), simd('f32x4_mul', get(mu), load('load', get(2)))));
      f.store(get(2), get(v));
    }
    f.store(get(0), simd('f32x4_sub', get(t), simd('f32x4_mul', get(rate), get(v))));
    for (const pointer of momentum ? [0, 1, 2] : [0, 1]) advance(f, pointer, 16);
  });
  return f;
}

/**
 * The function (θ, g, m, v, count, kept, rate, β1, 1 − β1, β2, 1 − β2, scale, ε): m = β1 m + (1 − β1) g, v = β2 v + (1 − β2) g², θ = kept θ − rate m / (√v scale + ε)
 * of count × 4 parameters: kept is 1 − ηλ, rate η / (1 − β1ᵗ), scale 1 / √(1 − β2ᵗ).
 */
export function adamStep(): FunctionWriter {
  const f = new FunctionWriter([
    'i32',
    'i32',
    'i32',
    'i32',
    'i32',
    'f32',
    'f32',
    'f32',
    'f32',
    'f32',
    'f32',
    'f32',
    'f32',
  ]);
  const { get, simd, load } = f;
  const v128 = (): number => f.local('v128');
  const [kept, rate, beta1, rest1, beta2, rest2, scale, epsilon] = Array.from({ length: 8 }, (_, i) => {
    const local = v128();
    f.set(local, simd('f32x4_splat', get(5 + i)));
    return local;
  }) as [number, number, number, number, number, number, number, number];
  const [g, m, v] = [v128(), v128(), v128()];
  times(f, get(4), () => {
    f.set(g, load('load', get(1)));
    f.set(
      m,
      simd('f32x4_add', simd('f32x4_mul', get(beta1), load('load', get(2))), simd('f32x4_mul', get(rest1), get(g))),
    );
    const square = simd('f32x4_mul', get(rest2), simd('f32x4_mul', get(g), get(g)));
    f.set(v, simd('f32x4_add', simd('f32x4_mul', get(beta2), load('load', get(3))), square));
    f.store(get(2), get(m));
    f.store(get(3), get(v));
    const below = simd('f32x4_add', simd('f32x4_mul', simd('f32x4_sqrt', get(v)), get(scale)), get(epsilon));
    const step = simd('f32x4_div', simd('f32x4_mul', get(rate), get(m)), below);
    f.store(get(0), simd('f32x4_sub', simd('f32x4_mul', get(kept), load('load', get(0))), step));
    for (const pointer of [0, 1, 2, 3]) advance(f, pointer, 16);
  });
  return f;
}
