import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { digestOf } from '../../src/document/digest.js';

test('SHA-256 by the platform and without it is that of Node', async () => {
  for (const size of [0, 1, 2 ** 18, 2 ** 18 + 1, 10 ** 6]) {
    const bytes = Uint8Array.from({ length: size }, (_, k) => (k * 31) % 251);
    const expected = createHash('sha256').update(bytes).digest('hex');
    expect(await digestOf(bytes)).toBe(expected);
    expect(await digestOf(bytes, null)).toBe(expected);
  }
});
