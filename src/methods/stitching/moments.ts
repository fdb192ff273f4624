/** Means and covariances of the channels of two layers on the same inputs: what maps between them are fitted to. */

/** Values of a layer on inputs: [count, channels, positions], row-major; a vector has one position. */
export interface LayerValues {
  readonly values: Float32Array;
  readonly count: number;
  readonly channels: number;
}

/** Means and covariances (divided by n) of the channels of two layers over the same rows. */
export interface Moments {
  readonly from: number; // d
  readonly to: number; // d′
  readonly meanX: Float64Array; // [d]
  readonly meanY: Float64Array; // [d′]
  readonly xx: Float64Array; // [d, d]
  readonly xy: Float64Array; // [d, d′]
  readonly yy: Float64Array; // [d′] variances only
}

/** Rows, inputs × positions, that moments are taken over at most. */
export const MOMENT_ROWS = 16_384;

const LEAST_SAMPLED = 512;

/** How many of so many inputs a layer of so many positions is recorded on for its moments. */
export const sampledInputs = (inputs: number, positions: number): number =>
  Math.min(inputs, Math.max(LEAST_SAMPLED, Math.ceil(MOMENT_ROWS / positions)));

/** Moments over at most 16,384 rows, spread over inputs and positions by a stride that has no factor in common with their number. */
export function momentsOf(x: LayerValues, y: LayerValues): Moments {
  const d = x.channels;
  const e = y.channels;
  const plane = x.values.length / (x.count * d);
  const total = x.count * plane;
  const rows = Math.min(total, MOMENT_ROWS);
  const stride = rows === total ? 1 : coprime(Math.round(total * 0.6180339887), total);
  const [sumX, sumY] = [new Float64Array(d), new Float64Array(e)];
  const [xx, xy, yy] = [new Float64Array(d * d), new Float64Array(d * e), new Float64Array(e)];
  const [u, v] = [new Float64Array(d), new Float64Array(e)];
  const [firstX, firstY] = [new Float64Array(d), new Float64Array(e)]; // sums are of differences from the first row
  for (let k = 0, at = 0; k < rows; k++, at = (at + stride) % total) {
    const row = Math.floor(at / plane);
    const place = at % plane;
    for (let c = 0; c < d; c++) u[c] = x.values[(row * d + c) * plane + place]! - firstX[c]!;
    for (let c = 0; c < e; c++) v[c] = y.values[(row * e + c) * plane + place]! - firstY[c]!;
    if (k === 0) {
      firstX.set(u);
      firstY.set(v);
      continue; // its difference from itself is 0
    }
    for (let i = 0; i < d; i++) {
      const a = u[i]!;
      sumX[i]! += a;
      for (let j = 0; j <= i; j++) xx[i * d + j]! += a * u[j]!;
      for (let j = 0; j < e; j++) xy[i * e + j]! += a * v[j]!;
    }
    for (let j = 0; j < e; j++) {
      sumY[j]! += v[j]!;
      yy[j]! += v[j]! ** 2;
    }
  }
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++)
      xx[i * d + j] = xx[j * d + i] = xx[i * d + j]! / rows - (sumX[i]! * sumX[j]!) / rows ** 2;
    for (let j = 0; j < e; j++) xy[i * e + j] = xy[i * e + j]! / rows - (sumX[i]! * sumY[j]!) / rows ** 2;
  }
  for (let j = 0; j < e; j++) yy[j] = Math.max(0, yy[j]! / rows - (sumY[j]! / rows) ** 2);
  const meanX = sumX.map((sum, i) => firstX[i]! + sum / rows);
  const meanY = sumY.map((sum, j) => firstY[j]! + sum / rows);
  return { from: d, to: e, meanX, meanY, xx, xy, yy };
}

/** The next number from `start` on that has no factor in common with `total`. */
function coprime(start: number, total: number): number {
  const common = (a: number, b: number): number => (b === 0 ? a : common(b, a % b));
  let stride = Math.max(1, start);
  while (common(stride, total) !== 1) stride++;
  return stride;
}
