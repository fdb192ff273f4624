/** What data must be for networks to be trained or scored on it. Checked before anything runs. */
import { type Architecture, layoutOf } from '../../catalog/architecture.js';
import { FiberscopeError } from '../../catalog/errors.js';
import type { Infos } from '../../catalog/info.js';
import { product, sides } from '../../catalog/shape.js';

/** The port of the examples that accuracies are of. */
export const TEST_INPUT = {
  types: ['Inputs'],
  label: 'Test',
  help: 'what accuracies are of; the training data where unwired',
  optional: true,
} as const;

/** Whether an Architecture takes inputs of a shape: its own, or as many numbers where it takes vectors (images are read channels first). */
function takes({ input }: Architecture, item: readonly number[]): boolean {
  return item.join() === input.join() || (input.length === 1 && product(item) === input[0]);
}

/** Throws a `shape` error where inputs at `port` do not fit the Architecture. */
export function requireInputs(architecture: Architecture, { item }: Infos['Inputs'], port: string): void {
  if (takes(architecture, item)) return;
  const { input } = architecture;
  const also = input.length === 1 ? `, or any of ${input[0]} numbers` : '';
  throw new FiberscopeError(
    'shape',
    `input '${port}': expected inputs of shape ${sides(input)}${also} for this architecture, got ${sides(item)}; change the shape of the architecture's input, or wire other data`,
  );
}

/** Throws where inputs at `port` do not fit, have no labels, or have more classes than the Architecture has outputs. */
export function requireLabelled(architecture: Architecture, info: Infos['Inputs'], port: string): void {
  requireInputs(architecture, info, port);
  const { outputs } = layoutOf(architecture);
  if (info.classes === undefined)
    throw new FiberscopeError(
      'shape',
      `input '${port}': expected inputs with labels, got none; wire a data set that has them, such as Glyphs or IDX files`,
    );
  if (info.classes > outputs)
    throw new FiberscopeError(
      'shape',
      `input '${port}': expected at most ${outputs} classes, one for each output of the architecture, got ${info.classes}; give the last layer ${info.classes} outputs`,
    );
}
