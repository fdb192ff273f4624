/** The keyboard shortcuts: one table for the handlers and for the list on `?`. */

/** What a shortcut does; the canvas handles `canvas`, the window around it `window`. */
export type ShortcutAction =
  | 'search'
  | 'find'
  | 'undo'
  | 'redo'
  | 'select-all'
  | 'clear'
  | 'copy'
  | 'cut'
  | 'paste'
  | 'duplicate'
  | 'delete'
  | 'mute'
  | 'run'
  | 'run-to-here'
  | 'cancel'
  | 'frame'
  | 'rename'
  | 'layout'
  | 'zoom-fit'
  | 'zoom-selection'
  | 'zoom-in'
  | 'zoom-out'
  | 'zoom-actual'
  | 'help'
  | 'save'
  | 'open'
  | 'new'
  | 'palette-search'
  | 'move-focus'
  | 'nudge'
  | 'ports'
  | 'next-node'
  | 'menu'
  | 'pan'
  | 'marquee'
  | 'add-to-selection'
  | 'leave';

/** One line of the table. `keys` are alternatives; `Mod` is ⌘ on a Mac and Ctrl elsewhere. `handler` says who acts on it. */
export interface Shortcut {
  readonly action: ShortcutAction;
  readonly keys: readonly string[];
  readonly label: string;
  readonly group: 'Edit' | 'Select' | 'View' | 'Run' | 'File' | 'Keyboard only';
  /** `native` lines describe what focus or a pointer does; nobody matches key strokes against them. */
  readonly handler: 'canvas' | 'window' | 'native';
}

/** All shortcuts, in the order of the list. */
export const SHORTCUTS: readonly Shortcut[] = [
  { action: 'search', keys: ['Tab', 'A'], label: 'Add a node (also: double click)', group: 'Edit', handler: 'canvas' },
  { action: 'undo', keys: ['Mod+Z'], label: 'Undo', group: 'Edit', handler: 'window' },
  { action: 'redo', keys: ['Mod+Shift+Z', 'Mod+Y'], label: 'Redo', group: 'Edit', handler: 'window' },
  { action: 'copy', keys: ['Mod+C'], label: 'Copy', group: 'Edit', handler: 'native' },
  { action: 'cut', keys: ['Mod+X'], label: 'Cut', group: 'Edit', handler: 'native' },
  { action: 'paste', keys: ['Mod+V'], label: 'Paste', group: 'Edit', handler: 'native' },
  { action: 'duplicate', keys: ['Mod+D'], label: 'Duplicate', group: 'Edit', handler: 'canvas' },
  { action: 'delete', keys: ['Delete', 'Backspace'], label: 'Delete', group: 'Edit', handler: 'canvas' },
  { action: 'mute', keys: ['M'], label: 'Mute or unmute', group: 'Edit', handler: 'canvas' },
  { action: 'frame', keys: ['F'], label: 'Frame around the selection', group: 'Edit', handler: 'canvas' },
  { action: 'rename', keys: ['F2'], label: 'Retitle the node or frame', group: 'Edit', handler: 'canvas' },
  { action: 'layout', keys: ['L'], label: 'Lay out the whole pipeline', group: 'Edit', handler: 'canvas' },
  { action: 'select-all', keys: ['Mod+A'], label: 'Select all', group: 'Select', handler: 'canvas' },
  {
    action: 'clear',
    keys: ['Escape'],
    label: 'Clear the selection, close a popup',
    group: 'Select',
    handler: 'canvas',
  },
  {
    action: 'add-to-selection',
    keys: ['Shift+click'],
    label: 'Add to the selection',
    group: 'Select',
    handler: 'native',
  },
  { action: 'marquee', keys: ['Shift+drag'], label: 'Select by a rectangle', group: 'Select', handler: 'native' },
  { action: 'find', keys: ['Mod+F'], label: 'Find by name, type or parameter', group: 'Select', handler: 'canvas' },
  {
    action: 'pan',
    keys: ['drag', 'Space+drag'],
    label: 'Move the canvas; the wheel zooms',
    group: 'View',
    handler: 'native',
  },
  { action: 'zoom-fit', keys: ['1', 'Home'], label: 'Zoom to fit', group: 'View', handler: 'canvas' },
  { action: 'zoom-selection', keys: ['2'], label: 'Zoom to the selection', group: 'View', handler: 'canvas' },
  { action: 'zoom-in', keys: ['+', '='], label: 'Zoom in', group: 'View', handler: 'canvas' },
  { action: 'zoom-out', keys: ['-'], label: 'Zoom out', group: 'View', handler: 'canvas' },
  { action: 'zoom-actual', keys: ['0'], label: 'Zoom to actual size', group: 'View', handler: 'canvas' },
  { action: 'run', keys: ['Mod+Enter'], label: 'Run', group: 'Run', handler: 'window' },
  { action: 'run-to-here', keys: ['R'], label: 'Run to the selected nodes', group: 'Run', handler: 'canvas' },
  { action: 'cancel', keys: ['Mod+.'], label: 'Cancel the run', group: 'Run', handler: 'window' },
  { action: 'new', keys: ['Mod+Alt+N'], label: 'New document', group: 'File', handler: 'window' },
  { action: 'open', keys: ['Mod+O'], label: 'Open', group: 'File', handler: 'window' },
  { action: 'save', keys: ['Mod+S'], label: 'Save', group: 'File', handler: 'window' },
  { action: 'help', keys: ['?'], label: 'This list', group: 'File', handler: 'window' },
  { action: 'palette-search', keys: ['/'], label: 'Search the palette', group: 'File', handler: 'window' },
  {
    action: 'move-focus',
    keys: ['Arrow keys'],
    label: 'Go to the next node, port or wire that way',
    group: 'Keyboard only',
    handler: 'native',
  },
  {
    action: 'next-node',
    keys: ['Tab on a node'],
    label: 'Next node, left to right',
    group: 'Keyboard only',
    handler: 'native',
  },
  {
    action: 'ports',
    keys: ['Enter on a node'],
    label: 'Go to its ports; Escape goes back',
    group: 'Keyboard only',
    handler: 'native',
  },
  {
    action: 'menu',
    keys: ['Enter on a port'],
    label: 'List what can be wired to it',
    group: 'Keyboard only',
    handler: 'native',
  },
  {
    action: 'nudge',
    keys: ['Shift+Arrow keys'],
    label: 'Move the selected nodes',
    group: 'Keyboard only',
    handler: 'native',
  },
  { action: 'leave', keys: ['Escape, then Tab'], label: 'Leave the canvas', group: 'Keyboard only', handler: 'native' },
];

/** The parts of a key stroke that shortcuts look at. */
export interface KeyStroke {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

function fits(stroke: KeyStroke, keys: string): boolean {
  const parts = keys === '+' ? ['+'] : keys.split('+');
  const key = parts[parts.length - 1]!;
  const mod = stroke.ctrlKey || stroke.metaKey;
  if (mod !== parts.includes('Mod') || stroke.altKey !== parts.includes('Alt')) return false;
  const letter = /^[A-Z]$/.test(key);
  if ((letter || key.length > 1) && stroke.shiftKey !== parts.includes('Shift')) return false; // '?' and '+' need Shift on some layouts
  return letter ? stroke.key.toUpperCase() === key : stroke.key === key;
}

/** The shortcut that a key stroke means, among those that `handler` acts on. */
export function shortcutOf(stroke: KeyStroke, handler: 'canvas' | 'window'): ShortcutAction | undefined {
  return SHORTCUTS.find((s) => s.handler === handler && s.keys.some((keys) => fits(stroke, keys)))?.action;
}

/** True where typing belongs to a text field, so that shortcuts keep their hands off. */
export function isTextField(target: EventTarget | null): boolean {
  if (typeof HTMLElement === 'undefined' || !(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.closest('[role="dialog"]') !== null) return true;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button', 'range'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

/** A shortcut's keys as people read them on this machine: `⌘Z` or `Ctrl+Z`. */
export function keysText(keys: string, mac: boolean): string {
  return mac
    ? keys.replace('Mod+', '⌘').replace('Shift+', '⇧').replace('Alt+', '⌥').replace('Enter', '↵')
    : keys.replace('Mod', 'Ctrl');
}
