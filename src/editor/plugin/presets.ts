/** Presets for a host's render plugin. */
import '../canvas/canvas.css';
import { type CardPreset, cardPreset } from '../canvas/render-preset.js';
import type { FiberscopePlugin } from './plugin.js';

/** Cards with ports, live previews and status, and typed wires, for rete-react-plugin. Add it before the host's other presets. */
export const cards = {
  setup(plugin: Pick<FiberscopePlugin, 'workbench'>): CardPreset {
    return cardPreset(plugin);
  },
};
