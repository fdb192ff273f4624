/** The library: nodes, documents, plans, the executor and its worker. Runs in a browser window, a worker, and Node. */
export { builtin } from '../nodes/index.js';
export { MemoryFiles } from './arrays/file-source.js';
export { type Activation, type Architecture, type Layer, type Layout, layoutOf } from './catalog/architecture.js';
export { type FaultKind, FiberscopeError, messageOf } from './catalog/errors.js';
export type { Cost, Info, Infos } from './catalog/info.js';
export {
  type AnyNode,
  defineNode,
  GROUPS,
  type Group,
  type InputPort,
  type InputPorts,
  type NodeDefinition,
  type OutputPort,
  type OutputPorts,
} from './catalog/node.js';
export * as params from './catalog/params.js';
export { Registry } from './catalog/registry.js';
export type * from './catalog/values.js';
export type * from './catalog/views.js';
export type * from './catalog/work.js';
export { compile } from './compile/compile.js';
export type { Plan, PlannedNode, Source } from './compile/plan.js';
export { planText } from './compile/plan-text.js';
export type { Rates } from './compile/rates.js';
export { documentHash, emptyDocument, formatDocument } from './document/format.js';
export { parseDocument, parseDocumentText } from './document/parse.js';
export type * from './document/schema.js';
export { connectWorker } from './execute/client.js';
export { Executor, type ExecutorOptions } from './execute/executor.js';
export type * from './execute/protocol.js';
export type { KeptRates, RateStore } from './execute/rate-book.js';
export { serve } from './execute/serve.js';
