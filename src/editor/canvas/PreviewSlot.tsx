/** The small picture on a card. */
import { memo } from 'react';
import type { PlotData } from '../../catalog/views.js';
import { Preview } from '../plots/Preview.js';

/** Draws a plot in the width of a card; drawn again only for another plot. */
export const PreviewSlot = memo(function PreviewSlot({ plot }: { plot: PlotData }) {
  return (
    <div className="fs-node-preview">
      <Preview plot={plot} height={plot.kind === 'curves' || plot.kind === 'line' ? 42 : 72} />
    </div>
  );
});
