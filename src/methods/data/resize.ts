/** Images in another size. */

/**
 * An image [channels, height, width] in another size by area: each new pixel is the mean of what it covers of the old ones, exactly,
 * enlarging or shrinking. An image that has the size already comes back as it is.
 */
export function resizeArea(
  image: Float32Array,
  channels: number,
  height: number,
  width: number,
  newHeight: number,
  newWidth: number,
): Float32Array {
  if (height === newHeight && width === newWidth) return image;
  const [across, down] = [coverage(width, newWidth), coverage(height, newHeight)];
  const out = new Float32Array(channels * newHeight * newWidth);
  for (let c = 0; c < channels; c++)
    for (let y = 0; y < newHeight; y++)
      for (let x = 0; x < newWidth; x++) {
        let sum = 0;
        for (const [row, tall] of down[y]!)
          for (const [column, wide] of across[x]!) sum += tall * wide * image[(c * height + row) * width + column]!;
        out[(c * newHeight + y) * newWidth + x] = sum;
      }
  return out;
}

/** For each of `to` parts of a side of `from` pixels: which pixels it covers, and what share of the part each is. */
function coverage(from: number, to: number): (readonly [pixel: number, share: number])[][] {
  const step = from / to;
  return Array.from({ length: to }, (_, part) => {
    const [start, end] = [part * step, (part + 1) * step];
    const covered: (readonly [number, number])[] = [];
    for (let pixel = Math.floor(start); pixel < Math.min(from, Math.ceil(end)); pixel++) {
      const share = (Math.min(end, pixel + 1) - Math.max(start, pixel)) / step;
      if (share > 0) covered.push([pixel, share]);
    }
    return covered;
  });
}
