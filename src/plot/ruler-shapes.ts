/** The J ruler as shapes: the axis, θ₀…θ_m, the null models, other ε, their names; for files also the handle. */
import type { RulerData } from '../catalog/views.js';
import { escapeXml, type Shape } from './drawing.js';
import { nullModelFlags } from './headline.js';
import { type LabelRole, layoutRuler, type RulerLayout } from './ruler.js';
import { shapesToSvg } from './shapes.js';
import type { Theme } from './theme.js';

/** Height of a ruler in px, and where its axis lies. */
export const RULER = { height: 76, axis: 46 } as const;

const ROW = { top: 11, upper: 27, lower: 65 } as const;

/** The shapes of a laid-out ruler without its handle; `flagged` where ε passes a null model. */
export function rulerShapes(layout: RulerLayout, theme: Theme, flagged: boolean): Shape[] {
  const { axis } = RULER;
  const upright = (x: number, above: number, below: number, stroke: string, width: number, dash?: number[]): Shape => ({
    kind: 'line',
    points: [x, axis - above, x, axis + below],
    stroke,
    width,
    ...(dash ? { dash } : {}),
  });
  const colour = (role: LabelRole): string => {
    if (role === 'epsilon') return flagged ? theme.bad : theme.accent;
    return role === 'zero' || role === 'flagged' ? theme.bad : theme.dim;
  };
  return [
    { kind: 'line', points: [6, axis, layout.cap ?? layout.width - 6, axis], stroke: theme.faint, width: 2 },
    // beyond the cap ε cannot go: the axis goes on broken
    ...(layout.cap === undefined
      ? []
      : [
          {
            kind: 'line',
            points: [layout.cap, axis, layout.width - 6, axis],
            stroke: theme.faint,
            width: 2,
            dash: [2, 4],
          } as const,
          upright(layout.cap, 7, 8, theme.dim, 2),
        ]),
    ...layout.ticks.map((x) => upright(x, 0, 7, theme.faint, 1.5)),
    ...layout.nulls.map(({ x, role }) => upright(x, 8, 6, colour(role), 2)),
    ...layout.comparisons.map((each) => upright(each.x, 6, 8, each.flagged ? theme.bad : theme.warn, 2, [3, 2])),
    ...layout.labels
      .filter((label) => label.row === 'upper' && Math.abs(label.x - label.anchor) > 3)
      .map((label): Shape => {
        const from = Math.min(Math.max(label.anchor, label.x - label.width / 2), label.x + label.width / 2);
        return {
          kind: 'line',
          points: [from, ROW.upper + 7, label.anchor, axis - 8],
          stroke: `${colour(label.role)}99`,
          width: 1,
        };
      }),
    ...layout.dots.flatMap(({ x, colour: fill, beyond }): Shape[] => [
      { kind: 'circle', x, y: axis, r: 5, fill, stroke: theme.panel },
      ...(beyond
        ? [
            {
              kind: 'line',
              points: [x - 8, axis - 3, x - 12, axis, x - 8, axis + 3],
              stroke: fill,
              width: 1.5,
            } as const,
          ]
        : []),
    ]),
    ...layout.labels.map(
      (label): Shape => ({
        kind: 'text',
        x: label.x,
        y: ROW[label.row],
        text: label.text,
        size: label.role === 'epsilon' ? 12 : 11,
        fill: colour(label.role),
        align: 'center',
        bold: label.role === 'epsilon',
      }),
    ),
  ];
}

/** A ruler as an SVG file, its ε a dot with a ring. `words` say what it shows to those who cannot see it. */
export function rulerSvg(ruler: RulerData, theme: Theme, width: number, words: string): string {
  const layout = layoutRuler(ruler, width);
  const flagged = ruler.epsilon !== undefined && nullModelFlags(ruler.epsilon, ruler.scale).length > 0;
  const handle: Shape[] =
    layout.epsilon === undefined
      ? []
      : [
          { kind: 'circle', x: layout.epsilon, y: RULER.axis, r: 10, fill: flagged ? theme.bad : theme.accent },
          { kind: 'circle', x: layout.epsilon, y: RULER.axis, r: 8, fill: theme.panel },
          { kind: 'circle', x: layout.epsilon, y: RULER.axis, r: 6.5, fill: flagged ? theme.bad : theme.accent },
        ];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${RULER.height}" viewBox="0 0 ${width} ${RULER.height}" role="img" aria-label="${escapeXml(words)}">` +
    shapesToSvg([...rulerShapes(layout, theme, flagged), ...handle], theme.font) +
    '</svg>'
  );
}
