/** A host with a bare Rete editor of its own, a foreign node, Fiberscope's nodes, and one of a third party. */
import { createRoot } from 'react-dom/client';
import { ClassicPreset, NodeEditor } from 'rete';
import { AreaPlugin } from 'rete-area-plugin';
import { ConnectionPlugin, Presets as ConnectionPresets } from 'rete-connection-plugin';
import { type ReactArea2D, ReactPlugin, Presets as ReactPresets } from 'rete-react-plugin';
import { builtin } from '../../../nodes/index.js';
import { FiberscopePlugin, Presets, type FiberscopeSchemes as Schemes } from '../../../src/editor/plugin/index.js';
import range from '../../editor/plugin/third-party.js';

const nodes = [...builtin, range];
const worker = () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });

const editor = new NodeEditor<Schemes>();
const area = new AreaPlugin<Schemes, ReactArea2D<Schemes>>(document.getElementById('place')!);
const connection = new ConnectionPlugin<Schemes, ReactArea2D<Schemes>>();
const react = new ReactPlugin<Schemes, ReactArea2D<Schemes>>({ createRoot });
const fiberscope = new FiberscopePlugin<Schemes>({ nodes, worker });
react.addPreset(Presets.cards.setup(fiberscope));
react.addPreset(ReactPresets.classic.setup());
connection.addPreset(ConnectionPresets.classic.setup());
editor.use(area);
area.use(react);
area.use(connection);
area.use(fiberscope);

const refused: string[] = [];
fiberscope.addPipe((signal) => {
  if (signal.type === 'fiberscoperefused') refused.push(signal.data.reason);
  return signal;
});

const foreign = new ClassicPreset.Node('Foreign');
foreign.addInput('in', new ClassicPreset.Input(new ClassicPreset.Socket('anything'), 'in'));
await editor.addNode(foreign);
await area.translate(foreign.id, { x: 640, y: 260 });
const inputs = fiberscope.createNode('random-inputs', { params: { count: 1000, seed: 1 }, at: [40, 60] });
const largest = fiberscope.createNode('acme-range', { params: { figure: 'largest' }, at: [340, 60] });
await editor.addNode(inputs);
await editor.addNode(largest);

Object.assign(window, { host: { editor, area, fiberscope, refused, foreign } });
