/** Labels beside each other without overlap. */

/**
 * Centres for boxes on a line from 0 to `room`, given in order of their wishes `at`: as near to the wishes as order, gaps and the
 * ends allow (least squares, by pooling neighbours that collide).
 */
export function spread(
  boxes: readonly { readonly at: number; readonly width: number }[],
  room: number,
  gap: number,
): number[] {
  // With the offsets of packed boxes taken away, the order becomes monotone: isotonic regression.
  const offsets: number[] = [];
  let edge = 0;
  for (const box of boxes) {
    offsets.push(edge + box.width / 2);
    edge += box.width + gap;
  }
  const free = room - (edge - gap);
  const pools: { sum: number; count: number }[] = [];
  for (const [k, box] of boxes.entries()) {
    pools.push({ sum: box.at - offsets[k]!, count: 1 });
    while (pools.length > 1) {
      const last = pools[pools.length - 1]!;
      const before = pools[pools.length - 2]!;
      if (before.sum / before.count <= last.sum / last.count) break;
      pools.pop();
      before.sum += last.sum;
      before.count += last.count;
    }
  }
  return pools
    .flatMap(({ sum, count }) =>
      Array.from({ length: count }, () => Math.min(Math.max(sum / count, 0), Math.max(0, free))),
    )
    .map((value, k) => value + offsets[k]!);
}
