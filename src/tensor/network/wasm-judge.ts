/** The objective on the outputs of a machine, slab by slab. */
import type { Objective } from '../../catalog/work.js';
import type { ExampleBatch } from './engine.js';
import { judge } from './objective.js';
import type { Pass, WasmMachine } from './wasm-machine.js';

/** What a pass hears, and what it comes to: the mean loss of the batch, and how many are right. */
export function judgeSlabs(
  machine: WasmMachine,
  objective: Objective,
  batch: ExampleBatch,
): { readonly judge: NonNullable<Pass['judge']>; loss(): number; correct(): number } {
  const { program, width } = machine.installation;
  const k = program.outputs;
  let loss = 0;
  let correct = 0;
  return {
    judge: ({ start, end }, out, slope) => {
      const { numbers } = machine.memory;
      if (slope !== undefined && end - start < width) numbers.fill(0, slope, slope + k * width);
      const to = slope === undefined ? undefined : { to: numbers, at: slope, scale: 1 / batch.count };
      const places = { at: out, example: 1, output: width };
      const judged = judge(objective, k, batch, start, end, numbers, places, to);
      loss += judged.loss;
      correct += judged.correct;
    },
    loss: () => loss / batch.count,
    correct: () => correct,
  };
}
