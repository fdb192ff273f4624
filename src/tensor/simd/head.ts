/**
 * The first layer of an affine family: z = p_0 + Σ c_k p_{k+1} over projected maps, with the maximum of each window and the
 * activation that follow, in one pass. All but the last term are settled once for members that differ in the last coefficient.
 */
import type { Activation } from '../../catalog/architecture.js';
import { ActivationWriter } from '../fused/wasm-activations.js';
import { FunctionWriter } from '../fused/wasm-emitter.js';
import type { Level, Walk } from './levels.js';
import { advance, nest, times } from './loops.js';
import { eachTap, rounds } from './pointwise.js';
import type { Stage } from './stages.js';

/** The head of a network: what is projected, and what is done with it in the same pass. */
export interface Head {
  readonly at: number; // index of the linear stage; before it there is a pad at most
  readonly rows: number; // of one map
  readonly outRows: number;
  readonly next: number; // index of the first stage that is left
  readonly windows: readonly Walk[];
  readonly taps: readonly Level[];
  readonly activations: readonly Activation[];
}

/** The head of unjoined stages, where they start with a linear layer. */
export function headOf(stages: readonly Stage[]): Head | undefined {
  const at = stages[0]?.kind === 'pad' ? 1 : 0;
  const linear = stages[at];
  if (linear?.kind !== 'linear') return undefined;
  let next = at + 1;
  let { rows: outRows } = linear;
  let windows: readonly Walk[] = [{ count: outRows, steps: [1, 1] }];
  let taps: readonly Level[] = [];
  const pool = stages[next];
  if (pool?.kind === 'max') {
    ({ windows, taps, rows: outRows } = pool);
    next++;
  }
  const activations: Activation[] = [];
  for (let stage = stages[next]; stage?.kind === 'activation'; stage = stages[++next])
    activations.push(stage.activation);
  return { at, rows: linear.rows, outRows, next, windows, taps, activations };
}

/** (base, maps, bytes, c): base = p_0 + Σ_{k < m} c_k p_k over `bytes` of memory; coefficients splatted at c, maps `bytes` apart. */
export function settle(rank: number): FunctionWriter {
  const f = new FunctionWriter(['i32', 'i32', 'i32', 'i32']);
  const { get, simd, load } = f;
  const [base, maps, bytes, c] = [0, 1, 2, 3] as const;
  const coefficients = Array.from({ length: rank - 1 }, () => f.local('v128'));
  const pointers = Array.from({ length: rank }, () => f.local('i32'));
  const end = f.local('i32');
  coefficients.forEach((local, k) => {
    f.set(local, load('load', get(c), 16 * k));
  });
  pointers.forEach((local, k) => {
    f.set(local, f.op('i32_add', get(maps), f.op('i32_mul', f.i32(k), get(bytes))));
  });
  f.set(end, f.op('i32_add', get(base), get(bytes)));
  f.loop(
    () => {
      const sum = coefficients.reduce(
        (z, local, k) => simd('f32x4_add', z, simd('f32x4_mul', get(local), load('load', get(pointers[k + 1]!)))),
        load('load', get(pointers[0]!)),
      );
      f.store(get(base), sum);
      for (const pointer of [base, ...pointers]) advance(f, pointer, 16);
    },
    f.op('i32_lt_u', get(base), get(end)),
  );
  return f;
}

/** (base, last, out, c): the last term, the windows and the activations; the last coefficient stands splatted at c. */
export function finish({ windows, taps, activations }: Head, width: number): FunctionWriter {
  const f = new FunctionWriter(['i32', 'i32', 'i32', 'i32']);
  const { get, simd, load } = f;
  const [base, last, out, c] = [0, 1, 2, 3] as const;
  const writer = new ActivationWriter(f);
  const [coefficient, z, best] = [f.local('v128'), f.local('v128'), f.local('v128')];
  const [a, b, to] = [f.local('i32'), f.local('i32'), f.local('i32')];
  f.set(coefficient, load('load', get(c)));
  const walks = windows.map(({ count, steps: [read, write] }) => ({ count, steps: [read!, read!, write!] }));
  nest(f, rounds(walks, width), [base, last, out], () => {
    f.set(a, get(base));
    f.set(b, get(last));
    f.set(to, get(out));
    times(f, width / 4, () => {
      if (taps.length > 0) f.set(best, f.f32x4(Number.NEGATIVE_INFINITY));
      eachTap(f, taps, width, [a, b], (offset) => {
        const product = simd('f32x4_mul', get(coefficient), load('load', get(b), offset));
        f.set(z, simd('f32x4_add', load('load', get(a), offset), product));
        f.set(best, taps.length === 0 ? get(z) : simd('f32x4_max', get(best), get(z)));
      });
      for (const activation of activations) writer.apply(activation, best);
      f.store(get(to), get(best));
      advance(f, a, 16);
      advance(f, b, 16);
      advance(f, to, 16);
    });
  });
  return f;
}
