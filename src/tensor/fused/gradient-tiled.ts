/** The gradient kernel of larger networks: a tile of inputs goes forward through all layers, then back. */
import { CELL, PRODUCTS, QUAD, STEP, TileLoops, UNITS } from './gradient-tiles.js';
import type { Chain, Stage } from './network.js';
import { ActivationWriter } from './wasm-activations.js';
import type { FunctionWriter } from './wasm-emitter.js';

/** The kernel as a function. */
export function tiledGradient(chain: Chain): FunctionWriter {
  const loops = new TileLoops(chain);
  const { frame, rooms, inputs } = loops;
  const { f } = frame;
  const { get } = f;
  const passes = new Passes(chain, loops);
  const left = f.local('i32');
  const pointer = f.local('i32');
  /** Repeats `body` for the parameters from `pointer` at the block's sums on. */
  const eachSum = (body: () => void): void => {
    if (chain.size === 0) return;
    f.set(pointer, loops.scratch(rooms.sums));
    f.loop(
      () => {
        body();
        frame.advance(pointer, CELL);
      },
      f.op('i32_lt_u', get(pointer), loops.scratch(rooms.sums + CELL * chain.size)),
    );
  };
  const tile = (): void => {
    const some = f.op('i32_lt_u', f.i32(rooms.tile), get(left));
    f.set(inputs, f.op('select', f.i32(rooms.tile), get(left), some));
    chain.stages.forEach((stage, s) => {
      passes.forward(stage, s);
    });
    passes.residuals();
    for (let s = chain.stages.length - 1; s >= 0; s--) {
      passes.weightGradient(chain.stages[s]!, s);
      if (s > 0) passes.below(chain.stages[s]!, s);
    }
    frame.advance(frame.input, rooms.tile * frame.stride);
    f.set(left, f.op('i32_sub', get(left), get(inputs)));
  };
  return frame.write(
    () => undefined,
    () => {
      eachSum(() => f.store(get(pointer), f.f32x4(0)));
      f.set(left, get(frame.size));
      f.loop(tile, get(left));
    },
    () => {
      const { w, value } = loops;
      f.set(w, frame.parameter('totals'));
      eachSum(() => {
        f.set(value, f.load('load', get(pointer)));
        frame.addToTotal(get(w), 0, get(value));
        frame.advance(w, 2 * CELL);
      });
    },
  );
}

/** What happens to a tile in one stage. */
class Passes {
  private readonly activations: ActivationWriter;
  private readonly slope: number;

  constructor(
    private readonly chain: Chain,
    private readonly loops: TileLoops,
  ) {
    this.activations = new ActivationWriter(loops.frame.f);
    this.slope = loops.frame.f.local('v128');
  }

  /** The values after a stage, with the slopes of its activations. */
  forward({ inputs, outputs, weight, bias, activations }: Stage, s: number): void {
    const { loops, slope } = this;
    const { rooms, frame, out } = loops;
    const { f } = frame;
    loops.multiply({
      units: outputs,
      products: inputs,
      weight,
      unitStride: inputs,
      productStride: 1,
      bias,
      from: rooms.values[s - 1],
      to: rooms.values[s]!,
      finish: (sum, at) => {
        if (activations.length === 0) return;
        this.activations.applyWithSlope(activations, sum, slope);
        f.store(f.get(out), f.get(slope), at + rooms.slopes[s]! - rooms.values[s]!);
      },
    });
  }

  /** δ of the last stage, and J. */
  residuals(): void {
    const { loops, chain } = this;
    const { frame, rooms, a, out, w, row, start, value } = loops;
    const { f } = frame;
    const { get, load, simd } = f;
    const last = chain.stages.length - 1;
    const slopes = rooms.slopes[last]! - rooms.values[last]!;
    const delta = loops.sums[0]!;
    f.set(start, get(frame.input));
    f.set(a, loops.scratch(rooms.values[last]!));
    f.set(out, loops.scratch(rooms.deltas[last % 2]!));
    loops.eachQuad(() => {
      f.set(w, get(start)); // the record, from the present output on
      f.set(row, get(start));
      loops.blocks(loops.counters[2], chain.outputs, 1, () => {
        for (let t = 0; t < QUAD; t++) {
          const y = load('load32_splat', get(w), t * frame.stride + 4 * chain.inputs);
          const weight = load('load32_splat', get(row), t * frame.stride + 4 * (chain.inputs + chain.outputs));
          f.set(value, load('load', get(a), t * CELL));
          frame.residual(delta, get(value), y, weight);
          if (chain.stages[last]!.activations.length > 0)
            f.set(delta, simd('f32x4_mul', get(delta), load('load', get(a), t * CELL + slopes)));
          f.store(get(out), get(delta), t * CELL);
        }
        frame.advance(w, 4);
        frame.advance(a, STEP);
        frame.advance(out, STEP);
      });
      frame.advance(start, QUAD * frame.stride);
    });
  }

  /** Adds Σ δ a and Σ δ over the tile to the block's sums. */
  weightGradient(stage: Stage, s: number): void {
    const { loops } = this;
    const { frame, rooms, row, bias, column, start } = loops;
    const { f } = frame;
    const { inputs, outputs } = stage;
    const below = rooms.values[s - 1];
    f.set(row, loops.scratch(rooms.sums + CELL * stage.weight));
    if (stage.bias !== undefined) f.set(bias, loops.scratch(rooms.sums + CELL * stage.bias));
    f.set(column, loops.scratch(rooms.deltas[s % 2]!));
    loops.blocks(loops.counters[0], outputs, UNITS, (width) => {
      if (stage.bias !== undefined) this.biasGradient(width, outputs);
      f.set(start, below === undefined ? f.get(frame.input) : loops.scratch(below));
      loops.blocks(loops.counters[2], inputs, PRODUCTS, (count) => {
        this.gradientBlock(stage, below === undefined, width, count);
        frame.advance(row, count * CELL);
        frame.advance(start, count * (below === undefined ? 4 : STEP));
      });
      frame.advance(row, (width - 1) * inputs * CELL);
      frame.advance(column, width * STEP);
    });
  }

  /** A few units by a few columns of a weight's gradient. */
  private gradientBlock({ inputs, outputs }: Stage, records: boolean, width: number, count: number): void {
    const { loops } = this;
    const { frame, loaded, value, w, a, row } = loops;
    const { f } = frame;
    const { get, load } = f;
    const chosen = Array.from({ length: width }, (_, u) => loops.sums.slice(u * PRODUCTS, u * PRODUCTS + count));
    chosen.forEach((line, u) => {
      line.forEach((sum, i) => {
        f.set(sum, load('load', get(row), CELL * (u * inputs + i)));
      });
    });
    f.set(w, get(loops.column));
    f.set(a, get(loops.start));
    loops.eachQuad(() => {
      for (let t = 0; t < QUAD; t++) {
        for (let u = 0; u < width; u++) f.set(loaded[u]!, load('load', get(w), u * STEP + t * CELL));
        for (let i = 0; i < count; i++) {
          f.set(value, loops.valueAt(records, i, t));
          chosen.forEach((line, u) => {
            frame.multiplyAdd(line[i]!, get(loaded[u]!), get(value));
          });
        }
      }
      frame.advance(w, outputs * STEP);
      frame.advance(a, records ? QUAD * frame.stride : inputs * STEP);
    });
    chosen.forEach((line, u) => {
      line.forEach((sum, i) => {
        f.store(get(row), get(sum), CELL * (u * inputs + i));
      });
    });
  }

  private biasGradient(width: number, outputs: number): void {
    const { frame, sums, w, column, bias } = this.loops;
    const { f } = frame;
    const { get, load, simd } = f;
    const chosen = sums.slice(0, width);
    chosen.forEach((sum, u) => {
      f.set(sum, load('load', get(bias), CELL * u));
    });
    f.set(w, get(column));
    this.loops.eachQuad(() => {
      chosen.forEach((sum, u) => {
        for (let t = 0; t < QUAD; t++)
          f.set(sum, simd('f32x4_add', get(sum), load('load', get(w), u * STEP + t * CELL)));
      });
      frame.advance(w, outputs * STEP);
    });
    chosen.forEach((sum, u) => {
      f.store(get(bias), get(sum), CELL * u);
    });
    frame.advance(bias, width * CELL);
  }

  /** δ of the stage below: Wᵀ δ times the slopes there. */
  below({ inputs, outputs, weight }: Stage, s: number): void {
    const { loops, chain } = this;
    const { rooms, out } = loops;
    const { f } = loops.frame;
    const curved = chain.stages[s - 1]!.activations.length > 0;
    const to = rooms.deltas[((s - 1) % 2) as 0 | 1];
    loops.multiply({
      units: inputs,
      products: outputs,
      weight,
      unitStride: 1,
      productStride: inputs,
      bias: undefined,
      from: rooms.deltas[(s % 2) as 0 | 1],
      to,
      finish: (sum, at) => {
        if (!curved) return;
        const slope = f.load('load', f.get(out), at + rooms.slopes[s - 1]! - to);
        f.set(sum, f.simd('f32x4_mul', f.get(sum), slope));
      },
    });
  }
}
