/** Checks of data sets before anything runs. */
import { FiberscopeError } from '../../catalog/errors.js';
import type { Infos } from '../../catalog/info.js';

/** Throws a `shape` error where data without labels are to be drawn class by class; `choice` is what asked for it. */
export function requireLabels({ classes }: Infos['Inputs'], choice: string): void {
  if (classes === undefined)
    throw new FiberscopeError(
      'shape',
      `input 'inputs': expected examples with labels, because ${choice} is on, got none; turn it off, or wire a data set that has labels`,
    );
}
