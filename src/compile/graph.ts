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

/** A way in words: `a → b → c`; of a long one its ends. */
export function wayText(way: readonly string[]): string {
  const shown = way.length <= 12 ? way : [...way.slice(0, 6), `… ${way.length - 10} more …`, ...way.slice(-4)];
  return shown.join(' → ');
}

/**
 * Ids so that inputs come first; among those that are free to come, by id. Wires inside a knot (a set of nodes that wait for each
 * other) are left out of the order; of each knot the shortest cycle through its first id is named.
 */
export function orderOf(links: Links): {
  readonly order: readonly string[];
  readonly knots: readonly { readonly nodes: readonly string[]; readonly cycle: readonly string[] }[];
} {
  const knotOf = knotsOf(links);
  const inside = (a: string, b: string): boolean => knotOf.has(a) && knotOf.get(a) === knotOf.get(b);
  const waiting = new Map(
    [...links.before].map(([id, sources]) => [id, [...sources].filter((source) => !inside(source, id)).length]),
  );
  const order: string[] = [];
  const free = new Heap();
  for (const [id, count] of waiting) if (count === 0) free.push(id);
  for (let id = free.pop(); id !== undefined; id = free.pop()) {
    order.push(id);
    for (const next of links.after.get(id)!) {
      if (inside(id, next)) continue;
      const count = waiting.get(next)! - 1;
      waiting.set(next, count);
      if (count === 0) free.push(next);
    }
  }
  const knots = [...new Set(knotOf.values())].map((nodes) => ({ nodes, cycle: cycleThrough(links, nodes) }));
  return { order, knots };
}

/** The shortest cycle through the first node of a knot, without its return. */
function cycleThrough(links: Links, nodes: readonly string[]): readonly string[] {
  const first = nodes[0]!;
  const inside = new Set(nodes);
  const after = new Map(nodes.map((id) => [id, new Set([...links.after.get(id)!].filter((next) => inside.has(next)))]));
  const ways = [...after.get(first)!]
    .map((next) => wayBetween({ after, before: links.before }, next, first)!)
    .sort((a, b) => a.length - b.length || byName(a.join(), b.join()));
  return [first, ...ways[0]!.slice(0, -1)];
}

/** The strongly connected components that hold a cycle, by node, each sorted (Tarjan 1972, without recursion). */
function knotsOf({ after }: Links): ReadonlyMap<string, readonly string[]> {
  const number = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const knots = new Map<string, readonly string[]>();
  for (const root of [...after.keys()].sort(byName)) {
    if (number.has(root)) continue;
    const calls: { readonly id: string; readonly rest: Iterator<string> }[] = [];
    const enter = (id: string): void => {
      number.set(id, number.size);
      low.set(id, number.get(id)!);
      stack.push(id);
      onStack.add(id);
      calls.push({ id, rest: after.get(id)![Symbol.iterator]() });
    };
    enter(root);
    for (let call = calls.at(-1); call !== undefined; call = calls.at(-1)) {
      const { id, rest } = call;
      const { value: next, done } = rest.next();
      if (!done) {
        if (!number.has(next)) enter(next);
        else if (onStack.has(next)) low.set(id, Math.min(low.get(id)!, number.get(next)!));
        continue;
      }
      calls.pop();
      const caller = calls.at(-1)?.id;
      if (caller !== undefined) low.set(caller, Math.min(low.get(caller)!, low.get(id)!));
      if (low.get(id) !== number.get(id)) continue;
      const members = stack.splice(stack.lastIndexOf(id));
      for (const member of members) onStack.delete(member);
      if (members.length === 1 && !after.get(id)!.has(id)) continue;
      members.sort(byName);
      for (const member of members) knots.set(member, members);
    }
  }
  return knots;
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
