/** J on a 2-D lattice as a picture: viridis between the lattice points, J interpolated before it is coloured. */
import { ABOVE, cappedValues, isAbove } from './above-cap.js';
import { type JRange, type LatticePlot, place, shown } from './range.js';
import { VIRIDIS, viridisRow } from './viridis.js';

/** A picture with `width` × `height` pixels, the first row on top. */
export interface Picture {
  readonly rgba: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/**
 * The picture of `plot.values` [n0, n1]: axis 0 to the right, axis 1 upwards, reaching from the first lattice point to the last
 * with `per` pixels per lattice step. The colour's place (log J on a logarithmic scale) is interpolated bilinearly; a pixel
 * next to a value that is not finite is transparent. A pixel nearest to a member at or above the cap has the colour of these.
 */
export function heatPicture(plot: LatticePlot, n0: number, n1: number, range: JRange, per: number): Picture {
  const values = cappedValues(plot);
  const tone = new Float32Array(values.length);
  for (let k = 0; k < tone.length; k++) tone[k] = place(range, shown(values[k]!, range.relative, plot.scale));
  const width = Math.max(1, (n0 - 1) * per);
  const height = Math.max(1, (n1 - 1) * per);
  const rgba = new Uint8ClampedArray(4 * width * height);
  for (let py = 0; py < height; py++) {
    const v = ((height - py - 0.5) / height) * (n1 - 1);
    const j = Math.min(n1 - 2, Math.floor(v));
    const fv = v - j;
    for (let px = 0; px < width; px++) {
      const u = ((px + 0.5) / width) * (n0 - 1);
      const i = Math.min(n0 - 2, Math.floor(u));
      const fu = u - i;
      const a = tone[i * n1 + j]! * (1 - fv) + tone[i * n1 + j + 1]! * fv;
      const b = tone[(i + 1) * n1 + j]! * (1 - fv) + tone[(i + 1) * n1 + j + 1]! * fv;
      const t = a * (1 - fu) + b * fu;
      if (Number.isNaN(t)) continue;
      const row = 3 * viridisRow(t);
      const at = 4 * (py * width + px);
      if (isAbove(plot, plot.values[Math.round(u) * n1 + Math.round(v)]!)) {
        rgba[at] = ABOVE.red;
        rgba[at + 1] = ABOVE.green;
        rgba[at + 2] = ABOVE.blue;
        rgba[at + 3] = ABOVE.alpha;
        continue;
      }
      rgba[at] = VIRIDIS[row]!;
      rgba[at + 1] = VIRIDIS[row + 1]!;
      rgba[at + 2] = VIRIDIS[row + 2]!;
      rgba[at + 3] = 255;
    }
  }
  return { rgba, width, height };
}
