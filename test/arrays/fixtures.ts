import { readFileSync } from 'node:fs';

/** Bytes of a file that numpy wrote; `fixtures/make.py` holds the calls. */
export const fixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`fixtures/${name}`, import.meta.url)));
