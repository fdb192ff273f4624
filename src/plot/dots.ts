/** Many dots as one picture: a chart library that keeps an object for each of thousands takes a tenth of a second to draw them. */
import type { Picture } from './heat.js';
import { VIRIDIS } from './viridis.js';

/** Dots in px from the upper left corner of the picture, in the order in which they are drawn; `tone` are rows of the viridis map. */
export interface Dots {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly tone: Uint8Array;
  readonly radius: number; // px
  readonly opacity: number;
}

/** The dots over a rectangle of `width` × `height` px, `density` pixels per px, with soft rims on a transparent ground. */
export function dotsPicture(dots: Dots, width: number, height: number, density: number): Picture {
  const w = Math.max(1, Math.round(width * density));
  const h = Math.max(1, Math.round(height * density));
  const rgba = new Uint8ClampedArray(4 * w * h);
  const r = dots.radius * density;
  for (let k = 0; k < dots.tone.length; k++) {
    const [cx, cy] = [dots.x[k]! * density, dots.y[k]! * density];
    const row = 3 * dots.tone[k]!;
    const x1 = Math.min(w - 1, Math.ceil(cx + r));
    const y1 = Math.min(h - 1, Math.ceil(cy + r));
    for (let py = Math.max(0, Math.floor(cy - r)); py <= y1; py++) {
      for (let px = Math.max(0, Math.floor(cx - r)); px <= x1; px++) {
        const cover = Math.min(1, r + 0.5 - Math.hypot(px + 0.5 - cx, py + 0.5 - cy)) * dots.opacity;
        if (cover <= 0) continue;
        const at = 4 * (py * w + px);
        const under = (rgba[at + 3]! / 255) * (1 - cover);
        const alpha = cover + under;
        for (let c = 0; c < 3; c++) rgba[at + c] = (VIRIDIS[row + c]! * cover + rgba[at + c]! * under) / alpha;
        rgba[at + 3] = 255 * alpha;
      }
    }
  }
  return { rgba, width: w, height: h };
}
