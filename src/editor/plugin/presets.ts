/** Presets for a host's render plugin. */
import cardStyle from '../canvas/canvas.css?inline';
import { type CardPreset, cardPreset } from '../canvas/render-preset.js';
import plotStyle from '../plots/plots.css?inline';
import theme from '../shell/theme.css?inline';
import type { FiberscopePlugin } from './plugin.js';

export type { CardPreset };

const STYLE_ID = 'fiberscope-cards';

/**
 * Cards with ports, live previews and status, and typed wires, for rete-react-plugin: `react.addPreset(Presets.cards.setup(plugin))`,
 * before the host's other presets. Their styles are put into the page once; `data-theme="dark"` on an element above makes them dark.
 */
export const cards = {
  setup(plugin: Pick<FiberscopePlugin, 'workbench'>): CardPreset {
    if (typeof document !== 'undefined' && document.getElementById(STYLE_ID) === null) {
      const style = document.createElement('style');
      style.id = STYLE_ID;
      style.textContent = [scoped(theme), cardStyle, plotStyle].join('\n');
      document.head.append(style);
    }
    return cardPreset(plugin);
  },
};

/** The theme's variables on cards and wires only, so that a host's own variables of the same names stay as they are. */
export function scoped(css: string): string {
  const own = ':where(.fs-node, .fs-wire)';
  return css
    .replaceAll(/^:root\b/gm, own)
    .replaceAll(/^\[data-theme=("?)dark\1\](?=\s*\{)/gm, `[data-theme="dark"] ${own}`);
}
