/** How Rete's React plugin draws Fiberscope's nodes and wires; everything else is left to the host's other presets. */

import type { ReactElement } from 'react';
import { type ClassicPreset, NodeEditor, type Scope } from 'rete';
import { BaseAreaPlugin } from 'rete-area-plugin';
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

/** A preset for `ReactPlugin.addPreset`, and what it draws with. */
export interface CardPreset {
  readonly host: CardHost;
  attach(plugin: Scope<never, never[]>): void;
  // biome-ignore lint/suspicious/noExplicitAny: presets are typed by the host's own schemes and signals
  render(context: any): ReactElement | null | undefined;
}

/** Draws the plugin's nodes as cards and their wires by type. `pseudo` also draws the wire that is being dragged. */
export function cardPreset(
  plugin: Pick<FiberscopePlugin, 'workbench'>,
  options: { readonly ui?: StoreApi<CanvasUi>; readonly pseudo?: boolean } = {},
): CardPreset {
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
  return {
    host,
    attach(react) {
      if (!react.hasParent()) return;
      area = react.parentScope<BaseAreaPlugin<FiberscopeSchemes, unknown>>(BaseAreaPlugin as never);
      places.attach(area as never);
    },
    render({ data }: RenderContext) {
      if (data.type === 'node' && data.payload instanceof FiberscopeNode)
        return <NodeCard host={host} id={data.payload.id} />;
      if (data.type !== 'connection') return undefined;
      const wire = data.payload as FiberscopeConnection &
        ClassicPreset.Connection<ClassicPreset.Node, ClassicPreset.Node>;
      const draws = wire.isPseudo ? options.pseudo === true : isOurs(wire.source) && isOurs(wire.target);
      return draws ? <WireView host={host} wire={wire} start={data.start} end={data.end} /> : undefined;
    },
  };
}
