/** How many inputs the SIMD kernels take at once, from the size of a network. */
import { type Architecture, layoutOf } from '../../catalog/architecture.js';
import { product } from '../../catalog/shape.js';

const ROWS_BYTES = 2 ** 27; // of the rows of all layers, one register of inputs at least
const MANY_PARAMETERS = 2 ** 18; // from where on weights come from beyond the second-level cache
const WIDE_LAYER = 8192; // rows that twice as many inputs would drive out of it

/** Numbers in a row: inputs that go through the network side by side. `scale` ≤ 1 asks for less memory. */
export function rowWidth(architecture: Architecture, scale = 1): number {
  const { shapes, size } = layoutOf(architecture);
  const rows = shapes.map((shape) => product(shape));
  let width = size > MANY_PARAMETERS && Math.max(...rows) <= WIDE_LAYER ? 32 : 16;
  const all = rows.reduce((sum, count) => sum + count, 0);
  while (width > 4 && 4 * all * width > ROWS_BYTES * scale) width /= 2;
  return width;
}

/** Numbers in a row where a minibatch of `count` inputs goes forward and back: more for dense layers, whose sums are short. */
export function gradientWidth(architecture: Architecture, count: number, scale = 1): number {
  const images = architecture.layers.some(({ kind }) => kind === 'conv' || kind === 'pool');
  let width = images ? 16 : 64;
  while (width > 4 && width / 2 >= count) width /= 2;
  const rows = layoutOf(architecture).shapes.reduce((sum, shape) => sum + product(shape), 0);
  while (width > 4 && 8 * rows * width > ROWS_BYTES * scale) width /= 2;
  return width;
}
