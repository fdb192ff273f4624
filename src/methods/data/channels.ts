/** Images as they lie in files and in memory. */

/** Numbers [N, height, width, channels] as [N, channels, height, width], divided by `most`; `item` is [channels, height, width]. */
export function channelsFirst(
  data: ArrayLike<number>,
  count: number,
  [channels, height, width]: readonly [number, number, number],
  most: number,
): Float32Array {
  const area = height * width;
  const x = new Float32Array(count * channels * area);
  for (let i = 0; i < count; i++)
    for (let c = 0; c < channels; c++) {
      const from = i * area * channels + c;
      const to = (i * channels + c) * area;
      for (let j = 0; j < area; j++) x[to + j] = data[from + j * channels]! / most;
    }
  return x;
}
