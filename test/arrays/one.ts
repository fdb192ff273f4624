import { readArrays } from '../../src/arrays/array-file.js';
import type { NamedArray } from '../../src/arrays/dtype.js';

/** The array called `array` of a file. */
export function readArray(name: string, bytes: Uint8Array, array: string): NamedArray {
  const arrays = readArrays(name, bytes);
  const found = arrays.find((candidate) => candidate.name === array);
  if (found === undefined) throw new Error(`${name}: no '${array}' among ${arrays.map((one) => one.name).join(', ')}`);
  return found;
}
