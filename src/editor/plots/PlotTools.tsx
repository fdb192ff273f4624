import { messageOf } from '../../catalog/errors.js';
import { fileName } from '../../catalog/file-name.js';
import type { PlotData } from '../../catalog/views.js';
import { plotCsv } from '../../execute/csv.js';
import { download } from './download.js';
import './plots.css';

/** The node that a plot is of. */
export interface PlotSource {
  readonly id: string;
  readonly title: string;
}

/** A plot's name as a file: `grid-2-j-on-the-grid.csv`. */
export function plotFileName(title: string, source: PlotSource | undefined, ending: 'png' | 'csv'): string {
  return fileName(source ? `${source.id} ${title}` : title, ending, 'plot');
}

/** The buttons of a plot: its picture and its numbers as files. */
export function PlotTools(props: {
  readonly plot: PlotData;
  readonly source?: PlotSource | undefined;
  readonly png: () => Promise<Blob>;
  readonly onFailure: (message: string) => void;
}) {
  const { plot, source, png, onFailure } = props;
  const save = (content: BlobPart, ending: 'png' | 'csv', type: string): void =>
    download(plotFileName(plot.title, source, ending), content, type);
  return (
    <div className="plot-tools">
      <button
        type="button"
        title="Save the picture (PNG)"
        aria-label={`Save ${plot.title} as PNG`}
        onClick={() => {
          png().then(
            (blob) => save(blob, 'png', 'image/png'),
            (error: unknown) => onFailure(messageOf(error)),
          );
        }}
      >
        PNG
      </button>
      <button
        type="button"
        title="Save the numbers (CSV)"
        aria-label={`Save the numbers of ${plot.title} as CSV`}
        onClick={() => save(plotCsv(plot), 'csv', 'text/csv')}
      >
        CSV
      </button>
    </div>
  );
}
