/**
 * The part that the WebAssembly gradient kernels share. A kernel takes groups of candidates, four to a SIMD register, through
 * whole blocks of a minibatch: half of J's gradient, Σ w (φ − y) ∂φ/∂θ, and J, in float32 within a block, added to float64 totals.
 */
import { INPUT_BLOCK } from '../blocks.js';
import type { Chain } from './network.js';
import { type Emit, FunctionWriter } from './wasm-emitter.js';
import { LANES } from './wasm-frame.js';

/** Numbers of an input's record, float32: [values, outputs, weight]. */
export function recordWidth({ inputs, outputs }: Chain): number {
  return inputs + outputs + 1;
}

/** Bytes of a group's parameters, [P, 4] in float32. */
export function groupBytes({ size }: Chain): number {
  return 4 * LANES * size;
}

/** Bytes of a group's totals, [P + 1, 4] in float64: half the gradient, then J. */
export function totalsBytes({ size }: Chain): number {
  return 8 * LANES * (size + 1);
}

/** Parameters of every kernel, in order. All are addresses but `groups` and `count`. */
const PARAMETERS = ['members', 'groups', 'inputs', 'count', 'totals', 'scratch'] as const;

/** A gradient kernel being written: its locals, the loops over groups and blocks, and the sum of J. */
export class GradientFrame {
  readonly f = new FunctionWriter(PARAMETERS.map(() => 'i32'));
  readonly stride: number; // bytes of a record
  readonly input: number; // address of the present record
  readonly blockEnd: number; // address after the block's last record
  readonly size: number; // inputs in the block
  readonly loss: number; // J of the present block
  private readonly rest: number;

  constructor(readonly chain: Chain) {
    this.stride = 4 * recordWidth(chain);
    this.input = this.f.local('i32');
    this.blockEnd = this.f.local('i32');
    this.size = this.f.local('i32');
    this.loss = this.f.local('v128');
    this.rest = this.f.local('v128');
  }

  /** Reads a parameter of the kernel. */
  parameter(name: (typeof PARAMETERS)[number]): Emit {
    return this.f.get(PARAMETERS.indexOf(name));
  }

  /** local += bytes */
  advance(local: number, bytes: number): void {
    if (bytes !== 0) this.f.set(local, this.f.op('i32_add', this.f.get(local), this.f.i32(bytes)));
  }

  /** sum += a b */
  multiplyAdd(sum: number, a: Emit, b: Emit): void {
    const { simd, get } = this.f;
    this.f.set(sum, simd('f32x4_add', get(sum), simd('f32x4_mul', a, b)));
  }

  /**
   * Puts δ = w (φ − y) of one output of one input into `delta`, and adds w (φ − y)² to J. `y` reads the wanted value, `weight` w.
   */
  residual(delta: number, phi: Emit, y: Emit, weight: Emit): void {
    const { f, rest } = this;
    const { simd, get } = f;
    f.set(rest, simd('f32x4_sub', phi, y));
    f.set(delta, simd('f32x4_mul', get(rest), weight));
    this.multiplyAdd(this.loss, get(delta), get(rest));
  }

  /** Adds four float32 sums to the float64 totals at `address` + `offset`. */
  addToTotal(address: Emit, offset: number, sum: Emit): void {
    const { f } = this;
    const { simd, load, lanes } = f;
    const half = (values: Emit, at: number): void => {
      f.store(address, simd('f64x2_add', load('load', address, at), simd('f64x2_promote_low_f32x4', values)), at);
    };
    half(sum, offset);
    half(lanes([2, 3, 2, 3], sum, sum), offset + 16);
  }

  /**
   * The whole kernel: `group` runs once per group, `block` covers the records [input, blockEnd), of which there is at least one,
   * and `total` adds its sums to the totals; J's sum is begun and added here.
   */
  write(group: Emit, block: Emit, total: Emit): FunctionWriter {
    const { f, chain, loss, size } = this;
    const left = f.local('i32');
    const oneGroup = (): void => {
      group();
      f.set(this.input, this.parameter('inputs'));
      f.set(left, this.parameter('count'));
      f.loop(() => {
        const whole = f.op('i32_lt_u', f.i32(INPUT_BLOCK), f.get(left));
        f.set(size, f.op('select', f.i32(INPUT_BLOCK), f.get(left), whole));
        f.set(this.blockEnd, f.op('i32_add', f.get(this.input), f.op('i32_mul', f.get(size), f.i32(this.stride))));
        f.set(loss, f.f32x4(0));
        block();
        total();
        this.addToTotal(this.parameter('totals'), 8 * LANES * chain.size, f.get(loss));
        f.set(this.input, f.get(this.blockEnd));
        f.set(left, f.op('i32_sub', f.get(left), f.get(size)));
      }, f.get(left));
      this.advance(PARAMETERS.indexOf('members'), groupBytes(chain));
      this.advance(PARAMETERS.indexOf('totals'), totalsBytes(chain));
      this.advance(PARAMETERS.indexOf('groups'), -1);
    };
    f.loop(oneGroup, this.parameter('groups'));
    return f;
  }
}
