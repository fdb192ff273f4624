/** Order and cycles of the nodes, from the wires alone. */
import { byName, splitEnd } from '../document/names.js';
import type { PipelineDocument } from '../document/schema.js';

/** Ids of the nodes that each node feeds, and of those that feed it. */
export interface Links {
  readonly after: ReadonlyMap<string, ReadonlySet<string>>;
  readonly before: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Which node feeds which. Wires of nodes that are not there are left out. */
export function linksOf(document: PipelineDocument): Links {
  const after = new Map<string, Set<string>>(document.nodes.map(({ id }) => [id, new Set()]));
  const before = new Map<string, Set<string>>(document.nodes.map(({ id }) => [id, new Set()]));
  for (const { from, to } of document.wires) {
    const [source] = splitEnd(from);
    const [target] = splitEnd(to);
    if (!after.has(source) || !after.has(target)) continue;
    after.get(source)!.add(target);
    before.get(target)!.add(source);
  }
  return { after, before };
}

/** A way along the wires from one node to another, both named, or undefined. `from` = `to` asks for a way of no steps. */
export function wayBetween({ after }: Links, from: string, to: string): readonly string[] | undefined {
  const cameFrom = new Map<string, string | undefined>([[from, undefined]]);
  const queue = [from];
  for (const node of queue) {
    if (node === to) {
      const way: string[] = [];
      for (let step: string | undefined = to; step !== undefined; step = cameFrom.get(step)) way.unshift(step);
      return way;
    }
    for (const next of [...(after.get(node) ?? [])].sort(byName))
      if (!cameFrom.has(next)) {
        cameFrom.set(next, node);
        queue.push(next);
      }
  }
  return undefined;
}

/**
 * Ids so that inputs come first; among those that are free to come, by id. Where only cycles are left, the shortest cycle through
 * the first id is reported and that id comes next.
 */
export function orderOf(links: Links): {
  readonly order: readonly string[];
  readonly cycles: readonly (readonly string[])[];
} {
  const waiting = new Map([...links.before].map(([id, sources]) => [id, sources.size]));
  const order: string[] = [];
  const cycles: (readonly string[])[] = [];
  const free = new Heap();
  const onNone = new Set<string>(); // nodes found to be on no cycle
  for (const [id, count] of waiting) if (count === 0) free.push(id);
  while (waiting.size > 0) {
    const id = free.pop() ?? breakCycle(links, waiting, cycles, onNone);
    if (!waiting.delete(id)) continue;
    order.push(id);
    for (const next of links.after.get(id)!) {
      const count = waiting.get(next);
      if (count === undefined) continue;
      waiting.set(next, count - 1);
      if (count === 1) free.push(next);
    }
  }
  return { order, cycles };
}

/** The least id on a cycle among the nodes left; notes the cycle. */
function breakCycle(
  links: Links,
  waiting: ReadonlyMap<string, number>,
  cycles: (readonly string[])[],
  onNone: Set<string>,
): string {
  const rest: Links = {
    after: new Map(
      [...waiting.keys()].map((id) => [id, new Set([...links.after.get(id)!].filter((n) => waiting.has(n)))]),
    ),
    before: links.before,
  };
  for (const id of [...waiting.keys()].sort(byName)) {
    if (onNone.has(id)) continue;
    const ways = [...rest.after.get(id)!].map((next) => wayBetween(rest, next, id)).filter((way) => way !== undefined);
    const shortest = ways.sort((a, b) => a.length - b.length || byName(a.join(), b.join()))[0];
    if (shortest !== undefined) {
      cycles.push([id, ...shortest.slice(0, -1)]);
      return id;
    }
    onNone.add(id);
  }
  throw new RangeError('nodes wait for each other without a cycle');
}

/** The least text first. */
class Heap {
  readonly #items: string[] = [];

  push(item: string): void {
    let low = 0;
    let high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#items[middle]! > item) low = middle + 1;
      else high = middle;
    }
    this.#items.splice(low, 0, item);
  }

  pop(): string | undefined {
    return this.#items.pop();
  }
}
