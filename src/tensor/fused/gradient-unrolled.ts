/** The gradient kernel of a tiny network: every unit written out, weights and gradient sums in locals. */
import { GradientFrame } from './gradient-frame.js';
import type { Chain, Stage } from './network.js';
import { ActivationWriter } from './wasm-activations.js';
import type { Emit, FunctionWriter } from './wasm-emitter.js';
import { LANES } from './wasm-frame.js';

const MOST_PARAMETERS = 64; // held in locals, with as many sums
const MOST_INSTRUCTIONS = 1200; // per input, roughly

/** Whether the kernel of a network is written out instead of looped over. */
export function writtenOut({ size, stages }: Chain): boolean {
  let instructions = 0;
  for (const { inputs, outputs, activations } of stages) {
    const curved = activations.filter(({ name }) => ['tanh', 'sigmoid', 'gelu'].includes(name)).length;
    instructions += outputs * (6 * inputs + 30 * curved);
  }
  return size <= MOST_PARAMETERS && instructions <= MOST_INSTRUCTIONS;
}

/** The kernel as a function. */
export function unrolledGradient(chain: Chain): FunctionWriter {
  const frame = new GradientFrame(chain);
  const { f } = frame;
  const { simd, get, load } = f;
  const { stages } = chain;
  const activations = new ActivationWriter(f);
  const locals = (count: number): number[] => Array.from({ length: count }, () => f.local('v128'));
  const weights = locals(chain.size);
  const sums = locals(chain.size);
  const values = [locals(chain.inputs), ...stages.map(({ outputs }) => locals(outputs))]; // before and after each stage
  const slopes = stages.map((stage) => (stage.activations.length > 0 ? locals(stage.outputs) : []));
  const deltas = stages.map(({ outputs }) => locals(outputs)); // ∂J/∂z / 2
  const record = (i: number): Emit => load('load32_splat', get(frame.input), 4 * i);

  const forward = ({ inputs, weight, bias, activations: chosen }: Stage, s: number): void => {
    values[s + 1]!.forEach((local, o) => {
      const terms = values[s]!.map((a, i) => simd('f32x4_mul', get(weights[weight + o * inputs + i]!), get(a)));
      if (bias !== undefined) terms.unshift(get(weights[bias + o]!));
      f.set(
        local,
        terms.reduce((a, b) => simd('f32x4_add', a, b)),
      );
      if (chosen.length > 0) activations.applyWithSlope(chosen, local, slopes[s]![o]!);
    });
  };

  /** From the derivative by the values after a stage to that by its sums, and on to its parameters and the values before it. */
  const backward = ({ inputs, weight, bias, activations: chosen }: Stage, s: number): void => {
    deltas[s]!.forEach((delta, o) => {
      if (chosen.length > 0) f.set(delta, simd('f32x4_mul', get(delta), get(slopes[s]![o]!)));
      values[s]!.forEach((a, i) => {
        frame.multiplyAdd(sums[weight + o * inputs + i]!, get(delta), get(a));
      });
      if (bias !== undefined) f.set(sums[bias + o]!, simd('f32x4_add', get(sums[bias + o]!), get(delta)));
    });
    if (s === 0) return;
    deltas[s - 1]!.forEach((below, i) => {
      const terms = deltas[s]!.map((delta, o) => simd('f32x4_mul', get(weights[weight + o * inputs + i]!), get(delta)));
      f.set(
        below,
        terms.reduce((a, b) => simd('f32x4_add', a, b)),
      );
    });
  };

  const oneInput = (): void => {
    values[0]!.forEach((local, i) => {
      f.set(local, record(i));
    });
    stages.forEach(forward);
    const weight = record(chain.inputs + chain.outputs);
    deltas.at(-1)!.forEach((delta, o) => {
      frame.residual(delta, get(values.at(-1)![o]!), record(chain.inputs + o), weight);
    });
    for (let s = stages.length - 1; s >= 0; s--) backward(stages[s]!, s);
    frame.advance(frame.input, frame.stride);
  };

  return frame.write(
    () => {
      weights.forEach((local, p) => {
        f.set(local, load('load', frame.parameter('members'), 4 * LANES * p));
      });
    },
    () => {
      for (const sum of sums) f.set(sum, f.f32x4(0));
      f.loop(oneInput, f.op('i32_lt_u', get(frame.input), get(frame.blockEnd)));
    },
    () => {
      sums.forEach((sum, p) => {
        frame.addToTotal(frame.parameter('totals'), 8 * LANES * p, get(sum));
      });
    },
  );
}
