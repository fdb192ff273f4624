/**
 * The first layer of an affine family ahead of layered operations: z = p_0 + Σ c_k p_{k+1} over projected maps, the maximum of
 * each pooling window and a ReLU-like slope, in one pass over memory, four inputs to a register.
 */
import { Recent } from '../recent.js';
import { encodeModule, FunctionWriter } from './wasm-emitter.js';
import { wasmMemory } from './wasm-memory.js';

/** What the kernel's code depends on. Maps are [N, height, width, channels]; dense layers have height and width 1. */
export interface HeadShape {
  readonly rank: number; // m ≥ 1
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly window: number; // side of a pooling window, 1 without pooling
  readonly stride: number;
  readonly slope: number; // of negative values, 1 without activation
}

const LANES = 4;

const pooled = ({ window, stride }: HeadShape, side: number): number => Math.floor((side - window) / stride) + 1;

/** Numbers of one input after the head. */
export function headOutputs(shape: HeadShape): number {
  return pooled(shape, shape.height) * pooled(shape, shape.width) * shape.channels;
}

/** base = p_0 + Σ_{k < m} c_k p_k over `bytes` of memory; the coefficients stand splatted at `c`, the maps `bytes` apart. */
function settle({ rank }: HeadShape): FunctionWriter {
  const f = new FunctionWriter(['i32', 'i32', 'i32', 'i32']); // base, maps, bytes, c
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
      for (const pointer of [base, ...pointers]) f.set(pointer, f.op('i32_add', get(pointer), f.i32(16)));
    },
    f.op('i32_lt_u', get(base), get(end)),
  );
  return f;
}

/** The last term, the pooling and the slope, of `groups` of four inputs; writes [N, outputs]. */
function finish(shape: HeadShape): FunctionWriter {
  const { height, width, channels, window, stride, slope } = shape;
  const f = new FunctionWriter(['i32', 'i32', 'i32', 'i32', 'i32']); // base, last, groups, out, c
  const { get, simd, load, f32x4 } = f;
  const [base, last, groups, out, c] = [0, 1, 2, 3, 4] as const;
  const coefficient = f.local('v128');
  const z = f.local('v128');
  const best = f.local('v128');
  const [channel, column, row] = [f.local('i32'), f.local('i32'), f.local('i32')];
  const outputs = headOutputs(shape);
  const move = (bytes: number): void => {
    if (bytes === 0) return;
    for (const pointer of [base, last]) f.set(pointer, f.op('i32_add', get(pointer), f.i32(bytes)));
  };
  /** `count` times `body`; a count that is a local is used up. */
  const times = (counter: number, count: number | undefined, body: () => void): void => {
    if (count !== undefined) f.set(counter, f.i32(count));
    const once = (): void => {
      body();
      f.set(counter, f.op('i32_sub', get(counter), f.i32(1)));
    };
    f.loop(once, get(counter));
  };
  const oneOutput = (): void => {
    for (let dy = 0; dy < window; dy++)
      for (let dx = 0; dx < window; dx++) {
        const at = 16 * channels * (dy * width + dx);
        const value = simd(
          'f32x4_add',
          load('load', get(base), at),
          simd('f32x4_mul', get(coefficient), load('load', get(last), at)),
        );
        f.set(z, value);
        f.set(best, dy + dx === 0 ? get(z) : simd('f32x4_max', get(best), get(z)));
      }
    if (slope !== 1) {
      const scaled = slope === 0 ? f32x4(0) : simd('f32x4_mul', f32x4(slope), get(best));
      f.set(best, simd(slope < 1 ? 'f32x4_pmax' : 'f32x4_pmin', get(best), scaled));
    }
    for (let lane = 0; lane < LANES; lane++) f.storeLane(get(out), get(best), lane, 4 * lane * outputs);
    f.set(out, f.op('i32_add', get(out), f.i32(4)));
    move(16);
  };
  const [rows, columns] = [pooled(shape, height), pooled(shape, width)];
  const pixel = 16 * channels;
  f.set(coefficient, load('load', get(c)));
  times(groups, undefined, () => {
    times(row, rows, () => {
      times(column, columns, () => {
        times(channel, channels, oneOutput);
        move((stride - 1) * pixel);
      });
      move(stride * (width - columns) * pixel);
    });
    move((height - stride * rows) * width * pixel);
    f.set(out, f.op('i32_add', get(out), f.i32(4 * (LANES - 1) * outputs)));
  });
  return f;
}

const modules = new Recent<WebAssembly.Module>(64);

/** The module of a head: a kilobyte, so compiled where it stands. */
function moduleOf(shape: HeadShape): WebAssembly.Module {
  const code = (): BufferSource => encodeModule({ settle: settle(shape), finish: finish(shape) });
  return modules.get(JSON.stringify(shape), () => new WebAssembly.Module(code()));
}

/** The maps of one block of inputs in a memory of their own, and the kernel over them. */
export class HeadKernel {
  private readonly memory: WebAssembly.Memory;
  private readonly kernel: {
    settle(base: number, maps: number, bytes: number, c: number): void;
    finish(base: number, last: number, groups: number, out: number, c: number): void;
  };
  private readonly groups: number;
  private readonly bytes: number; // of one map
  private readonly at: { base: number; maps: number; out: number };
  private settled: Float64Array | undefined; // coefficients in `base`
  private readonly result: Float32Array;

  /** Takes the maps [m + 1][N, height, width, channels] in. */
  constructor(
    private readonly shape: HeadShape,
    maps: readonly Float32Array[],
    count: number,
  ) {
    const size = shape.height * shape.width * shape.channels;
    this.groups = Math.ceil(count / LANES);
    this.bytes = 4 * LANES * this.groups * size;
    const room = 1024; // for coefficients, and what a last window may read past
    const outputs = headOutputs(shape);
    this.at = { base: room, maps: room + this.bytes, out: room + (maps.length + 1) * this.bytes };
    const end = this.at.out + 4 * LANES * this.groups * outputs;
    this.memory = wasmMemory(end + room);
    this.kernel = new WebAssembly.Instance(moduleOf(shape), { env: { memory: this.memory } }).exports as never;
    maps.forEach((map, k) => {
      const to = new Float32Array(this.memory.buffer, this.at.maps + k * this.bytes, this.bytes / 4);
      for (let n = 0; n < count; n++) {
        const at = Math.floor(n / LANES) * LANES * size + (n % LANES);
        for (let i = 0; i < size; i++) to[at + LANES * i] = map[n * size + i]!;
      }
    });
    this.result = new Float32Array(this.memory.buffer, this.at.out, count * outputs);
  }

  /** The values [N, outputs] at coefficients `c`; valid until the next call. On a lattice the last coefficient changes most often. */
  values(c: Float64Array): Float32Array {
    const last = this.shape.rank - 1;
    const splatted = new Float32Array(this.memory.buffer, 0, LANES * this.shape.rank);
    c.forEach((value, k) => {
      splatted.fill(value, LANES * k, LANES * (k + 1));
    });
    const { base, maps, out } = this.at;
    const head = c.subarray(0, last);
    if (!this.settled?.every((value, k) => value === head[k])) {
      this.kernel.settle(base, maps, this.bytes, 0);
      this.settled = head.slice();
    }
    this.kernel.finish(base, maps + this.shape.rank * this.bytes, this.groups, out, 4 * LANES * last);
    return this.result;
  }
}
