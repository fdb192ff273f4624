/** Tiny pictures for node cards: no axes, no words, no libraries. */
import { useEffect, useMemo, useRef } from 'react';
import type { PlotData } from '../../catalog/views.js';
import { describe } from '../../plot/headline.js';
import type { Picture } from '../../plot/heat.js';
import { previewCurves, previewPicture } from '../../plot/preview.js';
import './plots.css';

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
      {lines.map(({ path, strong, key }) => (
        <path
          key={key}
          d={path}
          fill="none"
          stroke={plot.kind === 'line' ? 'var(--t-field)' : 'var(--t-params)'}
          strokeOpacity={strong ? 0.95 : 0.35}
          strokeWidth={strong ? 1.6 : 1}
        />
      ))}
    </svg>
  );
}

function Pixels({ plot, width, height }: Sized) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const picture = useMemo((): Picture => previewPicture(plot, width, height, 2), [plot, width, height]);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const data = new ImageData(picture.width, picture.height);
    data.data.set(picture.rgba);
    context.putImageData(data, 0, 0);
  }, [picture]);
  return (
    <canvas
      ref={canvas}
      className="plot-preview"
      width={picture.width}
      height={picture.height}
      role="img"
      aria-label={describe(plot)}
    />
  );
}
