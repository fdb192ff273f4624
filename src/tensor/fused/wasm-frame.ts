/**
 * The part that all fused WebAssembly kernels share. A kernel takes groups of members, four to a SIMD register, through a
 * run of whole input blocks: it forms θ, loops over the blocks and adds each block's float32 sums to float64 totals.
 */
import { INPUT_BLOCK, OUTPUT_GROUP } from '../blocks.js';
import type { Chain } from './network.js';
import { firstLayerSize } from './network.js';
import { type Emit, FunctionWriter } from './wasm-emitter.js';

/** All that a kernel's code depends on. */
export interface KernelShape {
  readonly chain: Chain;
  /** m of an affine family, undefined for explicit members. */
  readonly rank: number | undefined;
  /** The first layer is projected: an input's record holds its maps instead of its values. */
  readonly affine: boolean;
  /** All inputs have the same weight, which the host applies. */
  readonly uniform: boolean;
}

/** Members in one SIMD register. */
export const LANES = 4;
/** Bytes of the float64 totals of four members: loss, then power. */
export const TOTALS_BYTES = 64;

/** The first parameter that is formed per member. */
export function firstFormed({ chain, affine }: KernelShape): number {
  return affine ? firstLayerSize(chain.stages[0]!) : 0;
}

/** How many parameters are formed per member. */
export function formedCount(shape: KernelShape): number {
  return shape.chain.size - firstFormed(shape);
}

/** Numbers of an input's record: [values or maps, outputs, weight unless uniform], float32. */
export function recordWidth({ chain, rank, affine, uniform }: KernelShape): number {
  const first = affine ? chain.stages[0]!.outputs * (rank! + 1) : chain.inputs;
  return first + chain.outputs + (uniform ? 0 : 1);
}

/** Bytes that four members bring: their coefficients in float64 [m, 4], or their θ in float32 [P, 4]. */
export function memberBytes({ chain, rank }: KernelShape): number {
  return rank === undefined ? chain.size * 16 : rank * 32;
}

/** Parameters of every kernel, in order. All are bytes addresses but `groups` and `count`. */
const PARAMETERS = ['members', 'groups', 'inputs', 'count', 'totals', 'fixed', 'scratch'] as const;

/** Loss and power of the present block or of a part of it, one register each. */
export interface Sums {
  readonly loss: number;
  readonly power: number;
}

/** A kernel being written: its locals, and what is common to unrolled and tiled kernels. */
export class KernelFrame {
  readonly f = new FunctionWriter(PARAMETERS.map(() => 'i32'));
  readonly stride: number; // bytes of a record
  readonly input: number; // address of the present record
  readonly blockEnd: number; // address after the block's last record
  readonly sums: Sums;
  /** An output, its distance from y, and the sums of a group of outputs and of an input. */
  private readonly terms: { readonly phi: number; readonly rest: number; readonly group: Sums; readonly input: Sums };
  /** Coefficients by basis vector: float64 halves, and float32 where the first layer needs them. */
  private readonly coefficients: readonly { low: number; high: number; single: number }[];

  constructor(readonly shape: KernelShape) {
    const { f } = this;
    this.stride = 4 * recordWidth(shape);
    this.input = f.local('i32');
    this.blockEnd = f.local('i32');
    const v128 = (): number => f.local('v128');
    this.coefficients = Array.from({ length: shape.rank ?? 0 }, () => ({ low: v128(), high: v128(), single: v128() }));
    const sums = (): Sums => ({ loss: v128(), power: v128() });
    this.sums = sums();
    this.terms = { phi: v128(), rest: v128(), group: sums(), input: sums() };
  }

  /** Reads a parameter of the kernel. */
  parameter(name: (typeof PARAMETERS)[number]): Emit {
    return this.f.get(PARAMETERS.indexOf(name));
  }

  /** local += bytes */
  advance(local: number, bytes: number): void {
    this.f.set(local, this.f.op('i32_add', this.f.get(local), this.f.i32(bytes)));
  }

  /** c_k, float32. */
  coefficient(k: number): Emit {
    return this.f.get(this.coefficients[k]!.single);
  }

  private loadCoefficients(): void {
    const { f, shape } = this;
    this.coefficients.forEach(({ low, high, single }, k) => {
      f.set(low, f.load('load', this.parameter('members'), 32 * k));
      f.set(high, f.load('load', this.parameter('members'), 32 * k + 16));
      if (shape.affine) f.set(single, this.demote(f.get(low), f.get(high)));
    });
  }

  private demote(low: Emit, high: Emit): Emit {
    const { simd, lanes } = this.f;
    return lanes([0, 1, 4, 5], simd('f32x4_demote_f64x2_zero', low), simd('f32x4_demote_f64x2_zero', high));
  }

  /**
   * One parameter of four members: θ0 + Σ c_k b_k in float64, rounded once, as on the host. `fixed` is the address of
   * [θ0, b_1, …, b_m] of the first formed parameter, in float64.
   */
  formed(address: Emit, offset: number): Emit {
    const { simd, get, load } = this.f;
    const half = (which: 'low' | 'high'): Emit =>
      this.coefficients.reduce(
        (sum, c, k) =>
          simd('f64x2_add', sum, simd('f64x2_mul', get(c[which]), load('load64_splat', address, offset + 8 * (k + 1)))),
        load('load64_splat', address, offset),
      );
    return this.demote(half('low'), half('high'));
  }

  /** The whole kernel: `begin` runs once per group, after the coefficients are there; `block` covers [input, blockEnd). */
  write(begin: Emit, block: Emit): FunctionWriter {
    const { f, shape, sums } = this;
    const left = f.local('i32');
    const size = f.local('i32');
    const totals = Array.from({ length: 4 }, () => f.local('v128'));
    const group = (): void => {
      this.loadCoefficients();
      begin();
      totals.forEach((total, i) => {
        f.set(total, f.load('load', this.parameter('totals'), 16 * i));
      });
      f.set(this.input, this.parameter('inputs'));
      f.set(left, this.parameter('count'));
      f.loop(() => {
        const whole = f.op('i32_lt_u', f.i32(INPUT_BLOCK), f.get(left));
        f.set(size, f.op('select', f.i32(INPUT_BLOCK), f.get(left), whole));
        f.set(this.blockEnd, f.op('i32_add', f.get(this.input), f.op('i32_mul', f.get(size), f.i32(this.stride))));
        f.set(sums.loss, f.f32x4(0));
        f.set(sums.power, f.f32x4(0));
        block();
        this.addTo(totals[0]!, totals[1]!, sums.loss);
        this.addTo(totals[2]!, totals[3]!, sums.power);
        f.set(left, f.op('i32_sub', f.get(left), f.get(size)));
      }, f.get(left));
      totals.forEach((total, i) => {
        f.store(this.parameter('totals'), f.get(total), 16 * i);
      });
      this.advance(PARAMETERS.indexOf('members'), memberBytes(shape));
      this.advance(PARAMETERS.indexOf('totals'), TOTALS_BYTES);
      this.advance(PARAMETERS.indexOf('groups'), -1);
    };
    f.loop(group, this.parameter('groups'));
    return f;
  }

  /** Adds four float32 sums to float64 totals. */
  private addTo(low: number, high: number, sum: number): void {
    const { simd, get, lanes } = this.f;
    const upper = lanes([2, 3, 2, 3], get(sum), get(sum));
    this.f.set(low, simd('f64x2_add', get(low), simd('f64x2_promote_low_f32x4', get(sum))));
    this.f.set(high, simd('f64x2_add', get(high), simd('f64x2_promote_low_f32x4', upper)));
  }

  /**
   * Adds w ‖φ − y‖² and w ‖φ‖² of one input to the sums; `record` is its address. Its outputs are summed by themselves, many of them
   * in groups, as float32 sums of thousands of terms drift.
   */
  accumulate(outputs: readonly Emit[], record: Emit): void {
    const { f, shape, terms } = this;
    const { simd, get } = f;
    const first = recordWidth(shape) - shape.chain.outputs - (shape.uniform ? 0 : 1);
    const weighted = (value: Emit): Emit =>
      shape.uniform
        ? value
        : simd('f32x4_mul', value, f.load('load32_splat', record, 4 * (first + shape.chain.outputs)));
    const put = (sum: number, term: Emit, begins: boolean): void =>
      f.set(sum, begins ? term : simd('f32x4_add', get(sum), term));
    const { phi, rest, group, input } = terms;
    const sums = outputs.length > OUTPUT_GROUP ? input : group;
    outputs.forEach((output, o) => {
      f.set(phi, output);
      f.set(rest, simd('f32x4_sub', get(phi), f.load('load32_splat', record, 4 * (first + o))));
      put(group.loss, simd('f32x4_mul', get(rest), get(rest)), o % OUTPUT_GROUP === 0);
      put(group.power, simd('f32x4_mul', get(phi), get(phi)), o % OUTPUT_GROUP === 0);
      if (sums === group || (o % OUTPUT_GROUP < OUTPUT_GROUP - 1 && o < outputs.length - 1)) return;
      put(input.loss, get(group.loss), o < OUTPUT_GROUP);
      put(input.power, get(group.power), o < OUTPUT_GROUP);
    });
    put(this.sums.loss, weighted(get(sums.loss)), false);
    put(this.sums.power, weighted(get(sums.power)), false);
  }
}
