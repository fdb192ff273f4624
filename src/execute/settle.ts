/**
 * What leaves a step is immutable: plain objects are frozen, and a typed array that is a window into a larger buffer gets a
 * buffer of its own, so that no cache entry or message carries memory that it does not show.
 */

type Plain = Record<string, unknown>;

const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !ArrayBuffer.isView(value) && !(value instanceof ArrayBuffer);

const isWindow = (value: unknown): value is Uint8Array =>
  ArrayBuffer.isView(value) && !(value instanceof DataView) && value.byteLength < value.buffer.byteLength;

/** Freezes a value and all that it refers to, in place; windows into larger buffers are replaced by copies. */
export function settle<T>(value: T): T {
  if (!isPlain(value) || Object.isFrozen(value)) return value;
  for (const [name, member] of Object.entries(value)) {
    if (isWindow(member)) (value as Plain)[name] = member.slice();
    else settle(member);
  }
  return Object.freeze(value);
}

/** The buffers that a value refers to, each once. */
export function buffersOf(value: unknown): ReadonlySet<ArrayBufferLike> {
  const buffers = new Set<ArrayBufferLike>();
  const seen = new Set<unknown>();
  const visit = (member: unknown): void => {
    if (ArrayBuffer.isView(member)) buffers.add(member.buffer);
    else if (isPlain(member) && !seen.has(member)) {
      seen.add(member);
      for (const inner of Object.values(member)) visit(inner);
    }
  };
  visit(value);
  return buffers;
}
