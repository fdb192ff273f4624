/** SHA-256 of whole files, which may be large. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { inSlices } from './slices.js';

/** SHA-256 of bytes as 64 hex digits: by the platform, off this thread; where a page may not (plain HTTP), here in slices. */
export async function digestOf(
  bytes: Uint8Array,
  subtle: SubtleCrypto | null | undefined = globalThis.crypto?.subtle,
): Promise<string> {
  if (subtle) return bytesToHex(new Uint8Array(await subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)));
  return inSlices(digesting(bytes));
}

const SLICE = 2 ** 18;

function* digesting(bytes: Uint8Array): Generator<undefined, string> {
  const hash = sha256.create();
  for (let at = 0; at < bytes.length; at += SLICE) {
    hash.update(bytes.subarray(at, at + SLICE));
    yield;
  }
  return bytesToHex(hash.digest());
}
