/** The bar across the top: the document's name and files, undo, device, run, and the ways out of the window. */
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { deviceText, threadsText } from '../../catalog/text.js';
import { nodeOf } from '../../compile/plan.js';
import { setDocumentTitle } from '../../document/commands.js';
import type { DeviceChoice, DeviceReport } from '../../execute/protocol.js';
import { keysText } from '../canvas/shortcuts.js';
import { isOf } from '../workbench/results.js';
import type { WorkbenchState } from '../workbench/types.js';
import { useBench, useWorkbench } from './context.js';
import { Icon } from './Icon.js';
import { Menu, type MenuItem } from './Menu.js';
import { formatRate, onMac } from './wording.js';

/** What the bar's buttons ask the window to do. */
export interface TopBarActions {
  readonly onNew: () => void;
  readonly onOpen: () => void;
  readonly onRecent: () => void;
  readonly onSave: (kind: 'json' | 'bundle' | 'picture') => void;
  readonly onGallery: () => void;
  readonly onShare: () => void;
  readonly onShortcuts: () => void;
}

/** The top bar. */
export function TopBar(actions: TopBarActions) {
  const workbench = useWorkbench();
  const undoLabel = useBench((state) => state.undoLabel);
  const redoLabel = useBench((state) => state.redoLabel);
  const theme = useBench((state) => state.theme);
  const mac = onMac();
  const files: MenuItem[][] = [
    [
      { label: 'New', keys: keysText('Mod+Alt+N', mac), choose: actions.onNew },
      { label: 'Open…', keys: keysText('Mod+O', mac), choose: actions.onOpen },
      { label: 'Open here before…', note: 'edited documents that others took the place of', choose: actions.onRecent },
    ],
    [
      {
        label: 'Save document',
        note: 'as text (.json)',
        keys: keysText('Mod+S', mac),
        choose: () => actions.onSave('json'),
      },
      { label: 'Save bundle', note: 'with its files (.zip)', choose: () => actions.onSave('bundle') },
      { label: 'Save picture', note: 'opens again as the document (.png)', choose: () => actions.onSave('picture') },
    ],
  ];
  return (
    <header className="topbar">
      <span className="logo">
        <i aria-hidden="true" />
        Fiberscope
      </span>
      <Menu label="File" className="button quiet" groups={files}>
        File <Icon name="down" />
      </Menu>
      <Title />
      <SavedAt />
      <span className="spacer" />
      <button
        type="button"
        className="icon-button"
        aria-label={undoLabel ? `Undo: ${undoLabel}` : 'Undo'}
        title={undoLabel ? `Undo: ${undoLabel}` : 'Nothing to undo'}
        disabled={undoLabel === undefined}
        onClick={() => workbench.undo()}
      >
        <Icon name="undo" />
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label={redoLabel ? `Redo: ${redoLabel}` : 'Redo'}
        title={redoLabel ? `Redo: ${redoLabel}` : 'Nothing to redo'}
        disabled={redoLabel === undefined}
        onClick={() => workbench.redo()}
      >
        <Icon name="redo" />
      </button>
      <DeviceChip />
      <LiveSwitch />
      <RunButton />
      <button type="button" className="button" onClick={actions.onGallery}>
        Gallery
      </button>
      <button type="button" className="button" onClick={actions.onShare}>
        Share
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label={theme === 'dark' ? 'Light theme' : 'Dark theme'}
        title={theme === 'dark' ? 'Light theme' : 'Dark theme'}
        onClick={() => workbench.setTheme(theme === 'dark' ? 'light' : 'dark')}
      >
        <Icon name={theme === 'dark' ? 'sun' : 'moon'} />
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label="Keyboard shortcuts"
        title="Keyboard shortcuts (?)"
        onClick={actions.onShortcuts}
      >
        <Icon name="help" />
      </button>
    </header>
  );
}

function Title() {
  const workbench = useWorkbench();
  const title = useBench((state) => state.document.title);
  const [text, setText] = useState(title);
  useEffect(() => setText(title), [title]);
  const typed = useRef(false); // since it was last taken over: what another document brings is no edit
  const commit = () => {
    if (!typed.current) return;
    typed.current = false;
    const next = text.trim();
    if (next !== title) workbench.edit('Retitle the document', (document) => setDocumentTitle(document, next));
    setText(next);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Escape') {
      typed.current = false;
      setText(title);
    }
    if (event.key === 'Enter') commit(); // at once: another document may be opened before the focus has gone
    if (event.key === 'Enter' || event.key === 'Escape')
      requestAnimationFrame(() => (event.target as HTMLElement).blur());
  };
  return (
    <input
      className="doc-title"
      aria-label="Title of the document"
      placeholder="Untitled"
      title={text}
      maxLength={200}
      value={text}
      onChange={(event) => {
        typed.current = true;
        setText(event.target.value);
      }}
      onBlur={commit}
      onKeyDown={onKeyDown}
    />
  );
}

function SavedAt() {
  const savedAt = useBench((state) => state.savedAt);
  if (savedAt === undefined) return null;
  const time = new Date(savedAt).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  return (
    <span className="muted saved" title="kept in this browser; comes back after a crash or a closed tab">
      saved {time}
    </span>
  );
}

const DEVICE_NAMES = { webgpu: 'WebGPU', wasm: 'WASM', cpu: 'CPU' } as const;
const CHOICES: readonly (readonly [DeviceChoice, string, string])[] = [
  ['auto', 'Automatic', 'WebGPU on a real adapter, else WASM, else CPU'],
  ['webgpu', 'WebGPU', 'also on a software adapter'],
  ['wasm', 'WASM', 'SIMD on the processor'],
  ['cpu', 'CPU', 'plain JavaScript'],
];

/** Points per second of the largest step that was really computed. */
function rateOf({ nodes, plan, device }: WorkbenchState): number | undefined {
  let most = 0;
  let rate: number | undefined;
  for (const [id, { result }] of Object.entries(nodes)) {
    const planned = plan.nodes.get(id);
    if (!result || !planned || planned.cost.multiplyAdds <= most) continue;
    if (!isOf(result, planned.key, device && deviceText(device))) continue;
    const { effort, seconds } = result.provenance;
    const took = effort ?? { evaluated: planned.cost.points, seconds };
    if (took.evaluated < 100 || took.seconds <= 0) continue;
    most = planned.cost.multiplyAdds;
    rate = took.evaluated / took.seconds;
  }
  return rate;
}

function describe(device: DeviceReport | undefined): string {
  if (!device) return 'the device is chosen at the first run';
  return `${DEVICE_NAMES[device.name]}: ${device.adapter}${device.software ? ' (software: for correctness, not speed)' : ''}${threadsText(device)}`;
}

function DeviceChip() {
  const workbench = useWorkbench();
  const device = useBench((state) => state.device);
  const choice = useBench((state) => state.deviceChoice);
  const rate = useBench(rateOf);
  const items = CHOICES.map(([value, label, note]) => ({
    label,
    note,
    checked: choice === value,
    choose: () => void workbench.chooseDevice(value),
  }));
  return (
    <Menu label={`Device: ${describe(device)}`} title={describe(device)} className="chip" groups={[items]}>
      <span className="word">device</span>{' '}
      <b className={device?.software ? 'software' : ''}>{device ? DEVICE_NAMES[device.name] : '…'}</b>
      {rate !== undefined && <span className="rate">· {formatRate(rate)} points/s</span>}
    </Menu>
  );
}

function LiveSwitch() {
  const workbench = useWorkbench();
  const live = useBench((state) => state.live);
  return (
    <button
      type="button"
      role="switch"
      aria-checked={live}
      className="switch-button"
      title="Live: edits that take little run by themselves"
      onClick={() => workbench.setLive(!live)}
    >
      <i aria-hidden="true" />
      Live
    </button>
  );
}

function RunButton() {
  const workbench = useWorkbench();
  const running = useBench((state) => state.running);
  const cancelling = useBench((state) => state.cancelling);
  const finishes = useBench(({ nodes, plan }) =>
    plan.order.some((id) => {
      const { status, copy = id } = nodes[id] ?? {}; // of a sweep the copy that it has run now
      return status === 'running' && workbench.registry.get(nodeOf(plan, copy)?.type ?? '')?.finishes;
    }),
  );
  const keys = onMac() ? '⌘↵' : 'Ctrl ↵';
  return running ? (
    <>
      {finishes && !cancelling && (
        <button
          type="button"
          className="button finish"
          title="End what is training now and keep what there is; the run goes on with it"
          onClick={() => workbench.finish()}
        >
          Stop and keep
        </button>
      )}
      <button
        type="button"
        className="button run cancel"
        title="Cancel the run (finished steps are kept)"
        disabled={cancelling}
        onClick={() => workbench.cancel()}
      >
        {cancelling ? 'Cancelling …' : 'Cancel'}
      </button>
    </>
  ) : (
    <button
      type="button"
      className="button run primary"
      title="Run everything that is not up to date"
      onClick={() => void workbench.run()}
    >
      Run <span className="keys">{keys}</span>
    </button>
  );
}
