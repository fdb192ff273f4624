/** Images and labels in IDX files as a data set. */

import { fileFault } from '../../arrays/dtype.js';
import { readIdxHeader, readingIdx } from '../../arrays/idx.js';
import { remember } from '../../arrays/remember.js';
import { formatCount } from '../../catalog/text.js';
import type { Inputs } from '../../catalog/values.js';
import { atOnce, partOf } from '../../document/slices.js';
import { arranging } from './channels.js';
import { classNames } from './class-names.js';

/** One of the two files. */
export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What two files hold, as far as it is known without reading the images. */
export interface IdxInfo {
  readonly count: number;
  readonly item: readonly [channels: number, height: number, width: number];
  readonly classes?: number;
}

const where = (name: string): string => `file '${name}'`;

/** Greatest label of a file; the whole file is checked on the way. */
const mostLabel = remember((bytes, name) =>
  atOnce(readingIdx(bytes, where(name))).data.reduce((a, b) => Math.max(a, b), 0),
);

/** Shape [N, H, W] or [N, H, W, C] of a file of images, from its header. */
export function idxImages({ name, bytes }: NamedBytes): Pick<IdxInfo, 'count' | 'item'> {
  const { shape } = readIdxHeader(bytes, where(name));
  const [count = 0, height = 0, width = 0, channels = 1] = shape;
  if (shape.length < 3 || shape.includes(0))
    throw fileFault(
      where(name),
      'images: [N, height, width] or [N, height, width, channels]',
      `[${shape.join(', ')}]${shape.length === 1 ? ', which are labels' : ''}`,
      'choose the file of images, such as train-images-idx3-ubyte.gz',
    );
  return { count, item: [channels, height, width] };
}

/** How many classes a file of labels for `count` images names: as many as there are names, else the greatest label and one. */
export function idxClasses({ name, bytes }: NamedBytes, count: number, names: readonly string[]): number {
  const { shape } = readIdxHeader(bytes, where(name));
  if (shape.length !== 1)
    throw fileFault(
      where(name),
      'labels: [N]',
      `[${shape.join(', ')}]${shape.length > 2 ? ', which are images' : ''}`,
      'choose the file of labels, such as train-labels-idx1-ubyte.gz',
    );
  if (shape[0] !== count)
    throw fileFault(
      where(name),
      `${formatCount(count)} labels, one for each image`,
      formatCount(shape[0]!),
      'choose the labels of the same images',
    );
  const most = mostLabel(bytes, name);
  if (names.length > 0 && most >= names.length)
    throw fileFault(
      where(name),
      `labels from 0 to ${names.length - 1}, as ${names.length} classes are named`,
      `${most}`,
      'name all classes, or leave the names empty',
    );
  return names.length > 0 ? names.length : most + 1;
}

/** The images, numbers 0 … 255 as 0 … 1, channels first, with labels where there is a file of them; the share that is done comes between. */
export function* readingImages(
  images: NamedBytes,
  labels: NamedBytes | undefined,
  names: readonly string[],
): Generator<number, Inputs> {
  const { count, item } = idxImages(images);
  const classes = labels && idxClasses(labels, count, names);
  const { data } = yield* partOf(readingIdx(images.bytes, where(images.name)), 0, 0.7);
  const read = labels && (yield* partOf(readingIdx(labels.bytes, where(labels.name)), 0.7, 0.75));
  return {
    type: 'Inputs',
    x: yield* partOf(arranging(data, count, item, 255), 0.75, 1),
    count,
    item,
    weights: new Float32Array(count).fill(1 / count),
    ...(read && classes !== undefined
      ? { labels: Int32Array.from(read.data), classes: classNames(names, classes) }
      : {}),
    source: `${formatCount(count)} images of ${images.name}`,
  };
}
