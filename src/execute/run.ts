/** One run of a plan: takes the scheduled steps in order, says what happens to each node, and goes on after a failure. */
import { messageOf } from '../catalog/errors.js';
import { nodeOf, type Plan, type PlannedNode, sourcesOf } from '../compile/plan.js';
import type { ResultCache, StepResult } from './cache.js';
import type { RunEvent, RunReport } from './protocol.js';
import { type Step, schedule } from './schedule.js';
import type { Upstream } from './step.js';

/** Progress of a step, before it is known which nodes it stands for. */
export type Progress = Omit<Extract<RunEvent, { kind: 'running' }>, 'kind' | 'id'>;

/** How a run gets a step computed. */
export type Perform = (step: Step, upstream: Upstream, report: (progress: Progress) => void) => Promise<StepResult>;

/** What is held of steps, by key. */
export type Held = Pick<ResultCache, 'knows' | 'outputs' | 'shown'>;

/** A run in progress. */
export class Run {
  readonly #controller = new AbortController();
  /** Resolves when `abort` is called. */
  readonly stopped: Promise<undefined>;
  readonly #values = new Map<string, Pick<StepResult, 'outputs' | 'view'>>(); // by key, as long as a later step reads them
  readonly #faults = new Map<string, string>(); // why a node failed
  readonly #told = new Map<string, number>(); // runs of a sweep that were said to be done
  readonly #roots = new Map<string, readonly string[]>(); // node → the nodes whose fault keeps it from running
  #ended: Step | undefined; // the last one whose end was reported
  #failed = false;
  #stepsRun = 0;

  constructor(
    readonly plan: Plan,
    readonly targets: readonly string[] | undefined,
    readonly listen: (event: RunEvent) => void,
    private readonly between: () => Promise<unknown> = async () => undefined,
  ) {
    const { signal } = this.#controller;
    this.stopped = new Promise((resolve) => signal.addEventListener('abort', () => resolve(undefined), { once: true }));
  }

  /** Whether `abort` was called. */
  get aborted(): boolean {
    return this.#controller.signal.aborted;
  }

  /** How it ended and how many steps were computed. */
  get ending(): Pick<RunReport, 'outcome' | 'stepsRun'> {
    return { outcome: this.aborted ? 'cancelled' : this.#failed ? 'failed' : 'done', stepsRun: this.#stepsRun };
  }

  /** Ends the run at once: nodes that have not finished are reported as cancelled. */
  abort(): void {
    this.#controller.abort();
  }

  /** Chooses the steps against what is held, and reports what is there already. */
  prepare(held: Held): readonly Step[] {
    const { steps, blocked } = schedule(this.plan, this.targets, (key) => held.knows(key));
    const read = new Set(steps.flatMap((step) => (step.run ? step.uses : [])));
    for (const step of steps) {
      if (step.run) {
        for (const id of step.ids) this.listen({ kind: 'queued', id });
        continue;
      }
      const { view, provenance } = held.shown(step.key)!;
      for (const id of step.ids)
        this.listen({ kind: 'done', result: { id, key: step.key, view, provenance, cached: true } });
      if (read.has(step.key)) this.#values.set(step.key, { outputs: held.outputs(step.key)!, view });
    }
    for (const node of blocked) this.#reportBlocked(node);
    return steps.filter((step) => step.run);
  }

  /** Takes the steps one after the other. */
  async take(steps: readonly Step[], perform: Perform): Promise<void> {
    for (const [at, step] of steps.entries()) {
      await macrotask(); // lets a request to cancel in
      await Promise.race([this.between(), this.stopped]);
      this.#reportSweeps(steps.slice(at));
      if (!this.aborted) await Promise.race([this.#takeOne(step, perform), this.stopped]);
      if (this.aborted) {
        const ended = this.#ended === step;
        for (const id of steps.slice(ended ? at + 1 : at).flatMap(({ ids }) => ids))
          this.listen({ kind: 'cancelled', id });
        return;
      }
      const read = new Set(steps.slice(at + 1).flatMap(({ uses }) => uses));
      for (const key of this.#values.keys()) if (!read.has(key)) this.#values.delete(key);
    }
  }

  async #takeOne(step: Step, perform: Perform): Promise<void> {
    const waiting = step.ids.map((id) => this.#reportWaiting(id));
    if (waiting.some(Boolean)) return;
    try {
      for (const id of step.ids) this.listen({ kind: 'running', id, fraction: 0 });
      const { outputs, view, provenance } = await perform(
        step,
        {
          result: (node) => this.#values.get(nodeOf(this.plan, node)!.key)!,
          fault: (node) => this.#faultOf(node),
        },
        (progress) => {
          if (!this.aborted) for (const id of step.ids) this.listen({ kind: 'running', id, ...progress });
        },
      );
      if (this.aborted) return;
      this.#ended = step;
      this.#stepsRun++;
      this.#values.set(step.key, { outputs, view });
      for (const id of step.ids)
        this.listen({ kind: 'done', result: { id, key: step.key, view, provenance, cached: false } });
    } catch (error) {
      if (this.aborted) return;
      this.#ended = step;
      for (const id of step.ids) {
        this.#failed ||= this.plan.nodes.has(id); // a run of a sweep that fails is a row of its table
        this.#roots.set(id, [id]);
        this.#faults.set(id, messageOf(error));
        this.listen({ kind: 'failed', id, message: messageOf(error) });
      }
    }
  }

  /** Reports a node that waits for failed ones; false when it waits for none. */
  #reportWaiting(id: string): boolean {
    const node = nodeOf(this.plan, id)!;
    const sources = sourcesOf(node).map((source) => source.node);
    const by = [...new Set(sources.flatMap((source) => this.#roots.get(source) ?? []))];
    if (by.length === 0 || (node.sweep && !this.#isStuck(sources))) return false;
    this.#roots.set(id, by);
    this.listen({ kind: 'blocked', id, by, message: `waits for ${quoted(by)}, which failed` });
    return true;
  }

  /** Whether all runs of a sweep wait for nodes of the document that failed: it has nothing to show then. */
  #isStuck(sources: readonly string[]): boolean {
    return sources.every((source) => this.#roots.get(source)?.some((root) => this.plan.nodes.has(root)));
  }

  /** Why a node has no result, as far as this run knows. */
  #faultOf(id: string): string | undefined {
    return this.#roots
      .get(id)
      ?.map((root) => this.#faults.get(root) ?? `'${root}' failed`)
      .join('; ');
  }

  /** Says how many of its runs each sweep that is still to come has behind it. */
  #reportSweeps(steps: readonly Step[]): void {
    for (const { node, ids } of steps) {
      const runs = node.sweep?.runs ?? [];
      const done = runs.filter(
        ({ source }) =>
          !source || this.#roots.has(source.node) || this.#values.has(nodeOf(this.plan, source.node)!.key),
      ).length;
      if (runs.length === 0 || done === (this.#told.get(node.id) ?? 0)) continue;
      this.#told.set(node.id, done);
      const message = `${done} of ${runs.length} runs`;
      for (const id of ids) this.listen({ kind: 'running', id, fraction: done / runs.length, message });
    }
  }

  #reportBlocked({ id, type, blocked }: PlannedNode): void {
    const { reason, by } = blocked!;
    const muted = (root: string): boolean => this.plan.nodes.get(root)?.blocked?.reason === 'muted';
    const meant = reason === 'muted' || (reason === 'upstream' && by.every(muted)); // by whoever muted it
    if (!meant) this.#failed = true;
    const fault = this.plan.problems.find((problem) => problem.node === id && problem.severity === 'error')?.message;
    const message = {
      invalid: fault ?? 'has a fault in its parameters or wires',
      muted: 'is muted',
      foreign: `node type '${type}' is not known here`,
      upstream: `waits for ${quoted(by)}${meant ? ', muted' : ''}`,
    }[reason];
    this.listen({ kind: 'blocked', id, by, message });
  }
}

const quoted = (ids: readonly string[]): string => ids.map((id) => `'${id}'`).join(', ');

const macrotask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
