/** Curves in a few hundred bytes of SVG, cheap enough to redraw with every progress message. */
import type { Curve } from '../../catalog/values.js';

const WIDTH = 184;
const HEIGHT = 46;
const MOST_POINTS = 60;

/** SVG path data of a line over its x, scaled into the picture; breaks where a value is not finite. */
export function linePath(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  range: { readonly x: readonly [number, number]; readonly y: readonly [number, number] },
  scale: (y: number) => number,
): string {
  const step = Math.max(1, Math.ceil(y.length / MOST_POINTS));
  const [x0, x1] = range.x;
  const [y0, y1] = range.y;
  let path = '';
  let pen = 'M';
  for (let i = 0; i < y.length; i += step) {
    const value = scale(y[i]!);
    if (!Number.isFinite(value)) {
      pen = 'M';
      continue;
    }
    const px = x1 > x0 ? ((x[i]! - x0) / (x1 - x0)) * WIDTH : 0;
    const py = y1 > y0 ? HEIGHT - 2 - ((value - y0) / (y1 - y0)) * (HEIGHT - 4) : HEIGHT / 2;
    path += `${pen}${px.toFixed(1)} ${py.toFixed(1)}`;
    pen = 'L';
  }
  return path;
}

/** Small curves, logarithmic where the curve says so. */
export function LiveCurve({ curve }: { curve: Curve }) {
  const scale = curve.logY ? Math.log10 : (value: number) => value;
  const values = curve.lines.flatMap(({ y }) => Array.from(y, scale).filter(Number.isFinite));
  const range = {
    x: [curve.x[0] ?? 0, curve.x.at(-1) ?? 1] as const,
    y: [Math.min(...values), Math.max(...values)] as const,
  };
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width="100%" height={HEIGHT} aria-hidden="true" preserveAspectRatio="none">
      {curve.lines.map((line) => (
        <path key={line.name} d={linePath(curve.x, line.y, range, scale)} data-state={line.state} />
      ))}
    </svg>
  );
}
