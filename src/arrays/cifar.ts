/** CIFAR-10's binary files: records of one label and 3 × 32 × 32 bytes, red, green and blue planes. */
import { formatCount } from '../catalog/text.js';
import { fileFault } from './dtype.js';

/** Shape of an image: channels, height, width. */
export const CIFAR_ITEM: readonly [number, number, number] = [3, 32, 32];
const PIXELS = 3 * 32 * 32;
/** Bytes of a record. */
export const CIFAR_RECORD = 1 + PIXELS;

/** The classes, in the order of their labels (batches.meta.txt). */
export const CIFAR_CLASSES: readonly string[] = [
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
];

const REMEDY =
  'choose data_batch_1.bin to data_batch_5.bin or test_batch.bin of the binary version, or its archive cifar-10-binary.tar.gz';

/** Refuses a number of bytes that is no whole number of records. */
export function requireRecords(size: number, where: string, remedy: string): void {
  if (size === 0) throw fileFault(where, `records of ${formatCount(CIFAR_RECORD)} bytes`, 'an empty file', remedy);
  if (size % CIFAR_RECORD !== 0)
    throw fileFault(
      where,
      `records of ${formatCount(CIFAR_RECORD)} bytes`,
      `${formatCount(size)} bytes, ${formatCount(size % CIFAR_RECORD)} beyond the last whole record`,
      remedy,
    );
}

/** Labels of a batch, one for each record. Throws a `file` error where it is no whole number of records or a label is beyond 9. */
export function cifarLabels(bytes: Uint8Array, where: string): Uint8Array {
  requireRecords(bytes.length, where, REMEDY);
  const labels = Uint8Array.from({ length: bytes.length / CIFAR_RECORD }, (_, i) => bytes[i * CIFAR_RECORD]!);
  const wrong = labels.findIndex((label) => label >= CIFAR_CLASSES.length);
  if (wrong >= 0) throw fileFault(where, 'labels from 0 to 9', `${labels[wrong]} in record ${wrong}`, REMEDY);
  return labels;
}

/** Writes the images of a file into `x` from image `at` on, 0 … 255 as 0 … 1: [3, 32, 32] each. */
export function cifarPixels(bytes: Uint8Array, x: Float32Array, at: number): void {
  for (let i = 0; i * CIFAR_RECORD < bytes.length; i++)
    for (let j = 0; j < PIXELS; j++) x[(at + i) * PIXELS + j] = bytes[i * CIFAR_RECORD + 1 + j]! / 255;
}
