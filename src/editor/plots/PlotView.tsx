/** Any plot on the page: 2-D by ECharts, 3-D by three.js, a table as a table. The libraries are loaded when first needed. */
import {
  type KeyboardEvent,
  type PointerEvent,
  type Ref,
  useCallback,
  useEffect,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
} from 'react';
import { FiberscopeError, messageOf } from '../../catalog/errors.js';
import type { PlotData } from '../../catalog/views.js';
import { type Camera, DEFAULT_CAMERA, drag, keyTurn, SURFACE_CAMERA, turn } from '../../plot/camera.js';
import { plotCsv } from '../../plot/csv.js';
import { describe } from '../../plot/headline.js';
import { is3d } from '../../plot/options.js';
import type { JRange } from '../../plot/range.js';
import type { Readout } from '../../plot/readout.js';
import { type ThemeName, themeOf } from '../../plot/theme.js';
import { PlotTable } from './PlotTable.js';
import { ReadoutBox } from './ReadoutBox.js';
import { useSize } from './use-size.js';
import type { Scenery, View } from './view.js';
import './plots.css';

export type { Camera } from '../../plot/camera.js';

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

/** Draws any plot. Fills its parent. */
export function PlotView(props: PlotViewProps) {
  if (props.plot.kind === 'table') return <PlotTable table={props.plot.table} title={props.plot.title} />;
  // Another kind of picture is another drawer.
  return <Picture key={is3d(props.plot) ? 'space' : 'chart'} {...props} />;
}

function Picture(props: PlotViewProps) {
  const { plot, theme, sharedRange, heading, colourBar, legend, caption, onCamera, stamp, toolbar = true } = props;
  const [box, size] = useSize<HTMLDivElement>();
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<View>(undefined);
  const [ready, setReady] = useState(false);
  const [failure, setFailure] = useState<string>();
  const [readout, setReadout] = useState<Readout>();
  const [own, setOwn] = useState<Camera>();
  const turnable = is3d(plot);
  const start = plot.kind === 'surface' ? SURFACE_CAMERA : DEFAULT_CAMERA;
  const camera = props.camera ?? own ?? start;
  const words = useMemo(() => describe(plot), [plot]);

  const scenery = useMemo((): Scenery | undefined => {
    if (!size || size.width < 40 || size.height < 40) return undefined;
    return {
      plot,
      theme: themeOf(theme),
      size: {
        ...size,
        heading: heading ?? false,
        colourBar: colourBar ?? true,
        legend: legend ?? true,
        caption: caption ?? false,
        reserve: toolbar ? 88 : 0,
        ...(sharedRange ? { range: sharedRange } : {}),
      },
      camera,
    };
  }, [plot, theme, size, heading, colourBar, legend, caption, toolbar, sharedRange, camera]);

  useEffect(() => {
    let closed = false;
    const load = async (): Promise<void> => {
      const open = turnable ? (await import('./space-view.js')).openSpace : (await import('./chart-view.js')).openChart;
      if (closed || !host.current) return;
      view.current = open(host.current);
      setReady(true);
    };
    load().catch((error: unknown) => {
      if (!closed) setFailure(messageOf(error));
    });
    return () => {
      closed = true;
      view.current?.dispose();
      view.current = undefined;
      setReady(false);
    };
  }, [turnable]);

  useEffect(() => {
    if (!ready || !scenery) return;
    try {
      view.current?.draw(scenery);
      setFailure(undefined);
    } catch (error) {
      setFailure(messageOf(error));
    }
  }, [ready, scenery]);

  const aim = useCallback(
    (next: Camera) => {
      setReadout(undefined);
      setOwn(next);
      onCamera?.(next);
    },
    [onCamera],
  );

  const png = useCallback(
    async ({ width = 960, height = 720, density = 2 }: PictureSize = {}): Promise<Blob> => {
      if (!view.current || !scenery) throw new FiberscopeError('internal', `plot '${plot.title}' is not drawn yet`);
      const full = {
        ...scenery.size,
        width,
        height,
        heading: true,
        legend: true,
        colourBar: true,
        caption: true,
        reserve: 0,
      };
      const canvas = view.current.picture({ ...scenery, size: full }, density);
      const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
      if (!blob)
        throw new FiberscopeError('limit', `plot '${plot.title}': a picture of ${width} × ${height} is too large`);
      if (!stamp) return blob;
      const bytes = stamp(new Uint8Array(await blob.arrayBuffer()));
      return new Blob([new Uint8Array(bytes)], { type: 'image/png' });
    },
    [scenery, plot, stamp],
  );
  useImperativeHandle(props.ref, () => ({ png, csv: () => plotCsv(plot) }), [png, plot]);

  const pointer = usePointer(turnable, camera, start, aim);
  const hover = (event: PointerEvent<HTMLDivElement>): void => {
    if (pointer.dragging()) return;
    const at = event.currentTarget.getBoundingClientRect();
    const scale = at.width > 0 && size ? size.width / at.width : 1;
    setReadout(view.current?.read((event.clientX - at.left) * scale, (event.clientY - at.top) * scale));
  };
  const key = (event: KeyboardEvent): void => {
    if (!turnable || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = keyTurn(camera, event.key, start);
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    aim(next);
  };
  // React's wheel listeners are passive; zooming must keep the page from scrolling.
  useEffect(() => {
    const element = host.current;
    if (!element || !turnable) return;
    const wheel = (event: WheelEvent): void => {
      if (!event.ctrlKey && !event.metaKey && document.activeElement !== element) return;
      event.preventDefault();
      aim(turn(camera, 0, 0, Math.exp(-event.deltaY * 0.0015)));
    };
    element.addEventListener('wheel', wheel, { passive: false });
    return () => element.removeEventListener('wheel', wheel);
  }, [turnable, camera, aim]);

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
        onKeyDown={key}
        onPointerDown={pointer.down}
        onPointerMove={(event) => {
          pointer.move(event);
          hover(event);
        }}
        onPointerUp={pointer.up}
        onPointerCancel={pointer.up}
        onPointerLeave={() => setReadout(undefined)}
        onDoubleClick={() => turnable && aim(start)}
      />
      {readout && size && <ReadoutBox readout={readout} width={size.width} height={size.height} />}
      {failure && <p className="plot-failure">{failure}</p>}
      {toolbar && ready && (
        <div className="plot-tools">
          <button
            type="button"
            title="Save the picture (PNG)"
            aria-label={`Save ${plot.title} as PNG`}
            onClick={() => {
              png().then(
                (blob) => save(blob, fileName(plot.title, 'png')),
                (error: unknown) => setFailure(messageOf(error)),
              );
            }}
          >
            PNG
          </button>
          <button
            type="button"
            title="Save the numbers (CSV)"
            aria-label={`Save the numbers of ${plot.title} as CSV`}
            onClick={() => save(new Blob([plotCsv(plot)], { type: 'text/csv' }), fileName(plot.title, 'csv'))}
          >
            CSV
          </button>
        </div>
      )}
    </div>
  );
}

/** Dragging turns, two fingers zoom. */
function usePointer(turnable: boolean, camera: Camera, start: Camera, aim: (camera: Camera) => void) {
  const fingers = useRef(new Map<number, { x: number; y: number }>());
  const live = useRef(camera);
  live.current = camera;
  const spread = (): number => {
    const [a, b] = [...fingers.current.values()];
    return a && b ? Math.hypot(a.x - b.x, a.y - b.y) : 0;
  };
  return {
    start,
    dragging: () => fingers.current.size > 0,
    down(event: PointerEvent<HTMLDivElement>) {
      if (!turnable || event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      fingers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
    },
    move(event: PointerEvent<HTMLDivElement>) {
      const finger = fingers.current.get(event.pointerId);
      if (!finger) return;
      const before = spread();
      const [dx, dy] = [event.clientX - finger.x, event.clientY - finger.y];
      fingers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
      const next = before > 0 ? turn(live.current, 0, 0, spread() / before) : drag(live.current, dx, dy);
      live.current = next;
      aim(next);
    },
    up(event: PointerEvent<HTMLDivElement>) {
      fingers.current.delete(event.pointerId);
    },
  };
}

function fileName(title: string, ending: string): string {
  const stem = title
    .normalize('NFKD')
    .replaceAll('ε', 'epsilon')
    .replaceAll('θ', 'theta')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .toLowerCase();
  return `${stem || 'plot'}.${ending}`;
}

function save(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
