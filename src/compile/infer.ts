/** Parameters and shapes of one node, remembered by the document's node object so that compiling on each keystroke is cheap. */
import { FiberscopeError, messageOf } from '../catalog/errors.js';
import { effectiveParams, meantParams } from '../catalog/form.js';
import type { Cost, Info } from '../catalog/info.js';
import type { AnyNode, OutputPorts } from '../catalog/node.js';
import { type Resolved, resolveParams } from '../catalog/resolve.js';
import type { FileSource } from '../catalog/work.js';
import { filesIn } from '../document/files.js';
import { byName } from '../document/names.js';
import type { DocumentNode, Params } from '../document/schema.js';

/** No file is known. */
export const NO_FILES: FileSource = {
  headers: () => undefined,
  bytes: () => undefined,
  read: ({ name }) => Promise.reject(new FiberscopeError('file', `expected the file '${name}', got none; add it`)),
};

/** What `infer` of a node said. */
export interface Inference {
  readonly outputs: Readonly<Record<string, Info>>;
  readonly absent: Readonly<Record<string, string>>; // why an optional output is not given
  readonly cost?: Cost;
  readonly fault?: string;
  readonly faultAt: string; // path inside the node: `params.points`, or '' where the whole node is meant
  readonly faultPort?: string;
}

interface Memory {
  readonly definition: AnyNode;
  readonly wired: string;
  readonly resolved: Resolved;
  readonly inputs?: Readonly<Record<string, Info | undefined>>;
  readonly inference?: Inference;
}
const memories = new WeakMap<DocumentNode, Memory>();

/** `resolveParams` with the parameters as a step takes them where these ports are wired, remembered. */
export function resolved(definition: AnyNode, node: DocumentNode, ports: readonly string[]): Resolved {
  const memory = memories.get(node);
  const wired = definition.meant ? [...ports].sort(byName).join() : '';
  if (memory?.definition === definition && memory.wired === wired) return memory.resolved;
  const checked = resolveParams(definition, node);
  const result = checked.params ? { ...checked, params: taken(definition, checked.params, ports) } : checked;
  memories.set(node, { definition, wired, resolved: result });
  return result;
}

const taken = (definition: AnyNode, params: Params, ports: readonly string[]): Params =>
  effectiveParams(definition, meantParams(definition, params, ports));

/** Runs a node's `infer`. Remembered while its parameters and the shapes that arrive are the same objects; with files it runs anew. */
export function inferNode(
  definition: AnyNode,
  node: DocumentNode,
  params: Params,
  inputs: Readonly<Record<string, Info | undefined>>,
  files: FileSource,
): Inference {
  const memory = memories.get(node);
  if (memory?.inference && memory.definition === definition && same(memory.inputs, inputs)) return memory.inference;
  const inference = infer(definition, params, inputs, files);
  if (memory?.definition === definition && filesIn(params).length === 0)
    memories.set(node, { ...memory, inputs, inference });
  return inference;
}

function infer(
  definition: AnyNode,
  params: Params,
  inputs: Readonly<Record<string, Info | undefined>>,
  files: FileSource,
): Inference {
  const failed = (fault: string, faultAt = ''): Inference => ({ outputs: {}, absent: {}, fault, faultAt });
  try {
    const { outputs, cost, absent = {} } = definition.infer({ params, inputs, files });
    const tagged: Record<string, Info> = {};
    for (const [port, { type, optional }] of Object.entries(definition.outputs as OutputPorts)) {
      const info = (outputs as Record<string, object | undefined>)[port];
      if (info !== undefined) tagged[port] = { ...info, type } as Info;
      else if (!optional) return failed(`internal error: '${definition.type}' says nothing of its output '${port}'`);
    }
    return { outputs: tagged, absent, faultAt: '', ...(cost === undefined ? {} : { cost }) };
  } catch (error) {
    const message = messageOf(error);
    const [, what, name = ''] = /^(parameter|input) '([^']*)'/.exec(message) ?? [];
    if (what === 'parameter' && Object.hasOwn(definition.params.shape, name)) return failed(message, `params.${name}`);
    if (what === 'input' && Object.hasOwn(definition.inputs, name)) return { ...failed(message), faultPort: name };
    return failed(message, error instanceof FiberscopeError && error.kind === 'parameter' ? 'params' : '');
  }
}

function same(a: Memory['inputs'], b: Readonly<Record<string, Info | undefined>>): boolean {
  const keys = Object.keys(b);
  return a !== undefined && keys.length === Object.keys(a).length && keys.every((key) => a[key] === b[key]);
}
