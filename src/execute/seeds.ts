/** The seeds that a result depends on. */
import { shownFields } from '../catalog/form.js';
import type { Registry } from '../catalog/registry.js';
import { nodeOf, type Plan, sourcesOf } from '../compile/plan.js';

/** Seeds that a node and everything upstream of it draw with, ascending, each once. */
export function seedsBehind(plan: Plan, registry: Registry, id: string): readonly number[] {
  const seeds = new Set<number>();
  const seen = new Set<string>();
  const visit = (at: string): void => {
    const node = nodeOf(plan, at);
    const definition = node && registry.get(node.type);
    if (!node || !definition || seen.has(at)) return;
    seen.add(at);
    for (const { name, seed } of shownFields(definition, node.params))
      if (seed) for (const one of [node.params[name]].flat()) seeds.add(Number(one));
    for (const source of sourcesOf(node)) visit(source.node);
  };
  visit(id);
  return [...seeds].sort((a, b) => a - b);
}
