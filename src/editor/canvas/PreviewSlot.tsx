/** The small picture on a card. */
import { memo } from 'react';
import type { PlotData } from '../../catalog/views.js';
import { LiveCurve } from './LiveCurve.js';

/** Draws the first plot of a result in the width of a card. */
export const PreviewSlot = memo(function PreviewSlot({ plot }: { plot: PlotData; theme: 'light' | 'dark' }) {
  return <div className="fs-node-preview">{plot.kind === 'curves' && <LiveCurve curve={plot.curve} />}</div>;
});
