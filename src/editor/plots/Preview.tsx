/** Tiny pictures for node cards: no axes, no words, no libraries. */
import { useEffect, useMemo, useRef } from 'react';
import { messageOf } from '../../catalog/errors.js';
import type { PlotData } from '../../catalog/views.js';
import { describe } from '../../plot/headline.js';
import { previewCurves } from '../../plot/preview-lines.js';
import { previewDesk } from './picture-desk.js';
import './plots.css';

const DENSITY = 2; // pixels per px: cards are looked at closely

/** The preview of a plot, `width` × `height` px (the card scales it to its width). A table has none. */
export function Preview(props: { readonly plot: PlotData; readonly width?: number; readonly height?: number }) {
  const { plot, width = 184 } = props;
  const flat = plot.kind === 'curves' || plot.kind === 'line';
  const height = props.height ?? (flat ? 48 : 88);
  if (plot.kind === 'table') return null;
  if (flat) return <Curves plot={plot} width={width} height={height} />;
  return <Pixels plot={plot} width={width} height={height} />;
}

interface Sized {
  readonly plot: PlotData;
  readonly width: number;
  readonly height: number;
}

function Curves({ plot, width, height }: Sized) {
  const lines = useMemo(() => previewCurves(plot, width, height), [plot, width, height]);
  return (
    <svg className="plot-preview" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={describe(plot)}>
      {lines.map(({ path, strong, key, hue }) => (
        <path
          key={key}
          d={path}
          fill="none"
          stroke={plot.kind === 'line' ? 'var(--t-field)' : strokeOf(hue)}
          strokeOpacity={strong ? 0.95 : 0.35}
          strokeWidth={strong ? 1.6 : 1}
        />
      ))}
    </svg>
  );
}

/** The variables of the first hues that charts give to lines, in their order. */
const HUES = ['params', 'inputs', 'model', 'field', 'arch', 'sub', 'outputs', 'emb'];

const strokeOf = (hue = 0): string => `var(--t-${HUES[hue % HUES.length]})`;

function Pixels({ plot, width, height }: Sized) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let closed = false;
    const draw = async (): Promise<void> => {
      const { pictures, idOf } = await previewDesk();
      if (closed) return;
      const bitmap = await pictures.preview(idOf(plot), width, height, DENSITY);
      // The picture before stays until the next one is there.
      if (closed) bitmap.close();
      else canvas.current?.getContext('bitmaprenderer')?.transferFromImageBitmap(bitmap);
    };
    draw().catch((error: unknown) => console.warn(`preview of '${plot.title}': ${messageOf(error)}`));
    return () => {
      closed = true;
    };
  }, [plot, width, height]);
  return (
    <canvas
      ref={canvas}
      className="plot-preview"
      width={width * DENSITY}
      height={height * DENSITY}
      role="img"
      aria-label={describe(plot)}
    />
  );
}
