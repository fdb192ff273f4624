/** A CSV file as a data set. */
import { type CsvOptions, csvLayout, layoutKey, readingCsv } from '../../arrays/csv-table.js';
import { FiberscopeError } from '../../catalog/errors.js';
import type { Infos } from '../../catalog/info.js';
import { product } from '../../catalog/shape.js';
import { formatCount } from '../../catalog/text.js';
import type { Inputs } from '../../catalog/values.js';
import type { WorkControl } from '../../catalog/work.js';
import { partOf } from '../../document/slices.js';
import { paced } from '../progress.js';
import { arranging } from './channels.js';

/** How a file becomes a data set. */
export interface CsvData extends CsvOptions {
  /** Height, width and channels of an image that each line holds in this order; vectors where absent. */
  readonly image?: readonly [height: number, width: number, channels: number];
  readonly divide: number; // every number is divided by it
}

/** Shapes, from one pass over the file. Throws a `file` error, or a `parameter` one where lines do not hold images of that shape. */
export function csvInfo(bytes: Uint8Array, name: string, data: CsvData): Infos['Inputs'] {
  const { rows, features, classes } = csvLayout(bytes, layoutKey(name, optionsOf(data)));
  const { image } = data;
  if (image && product(image) !== features.length)
    throw new FiberscopeError(
      'parameter',
      `parameter 'image': expected height × width × channels = ${formatCount(features.length)}, the columns of numbers, got ${image.join(' × ')} = ${formatCount(product(image))}; change the shape, or leave columns out`,
    );
  const item = image ? [image[2], image[0], image[1]] : [features.length];
  return { count: rows, item, ...(classes === undefined ? {} : { classes: classes.length }) };
}

/** The examples, one for each line. */
export async function readCsvInputs(
  bytes: Uint8Array,
  name: string,
  data: CsvData,
  control: WorkControl,
): Promise<Inputs> {
  const { count, item } = csvInfo(bytes, name, data);
  const options = optionsOf(data);
  const { labels, classes } = csvLayout(bytes, layoutKey(name, options));
  const { image } = data;
  const numbers = await paced(partOf(readingCsv(bytes, name, options), 0, 0.9), control);
  const shape = image ? ([image[2], image[0], image[1]] as const) : ([1, item[0]!, 1] as const);
  return {
    type: 'Inputs',
    x: await paced(partOf(arranging(numbers, count, shape, data.divide), 0.9, 1), control),
    count,
    item,
    weights: new Float32Array(count).fill(1 / count),
    ...(labels === undefined ? {} : { labels, classes: classes! }),
    source: `${formatCount(count)} lines of ${name}`,
  };
}

const optionsOf = ({ delimiter, header, label, leaveOut }: CsvData): CsvOptions => ({
  delimiter,
  header,
  label,
  leaveOut,
});
