/** The pen strokes of the ten digits, as polylines in a box from −½ to ½; x to the right, y down. */

/** Points x₀, y₀, x₁, y₁, … joined by straight lines. */
export type Polyline = readonly number[];

/** Part of an ellipse, as a polyline with a point every 20°. Angles in degrees, from the right, clockwise on the screen. */
function arc(cx: number, cy: number, rx: number, ry: number, from: number, to: number): number[] {
  const steps = Math.ceil(Math.abs(to - from) / 20);
  return Array.from({ length: steps + 1 }, (_, i) => {
    const angle = ((from + ((to - from) * i) / steps) * Math.PI) / 180;
    return [cx + rx * Math.cos(angle), cy + ry * Math.sin(angle)];
  }).flat();
}

const ring = (cx: number, cy: number, rx: number, ry: number): number[] => arc(cx, cy, rx, ry, 0, 360);

/** The strokes of each digit, from 0 to 9. */
export const DIGITS: readonly (readonly Polyline[])[] = [
  [ring(0, 0, 0.27, 0.42)],
  [[-0.16, -0.26, 0.03, -0.42, 0.03, 0.42]],
  [[...arc(0, -0.19, 0.25, 0.23, -170, 30), -0.27, 0.42, 0.28, 0.42]],
  [[...arc(-0.03, -0.21, 0.24, 0.21, -160, 90)], [...arc(-0.03, 0.2, 0.27, 0.22, -90, 160)]],
  [
    [0.1, -0.42, -0.28, 0.14, 0.29, 0.14],
    [0.12, -0.12, 0.12, 0.42],
  ],
  [[0.23, -0.42, -0.19, -0.42, -0.22, -0.03, ...arc(-0.01, 0.16, 0.26, 0.26, -130, 150)]],
  [ring(0, 0.18, 0.25, 0.24), [...arc(0.2, 0.12, 0.45, 0.54, -180, -95)]],
  [[-0.26, -0.42, 0.26, -0.42, -0.06, 0.42]],
  [ring(0, -0.21, 0.21, 0.2), ring(0, 0.2, 0.25, 0.22)],
  [ring(0, -0.18, 0.25, 0.24), [...arc(-0.2, -0.12, 0.45, 0.54, 0, 85)]],
];
