/** What was read of files, remembered as long as their bytes are held: checks ask for it on every change of a document. */

type Answer<T> = { readonly value: T } | { readonly error: unknown };

const MOST = 8; // answers for one file

/** A function of bytes and a text that remembers for each what it gave, or threw. */
export function remember<T>(read: (bytes: Uint8Array, key: string) => T): (bytes: Uint8Array, key: string) => T {
  const known = new WeakMap<Uint8Array, Map<string, Answer<T>>>();
  const answer = (bytes: Uint8Array, key: string): Answer<T> => {
    try {
      return { value: read(bytes, key) };
    } catch (error) {
      return { error };
    }
  };
  return (bytes, key) => {
    const answers = known.get(bytes) ?? new Map<string, Answer<T>>();
    known.set(bytes, answers);
    const held = answers.get(key) ?? answer(bytes, key);
    answers.set(key, held);
    const [oldest] = answers.keys();
    if (answers.size > MOST) answers.delete(oldest!);
    if ('error' in held) throw held.error;
    return held.value;
  };
}
