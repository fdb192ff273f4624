/** CIFAR-10's binary files as one data set. */
import { CIFAR_CLASSES, CIFAR_ITEM, cifarLabels, cifarPixels } from '../../arrays/cifar.js';
import { remember } from '../../arrays/remember.js';
import { product } from '../../catalog/shape.js';
import { formatCount } from '../../catalog/text.js';
import type { Inputs } from '../../catalog/values.js';

/** Labels of one file, checked. */
export const batchLabels = remember((bytes, name) => cifarLabels(bytes, `file '${name}'`));

/** The images of several files, one after another. */
export function readCifar(batches: readonly { readonly name: string; readonly bytes: Uint8Array }[]): Inputs {
  const labels = batches.map(({ name, bytes }) => batchLabels(bytes, name));
  const count = labels.reduce((sum, { length }) => sum + length, 0);
  const x = new Float32Array(count * product(CIFAR_ITEM));
  const joined = new Int32Array(count);
  let at = 0;
  batches.forEach(({ bytes }, k) => {
    cifarPixels(bytes, x, at);
    joined.set(labels[k]!, at);
    at += labels[k]!.length;
  });
  return {
    type: 'Inputs',
    x,
    count,
    item: CIFAR_ITEM,
    weights: new Float32Array(count).fill(1 / count),
    labels: joined,
    classes: CIFAR_CLASSES,
    source: `${formatCount(count)} images of ${batches.map(({ name }) => name).join(', ')}`,
  };
}
