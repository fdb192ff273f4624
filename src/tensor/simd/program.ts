/** The emitted module of a network: which functions there are, and what they are compiled from. */
import { encodeModule, type FunctionWriter } from '../fused/wasm-emitter.js';
import { Recent } from '../recent.js';
import type { LinearStage } from './stages.js';
import { type SumsShape, sums, tileOf } from './sums.js';

/** What an emitted function is called with: addresses and counts. */
export type Kernel = (...numbers: number[]) => void;

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
export function forwardShape(stage: LinearStage, width: number): SumsShape {
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

/** A slice of the units of weighted sums: arguments of the emitted function after its addresses, and the first unit. */
export interface UnitSlice {
  readonly start: number;
  readonly tiles: number;
  readonly rest: 0 | 1;
}

/** All units in slices of at most `most` multiply-adds, where one unit takes `each`. */
export function unitSlices(units: number, each: number, width: number, most: number): UnitSlice[] {
  const tile = tileOf(units, width).units;
  const whole = Math.floor(units / tile);
  const step = Math.max(1, Math.floor(most / (each * tile)));
  const slices: UnitSlice[] = [];
  for (let from = 0; from < whole; from += step) {
    const tiles = Math.min(step, whole - from);
    slices.push({ start: from * tile, tiles, rest: from + tiles === whole ? 1 : 0 });
  }
  return slices;
}
