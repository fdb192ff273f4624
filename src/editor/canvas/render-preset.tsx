/** How Rete's React plugin draws Fiberscope's nodes and wires; everything else is left to the host's other presets. */

import { NodeEditor, type Scope } from 'rete';
import { BaseAreaPlugin } from 'rete-area-plugin';
import type { ReactArea2D } from 'rete-react-plugin';
import type { RenderPreset } from 'rete-react-plugin/_types/presets/types.js'; // by this very name, or `addPreset` cannot infer it
import type { StoreApi } from 'zustand/vanilla';
import type { FiberscopePlugin } from '../plugin/plugin.js';
import { type FiberscopeConnection, FiberscopeNode, type FiberscopeSchemes } from '../plugin/schemes.js';
import type { CardHost } from './host.js';
import { NodeCard } from './NodeCard.js';
import { PortPlaces } from './port-places.js';
import { type CanvasUi, createUi } from './ui-store.js';
import { WireView } from './WireView.js';

/** What a React plugin's preset gets and gives, as far as this one uses it. */
interface RenderContext {
  readonly data: {
    readonly type: string;
    readonly payload: unknown;
    readonly start?: { x: number; y: number };
    readonly end?: { x: number; y: number };
  };
}

/** The preset and what it draws with. */
export interface CardPreset<Schemes extends FiberscopeSchemes, Signals extends ReactArea2D<Schemes>> {
  readonly host: CardHost;
  readonly preset: RenderPreset<Schemes, Signals>;
}

/** Draws the plugin's nodes as cards and their wires by type. `pseudo` also draws the wire that is being dragged. */
export function cardPreset<
  Schemes extends FiberscopeSchemes = FiberscopeSchemes,
  Signals extends ReactArea2D<Schemes> = ReactArea2D<Schemes>,
>(
  plugin: Pick<FiberscopePlugin, 'workbench'>,
  options: { readonly ui?: StoreApi<CanvasUi>; readonly pseudo?: boolean } = {},
): CardPreset<Schemes, Signals> {
  const { workbench } = plugin;
  const places = new PortPlaces(workbench);
  let area: BaseAreaPlugin<FiberscopeSchemes, unknown> | undefined;
  const host: CardHost = {
    workbench,
    ui: options.ui ?? createUi(),
    places,
    portMounted(end, element) {
      const data = { type: 'socket', side: end.side, key: end.port, nodeId: end.node, element, filled: true };
      void area?.emit({ type: 'render', data } as never);
      void area?.emit({ type: 'rendered', data } as never);
      return () => void area?.emit({ type: 'unmount', data: { element } } as never);
    },
  };
  const isOurs = (id: string): boolean => {
    const editor = area && (area as unknown as Scope<never>).parentScope<NodeEditor<FiberscopeSchemes>>(NodeEditor);
    return editor?.getNode(id) instanceof FiberscopeNode;
  };
  const preset: RenderPreset<Schemes, Signals> = {
    attach(react) {
      if (!react.hasParent()) return;
      area = react.parentScope<BaseAreaPlugin<FiberscopeSchemes, unknown>>(BaseAreaPlugin as never);
      places.attach(area as never);
    },
    render(context) {
      const { data } = context as unknown as RenderContext;
      if (data.type === 'node' && data.payload instanceof FiberscopeNode)
        return <NodeCard host={host} id={data.payload.id} />;
      if (data.type !== 'connection') return undefined;
      const wire = data.payload as FiberscopeConnection;
      const draws = wire.isPseudo ? options.pseudo === true : isOurs(wire.source) && isOurs(wire.target);
      return draws ? <WireView host={host} wire={wire} start={data.start} end={data.end} /> : undefined;
    },
  };
  return { host, preset };
}
