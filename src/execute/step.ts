/** One step: inputs brought together, the node's `run` called, its outputs checked and made immutable, its view made. */
import { FiberscopeError } from '../catalog/errors.js';
import type { AnyNode, OutputPorts } from '../catalog/node.js';
import { deviceText } from '../catalog/text.js';
import type { Value } from '../catalog/values.js';
import type { Device, Effort, FileSource, WorkControl } from '../catalog/work.js';
import { convert } from '../compile/conversions.js';
import type { PlannedNode } from '../compile/plan.js';
import type { StepOutputs, StepResult } from './cache.js';
import type { Provenance } from './protocol.js';
import { settle } from './settle.js';
import { sweptOf } from './swept.js';
import { PACKAGE } from './version.js';

/** What came of the steps behind the nodes that feed a step. */
export interface Upstream {
  result(node: string): StepResult;
  /** What the networks behind a node's result say of themselves: diverged, stopped early. */
  flags(node: string): readonly string[];
  /** Why a node has no result. */
  fault(node: string): string | undefined;
}

/** What a step needs besides its definition. */
export interface StepWork {
  readonly definition: AnyNode;
  readonly node: PlannedNode;
  readonly upstream: Upstream;
  readonly device: Device;
  readonly files: FileSource;
  readonly control: WorkControl;
  readonly documentHash: string;
  readonly seeds: readonly number[];
  /** Outputs of steps that differ only in how far they go, newest first. */
  readonly previous: readonly StepOutputs[];
}

/** Runs one step to its end. Rejects with what the node threw. */
export async function runStep(work: StepWork): Promise<StepResult> {
  const { definition, node, device, files, control, previous } = work;
  const started = performance.now();
  const swept = sweptOf(node, work.upstream);
  const inputs = swept ? {} : gatherInputs(work);
  let effort: Effort | undefined;
  const account = (taken: Effort): void => {
    effort = taken;
  };
  const context = { device, files, account, ...control };
  const made: StepOutputs = await definition.run({
    params: node.params,
    inputs,
    context,
    previous,
    ...(swept ? { swept } : {}),
  });
  checkOutputs(definition, node, made);
  const outputs = settle(made);
  const view = settle(definition.view({ params: node.params, inputs, outputs, effort, ...(swept ? { swept } : {}) }));
  const provenance: Provenance = {
    documentHash: work.documentHash,
    key: node.key,
    seeds: work.seeds,
    package: PACKAGE,
    device: deviceText(device),
    finished: new Date().toISOString(),
    seconds: (performance.now() - started) / 1000,
    ...(effort === undefined ? {} : { effort }),
  };
  return { outputs, view, provenance };
}

function gatherInputs({ definition, node, upstream }: StepWork): Record<string, Value | undefined> {
  const inputs: Record<string, Value | undefined> = {};
  for (const port of Object.keys(definition.inputs)) {
    const source = node.inputs[port];
    const value = source && upstream.result(source.node).outputs[source.output];
    if (source && value === undefined)
      throw new FiberscopeError(
        'wire',
        `node '${node.id}' input '${port}': '${source.node}.${source.output}' gives nothing with its present parameters; change them or remove the wire`,
      );
    inputs[port] = value && source.convert ? settle(convert(source.convert, value)) : value;
  }
  return inputs;
}

function checkOutputs(definition: AnyNode, node: PlannedNode, outputs: StepOutputs): void {
  for (const [port, { type, optional }] of Object.entries(definition.outputs as OutputPorts)) {
    const got = outputs?.[port]?.type;
    if (got !== type && !(optional && got === undefined))
      throw new FiberscopeError(
        'internal',
        `node '${node.id}' output '${port}': expected ${type}, got ${got ?? 'nothing'}; the node type '${definition.type}' has a fault`,
      );
  }
}
