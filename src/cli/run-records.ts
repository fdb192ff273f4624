/** The runs of sweeps as the manifest has them: what each was set to, what came of it, and where that came from. */
import type { Registry } from '../catalog/registry.js';
import { nodeOf, type Plan, sourcesOf } from '../compile/plan.js';
import type { NodeResult, RunEvent } from '../execute/protocol.js';

/** Where a result came from, as the manifest says it. */
export function provenanceOf({ key, cached, provenance }: NodeResult): Readonly<Record<string, unknown>> {
  const { seconds, effort, seeds, device, stopped } = provenance;
  return {
    key,
    ...(cached ? { cached: true } : {}),
    ...(stopped ? { stopped } : {}),
    seconds,
    ...(effort ? { effort } : {}),
    seeds,
    device,
  };
}

/** What copies of nodes came to, by sweep. */
export class RunRecords {
  readonly #results = new Map<string, NodeResult>();
  readonly #faults = new Map<string, string>(); // why a copy failed
  readonly #roots = new Map<string, readonly string[]>(); // a copy → the nodes that it waited for in vain

  constructor(
    readonly plan: Plan,
    readonly registry: Registry,
  ) {}

  /** Takes what the run says of a copy. */
  take(event: RunEvent): void {
    if (event.kind === 'done') this.#results.set(event.result.id, event.result);
    else if (event.kind === 'failed') this.#faults.set(event.id, event.message);
    else if (event.kind === 'blocked') this.#roots.set(event.id, event.by);
  }

  /** The runs of a sweep, in their order; undefined of any other node. */
  of(id: string): readonly unknown[] | undefined {
    const planned = this.plan.nodes.get(id);
    if (!planned?.sweep) return undefined;
    const targets = this.registry.get(planned.type)!.sweep!(planned.params).map(({ target }) => target);
    const { parameters, runs } = planned.sweep;
    return runs.map(({ places, source, error }) => {
      const values = Object.fromEntries(targets.map((target, k) => [target, parameters[k]!.values[places[k]!]]));
      if (source === undefined) return { values, state: 'failed', message: error };
      const { node } = source;
      const key = nodeOf(this.plan, node)!.key;
      const result = this.#results.get(node);
      if (result) {
        const { finished } = result.provenance;
        const shown = { ...provenanceOf(result), finished, summary: result.view.summary };
        return { values, state: 'done', node, ...shown, steps: this.#stepsBehind(node) };
      }
      const message = this.#faultOf(node);
      return {
        values,
        state: message === undefined ? 'not run' : 'failed',
        node,
        key,
        ...(message ? { message } : {}),
      };
    });
  }

  /** Key and seconds of the copies that lead to one, by id. */
  #stepsBehind(copy: string): Readonly<Record<string, unknown>> {
    const found = new Set([copy]);
    for (const id of found)
      for (const { node } of sourcesOf(nodeOf(this.plan, id)!)) if (this.plan.copies.has(node)) found.add(node);
    found.delete(copy);
    const steps = [...found].reverse().flatMap((id) => {
      const result = this.#results.get(id);
      if (!result) return []; // not needed: what follows from it was kept
      const { key, cached, provenance } = result;
      return [[id, { key, ...(cached ? { cached } : {}), seconds: provenance.seconds }]];
    });
    return Object.fromEntries(steps);
  }

  #faultOf(copy: string): string | undefined {
    const roots = this.#roots.get(copy) ?? [copy];
    const faults = roots.flatMap((root) => this.#faults.get(root) ?? (root === copy ? [] : [`'${root}' failed`]));
    return faults.length > 0 ? faults.join('; ') : undefined;
  }
}
