/** CIFAR-10's binary files, or the archive that they come in, as one data set. */
import { CIFAR_CLASSES, CIFAR_ITEM, cifarLabels, cifarPixels } from '../../arrays/cifar.js';
import { CIFAR_PARTS, type CifarPart, cifarBatches, isArchive, readingArchive } from '../../arrays/cifar-archive.js';
import { remember } from '../../arrays/remember.js';
import { product } from '../../catalog/shape.js';
import { formatCount } from '../../catalog/text.js';
import type { Inputs } from '../../catalog/values.js';
import { partOf } from '../../document/slices.js';

/** How many images a file gives: of an archive those of a part. Throws a `file` error where it is neither a batch nor an archive. */
export function cifarCount(bytes: Uint8Array, name: string, part: CifarPart): number {
  if (!isArchive(bytes)) return batchCount(bytes, name);
  return cifarBatches(bytes, name, part).reduce((sum, { records }) => sum + records, 0);
}

const batchCount = remember((bytes, name) => cifarLabels(bytes, `file '${name}'`).length);

/** The images of several files, one after another; the share that is done comes between. */
export function* readingCifar(
  files: readonly { readonly name: string; readonly bytes: Uint8Array }[],
  part: CifarPart,
): Generator<number, Inputs> {
  const count = files.reduce((sum, { name, bytes }) => sum + cifarCount(bytes, name, part), 0);
  const x = new Float32Array(count * product(CIFAR_ITEM));
  const labels = new Int32Array(count);
  const put = (batch: Uint8Array, where: string, at: number): void => {
    labels.set(cifarLabels(batch, where), at);
    cifarPixels(batch, x, at);
  };
  let at = 0;
  for (const [k, { name, bytes }] of files.entries()) {
    if (isArchive(bytes)) {
      const batches = cifarBatches(bytes, name, part);
      const starts = batches.map((_, batch) => batches.slice(0, batch).reduce((sum, { records }) => sum + records, at));
      const reading = readingArchive(bytes, name, part, (batch, data) =>
        put(data, `file '${name}' batch '${batches[batch]!.name}'`, starts[batch]!),
      );
      yield* partOf(reading, k / files.length, (k + 1) / files.length);
    } else put(bytes, `file '${name}'`, at);
    at += cifarCount(bytes, name, part);
    yield (k + 1) / files.length;
  }
  const sources = files.map(({ name, bytes }) => (isArchive(bytes) ? `${name} (${CIFAR_PARTS[part]})` : name));
  return {
    type: 'Inputs',
    x,
    count,
    item: CIFAR_ITEM,
    weights: new Float32Array(count).fill(1 / count),
    labels,
    classes: CIFAR_CLASSES,
    source: `${formatCount(count)} images of ${sources.join(', ')}`,
  };
}
