/** Folders of images as a data set. */

import { fileFault } from '../../arrays/dtype.js';
import type { Image } from '../../arrays/image.js';
import { type ImageFolder, imageFolder, readImage } from '../../arrays/image-folder.js';
import type { Infos } from '../../catalog/info.js';
import { formatCount } from '../../catalog/text.js';
import type { Inputs } from '../../catalog/values.js';
import type { WorkControl } from '../../catalog/work.js';
import { breather } from '../progress.js';
import { channelsFirst } from './channels.js';
import { resizeArea } from './resize.js';

/** What the images of a folder become. */
export interface FolderOptions {
  readonly colour: boolean; // red, green and blue, else grey
  /** Height and width that all are brought to; absent: they must have one size. */
  readonly size?: readonly [height: number, width: number];
}

type SizedImage = ImageFolder['sizes'][number];

/**
 * Shapes, from the archive's directory and the starts of some of its images. Throws a `file` error where these differ in size and must
 * not.
 */
export function folderInfo(bytes: Uint8Array, name: string, { colour, size }: FolderOptions): Infos['Inputs'] {
  const { images, classes, sizes } = imageFolder(bytes, name);
  const [first] = sizes as [SizedImage];
  if (!size) for (const other of sizes) requireAlike(first, other, name);
  const [height, width] = size ?? [first.height, first.width];
  return { count: images.length, item: [colour ? 3 : 1, height, width], classes: classes.length };
}

function requireAlike(first: SizedImage, other: SizedImage, name: string): void {
  if (other.height === first.height && other.width === first.width) return;
  throw fileFault(
    `file '${name}'`,
    `images of one size, ${first.width} × ${first.height} as '${first.path}'`,
    `${other.width} × ${other.height} in '${other.path}'`,
    'choose a size that all are brought to',
  );
}

/** Reads all images, 0 … 1, channels first, by class and path. */
export async function readImageFolder(
  bytes: Uint8Array,
  name: string,
  options: FolderOptions,
  control: WorkControl,
): Promise<Inputs> {
  const { count, item } = folderInfo(bytes, name, options);
  const [channels, height, width] = item as [number, number, number];
  const { images, classes, sizes } = imageFolder(bytes, name);
  const x = new Float32Array(count * channels * height * width);
  const pause = breather(control);
  for (const [i, entry] of images.entries()) {
    const image = await readImage(bytes, entry, name);
    if (!options.size) requireAlike(sizes[0]!, { path: entry.path, height: image.height, width: image.width }, name);
    const planes = inColour(image, options.colour);
    x.set(resizeArea(planes, channels, image.height, image.width, height, width), i * channels * height * width);
    await pause((i + 1) / count, `${formatCount(i + 1)} of ${formatCount(count)} images`);
  }
  return {
    type: 'Inputs',
    x,
    count,
    item,
    weights: new Float32Array(count).fill(1 / count),
    labels: Int32Array.from(images, ({ label }) => label),
    classes,
    source: `${formatCount(count)} images of ${name}`,
  };
}

/** Planes of red, green and blue, or one of grey: Y = 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601). */
function inColour({ pixels, channels, height, width, most }: Image, colour: boolean): Float32Array {
  const planes = channelsFirst(pixels, 1, [channels, height, width], most);
  const area = height * width;
  if (colour === (channels === 3)) return planes;
  if (colour) {
    const three = new Float32Array(3 * area);
    for (let c = 0; c < 3; c++) three.set(planes, c * area);
    return three;
  }
  return Float32Array.from(
    { length: area },
    (_, i) => 0.299 * planes[i]! + 0.587 * planes[area + i]! + 0.114 * planes[2 * area + i]!,
  );
}
