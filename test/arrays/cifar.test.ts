import { describe, expect, it } from 'vitest';
import { CIFAR_CLASSES, cifarLabels, cifarPixels } from '../../src/arrays/cifar.js';

/** Records whose pixels are (7 i + j) mod 256. */
function batch(labels: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(3073 * labels.length);
  labels.forEach((label, i) => {
    bytes[3073 * i] = label;
    for (let j = 0; j < 3072; j++) bytes[3073 * i + 1 + j] = 7 * i + j;
  });
  return bytes;
}

describe('CIFAR-10 batches', () => {
  it('are records of a label and three planes', () => {
    const bytes = batch([6, 9, 0]);
    expect([...cifarLabels(bytes, 'x')]).toEqual([6, 9, 0]);
    expect(CIFAR_CLASSES[6]).toBe('frog');
    const x = new Float32Array(4 * 3072);
    cifarPixels(bytes, x, 1);
    expect(x.subarray(0, 3072).every((value) => value === 0)).toBe(true);
    for (const [i, j] of [
      [0, 0],
      [1, 1024],
      [2, 3071],
    ] as const)
      expect(x[(1 + i) * 3072 + j]).toBe(Math.fround(((7 * i + j) % 256) / 255));
  });

  it.each([
    ['cut off', batch([1, 2]).subarray(0, 4000), 'expected records of 3,073 bytes, got 4,000 bytes, 927 beyond'],
    ['empty', new Uint8Array(), 'expected records of 3,073 bytes, got an empty file; choose data_batch_1.bin'],
    ['of a label beyond 9', batch([3, 10]), 'expected labels from 0 to 9, got 10 in record 1'],
  ])('that are %s are refused', (_, bytes, message) => {
    expect(() => cifarLabels(bytes, `file 'x.bin'`)).toThrow(message);
  });
});
