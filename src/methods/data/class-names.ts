/** Names of classes, as they are typed. */

/** Names parted by commas; none of an empty text. */
export const typedNames = (text: string): string[] =>
  text.trim() === '' ? [] : text.split(',').map((name) => name.trim());

/** As many names as there are classes: the typed ones, or 0, 1, 2, … */
export const classNames = (typed: readonly string[], classes: number): readonly string[] =>
  typed.length > 0 ? typed : Array.from({ length: classes }, (_, label) => String(label));
