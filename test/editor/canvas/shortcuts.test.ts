import { describe, expect, it } from 'vitest';
import { type KeyStroke, keysText, SHORTCUTS, shortcutOf } from '../../../src/editor/canvas/shortcuts.js';

const stroke = (text: string): KeyStroke => {
  const parts = text.split('+');
  const key = parts.at(-1)!;
  return {
    key: /^[A-Z]$/.test(key) && !parts.includes('Shift') ? key.toLowerCase() : key,
    ctrlKey: parts.includes('Ctrl'),
    metaKey: parts.includes('Meta'),
    shiftKey: parts.includes('Shift'),
    altKey: parts.includes('Alt'),
  };
};

describe('shortcuts', () => {
  it.each([
    ['Ctrl+D', 'duplicate'],
    ['Meta+D', 'duplicate'],
    ['Ctrl+A', 'select-all'],
    ['A', 'search'],
    ['Tab', 'search'],
    ['M', 'mute'],
    ['Delete', 'delete'],
    ['Backspace', 'delete'],
    ['F2', 'rename'],
    ['Ctrl+F', 'find'],
    ['F', 'frame'],
    ['1', 'zoom-fit'],
    ['R', 'run-to-here'],
  ] as const)('%s on the canvas means %s', (keys, action) => expect(shortcutOf(stroke(keys), 'canvas')).toBe(action));
  it.each([
    ['Ctrl+Z', 'undo'],
    ['Ctrl+Shift+Z', 'redo'],
    ['Ctrl+Y', 'redo'],
    ['Ctrl+Enter', 'run'],
    ['Ctrl+S', 'save'],
  ] as const)('%s in the window means %s', (keys, action) => expect(shortcutOf(stroke(keys), 'window')).toBe(action));
  it('? needs Shift on many layouts', () =>
    expect(shortcutOf({ ...stroke('?'), key: '?', shiftKey: true }, 'window')).toBe('help'));
  it('leaves other strokes alone', () => {
    for (const keys of ['Ctrl+M', 'Ctrl+1', 'Shift+M', 'Alt+F', 'Q', 'Shift+Tab', 'Ctrl+R', 'Ctrl+L'])
      expect(shortcutOf(stroke(keys), 'canvas')).toBeUndefined();
    expect(shortcutOf(stroke('Ctrl+D'), 'window')).toBeUndefined();
  });
  it('no keys mean two things', () => {
    const keys = SHORTCUTS.flatMap((shortcut) => shortcut.keys);
    expect(new Set(keys).size).toBe(keys.length);
  });
  it('reads as on the machine', () => {
    expect(keysText('Mod+Shift+Z', true)).toBe('⌘⇧Z');
    expect(keysText('Mod+Shift+Z', false)).toBe('Ctrl+Shift+Z');
  });
});
