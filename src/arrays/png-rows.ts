/** Rows of a PNG: filters undone, bits taken apart, passes of an interlaced image put together. */

/** What the header of a PNG says of its pixels. */
export interface PngForm {
  readonly height: number;
  readonly width: number;
  readonly depth: number; // bits of a sample
  readonly samples: number; // of a pixel
  readonly interlaced: boolean;
}

/** First column and row, and steps, of the seven passes of Adam7 (§8.2). */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

interface Pass {
  readonly left: number;
  readonly top: number;
  readonly across: number;
  readonly down: number;
  readonly width: number;
  readonly height: number;
}

function passesOf({ width, height, interlaced }: PngForm): readonly Pass[] {
  if (!interlaced) return [{ left: 0, top: 0, across: 1, down: 1, width, height }];
  return ADAM7.map(([left, top, across, down]) => ({
    left,
    top,
    across,
    down,
    width: Math.ceil((width - left) / across),
    height: Math.ceil((height - top) / down),
  })).filter((pass) => pass.width > 0 && pass.height > 0);
}

const rowBytes = (width: number, { depth, samples }: PngForm): number => Math.ceil((width * depth * samples) / 8);

/** Bytes of the unpacked rows, each with its filter's number before it. */
export const pngBytes = (form: PngForm): number =>
  passesOf(form).reduce((sum, { width, height }) => sum + height * (1 + rowBytes(width, form)), 0);

/** Samples [height, width, samples] of unpacked rows, whose filters are undone in place; `fault` makes the error of an unknown filter. */
export function pngSamples(rows: Uint8Array, form: PngForm, fault: () => Error): Uint8Array | Uint16Array {
  const { width, height, depth, samples } = form;
  const out = depth === 16 ? new Uint16Array(height * width * samples) : new Uint8Array(height * width * samples);
  const mask = 2 ** depth - 1;
  let at = 0;
  for (const pass of passesOf(form)) {
    const length = rowBytes(pass.width, form);
    let before: Uint8Array = new Uint8Array(length);
    for (let y = 0; y < pass.height; y++) {
      const row = rows.subarray(at + 1, at + 1 + length);
      if (!unfilter(rows[at]!, row, before, Math.max(1, (depth * samples) / 8))) throw fault();
      before = row;
      at += 1 + length;
      const line = (pass.top + y * pass.down) * width;
      for (let i = 0; i < pass.width * samples; i++) {
        const bit = i * depth;
        const value =
          depth === 16 ? row[2 * i]! * 256 + row[2 * i + 1]! : (row[bit >> 3]! >> (8 - depth - (bit & 7))) & mask;
        out[(line + pass.left + Math.floor(i / samples) * pass.across) * samples + (i % samples)] = value;
      }
    }
  }
  return out;
}

/** Undoes a row's filter (§9.2): none, left, above, mean of both, Paeth. Says whether there is such a filter. */
function unfilter(filter: number, row: Uint8Array, above: Uint8Array, pixel: number): boolean {
  for (let i = 0; i < row.length && filter > 0; i++) {
    const a = i < pixel ? 0 : row[i - pixel]!;
    const b = above[i]!;
    const c = i < pixel ? 0 : above[i - pixel]!;
    if (filter === 1) row[i]! += a;
    else if (filter === 2) row[i]! += b;
    else if (filter === 3) row[i]! += (a + b) >> 1;
    else if (filter === 4) row[i]! += paeth(a, b, c);
  }
  return filter <= 4;
}

/** Of left, above and above left, the one nearest to a + b − c (§9.4). */
function paeth(a: number, b: number, c: number): number {
  const [toA, toB, toC] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
  return toA <= toB && toA <= toC ? a : toB <= toC ? b : c;
}
