/** The values of a sweep as its form says them. */

/** Items of a list parted by commas or lines; by semicolons where there is one, so that items may have commas. */
export const itemsOf = (text: string): readonly string[] =>
  text
    .split(text.includes(';') ? /[;\n]/ : /[,\n]/)
    .map((item) => item.trim())
    .filter((item) => item !== '');

/** `count` numbers from `from` to `to`, with equal steps or equal ratios; the ends are exact. */
export function spaced(from: number, to: number, count: number, by: 'linear' | 'log'): readonly number[] {
  return Array.from({ length: count }, (_, k) => {
    if (k === 0) return from;
    if (k === count - 1) return to;
    const t = k / (count - 1);
    return Number((by === 'log' ? from * (to / from) ** t : from + (to - from) * t).toPrecision(12));
  });
}
