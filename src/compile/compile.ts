/**
 * compile: document + node types → plan. One pass in the order of the wires: parameters, types, shapes, cost, limits, keys. Every
 * fault becomes a problem at its place; what cannot run is blocked with the reason, and the rest of the plan stands.
 */
import type { Registry } from '../catalog/registry.js';
import type { FileSource } from '../catalog/work.js';
import { documentHash } from '../document/format.js';
import type { PipelineDocument, Problem } from '../document/schema.js';
import { hintsFor } from './hints.js';
import { NO_FILES } from './infer.js';
import { DEFAULT_LIMITS, type Limits } from './limits.js';
import type { Plan, PlannedNode } from './plan.js';
import { type Context, planNode } from './plan-node.js';
import type { Rates } from './rates.js';
import { planSweep } from './sweep.js';
import { graphOf } from './wiring.js';

/** What a document is compiled with. Without `files` no file is known; without `rates` no time is estimated. */
export interface CompileOptions {
  readonly registry: Registry;
  readonly files?: FileSource;
  readonly rates?: Rates;
  readonly limits?: Partial<Limits>;
}

/** Checks a document and plans its run. Never throws for anything that a document can hold. */
export function compile(document: PipelineDocument, options: CompileOptions): Plan {
  const { registry, files = NO_FILES, rates } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const graph = graphOf(document, registry);
  const problems: Problem[] = [...graph.problems];
  const planned = new Map<string, PlannedNode>();
  const copies = new Map<string, PlannedNode>();
  const context: Context = { document, registry, files, rates, limits, planned, inferred: new Map() };

  for (const id of graph.order) {
    const site = { ...graph.nodes.get(id)!, incoming: graph.incoming.get(id)!, cycle: graph.cycleOf.get(id) };
    const node = planNode(site, context, problems);
    if (node.blocked || registry.get(node.type)?.sweep === undefined) continue;
    const swept = planSweep(site, node, graph, context, problems);
    planned.set(id, swept.node);
    for (const copy of swept.copies) copies.set(copy.id, copy);
  }
  problems.push(...hintsFor(graph, planned, registry));
  return {
    nodes: planned,
    order: graph.order,
    copies,
    problems,
    get documentHash() {
      return documentHash(document); // hashed when asked for: not on each keystroke
    },
  };
}
