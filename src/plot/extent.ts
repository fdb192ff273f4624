/** The smallest and the largest of some numbers; not finite (∞, −∞) where there is none. */
export function extent(values: ArrayLike<number>, start = 0, stride = 1): readonly [low: number, high: number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let k = start; k < values.length; k += stride) {
    const value = values[k]!;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}
