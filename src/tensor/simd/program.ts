/** The emitted module of a network: which functions there are, and what they are compiled from. */
import { encodeModule, FunctionWriter } from '../fused/wasm-emitter.js';
import { Recent } from '../recent.js';
import type { LinearStage } from './stages.js';
import { type SumsShape, sums } from './sums.js';

/** What an emitted function is called with: addresses and counts. */
export type Kernel = (...numbers: number[]) => void;

/** Whether WebAssembly with SIMD is there. */
export function hasSimd(): boolean {
  const f = new FunctionWriter(['i32']);
  f.store(f.get(0), f.f32x4(0));
  return typeof WebAssembly === 'object' && WebAssembly.validate(encodeModule({ simd: f }));
}

const modules = new Recent<Promise<WebAssembly.Module>>(32);

/** The functions of a module on a memory; modules of equal keys are compiled once. */
export async function instanceOf(
  key: string,
  memory: WebAssembly.Memory,
  functions: () => Readonly<Record<string, FunctionWriter>>,
): Promise<Readonly<Record<string, Kernel>>> {
  const module = await modules.get(key, () => {
    const compiled = WebAssembly.compile(encodeModule(functions()));
    compiled.catch(() => modules.delete(key));
    return compiled;
  });
  const instance = await WebAssembly.instantiate(module, { env: { memory } });
  return instance.exports as unknown as Readonly<Record<string, Kernel>>;
}

/** The sums of a linear layer forward. */
function forwardShape(stage: LinearStage, width: number): SumsShape {
  const { step, positions, places, taps, activation } = stage;
  return {
    width,
    positions,
    units: [{ count: step.units, step: places }],
    taps,
    start: step.bias < 0 ? 'zero' : 'bias',
    ...(activation === undefined ? {} : { activation }),
  };
}

/** The code of a linear layer forward. */
export function linearForward(stage: LinearStage, width: number): FunctionWriter {
  return sums(forwardShape(stage, width));
}

/** The sums of ∂J/∂x = Wᵀ dz: weights [K, units], rows of dz read, rows of x's derivative added to. */
export function backwardShape({ step, positions, places, taps }: LinearStage, width: number): SumsShape {
  return {
    width,
    positions: positions.map(({ count, steps }) => ({ count, steps: steps.toReversed() })),
    units: taps,
    taps: [{ count: step.units, step: places }],
    start: 'add', // fields overlap
  };
}

/** Multiply-adds between two chances for messages, and of a pass from which on it is cut: some milliseconds. */
export const SLICE = 2 ** 26;

/** A slice of the units of weighted sums: arguments of the emitted function after its addresses, and the first unit. */
export interface UnitSlice {
  readonly start: number;
  readonly tiles: number;
  readonly rest: 0 | 1;
}

/** Units in tiles of `tile`, in slices of at most some multiply-adds where one unit takes `each`. */
export function unitSlices(units: number, tile: number, each: number, most = SLICE): UnitSlice[] {
  const whole = Math.floor(units / tile);
  if (whole === 0) return [{ start: 0, tiles: 0, rest: 1 }];
  const step = Math.max(1, Math.floor(most / (each * tile)));
  const slices: UnitSlice[] = [];
  for (let from = 0; from < whole; from += step) {
    const tiles = Math.min(step, whole - from);
    slices.push({ start: from * tile, tiles, rest: from + tiles === whole ? 1 : 0 });
  }
  return slices;
}
