/** Any plot on the page: 2-D by ECharts, 3-D by three.js, a table as a table. The libraries are loaded when first needed. */
import {
  type PointerEvent,
  type Ref,
  useCallback,
  useEffect,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
} from 'react';
import { FiberscopeError } from '../../catalog/errors.js';
import type { PlotData } from '../../catalog/views.js';
import { plotCsv } from '../../execute/csv.js';
import { type Camera, startCamera } from '../../plot/camera.js';
import { describe } from '../../plot/headline.js';
import { is3d } from '../../plot/options.js';
import type { JRange } from '../../plot/range.js';
import type { Readout } from '../../plot/readout.js';
import { type ThemeName, themeOf } from '../../plot/theme.js';
import { PlotTable } from './PlotTable.js';
import { type PlotSource, PlotTools } from './PlotTools.js';
import { ReadoutBox } from './ReadoutBox.js';
import { useDensity, useSize } from './use-size.js';
import { useTurning } from './use-turning.js';
import { useView } from './use-view.js';
import type { Scenery } from './view.js';
import './plots.css';

export type { Camera } from '../../plot/camera.js';
export type { PlotSource } from './PlotTools.js';

/** A picture's size in px and device pixels per px. */
export interface PictureSize {
  readonly width?: number; // 960
  readonly height?: number; // 720
  readonly density?: number; // 2
}

/** What can be asked of a plot on the page. */
export interface PlotHandle {
  /** The picture with heading, legend, colour bar and caption as a PNG file. */
  png(size?: PictureSize): Promise<Blob>;
  /** The numbers as CSV text. */
  csv(): string;
}

/** A plot and how it is shown. */
export interface PlotViewProps {
  readonly plot: PlotData;
  /** The node that made it: its title is drawn in saved pictures, its id begins the names of files. */
  readonly source?: PlotSource | undefined;
  readonly theme: ThemeName;
  /** Camera shared with other plots; without one the plot keeps its own. */
  readonly camera?: Camera | undefined;
  readonly onCamera?: ((camera: Camera) => void) | undefined;
  /** Colour range shared with other plots. */
  readonly sharedRange?: JRange | undefined;
  readonly heading?: boolean; // default false: the card says it
  readonly colourBar?: boolean; // default true
  readonly legend?: boolean; // default true
  readonly caption?: boolean; // default false
  readonly toolbar?: boolean; // PNG and CSV, default true
  /** Last word on a PNG before it is saved, for example to put the document into it. */
  readonly stamp?: ((png: Uint8Array) => Uint8Array) | undefined;
  readonly ref?: Ref<PlotHandle>;
}

/** Said below a plot that is drawn without WebGL, and how many px it takes. */
const SOFTWARE =
  'No WebGL in this browser: drawn in software, the same picture but slower to turn. Its numbers are under CSV.';
const NOTE = 18;

/** A range that keeps its identity as long as its numbers stay, so that a parent may make it anew each time. */
function useSame(range: JRange | undefined): JRange | undefined {
  const name = JSON.stringify(range);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the name stands for the range
  return useMemo(() => range, [name]);
}

/** Draws any plot. Fills its parent. */
export function PlotView(props: PlotViewProps) {
  if (props.plot.kind === 'table') return <PlotTable table={props.plot.table} title={props.plot.title} />;
  // Another kind of picture is another drawer.
  return <Picture key={is3d(props.plot) ? 'space' : 'chart'} {...props} />;
}

function Picture(props: PlotViewProps) {
  const { plot, source, theme, heading, colourBar, legend, caption, onCamera, stamp, toolbar = true } = props;
  const [box, size] = useSize<HTMLDivElement>();
  const density = useDensity();
  const [software, setSoftware] = useState(false); // drawn without WebGL
  const host = useRef<HTMLDivElement>(null);
  const [readout, setReadout] = useState<Readout>();
  const pointing = useRef(0); // counts what the pointer asks, so that a late answer is not shown
  const [own, setOwn] = useState<Camera>();
  const turnable = is3d(plot);
  const start = startCamera(plot);
  const camera = props.camera ?? own ?? start;
  // A plot that leaves the shared camera goes on from where that was.
  useEffect(() => {
    if (props.camera) setOwn(props.camera);
  }, [props.camera]);
  const words = useMemo(() => describe(plot), [plot]);
  const sharedRange = useSame(props.sharedRange);

  const scenery = useMemo((): Scenery | undefined => {
    if (!size || size.width < 40 || size.height < 40) return undefined;
    return {
      plot,
      theme: themeOf(theme),
      size: {
        ...size,
        height: size.height - (software ? NOTE : 0),
        heading: heading ?? false,
        colourBar: colourBar ?? true,
        legend: legend ?? true,
        caption: caption ?? false,
        reserve: toolbar ? 88 : 0,
        ...(sharedRange ? { range: sharedRange } : {}),
      },
      camera,
      density,
    };
  }, [plot, theme, size, heading, colourBar, legend, caption, toolbar, sharedRange, camera, density, software]);
  const { view, ready, failure, fail } = useView(host, turnable, scenery, setSoftware);

  const point = useCallback((at?: Promise<Readout | undefined>): void => {
    pointing.current += 1;
    const asked = pointing.current;
    if (!at) setReadout(undefined);
    at?.then(
      (found) => asked === pointing.current && setReadout(found),
      () => undefined, // a view that is closed meanwhile reads nothing
    );
  }, []);
  const aim = useCallback(
    (next: Camera) => {
      point();
      setOwn(next);
      onCamera?.(next);
    },
    [onCamera, point],
  );

  const maker = source?.title;
  const png = useCallback(
    async ({ width = 960, height = 720, density = 2 }: PictureSize = {}): Promise<Blob> => {
      if (!view.current || !scenery) throw new FiberscopeError('internal', `plot '${plot.title}' is not drawn yet`);
      const full = {
        ...scenery.size,
        width,
        height,
        heading: true,
        ...(maker === undefined ? {} : { source: maker }),
        legend: true,
        colourBar: true,
        caption: true,
        reserve: 0,
      };
      const blob = await view.current.png({ ...scenery, size: full, density });
      if (!stamp) return blob;
      const bytes = stamp(new Uint8Array(await blob.arrayBuffer()));
      return new Blob([new Uint8Array(bytes)], { type: 'image/png' });
    },
    [view, scenery, plot, maker, stamp],
  );
  useImperativeHandle(props.ref, () => ({ png, csv: () => plotCsv(plot) }), [png, plot]);

  const turning = useTurning(host, { turnable, camera, start, aim });
  const hover = (event: PointerEvent<HTMLDivElement>): void => {
    if (turning.dragging()) return;
    const at = event.currentTarget.getBoundingClientRect();
    const scale = at.width > 0 && size ? size.width / at.width : 1;
    point(view.current?.read((event.clientX - at.left) * scale, (event.clientY - at.top) * scale));
  };

  const access = turnable
    ? {
        role: 'application',
        tabIndex: 0,
        'aria-roledescription': 'turnable plot',
        'aria-label': `${words}. Arrow keys turn, plus and minus zoom, 0 resets`,
      }
    : { role: 'img', 'aria-label': words };

  return (
    <div ref={box} className="plot-view">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: `access` gives it a role, and the focus where it turns */}
      <div
        ref={host}
        className={turnable ? 'plot-host turnable' : 'plot-host'}
        {...access}
        onKeyDown={turning.key}
        onPointerDown={turning.down}
        onPointerMove={(event) => {
          turning.move(event);
          hover(event);
        }}
        onPointerUp={turning.up}
        onPointerCancel={turning.up}
        onPointerLeave={() => point()}
        onDoubleClick={() => turnable && aim(start)}
      />
      {readout && size && <ReadoutBox readout={readout} width={size.width} height={size.height} />}
      {software && (
        <p className="plot-note" title={SOFTWARE}>
          {SOFTWARE}
        </p>
      )}
      {failure && <p className="plot-failure">{failure}</p>}
      {toolbar && ready && <PlotTools plot={plot} source={source} png={png} onFailure={fail} />}
    </div>
  );
}
