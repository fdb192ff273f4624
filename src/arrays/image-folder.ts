/** Folders of images, one for each class, in a .zip. */
import { FiberscopeError } from '../catalog/errors.js';
import { formatCount } from '../catalog/text.js';
import { isPng } from '../document/png.js';
import { unzipSplit, unzipStart, type ZipEntry, ZipFault, zipEntries } from '../document/zip.js';
import { fileFault } from './dtype.js';
import type { Image, ImageSize } from './image.js';
import { isJpeg, jpegSize, readJpeg } from './jpeg-image.js';
import { pngSize, readPng } from './png-image.js';
import { remember } from './remember.js';

/** What an archive of images may hold. */
const LIMITS = { entries: 65_534, bytes: 2 ** 30, caseMatters: true } as const;
const MOST_BYTES = 2 ** 26; // of one image's file
const SIZES = 200; // images whose sizes are looked at before anything runs
const STARTS = [2 ** 12, 2 ** 16, 2 ** 20]; // bytes looked at for a size, until it is found

/** One image of a folder. */
export interface ImageEntry {
  readonly entry: ZipEntry;
  readonly path: string;
  readonly label: number;
}

/** Images by class, in the order of their paths. */
export interface ImageFolder {
  readonly classes: readonly string[]; // names of the folders, sorted by code point
  readonly images: readonly ImageEntry[];
  readonly sizes: readonly (ImageSize & { readonly path: string })[]; // of the first image and of some from all over the others
  readonly others: number; // files that are no images by their names, left aside
}

/** What an archive holds, and the size of some images, from its directory and the images' first bytes. Throws a `file` error. */
export const imageFolder = remember((bytes, name) => unzipping(name, () => readFolder(bytes, name)));

/** Decodes one image. */
export async function readImage(bytes: Uint8Array, { entry, path }: ImageEntry, name: string): Promise<Image> {
  const where = `file '${name}' image '${path}'`;
  const data = unzipping(name, () => unzipSplit(bytes, entry, 0)[1]);
  return isPng(data) ? readPng(data, where) : readJpeg(data, where);
}

function unzipping<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ZipFault)
      throw new FiberscopeError(
        'file',
        `file '${name}': ${error.message}; pack the folders again, or choose another file`,
      );
    throw error;
  }
}

function readFolder(bytes: Uint8Array, name: string): ImageFolder {
  const entries = zipEntries(bytes, LIMITS);
  const hidden = (path: string): boolean => /(^|\/)(\.|__MACOSX\/)/.test(path);
  const found = entries.filter(({ path }) => /\.(png|jpe?g)$/i.test(path) && !hidden(path));
  const remedy = 'put the images of each class into a folder named after it, and pack these folders';
  if (found.length === 0)
    throw fileFault(
      `file '${name}'`,
      'PNG or JPEG images in folders',
      `${formatCount(entries.length)} other file${entries.length === 1 ? '' : 's'}`,
      remedy,
    );
  const depth = sharedFolders(found.map(({ path }) => path));
  const sorted = found
    .map((entry) => ({ entry, folders: entry.path.split('/').slice(depth, -1) }))
    .sort((a, b) => byCodePoint(a.entry.path, b.entry.path));
  const loose = sorted.find(({ folders }) => folders.length === 0);
  if (loose)
    throw fileFault(
      `file '${name}'`,
      'every image in the folder of its class',
      `'${loose.entry.path}' outside`,
      remedy,
    );
  const classes = [...new Set(sorted.map(({ folders }) => folders[0]!))].sort(byCodePoint);
  const labels = new Map(classes.map((folder, label) => [folder, label]));
  const images = sorted
    .map(({ entry, folders }) => ({ entry, path: entry.path, label: labels.get(folders[0]!)! }))
    .sort((a, b) => a.label - b.label);
  const whereOf = (path: string): string => `file '${name}' image '${path}'`;
  for (const { entry, path } of images)
    if (entry.size > MOST_BYTES)
      throw fileFault(
        whereOf(path),
        `at most ${formatCount(MOST_BYTES)} bytes`,
        formatCount(entry.size),
        'make it smaller',
      );
  const every = Math.max(1, images.length / SIZES);
  const sizes = Array.from({ length: Math.min(images.length, SIZES) }, (_, i) => images[Math.floor(i * every)]!).map(
    ({ entry, path }) => ({ path, ...sizeOf(bytes, entry, whereOf(path)) }),
  );
  return { classes, images, sizes, others: entries.length - found.length };
}

/** How many folders all paths begin with, as long as each image still has one of its own after them. */
function sharedFolders(paths: readonly string[]): number {
  const split = paths.map((path) => path.split('/').slice(0, -1));
  let depth = 0;
  while (split.every((folders) => folders.length > depth + 1 && folders[depth] === split[0]![depth])) depth++;
  return depth;
}

const byCodePoint = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function sizeOf(bytes: Uint8Array, entry: ZipEntry, where: string): ImageSize {
  for (const length of STARTS) {
    const start = unzipStart(bytes, entry, length);
    if (isPng(start)) return pngSize(start, where);
    if (!isJpeg(start)) throw fileFault(where, 'a PNG or JPEG image', 'other data', 'save the image again');
    const size = jpegSize(start, where);
    if (size) return size;
    if (start.length < length) break;
  }
  throw fileFault(where, 'a JPEG image whose frame begins within 1 MiB', 'none', 'save the image again');
}
