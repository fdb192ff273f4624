/** The words in an SVG file and the room that each takes, turned ones included. */
import { textWidth } from '../../src/plot/drawing.js';

interface Placed {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly turn: number; // radians, clockwise
  readonly size: number;
  readonly anchor: string;
}

const NUMBER = '(-?[\\d.]+(?:e-?\\d+)?)';

/** The words of a picture that ECharts wrote, with their places. */
export function svgTexts(svg: string): Placed[] {
  return [...svg.matchAll(/<text([^>]*)>([^<]*)<\/text>/g)].map(([, attributes, text]) => {
    const value = (name: string): string | undefined => new RegExp(` ${name}="([^"]*)"`).exec(attributes!)?.[1];
    const number = (name: string): number => Number(value(name) ?? 0);
    const transform = value('transform') ?? '';
    const size = Number(/font-size:([\d.]+)px/.exec(attributes!)?.[1] ?? value('font-size') ?? 12);
    const [, a, b, e, f] =
      new RegExp(`matrix\\(${NUMBER},${NUMBER},-?[\\d.e-]+,-?[\\d.e-]+,${NUMBER},${NUMBER}\\)`).exec(transform) ?? [];
    const [, tx, ty] = new RegExp(`translate\\(${NUMBER}[ ,]+${NUMBER}\\)`).exec(transform) ?? [];
    const turn = a === undefined ? 0 : Math.atan2(Number(b), Number(a));
    const [x, y] = [number('x') + Number(e ?? tx ?? 0), number('y') + Number(f ?? ty ?? 0)];
    return { text: text!, x, y, turn, size, anchor: value('text-anchor') ?? 'start' };
  });
}

interface Corner {
  readonly x: number;
  readonly y: number;
}

/** The rectangle that a text takes. */
export interface TextBox {
  readonly text: string;
  readonly corners: readonly Corner[];
  meets(other: TextBox): boolean;
}

/** The rectangles of the words of a picture. Two meet where no line keeps them apart. */
export function boxesOf(svg: string): TextBox[] {
  return svgTexts(svg).map(({ text, x, y, turn, size, anchor }) => {
    const width = 0.92 * textWidth(text, size); // the estimate is on the wide side
    const left = anchor === 'end' ? -width : anchor === 'middle' ? -width / 2 : 0;
    const [c, s] = [Math.cos(turn), Math.sin(turn)];
    const corners = [
      [left, -0.42 * size],
      [left + width, -0.42 * size],
      [left + width, 0.42 * size],
      [left, 0.42 * size],
    ].map(([u, v]) => ({ x: x + c * u! - s * v!, y: y + s * u! + c * v! }));
    const axes = [turn, turn + Math.PI / 2].map((angle) => ({ x: Math.cos(angle), y: Math.sin(angle) }));
    return {
      text,
      corners,
      axes,
      meets(other) {
        const all = [...axes, ...(other as typeof this & { axes: readonly Corner[] }).axes];
        return all.every((axis) => {
          const [a, b] = [corners, other.corners].map((each) => each.map((p) => p.x * axis.x + p.y * axis.y));
          return Math.max(...a!) > Math.min(...b!) && Math.max(...b!) > Math.min(...a!);
        });
      },
    };
  });
}
