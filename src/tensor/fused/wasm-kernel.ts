/**
 * Fused WebAssembly kernels. Tiny networks are written out, weights in registers; larger ones loop over units,
 * with four members' weights side by side in memory and each weight used for a tile of four inputs.
 */
import type { Chain, Stage } from './network.js';
import { ActivationWriter } from './wasm-activations.js';
import { type Emit, encodeModule } from './wasm-emitter.js';
import { firstFormed, formedCount, KernelFrame, type KernelShape } from './wasm-frame.js';

const TILE = 4; // inputs that share a loaded weight
const UNITS = 2; // units that share a loaded activation: 8 sums, 2 weights and 1 activation fill 16 registers
const MOST_UNROLLED = 64; // parameters held in locals
const MOST_INSTRUCTIONS = 400; // per input, roughly

/** Whether a network is written out instead of looped over. */
function writtenOut(shape: KernelShape): boolean {
  const { stages } = shape.chain;
  const products = stages.reduce(
    (sum, { inputs, outputs }, s) => sum + outputs * (s === 0 && shape.affine ? shape.rank! : inputs),
    0,
  );
  const curved = stages.reduce(
    (sum, { outputs, activations }) =>
      sum + outputs * activations.filter(({ name }) => ['tanh', 'sigmoid', 'gelu'].includes(name)).length,
    0,
  );
  return formedCount(shape) <= MOST_UNROLLED && products + 25 * curved <= MOST_INSTRUCTIONS;
}

const widest = (chain: Chain): number => Math.max(...chain.stages.map(({ outputs }) => outputs));

/** Bytes of scratch memory: four members' formed parameters, and a tile's activations before and after a layer. */
export function scratchBytes(shape: KernelShape): number {
  if (writtenOut(shape)) return 0;
  return 16 * (formedCount(shape) + 2 * TILE * widest(shape.chain));
}

/** The module of a kernel; it exports `run`. */
export function kernelModule(shape: KernelShape): Uint8Array<ArrayBuffer> {
  return encodeModule({ run: writtenOut(shape) ? unrolled(shape) : tiled(shape) });
}

/** Every unit written out. */
function unrolled(shape: KernelShape) {
  const frame = new KernelFrame(shape);
  const { f } = frame;
  const { simd, get } = f;
  const { chain, rank, affine } = shape;
  const activations = new ActivationWriter(f);
  const first = firstFormed(shape);
  const weights = Array.from({ length: formedCount(shape) }, () => f.local('v128'));
  const weight = (p: number): Emit => get(weights[p - first]!);

  const begin = (): void => {
    weights.forEach((local, p) => {
      const value =
        rank === undefined
          ? f.load('load', frame.parameter('members'), 16 * p)
          : frame.formed(frame.parameter('fixed'), 8 * p * (rank + 1));
      f.set(local, value);
    });
  };

  const values = affine ? [] : Array.from({ length: chain.inputs }, () => f.local('v128'));
  const units = chain.stages.map(({ outputs }) => Array.from({ length: outputs }, () => f.local('v128')));
  const sum = (terms: readonly Emit[]): Emit => terms.reduce((a, b) => simd('f32x4_add', a, b));

  const oneInput = (): void => {
    values.forEach((local, i) => {
      f.set(local, f.load('load32_splat', get(frame.input), 4 * i));
    });
    chain.stages.forEach((stage, s) => {
      units[s]!.forEach((local, o) => {
        f.set(local, sum(s === 0 && affine ? maps(o, rank! + 1) : products(stage, units[s - 1] ?? values, o)));
        for (const activation of stage.activations) activations.apply(activation, local);
      });
    });
    frame.accumulate(units.at(-1)!.map(get), get(frame.input));
    frame.advance(frame.input, frame.stride);
  };

  function maps(o: number, width: number): Emit[] {
    return Array.from({ length: width }, (_, k) => {
      const map = f.load('load32_splat', get(frame.input), 4 * (o * width + k));
      return k === 0 ? map : simd('f32x4_mul', frame.coefficient(k - 1), map);
    });
  }

  function products({ inputs, weight: row, bias }: Stage, before: readonly number[], o: number): Emit[] {
    const terms = before.map((a, i) => simd('f32x4_mul', weight(row + o * inputs + i), get(a)));
    return bias === undefined ? terms : [weight(bias + o), ...terms];
  }

  return frame.write(begin, () => f.loop(oneInput, f.op('i32_lt_u', get(frame.input), get(frame.blockEnd))));
}

/** Loops over units and products. */
function tiled(shape: KernelShape) {
  const frame = new KernelFrame(shape);
  const { f } = frame;
  const { simd, get } = f;
  const { chain, rank, affine } = shape;
  const activations = new ActivationWriter(f);
  const first = firstFormed(shape);
  const weights = f.local('i32'); // address of the first formed parameter
  const buffers = [f.local('i32'), f.local('i32')] as const;
  const sums = Array.from({ length: UNITS }, () => Array.from({ length: TILE }, () => f.local('v128')));
  const loaded = Array.from({ length: UNITS }, () => f.local('v128'));
  const activation = f.local('v128');
  const row = f.local('i32');
  const bias = f.local('i32');
  const out = f.local('i32');
  const outEnd = f.local('i32');
  const w = f.local('i32');
  const a = f.local('i32');
  const aEnd = f.local('i32');
  const map = f.local('i32');
  const plus = (address: Emit, bytes: number): Emit => f.op('i32_add', address, f.i32(bytes));

  const begin = (): void => {
    const scratch = frame.parameter('scratch');
    const room = 16 * formedCount(shape);
    f.set(buffers[0], plus(scratch, room));
    f.set(buffers[1], plus(scratch, room + 16 * TILE * widest(chain)));
    if (rank === undefined) f.set(weights, frame.parameter('members'));
    else {
      f.set(weights, scratch);
      if (formedCount(shape) === 0) return;
      f.set(out, scratch);
      f.set(w, frame.parameter('fixed'));
      const one = (): void => {
        f.store(get(out), frame.formed(get(w), 0));
        frame.advance(out, 16);
        frame.advance(w, 8 * (rank + 1));
      };
      f.loop(one, f.op('i32_lt_u', get(out), plus(scratch, room)));
    }
  };

  /** `width` units from the present pointers on. */
  const someUnits = (stage: Stage, s: number, width: number): void => {
    const chosen = sums.slice(0, width);
    if (s === 0 && affine) project(chosen);
    else multiply(stage, s, chosen);
    chosen.forEach((tile, u) => {
      tile.forEach((local, t) => {
        for (const kind of stage.activations) activations.apply(kind, local);
        f.store(get(out), get(local), 16 * (u * TILE + t));
      });
    });
    frame.advance(out, 16 * TILE * width);
  };

  const project = (chosen: readonly number[][]): void => {
    chosen.forEach((tile, u) => {
      tile.forEach((local, t) => {
        for (let k = 0; k <= rank!; k++) {
          const value = f.load('load32_splat', get(map), t * frame.stride + 4 * (u * (rank! + 1) + k));
          f.set(
            local,
            k === 0 ? value : simd('f32x4_add', get(local), simd('f32x4_mul', frame.coefficient(k - 1), value)),
          );
        }
      });
    });
    frame.advance(map, 4 * (rank! + 1) * chosen.length);
  };

  const multiply = (stage: Stage, s: number, chosen: readonly number[][]): void => {
    const { inputs } = stage;
    chosen.forEach((tile, u) => {
      for (const local of tile) f.set(local, stage.bias === undefined ? f.f32x4(0) : f.load('load', get(bias), 16 * u));
    });
    const step = s === 0 ? 4 : 16 * TILE; // bytes from one activation to the next
    f.set(w, get(row));
    f.set(a, s === 0 ? get(frame.input) : get(buffers[(s + 1) % 2]!));
    f.set(aEnd, plus(get(a), inputs * step));
    // One product a round: compilers put the loads of a longer stretch first, and the sums would leave the registers.
    const product = (): void => {
      chosen.forEach((_, u) => {
        f.set(loaded[u]!, f.load('load', get(w), 16 * u * inputs));
      });
      for (let t = 0; t < TILE; t++) {
        const value = s === 0 ? f.load('load32_splat', get(a), t * frame.stride) : f.load('load', get(a), 16 * t);
        f.set(activation, value);
        chosen.forEach((tile, u) => {
          f.set(tile[t]!, simd('f32x4_add', get(tile[t]!), simd('f32x4_mul', get(loaded[u]!), get(activation))));
        });
      }
      frame.advance(w, 16);
      frame.advance(a, step);
    };
    f.loop(product, f.op('i32_lt_u', get(a), get(aEnd)));
    frame.advance(row, 16 * inputs * chosen.length);
    frame.advance(bias, 16 * chosen.length);
  };

  const layer = (stage: Stage, s: number): void => {
    f.set(out, get(buffers[s % 2]!));
    if (s === 0 && affine) f.set(map, get(frame.input));
    else {
      f.set(row, plus(get(weights), 16 * (stage.weight - first)));
      if (stage.bias !== undefined) f.set(bias, plus(get(weights), 16 * (stage.bias - first)));
    }
    const looped = stage.outputs - (stage.outputs % UNITS);
    if (looped > 0) {
      f.set(outEnd, plus(get(out), 16 * TILE * looped));
      f.loop(() => someUnits(stage, s, UNITS), f.op('i32_lt_u', get(out), get(outEnd)));
    }
    if (stage.outputs % UNITS > 0) someUnits(stage, s, stage.outputs % UNITS);
  };

  const last = buffers[(chain.stages.length - 1) % 2]!;
  const tile = (): void => {
    chain.stages.forEach(layer);
    f.set(a, get(last));
    f.set(w, plus(get(frame.input), TILE * frame.stride));
    f.set(w, f.op('select', get(w), get(frame.blockEnd), f.op('i32_lt_u', get(w), get(frame.blockEnd))));
    const reduce = (): void => {
      const outputs = Array.from({ length: chain.outputs }, (_, o) => f.load('load', get(a), 16 * TILE * o));
      frame.accumulate(outputs, get(frame.input));
      frame.advance(a, 16);
      frame.advance(frame.input, frame.stride);
    };
    f.loop(reduce, f.op('i32_lt_u', get(frame.input), get(w)));
  };
  return frame.write(begin, () => f.loop(tile, f.op('i32_lt_u', get(frame.input), get(frame.blockEnd))));
}
