/** Generated colour pictures: ten textures in random colours. */
import { formatCount, formatNumber } from '../../catalog/text.js';
import type { Inputs } from '../../catalog/values.js';
import type { WorkControl } from '../../catalog/work.js';
import { type Stream, stream } from '../../tensor/random.js';
import { breather } from '../progress.js';
import { TEXTURES } from './texture-patterns.js';

/** What to draw. */
export interface TextureOptions {
  readonly count: number; // N
  readonly seed: number;
  readonly contrast: number; // mean distance of the two colours, where black and white are √3 apart
  readonly noise: number; // standard deviation of a pixel's channel
}

/** Pixels on a side. */
const TEXTURE_SIDE = 32;

/**
 * N pictures, [N, 3, 32, 32] in [0, 1]: picture i shows texture i mod 10 and depends on (seed, i) and the style only, so a longer set begins
 * with the shorter one. A pattern t runs between two colours m ± ½t′c (t′ = 2t − 1); ±c are drawn alike, so the mean of a pixel over
 * a class is the same for all classes and says nothing of it.
 */
export async function textures(options: TextureOptions, control: WorkControl): Promise<Inputs> {
  const { count, seed, contrast, noise } = options;
  const area = TEXTURE_SIDE ** 2;
  const x = new Float32Array(count * 3 * area); // [N, 3, 32, 32]
  const pause = breather(control);
  for (let i = 0; i < count; i++) {
    await pause(i / count);
    const draws = stream(seed, 'textures', i);
    const pattern = TEXTURES[i % TEXTURES.length]![1](draws);
    const middle = [draws.uniform(), draws.uniform(), draws.uniform()].map((u) => 0.25 + 0.5 * u);
    const difference = direction(draws).map((d) => d * contrast * (0.5 + draws.uniform()));
    const tone = Float64Array.from({ length: area }, (_, j) => pattern(j % TEXTURE_SIDE, Math.floor(j / TEXTURE_SIDE)));
    for (let c = 0; c < 3; c++) {
      const plane = x.subarray((3 * i + c) * area, (3 * i + c + 1) * area);
      for (let j = 0; j < area; j++) {
        const grain = noise > 0 ? noise * draws.normal() : 0;
        plane[j] = Math.min(1, Math.max(0, middle[c]! + difference[c]! * (tone[j]! - 0.5) + grain));
      }
    }
  }
  return {
    type: 'Inputs',
    x,
    count,
    item: [3, TEXTURE_SIDE, TEXTURE_SIDE],
    weights: new Float32Array(count).fill(1 / count),
    labels: Int32Array.from({ length: count }, (_, i) => i % TEXTURES.length),
    classes: TEXTURES.map(([name]) => name),
    source: `${formatCount(count)} generated textures, contrast ${formatNumber(contrast)}, noise ${formatNumber(noise)}, seed ${seed}`,
  };
}

/** Towards bright or towards dark, with a random colour in it: ±(1, 1, 1)/√3 and a random direction, √½ as long, as a unit vector. */
function direction(draws: Stream): number[] {
  const sign = draws.uniform() < 0.5 ? -1 : 1;
  const colour = [draws.normal(), draws.normal(), draws.normal()];
  const length = Math.hypot(...colour) || 1;
  const d = colour.map((value) => sign / Math.sqrt(3) + (Math.SQRT1_2 * value) / length);
  const norm = Math.hypot(...d);
  return d.map((value) => value / norm);
}
