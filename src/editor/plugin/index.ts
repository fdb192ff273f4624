/**
 * Fiberscope in a Rete editor of one's own: `editor.use(area); area.use(new FiberscopePlugin({ nodes, worker }))`, and
 * `react.addPreset(Presets.cards.setup(plugin))` to draw its nodes.
 */
export {
  type FiberscopeOptions,
  FiberscopePlugin,
  type FiberscopeSignal,
} from './plugin.js';
export * as Presets from './presets.js';
export {
  type FiberscopeConnection,
  FiberscopeNode,
  type FiberscopeSchemes,
  FiberscopeSocket,
  type NodePort,
  type NodePorts,
} from './schemes.js';
