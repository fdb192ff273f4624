/** Generated handwriting: labelled 28 × 28 digits, every one drawn anew. */
import { formatCount, formatNumber } from '../../catalog/text.js';
import type { Inputs } from '../../catalog/values.js';
import type { WorkControl } from '../../catalog/work.js';
import { type Stream, stream } from '../../tensor/random.js';
import { breather } from '../progress.js';
import { DIGITS, type Polyline } from './glyph-strokes.js';

/** What to draw. */
export interface GlyphOptions {
  readonly count: number; // N
  readonly seed: number;
  readonly jitter: number; // factor on every distortion; 0 draws all digits of a class alike
  readonly width: number; // of strokes, mean, in pixels
  readonly noise: number; // standard deviation of a pixel
}

/** Pixels on a side. */
const GLYPH_SIDE = 28;
const BODY = 22; // height in pixels of the box that strokes are drawn in, before it is distorted

/** Greatest distortions at jitter 1, each drawn uniformly from −this to this. */
const GLYPH_JITTER = {
  rotation: 0.4, // radians
  shear: 0.35, // x per y
  scale: 0.25, // logarithm, each axis by itself
  shift: 3, // pixels
  bend: 0.5, // x per y², y per x², x and y per xy, in units of the box
  width: 0.35, // logarithm
} as const;

/**
 * N digits, [N, 1, 28, 28] in [0, 1], ink bright: digit i shows i mod 10 and depends on (seed, i) and the style only, so a longer set begins
 * with the shorter one. Each has its own rotation, scale, shear, shift, bend and stroke width, anti-aliased, and noise on every pixel.
 */
export async function glyphs(options: GlyphOptions, control: WorkControl): Promise<Inputs> {
  const { count, seed, jitter, width, noise } = options;
  const size = GLYPH_SIDE ** 2;
  const x = new Float32Array(count * size); // [N, 1, 28, 28]
  const pause = breather(control);
  for (let i = 0; i < count; i++) {
    await pause(i / count);
    const draws = stream(seed, 'glyphs', i);
    const pixels = x.subarray(i * size, (i + 1) * size);
    const place = distortion(draws, jitter);
    const radius = (width / 2) * Math.exp(jitter * spread(draws, GLYPH_JITTER.width));
    for (const stroke of DIGITS[i % DIGITS.length]!) drawStroke(pixels, place(stroke), radius);
    if (noise > 0)
      for (let j = 0; j < size; j++) pixels[j] = Math.min(1, Math.max(0, pixels[j]! + noise * draws.normal()));
  }
  return {
    type: 'Inputs',
    x,
    count,
    item: [1, GLYPH_SIDE, GLYPH_SIDE],
    weights: new Float32Array(count).fill(1 / count),
    labels: Int32Array.from({ length: count }, (_, i) => i % DIGITS.length),
    classes: DIGITS.map((_, digit) => String(digit)),
    source: `${formatCount(count)} generated digits, jitter ${formatNumber(jitter)}, noise ${formatNumber(noise)}, seed ${seed}`,
  };
}

const spread = (draws: Stream, most: number): number => most * (2 * draws.uniform() - 1);

/** A random map of the box to pixels: a bend, then scale, shear, rotation and shift. */
function distortion(draws: Stream, jitter: number): (line: Polyline) => Polyline {
  const draw = (kind: keyof typeof GLYPH_JITTER): number => jitter * spread(draws, GLYPH_JITTER[kind]);
  const angle = draw('rotation');
  const shear = draw('shear');
  const across = BODY * Math.exp(draw('scale'));
  const down = BODY * Math.exp(draw('scale'));
  const middle = (GLYPH_SIDE - 1) / 2;
  const [left, top] = [middle + draw('shift'), middle + draw('shift')];
  const [byY, byX, skewX, skewY] = [draw('bend'), draw('bend'), draw('bend'), draw('bend')];
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return (line) => {
    const placed = new Array<number>(line.length);
    for (let i = 0; i < line.length; i += 2) {
      const [u, v] = [line[i]!, line[i + 1]!];
      const y = down * (v + byX * u * u + skewY * u * v);
      const x = across * (u + byY * v * v + skewX * u * v) + shear * y;
      placed[i] = left + cos * x - sin * y;
      placed[i + 1] = top + sin * x + cos * y;
    }
    return placed;
  };
}

/** Draws a line of round ends: a pixel is as bright as its centre is inside, from 0 to 1 over the pixel at the rim. */
function drawStroke(pixels: Float32Array, line: Polyline, radius: number): void {
  const reach = radius + 0.5;
  for (let i = 0; i + 3 < line.length; i += 2) {
    const [x0, y0, x1, y1] = [line[i]!, line[i + 1]!, line[i + 2]!, line[i + 3]!];
    const [dx, dy] = [x1 - x0, y1 - y0];
    const squared = dx * dx + dy * dy;
    const bottom = Math.min(GLYPH_SIDE - 1, Math.floor(Math.max(y0, y1) + reach));
    const right = Math.min(GLYPH_SIDE - 1, Math.floor(Math.max(x0, x1) + reach));
    for (let y = Math.max(0, Math.ceil(Math.min(y0, y1) - reach)); y <= bottom; y++)
      for (let x = Math.max(0, Math.ceil(Math.min(x0, x1) - reach)); x <= right; x++) {
        const along = squared === 0 ? 0 : Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / squared));
        const [right, down] = [x - x0 - along * dx, y - y0 - along * dy];
        const ink = reach - Math.sqrt(right * right + down * down);
        const at = y * GLYPH_SIDE + x;
        if (ink > pixels[at]!) pixels[at] = Math.min(1, ink);
      }
  }
}
