/** Presets for a host's render plugin. */
import type { ReactArea2D } from 'rete-react-plugin';
import type { RenderPreset } from 'rete-react-plugin/_types/presets/types.js';
import cardStyle from '../canvas/canvas.css?inline';
import { cardPreset } from '../canvas/render-preset.js';
import plotStyle from '../plots/plots.css?inline';
import theme from '../shell/theme.css?inline';
import type { FiberscopePlugin } from './plugin.js';
import type { FiberscopeSchemes } from './schemes.js';
import { scoped } from './style.js';

const STYLE_ID = 'fiberscope-cards';

/**
 * Cards with ports, live previews and status, and typed wires, for rete-react-plugin: `react.addPreset(Presets.cards.setup(plugin))`,
 * before the host's other presets. Their styles are put into the page once; `data-theme="dark"` on an element above makes them dark.
 */
export const cards = {
  setup<Schemes extends FiberscopeSchemes, Signals extends ReactArea2D<Schemes>>(
    plugin: Pick<FiberscopePlugin, 'workbench'>,
  ): RenderPreset<Schemes, Signals> {
    if (typeof document !== 'undefined' && document.getElementById(STYLE_ID) === null) {
      const style = document.createElement('style');
      style.id = STYLE_ID;
      style.textContent = [scoped(theme), cardStyle, plotStyle].join('\n');
      document.head.append(style);
    }
    return cardPreset<Schemes, Signals>(plugin).preset;
  },
};
