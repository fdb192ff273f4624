/** Activations in four float32 lanes, as WebAssembly code. */
import type { Activation } from '../../catalog/architecture.js';
import { negativeSlope } from '../activation.js';
import * as fit from './polynomials.js';
import type { Emit, FunctionWriter } from './wasm-emitter.js';

/** 1.5 · 2²³: the spacing of float32 there is 1, and of its bits the lowest 22 are 0. */
const ROUND = 12_582_912;

/** Writes activations into one function; its temporaries are shared by all uses, which follow one another. */
export class ActivationWriter {
  private readonly temporaries: number[] = [];

  constructor(private readonly f: FunctionWriter) {}

  private temporary(i: number): number {
    this.temporaries[i] ??= this.f.local('v128');
    return this.temporaries[i];
  }

  /**
   * Puts σ(local) into the same local, for activations one after another, and the derivative of all of them into `slope`. There
   * is at least one.
   */
  applyWithSlope(activations: readonly Activation[], local: number, slope: number): void {
    const { simd, get } = this.f;
    const own = activations.length > 1 ? this.temporary(4) : slope;
    activations.forEach((activation, i) => {
      this.apply(activation, local, i === 0 ? slope : own);
      if (i > 0) this.f.set(slope, simd('f32x4_mul', get(slope), get(own)));
    });
  }

  /** Puts σ(local) into the same local, and σ′ into `slope`; at a kink it is that of the negative side, as in PyTorch. */
  apply(activation: Activation, local: number, slope?: number): void {
    const { f } = this;
    const { simd, f32x4, get } = f;
    const z = get(local);
    const negative = negativeSlope(activation);
    if (slope !== undefined && negative !== undefined)
      f.set(slope, simd('bitselect', f32x4(1), f32x4(negative), simd('f32x4_gt', z, f32x4(0))));
    switch (activation.name) {
      case 'relu':
        f.set(local, simd('f32x4_pmax', z, f32x4(0)));
        break;
      case 'leaky-relu': {
        const scaled = simd('f32x4_mul', f32x4(activation.slope), z);
        f.set(local, simd(activation.slope <= 1 ? 'f32x4_pmax' : 'f32x4_pmin', z, scaled));
        break;
      }
      case 'tanh':
        this.tanh(local, slope);
        break;
      case 'sigmoid': {
        const e = this.temporary(0);
        f.set(e, simd('f32x4_neg', z));
        this.exp(e);
        f.set(local, simd('f32x4_div', f32x4(1), simd('f32x4_add', f32x4(1), get(e))));
        // 1 − s = e s, without the cancellation
        if (slope !== undefined) f.set(slope, simd('f32x4_mul', simd('f32x4_mul', get(e), z), z));
        break;
      }
      case 'gelu':
        this.gelu(local, slope);
        break;
      case 'power':
        this.power(activation.degree, local, slope);
        break;
      case 'identity':
        break;
    }
  }

  /** z^d = z^(d − 1) z for an integer d ≥ 1, by squaring; σ′ = d z^(d − 1). */
  private power(degree: number, local: number, slope: number | undefined): void {
    const { f } = this;
    const { simd, f32x4, get } = f;
    const [square, below] = [this.temporary(0), this.temporary(1)];
    f.set(square, get(local));
    f.set(below, f32x4(1));
    for (let rest = degree - 1; rest > 0; rest = Math.floor(rest / 2)) {
      if (rest % 2 === 1) f.set(below, simd('f32x4_mul', get(below), get(square)));
      if (rest > 1) f.set(square, simd('f32x4_mul', get(square), get(square)));
    }
    if (slope !== undefined) f.set(slope, simd('f32x4_mul', f32x4(degree), get(below)));
    f.set(local, simd('f32x4_mul', get(below), get(local)));
  }

  private polynomial(coefficients: readonly number[], x: Emit): Emit {
    const { simd, f32x4 } = this.f;
    return coefficients.reduceRight<Emit | undefined>(
      (sum, c) => (sum ? simd('f32x4_add', simd('f32x4_mul', sum, x), f32x4(c)) : f32x4(c)),
      undefined,
    )!;
  }

  /**
   * exp(local) in place: 2ⁿ exp(r), n = round(x log₂ e). Adding ROUND rounds to an integer, and leaves n in the lowest bits.
   * Uses temporaries 1 and 2.
   */
  private exp(local: number): void {
    const { f } = this;
    const { simd, f32x4, get } = f;
    const x = get(local);
    const n = this.temporary(1);
    const r = this.temporary(2);
    f.set(local, simd('f32x4_pmin', simd('f32x4_pmax', x, f32x4(fit.EXP_LOW)), f32x4(fit.EXP_HIGH)));
    f.set(n, simd('f32x4_add', simd('f32x4_mul', x, f32x4(fit.LOG2E)), f32x4(ROUND)));
    const whole = simd('f32x4_sub', get(n), f32x4(ROUND));
    f.set(r, simd('f32x4_sub', x, simd('f32x4_mul', whole, f32x4(fit.LN2_HIGH))));
    f.set(r, simd('f32x4_sub', get(r), simd('f32x4_mul', whole, f32x4(fit.LN2_LOW))));
    const square = simd('f32x4_mul', get(r), get(r));
    const tail = simd('f32x4_mul', square, this.polynomial(fit.EXP, get(r)));
    const mantissa = simd('f32x4_add', simd('f32x4_add', tail, get(r)), f32x4(1));
    const power = simd('i32x4_shl', simd('i32x4_add', get(n), f.i32x4(127)), f.i32(23));
    f.set(local, simd('f32x4_mul', mantissa, power));
  }

  /** With q = 1 − |tanh x| = 2 / (exp(2|x|) + 1), σ′ = q (2 − q) without the cancellation of 1 − tanh². */
  private tanh(local: number, slope: number | undefined): void {
    const { f } = this;
    const { simd, f32x4, get } = f;
    const x = get(local);
    const e = this.temporary(0);
    const square = this.temporary(1);
    const size = simd('f32x4_abs', x);
    f.set(e, simd('f32x4_add', size, size));
    this.exp(e);
    f.set(e, simd('f32x4_div', f32x4(2), simd('f32x4_add', get(e), f32x4(1))));
    if (slope !== undefined) f.set(slope, simd('f32x4_mul', get(e), simd('f32x4_sub', f32x4(2), get(e))));
    f.set(e, simd('bitselect', simd('f32x4_sub', f32x4(1), get(e)), x, f.i32x4(0x7fffffff)));
    f.set(square, simd('f32x4_mul', x, x));
    const tail = simd('f32x4_mul', simd('f32x4_mul', this.polynomial(fit.TANH, get(square)), get(square)), x);
    f.set(local, simd('bitselect', get(e), simd('f32x4_add', tail, x), simd('f32x4_gt', size, f32x4(fit.TANH_SMALL))));
  }

  /** x Φ(x), with the tail q = Φ(−|x|): x (1 − q) where x > 0, else x q. σ′ = Φ(x) + x exp(−x²/2) / √(2π). */
  private gelu(local: number, slope: number | undefined): void {
    const { f } = this;
    const { simd, f32x4, get } = f;
    const x = get(local);
    const e = this.temporary(0);
    const t = this.temporary(3);
    f.set(local, simd('f32x4_pmax', x, f32x4(fit.GELU_LOW))); // −∞ · 0 is NaN
    const size = simd('f32x4_abs', x);
    f.set(
      t,
      simd(
        'f32x4_div',
        f32x4(1),
        simd('f32x4_add', f32x4(1), simd('f32x4_mul', size, f32x4(fit.ERFC_SCALE * Math.SQRT1_2))),
      ),
    );
    f.set(e, simd('f32x4_mul', simd('f32x4_mul', x, x), f32x4(-0.5)));
    this.exp(e);
    if (slope !== undefined)
      f.set(
        slope,
        simd(
          'f32x4_mul',
          simd('f32x4_mul', get(e), f32x4(1 / Math.sqrt(2 * Math.PI))),
          simd('f32x4_pmin', x, f32x4(-fit.GELU_LOW)), // beyond, e^(−x²/2) is as good as 0
        ),
      );
    const half = simd('f32x4_mul', simd('f32x4_mul', get(e), get(t)), f32x4(0.5));
    f.set(e, simd('f32x4_mul', half, this.polynomial(fit.ERFC, get(t))));
    f.set(e, simd('bitselect', simd('f32x4_sub', f32x4(1), get(e)), get(e), simd('f32x4_gt', x, f32x4(0))));
    if (slope !== undefined) f.set(slope, simd('f32x4_add', get(slope), get(e)));
    f.set(local, simd('f32x4_mul', x, get(e)));
  }
}
