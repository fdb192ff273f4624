/** What this browser remembers of how the window is set: theme and live mode. */
import type { Workbench } from '../workbench/types.js';

const KEPT = 'fiberscope.settings';

/** Settings that a workbench starts with. */
export interface Settings {
  readonly theme: 'light' | 'dark';
  readonly live: boolean;
}

/** The settings kept by an earlier visit; the theme is the system's until it was chosen. */
export function readSettings(): Settings {
  let kept: Partial<Settings> = {};
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEPT) ?? '{}');
    if (value !== null && typeof value === 'object') kept = value;
  } catch {
    // Unreadable settings are as good as none.
  }
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  const theme = kept.theme === 'light' || kept.theme === 'dark' ? kept.theme : dark ? 'dark' : 'light';
  document.documentElement.dataset.theme = theme;
  return { theme, live: kept.live !== false };
}

/** Applies the theme to the page and keeps settings as they change. */
export function keepSettings(workbench: Workbench): void {
  workbench.store.subscribe((state, before) => {
    if (state.theme === before.theme && state.live === before.live) return;
    document.documentElement.dataset.theme = state.theme;
    try {
      localStorage.setItem(KEPT, JSON.stringify({ theme: state.theme, live: state.live } satisfies Settings));
    } catch {
      // A full or forbidden storage only forgets the settings.
    }
  });
}
