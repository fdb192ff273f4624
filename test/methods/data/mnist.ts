/**
 * The 10,000 test digits of MNIST, kept beside a checkout and not in it. Tests that use them print whether they are there, and fail
 * without them where they must be there.
 */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, expect, it } from 'vitest';

const FOLDER = resolve(import.meta.dirname, '../../../../shared/data/mnist');
const FILES = { images: 't10k-images-idx3-ubyte.gz', labels: 't10k-labels-idx1-ubyte.gz' } as const;

/** Whether they are there. */
export const mnistIsThere = Object.values(FILES).every((name) => existsSync(resolve(FOLDER, name)));

/** Name, place and bytes of one of the two files. */
export function mnist(which: keyof typeof FILES): { name: string; path: string; bytes: Uint8Array } {
  const path = resolve(FOLDER, FILES[which]);
  return { name: FILES[which], path, bytes: new Uint8Array(readFileSync(path)) };
}

/** Says in the end whether they were used, and fails where they must be there and are not. */
export function requireMnist(): void {
  afterAll(() => console.log(`mnist: ${mnistIsThere ? 'run' : 'absent'}`));
  it('the digits are there where they must be', () => {
    if (process.env.REQUIRE_REFERENCE === '1') expect(mnistIsThere).toBe(true);
  });
}
