/** The axes box of a 3-D plot: back walls with grid lines, tick labels and names on the outer edges, names of the marks. */
import { type Projection, project } from './camera.js';
import { type Box, overlap, type Shape, TEXT, textBox, textWidth } from './drawing.js';
import { markLabels } from './mark-labels.js';
import type { Space } from './space.js';
import type { Theme } from './theme.js';

/** Shapes behind and in front of the data. */
export interface AxesBox {
  readonly behind: readonly Shape[];
  readonly front: readonly Shape[];
}

type Point = readonly [number, number, number];

/** Draws the box of a space as seen by a projection. */
export function axesBox(space: Space, theme: Theme, p: Projection): AxesBox {
  const { half } = space;
  const behind: Shape[] = [];
  const front: Shape[] = [];
  const spot = (point: Point) => project(p, point[0], point[1], point[2]);
  const segment = (a: Point, b: Point, stroke: string, width: number): void => {
    const s = spot(a);
    const t = spot(b);
    behind.push({ kind: 'line', points: [s.x, s.y, t.x, t.y], stroke, width });
  };
  const value = (axis: number, at: number): number => half[axis]! * (2 * at - 1);
  const with2 = (axis: number, v: number, a: number, va: number, b: number, vb: number): Point => {
    const out: [number, number, number] = [0, 0, 0];
    out[axis] = v;
    out[a] = va;
    out[b] = vb;
    return out;
  };
  // The wall of an axis that faces away from the eye; seen in perspective, the eye is a point.
  const back = [0, 1, 2].map((d) => (p.eye[d]! >= 0 ? -half[d]! : half[d]!)) as [number, number, number];

  for (let axis = 0; axis < 3; axis++) {
    const [a, b] = [(axis + 1) % 3, (axis + 2) % 3];
    for (const tick of space.axes[axis]!.ticks) {
      const v = value(axis, tick.at);
      // Each tick draws a line on the two back walls that contain this axis' direction.
      segment(with2(axis, v, a, -half[a]!, b, back[b]!), with2(axis, v, a, half[a]!, b, back[b]!), theme.line, 1);
      segment(with2(axis, v, b, -half[b]!, a, back[a]!), with2(axis, v, b, half[b]!, a, back[a]!), theme.line, 1);
    }
    for (const va of [-half[a]!, half[a]!]) {
      for (const vb of [-half[b]!, half[b]!]) {
        if (va !== back[a] && vb !== back[b]) continue; // the edge nearest to the eye stays open
        segment(with2(axis, -half[axis]!, a, va, b, vb), with2(axis, half[axis]!, a, va, b, vb), theme.faint, 1);
      }
    }
  }

  const taken: Box[] = [];
  const centre = spot([0, 0, 0]);
  // Names first, so that a tick label gives way to a name and never the other way round.
  const labels: { axis: number; edge: readonly [Point, Point]; out: readonly [number, number]; room: number }[] = [];
  for (let axis = 0; axis < 3; axis++) {
    const edge = labelEdge(axis, space, back, spot, centre);
    if (!edge) continue;
    const [s, t] = edge.map(spot) as [ReturnType<typeof spot>, ReturnType<typeof spot>];
    const length = Math.hypot(t.x - s.x, t.y - s.y);
    if (length < 14) continue; // seen end on
    let out: [number, number] = [-(t.y - s.y) / length, (t.x - s.x) / length];
    const middle = [(s.x + t.x) / 2 - centre.x, (s.y + t.y) / 2 - centre.y] as const;
    if (out[0] * middle[0] + out[1] * middle[1] < 0) out = [-out[0], -out[1]];
    const widest = Math.max(0, ...space.axes[axis]!.ticks.map((tick) => textWidth(tick.label, TEXT.tick)));
    labels.push({ axis, edge, out, room: 6 + Math.abs(out[0]) * widest + Math.abs(out[1]) * TEXT.tick });
  }
  for (const { axis, edge, out, room } of labels) {
    const [s, t] = edge.map(spot) as [ReturnType<typeof spot>, ReturnType<typeof spot>];
    const name = space.axes[axis]!.name;
    const width = textWidth(name, TEXT.label);
    const away = room + 5 + (Math.abs(out[0]) * width) / 2 + Math.abs(out[1]) * TEXT.label * 0.6;
    const top = s.y < t.y ? s : t;
    // A long name beside the upright axis would push into the picture: it goes above its end.
    const above = axis === 2 && width > 30;
    // Further out where another name is in the way.
    for (const more of [0, 16, 32, 48]) {
      const wish = above
        ? [top.x, top.y - 14 - more]
        : [(s.x + t.x) / 2 + out[0] * (away + more), (s.y + t.y) / 2 + out[1] * (away + more)];
      const x = clamp(wish[0]!, p.body.x + width / 2, p.body.x + p.body.width - width / 2);
      const y = clamp(wish[1]!, p.body.y + 7, p.body.y + p.body.height - 7);
      const box = textBox(x, y, name, TEXT.label, 'center');
      if (taken.some((other) => overlap(box, other))) continue;
      taken.push(box);
      front.push({
        kind: 'text',
        x,
        y,
        text: name,
        size: TEXT.label,
        fill: theme.ink,
        align: 'center',
        halo: theme.panel,
      });
      break;
    }
  }
  for (const { axis, edge, out } of labels) {
    for (const tick of space.axes[axis]!.ticks) {
      const point = edge[0].map((v, d) => (d === axis ? value(axis, tick.at) : v)) as [number, number, number];
      const s = spot(point);
      const width = textWidth(tick.label, TEXT.tick);
      const away = 5 + (Math.abs(out[0]) * width) / 2 + (Math.abs(out[1]) * TEXT.tick) / 2;
      const x = s.x + out[0] * away;
      const y = s.y + out[1] * away;
      const box = textBox(x, y, tick.label, TEXT.tick, 'center');
      const outside =
        box.x < p.body.x ||
        box.x + box.width > p.body.x + p.body.width ||
        box.y < p.body.y ||
        box.y + box.height > p.body.y + p.body.height;
      if (outside || taken.some((other) => overlap(box, other, 1))) continue;
      taken.push(box);
      behind.push({
        kind: 'line',
        points: [s.x, s.y, s.x + out[0] * 3, s.y + out[1] * 3],
        stroke: theme.faint,
        width: 1,
      });
      front.push({ kind: 'text', x, y, text: tick.label, size: TEXT.tick, fill: theme.dim, align: 'center' });
    }
  }
  const { x, y, width, height } = p.body;
  const dots = space.marks
    .map((mark) => ({ ...spot(mark.position), name: mark.name }))
    .filter((dot) => dot.x > x && dot.x < x + width && dot.y > y && dot.y < y + height); // zoomed out of the picture
  front.push(...markLabels(dots, theme, p.body, taken));
  return { behind, front };
}

/** The edge that carries an axis' labels: on the silhouette; the lower one for flat axes, the left one for the upright axis. */
function labelEdge(
  axis: number,
  space: Space,
  back: Point,
  spot: (point: Point) => { readonly x: number; readonly y: number },
  centre: { readonly x: number; readonly y: number },
): readonly [Point, Point] | undefined {
  const [a, b] = [(axis + 1) % 3, (axis + 2) % 3];
  let best: readonly [Point, Point] | undefined;
  let lead = Number.NEGATIVE_INFINITY;
  for (const va of [-space.half[a]!, space.half[a]!]) {
    for (const vb of [-space.half[b]!, space.half[b]!]) {
      if ((va === back[a]) === (vb === back[b])) continue; // silhouette: one back wall, one front wall
      const make = (v: number): Point => {
        const out: [number, number, number] = [0, 0, 0];
        out[axis] = v;
        out[a] = va;
        out[b] = vb;
        return out;
      };
      const edge = [make(-space.half[axis]!), make(space.half[axis]!)] as const;
      const x = (spot(edge[0]).x + spot(edge[1]).x) / 2 - centre.x;
      const y = (spot(edge[0]).y + spot(edge[1]).y) / 2 - centre.y;
      const score = axis === 2 ? -x : y;
      if (score > lead) {
        lead = score;
        best = edge;
      }
    }
  }
  return best;
}

const clamp = (v: number, low: number, high: number): number => Math.min(Math.max(v, low), Math.max(low, high));
