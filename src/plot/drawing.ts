/**
 * The few shapes that everything around the data is made of: axes boxes, labels, legends, colour bars. A drawing is plain
 * data in CSS px, so that one layout serves the screen, SVG files, PNG export and the report.
 */

/** Sizes of texts in px. */
export const TEXT = { title: 13, label: 11, tick: 10.5 } as const;

/**
 * One shape. Text is centred vertically on y, and turned about (x, y) by `turn` degrees clockwise. `ramp` is the viridis map, high
 * at the top.
 */
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
      readonly kind: 'polygon';
      readonly points: readonly number[]; // x, y, x, y, …
      readonly fill: string;
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
      readonly turn?: number;
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

/** A text cut to a width in its middle: the ends of a path tell more than what is between them. */
export function fitMiddle(text: string, size: number, width: number): string {
  if (textWidth(text, size) <= width) return text;
  const letters = [...text];
  for (let kept = letters.length - 1; kept > 1; kept--) {
    const short = `${letters.slice(0, Math.floor(kept / 2)).join('')}…${letters.slice(-Math.ceil(kept / 2)).join('')}`;
    if (textWidth(short, size) <= width) return short;
  }
  return fitText(text, size, width);
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

/** A text of the size of labels. */
export function label(x: number, y: number, text: string, fill: string, align: 'left' | 'right' | 'center') {
  return { kind: 'text', x, y, text, size: TEXT.label, fill, align } as const;
}
