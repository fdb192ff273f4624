/**
 * The few shapes that everything around the data is made of: axes boxes, labels, legends, colour bars. A drawing is plain
 * data in CSS px, so that one layout serves the screen, SVG files, PNG export and the report.
 */
import { viridisHex } from './viridis.js';

/** One shape. Text is centred vertically on y. `ramp` is the viridis map, high at the top. */
export type Shape =
  | {
      readonly kind: 'line';
      readonly points: readonly number[]; // x, y, x, y, …
      readonly stroke: string;
      readonly width: number;
      readonly dash?: readonly number[];
    }
  | {
      readonly kind: 'rect';
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      readonly fill: string;
      readonly radius?: number;
    }
  | {
      readonly kind: 'circle';
      readonly x: number;
      readonly y: number;
      readonly r: number;
      readonly fill: string;
      readonly stroke?: string;
    }
  | {
      readonly kind: 'text';
      readonly x: number;
      readonly y: number;
      readonly text: string;
      readonly size: number;
      readonly fill: string;
      readonly align: 'left' | 'center' | 'right';
      readonly bold?: boolean;
      readonly halo?: string; // drawn behind the letters
    }
  | {
      readonly kind: 'ramp';
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
    };

/** A rectangle in px. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Width of a text in px, estimated on the wide side from a table of letter widths, so that layout needs no browser. */
export function textWidth(text: string, size: number, bold = false): number {
  let em = 0;
  for (const c of text) {
    if ("il.,:;|!'·ıjI".includes(c)) em += 0.33;
    else if (' ()[]/-ftr'.includes(c)) em += 0.4;
    else if ('⁰¹²³⁴⁵⁶⁷⁸⁹⁻₀₁₂₃₄₅₆₇₈₉₋'.includes(c)) em += 0.42;
    else if ('mwMW%×−+=<>≤≥~'.includes(c)) em += 0.86;
    else if (c >= 'A' && c <= 'Z') em += 0.7;
    else if (c > '⺀') em += 1;
    else em += 0.62;
  }
  return em * size * (bold ? 1.09 : 1);
}

/** A text cut to a width with an ellipsis. */
export function fitText(text: string, size: number, width: number, bold = false): string {
  if (textWidth(text, size, bold) <= width) return text;
  const letters = [...text];
  while (letters.length > 0 && textWidth(`${letters.join('')}…`, size, bold) > width) letters.pop();
  return letters.length > 0 ? `${letters.join('').trimEnd()}…` : '';
}

/** A text in lines of at most `width` px, at most `most` of them; the last is cut where more would be needed. */
export function wrapText(text: string, size: number, width: number, most: number, bold = false): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const longer = line ? `${line} ${word}` : word;
    if (line && textWidth(longer, size, bold) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  if (line) lines.push(line);
  if (lines.length <= most) return lines.map((l) => fitText(l, size, width, bold));
  return [...lines.slice(0, most - 1), fitText(lines.slice(most - 1).join(' '), size, width, bold)];
}

/** The rectangle that a text takes. */
export function textBox(x: number, y: number, text: string, size: number, align: 'left' | 'center' | 'right'): Box {
  const width = textWidth(text, size);
  const left = align === 'left' ? x : align === 'right' ? x - width : x - width / 2;
  return { x: left, y: y - size * 0.62, width, height: size * 1.24 };
}

/** True where two rectangles share a point, or come closer than `gap`. */
export function overlap(a: Box, b: Box, gap = 0): boolean {
  return (
    a.x < b.x + b.width + gap && b.x < a.x + a.width + gap && a.y < b.y + b.height + gap && b.y < a.y + a.height + gap
  );
}

const RAMP_STOPS = Array.from({ length: 17 }, (_, k) => ({ at: k / 16, colour: viridisHex(1 - k / 16) }));

/** What no XML document may hold, escaped or not: control characters, halves of surrogate pairs. */
const ILLEGAL =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Text or markup with each character that XML forbids replaced by `\ufffd`. */
export function legalXml(text: string): string {
  return text.replace(ILLEGAL, '\ufffd');
}

/** Escapes text for XML and HTML, attribute values included. */
export function escapeXml(text: string): string {
  return legalXml(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

const round = (x: number): string => String(Math.round(x * 100) / 100);

/** The shapes as SVG elements; `id` keeps the ramp's name apart from those of other pictures on the page. */
export function shapesToSvg(shapes: readonly Shape[], font: string, id = 'ramp'): string {
  const family = escapeXml(font);
  return shapes
    .map((s) => {
      if (s.kind === 'line') {
        const dash = s.dash ? ` stroke-dasharray="${s.dash.map(round).join(' ')}"` : '';
        return `<polyline points="${s.points.map(round).join(' ')}" fill="none" stroke="${s.stroke}" stroke-width="${s.width}"${dash}/>`;
      }
      if (s.kind === 'rect') {
        return `<rect x="${round(s.x)}" y="${round(s.y)}" width="${round(s.width)}" height="${round(s.height)}" rx="${s.radius ?? 0}" fill="${s.fill}"/>`;
      }
      if (s.kind === 'circle') {
        const stroke = s.stroke ? ` stroke="${s.stroke}" stroke-width="1.5"` : '';
        return `<circle cx="${round(s.x)}" cy="${round(s.y)}" r="${round(s.r)}" fill="${s.fill}"${stroke}/>`;
      }
      if (s.kind === 'ramp') {
        const stops = RAMP_STOPS.map((stop) => `<stop offset="${stop.at}" stop-color="${stop.colour}"/>`).join('');
        return (
          `<defs><linearGradient id="${id}" x1="0" y1="0" x2="0" y2="1">${stops}</linearGradient></defs>` +
          `<rect x="${round(s.x)}" y="${round(s.y)}" width="${round(s.width)}" height="${round(s.height)}" rx="2" fill="url(#${id})"/>`
        );
      }
      const anchor = s.align === 'left' ? 'start' : s.align === 'right' ? 'end' : 'middle';
      const halo = s.halo ? ` stroke="${s.halo}" stroke-width="3" stroke-linejoin="round" paint-order="stroke"` : '';
      const weight = s.bold ? ' font-weight="600"' : '';
      return `<text x="${round(s.x)}" y="${round(s.y + s.size * 0.35)}" font-size="${s.size}" font-family="${family}" text-anchor="${anchor}" fill="${s.fill}"${weight}${halo} style="font-variant-numeric:tabular-nums">${escapeXml(s.text)}</text>`;
    })
    .join('');
}

/** Draws the shapes on a 2-D canvas whose unit is already the CSS px. */
export function shapesToCanvas(
  context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
  shapes: readonly Shape[],
  font: string,
): void {
  for (const s of shapes) {
    context.beginPath();
    if (s.kind === 'line') {
      for (let k = 0; k + 1 < s.points.length; k += 2) context.lineTo(s.points[k]!, s.points[k + 1]!);
      context.strokeStyle = s.stroke;
      context.lineWidth = s.width;
      context.setLineDash(s.dash ? [...s.dash] : []);
      context.stroke();
      context.setLineDash([]);
    } else if (s.kind === 'rect') {
      context.fillStyle = s.fill;
      context.roundRect(s.x, s.y, s.width, s.height, s.radius ?? 0);
      context.fill();
    } else if (s.kind === 'circle') {
      context.arc(s.x, s.y, s.r, 0, 2 * Math.PI);
      context.fillStyle = s.fill;
      context.fill();
      if (s.stroke) {
        context.strokeStyle = s.stroke;
        context.lineWidth = 1.5;
        context.stroke();
      }
    } else if (s.kind === 'ramp') {
      const gradient = context.createLinearGradient(0, s.y, 0, s.y + s.height);
      for (const stop of RAMP_STOPS) gradient.addColorStop(stop.at, stop.colour);
      context.fillStyle = gradient;
      context.roundRect(s.x, s.y, s.width, s.height, 2);
      context.fill();
    } else {
      context.font = `${s.bold ? '600 ' : ''}${s.size}px ${font}`;
      context.textAlign = s.align;
      context.textBaseline = 'alphabetic';
      const y = s.y + s.size * 0.35;
      if (s.halo) {
        context.strokeStyle = s.halo;
        context.lineWidth = 3;
        context.lineJoin = 'round';
        context.strokeText(s.text, s.x, y);
      }
      context.fillStyle = s.fill;
      context.fillText(s.text, s.x, y);
    }
  }
}

/** The shapes as ECharts graphic elements. */
export function shapesToGraphic(shapes: readonly Shape[], font: string): Record<string, unknown>[] {
  return shapes.map((s) => {
    const common = { silent: true, z: 20 };
    if (s.kind === 'line') {
      const points: number[][] = [];
      for (let k = 0; k + 1 < s.points.length; k += 2) points.push([s.points[k]!, s.points[k + 1]!]);
      return {
        ...common,
        type: 'polyline',
        shape: { points },
        style: { stroke: s.stroke, lineWidth: s.width, fill: 'none', lineDash: s.dash ? [...s.dash] : undefined },
      };
    }
    if (s.kind === 'rect' || s.kind === 'ramp') {
      const fill =
        s.kind === 'rect'
          ? s.fill
          : {
              type: 'linear',
              x: 0,
              y: 0,
              x2: 0,
              y2: 1,
              colorStops: RAMP_STOPS.map((stop) => ({ offset: stop.at, color: stop.colour })),
            };
      const shape = { x: s.x, y: s.y, width: s.width, height: s.height, r: s.kind === 'rect' ? (s.radius ?? 0) : 2 };
      return { ...common, type: 'rect', shape, style: { fill } };
    }
    if (s.kind === 'circle') {
      const style = { fill: s.fill, stroke: s.stroke, lineWidth: s.stroke ? 1.5 : 0 };
      return { ...common, type: 'circle', shape: { cx: s.x, cy: s.y, r: s.r }, style };
    }
    return {
      ...common,
      type: 'text',
      x: s.x,
      y: s.y,
      style: {
        text: s.text,
        fill: s.fill,
        fontSize: s.size,
        fontFamily: font,
        fontWeight: s.bold ? 600 : 400,
        align: s.align,
        verticalAlign: 'middle',
        ...(s.halo ? { stroke: s.halo, lineWidth: 3 } : {}),
      },
    };
  });
}
