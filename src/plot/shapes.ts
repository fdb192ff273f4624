/** Shapes as SVG elements, on a canvas, and as ECharts graphic elements. */
import { escapeXml, type Shape } from './drawing.js';
import { viridisHex } from './viridis.js';

const RAMP_STOPS = Array.from({ length: 17 }, (_, k) => ({ at: k / 16, colour: viridisHex(1 - k / 16) }));

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
      if (s.kind === 'polygon') return `<polygon points="${s.points.map(round).join(' ')}" fill="${s.fill}"/>`;
      const anchor = s.align === 'left' ? 'start' : s.align === 'right' ? 'end' : 'middle';
      const halo = s.halo ? ` stroke="${s.halo}" stroke-width="3" stroke-linejoin="round" paint-order="stroke"` : '';
      const weight = s.bold ? ' font-weight="600"' : '';
      const turn = s.turn ? ` transform="rotate(${round(s.turn)} ${round(s.x)} ${round(s.y)})"` : '';
      return `<text x="${round(s.x)}" y="${round(s.y + s.size * 0.35)}" font-size="${s.size}" font-family="${family}" text-anchor="${anchor}" fill="${s.fill}"${weight}${halo}${turn} style="font-variant-numeric:tabular-nums">${escapeXml(s.text)}</text>`;
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
    } else if (s.kind === 'polygon') {
      for (let k = 0; k + 1 < s.points.length; k += 2) context.lineTo(s.points[k]!, s.points[k + 1]!);
      context.fillStyle = s.fill;
      context.fill();
    } else {
      context.save();
      context.translate(s.x, s.y);
      context.rotate(((s.turn ?? 0) * Math.PI) / 180);
      context.font = `${s.bold ? '600 ' : ''}${s.size}px ${font}`;
      context.textAlign = s.align;
      context.textBaseline = 'alphabetic';
      const y = s.size * 0.35;
      if (s.halo) {
        context.strokeStyle = s.halo;
        context.lineWidth = 3;
        context.lineJoin = 'round';
        context.strokeText(s.text, 0, y);
      }
      context.fillStyle = s.fill;
      context.fillText(s.text, 0, y);
      context.restore();
    }
  }
}

/** The shapes as ECharts graphic elements. */
export function shapesToGraphic(shapes: readonly Shape[], font: string): Record<string, unknown>[] {
  return shapes.map((s) => {
    const common = { silent: true, z: 20 };
    if (s.kind === 'polygon')
      return { ...common, type: 'polygon', shape: { points: pairs(s.points) }, style: { fill: s.fill } };
    if (s.kind === 'line') {
      const points = pairs(s.points);
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
      ...(s.turn ? { rotation: (-s.turn * Math.PI) / 180 } : {}),
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

function pairs(points: readonly number[]): number[][] {
  return Array.from({ length: points.length >> 1 }, (_, k) => [points[2 * k]!, points[2 * k + 1]!]);
}
