/** What the results panel shows: the pinned plots with where they come from, and whose ε the ruler moves. Pure. */

import { titleOf } from '../../../catalog/node.js';
import type { Registry } from '../../../catalog/registry.js';
import type { JScale } from '../../../catalog/values.js';
import type { PlotData, RulerData } from '../../../catalog/views.js';
import { setParams } from '../../../document/commands.js';
import type { DocumentNode, Pin, PipelineDocument } from '../../../document/schema.js';
import { onCommonScales } from '../../../methods/common-scales.js';
import { nullModelFlags } from '../../../plot/headline.js';
import { roundEpsilon } from '../../../plot/ruler.js';
import type { NodeState, WorkbenchState } from '../../workbench/types.js';

/** One pinned plot. `plot` is missing until its node has run. */
export interface Pinned {
  readonly pin: Pin;
  readonly node: string; // what tells its node from others of its kind
  readonly named: boolean; // whether its node has a title of its own
  readonly plot: PlotData | undefined;
  readonly state: NodeState | undefined;
}

/** A node's title without the name of its type, where more is left: `Threshold ε · published` → `published`. */
export function shortName(registry: Registry, node: DocumentNode): string {
  const title = titleOf(node, registry.get(node.type));
  const type = registry.get(node.type)?.title ?? '';
  const rest = title.startsWith(type) ? title.slice(type.length).replace(/^[\s·:,–-]+/, '') : title;
  return rest === '' ? title : rest;
}

/** The pinned plots in the document's order. */
export function pinnedOf(state: Pick<WorkbenchState, 'document' | 'nodes'>, registry: Registry): readonly Pinned[] {
  return state.document.pins.flatMap((pin) => {
    const node = state.document.nodes.find((each) => each.id === pin.node);
    if (!node) return [];
    const now = state.nodes[pin.node];
    return [
      {
        pin,
        node: shortName(registry, node),
        named: Boolean(node.title),
        plot: now?.result?.view.plots[pin.plot],
        state: now,
      },
    ];
  });
}

const scaled = new WeakMap<PlotData, PlotData>();

/** The same on common scales; what keeps its scale keeps its identity, so that it is not drawn again. */
export function onOneScale(pinned: readonly Pinned[]): readonly Pinned[] {
  const plots = pinned.flatMap(({ plot }) => plot ?? []);
  const together = new Map(onCommonScales(plots).map((plot, i) => [plots[i]!, plot]));
  return pinned.map((each) => {
    const plot = each.plot && together.get(each.plot);
    if (each.plot === undefined || plot === undefined || plot === each.plot) return each;
    const before = scaled.get(each.plot);
    if (before && rangeOf(before) === rangeOf(plot)) return { ...each, plot: before };
    scaled.set(each.plot, plot);
    return { ...each, plot };
  });
}

const rangeOf = (plot: PlotData): string | undefined =>
  (plot.kind === 'curves' ? plot.curve : plot.kind === 'matrix' ? plot.matrix : undefined)?.range?.join(' ');

/** A card's title: its plot's, with its node where that has a name of its own or another plot is titled alike. */
export function cardTitle(each: Pinned, all: readonly Pinned[]): string {
  const { plot, node, named } = each;
  if (!plot) return node;
  const alike = all.some((other) => other !== each && other.plot?.title === plot.title);
  return alike || (named && !plot.title.includes(node)) ? `${plot.title} · ${node}` : plot.title;
}

/** A J ruler: of the node `id` called `title`. */
export interface Ruler {
  readonly id: string;
  readonly title: string;
  readonly ruler: RulerData;
}

/**
 * The rulers of the pinned plots: for each, the nearest node upstream (itself included) that has an ε, else one that has J.
 * Those with an ε come first; one without is left out where another has the same marks on the same scale.
 */
export function rulersOf(
  state: Pick<WorkbenchState, 'document' | 'nodes' | 'plan'>,
  registry: Registry,
): readonly Ruler[] {
  const found = new Map<string, Ruler>();
  const candidates = state.document.pins.length > 0 ? state.document.pins.map((pin) => pin.node) : [];
  for (const start of candidates) {
    const ids = upstream(state, start);
    const rulers = ids.flatMap((id) => {
      const ruler = state.nodes[id]?.result?.view.ruler;
      const node = state.document.nodes.find((each) => each.id === id);
      return ruler && node ? [{ id, title: shortName(registry, node), ruler }] : [];
    });
    const chosen = rulers.find(({ ruler }) => ruler.epsilon !== undefined) ?? rulers[0];
    if (chosen) found.set(chosen.id, chosen);
  }
  const all = [...found.values()];
  const movable = all.filter(({ ruler }) => ruler.epsilon !== undefined);
  const told = [...movable];
  for (const each of all) if (!told.some((other) => other === each || alike(other, each))) told.push(each);
  return told;
}

/** Whether two rulers say the same of a search and its reference. */
function alike(a: Ruler, b: Ruler): boolean {
  const said = ({ ruler: { scale, marks } }: Ruler) => JSON.stringify([scale, marks]);
  return said(a) === said(b);
}

/** A node and everything above it, nearest first. */
function upstream({ plan }: Pick<WorkbenchState, 'plan'>, start: string): readonly string[] {
  const order = [start];
  for (const id of order)
    for (const source of Object.values(plan.nodes.get(id)?.inputs ?? {}))
      if (!order.includes(source.node)) order.push(source.node);
  return order;
}

/** The flags of the pinned plots, in words; each says which plot where several are pinned. */
export function flagsOf(pinned: readonly Pinned[]): readonly string[] {
  const flags = new Set<string>();
  for (const { plot, node } of pinned) {
    if (!plot || !('epsilon' in plot) || plot.epsilon === undefined) continue;
    for (const flag of nullModelFlags(plot.epsilon, plot.scale))
      flags.add(pinned.length > 1 ? `${node}: ${flag}` : flag);
  }
  return [...flags];
}

/** Whether the node's ε is a parameter that the ruler can move. */
export function hasEpsilon(registry: Registry, type: string | undefined): boolean {
  const shape = type === undefined ? undefined : registry.get(type)?.params.shape;
  return shape !== undefined && 'epsilon' in shape;
}

/** Sets ε (given as an absolute J, as the cap is) in the unit that the node has; a suggested ε becomes a relative one. */
export function moveEpsilon(
  document: PipelineDocument,
  id: string,
  epsilon: number,
  { power }: Pick<JScale, 'power'>,
  cap = Number.POSITIVE_INFINITY,
): PipelineDocument {
  const node = document.nodes.find((each) => each.id === id);
  if (!node || !(epsilon > 0)) return document;
  const absolute = node.params.unit === 'absolute' || !(power > 0);
  const unit = absolute ? 1 : power;
  const value = roundEpsilon(epsilon / unit, cap / unit);
  return setParams(document, id, { unit: absolute ? 'absolute' : 'relative', epsilon: value });
}

/** The ruler with ε as the node's parameter says it, which may be ahead of the result. */
export function withParameter(ruler: RulerData, node: DocumentNode | undefined): RulerData {
  const { unit, epsilon } = node?.params ?? {};
  if (typeof epsilon !== 'number' || (unit !== 'absolute' && unit !== 'relative')) return ruler;
  return { ...ruler, epsilon: unit === 'relative' ? epsilon * ruler.scale.power : epsilon };
}
