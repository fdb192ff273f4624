/** The Rete plugin: Fiberscope's nodes, their executor and their results in any Rete editor. */
import { type ClassicPreset, NodeEditor, type Root, Scope } from 'rete';
import { type BaseArea, BaseAreaPlugin, type Position } from 'rete-area-plugin';
import { FiberscopeError } from '../../catalog/errors.js';
import type { AnyNode } from '../../catalog/node.js';
import { Registry } from '../../catalog/registry.js';
import { addNodeOf } from '../../catalog/resolve.js';
import { canConnect } from '../../compile/connect.js';
import { addNode, connect, disconnect, moveNodes, removeItems } from '../../document/commands.js';
import { endOf, freshId } from '../../document/names.js';
import type { DocumentNode, Json, PipelineDocument } from '../../document/schema.js';
import { connectWorker } from '../../execute/client.js';
import type { ExecutorApi } from '../../execute/protocol.js';
import type { NodeState, Workbench } from '../workbench/types.js';
import { createWorkbench } from '../workbench/workbench.js';
import { type AnyArea, Reconciler } from './reconcile.js';
import { type FiberscopeConnection, FiberscopeNode, type FiberscopeSchemes, portsOf } from './schemes.js';

/** What the plugin says to the editor's other plugins. */
export type FiberscopeSignal =
  | { type: 'fiberscopedocument'; data: { document: PipelineDocument } }
  | { type: 'fiberscopestate'; data: { id: string; state: NodeState } }
  | { type: 'fiberscoperefused'; data: { from: string; to: string; reason: string } };

/** How a host makes the plugin: with node definitions and a worker (or any executor), or around a workbench that it has. */
export type FiberscopeOptions =
  | {
      readonly nodes: readonly AnyNode[];
      /** Starts the worker whose file is one line: `serve([...builtin, mine])`. */
      readonly worker: () => Worker;
    }
  | { readonly nodes: readonly AnyNode[]; readonly executor: ExecutorApi }
  | { readonly workbench: Workbench };

/**
 * Hosts a pipeline document inside a Rete editor. Nodes made by `createNode` belong to the document: adding, moving, wiring and
 * removing them in the editor edits it, and undo, redo and opening another document change the editor. All other nodes
 * are foreign: they stay outside the document, and a wire from one of them into a Fiberscope node is refused.
 * Use it from an area plugin; without a page, from the editor itself: `new FiberscopePlugin<Schemes, [Root<Schemes>]>(…)`.
 */
export class FiberscopePlugin<
  Schemes extends FiberscopeSchemes = FiberscopeSchemes,
  Parents extends unknown[] = [BaseArea<Schemes>, Root<Schemes>],
> extends Scope<FiberscopeSignal, Parents> {
  /** Document, history, results and runs. */
  readonly workbench: Workbench;
  #editor: NodeEditor<FiberscopeSchemes> | undefined;
  #reconciler: Reconciler | undefined;
  readonly #promised = new Map<string, DocumentNode>(); // nodes that were made and not yet added
  readonly #owns: boolean;
  #worker: Worker | undefined;
  #unsubscribe: (() => void) | undefined;

  constructor(options: FiberscopeOptions) {
    super('fiberscope');
    this.#owns = !('workbench' in options);
    if ('workbench' in options) this.workbench = options.workbench;
    else {
      const executor = 'executor' in options ? options.executor : this.#connect(options.worker);
      this.workbench = createWorkbench({ registry: new Registry(options.nodes), executor, live: false });
    }
  }

  #connect(worker: () => Worker): ExecutorApi {
    return connectWorker(() => {
      this.#worker = worker();
      return this.#worker;
    });
  }

  /** The document as it stands. */
  get document(): PipelineDocument {
    return this.workbench.store.getState().document;
  }

  /** The editor that the plugin serves. */
  get editor(): NodeEditor<FiberscopeSchemes> {
    if (this.#editor === undefined)
      throw new FiberscopeError('internal', 'plugin: expected a Rete editor, got none; call editor.use(plugin) first');
    return this.#editor;
  }

  /** Nodes that a pointer holds; their place in the editor is not touched. */
  get held(): Set<string> {
    return this.#running.held;
  }

  get #running(): Reconciler {
    if (this.#reconciler === undefined) throw new FiberscopeError('internal', 'plugin: not in use by an editor');
    return this.#reconciler;
  }

  /** Called by `use`: finds the editor, listens to it, and shows the document in it. */
  override setParent(scope: Parameters<Scope<FiberscopeSignal, Parents>['setParent']>[0]): void {
    super.setParent(scope);
    const parent: unknown = scope;
    const area = parent instanceof BaseAreaPlugin ? (parent as unknown as AnyArea) : undefined;
    const editor = area ? (area as unknown as Scope<never>).parentScope(NodeEditor) : parent;
    if (!(editor instanceof NodeEditor))
      throw new FiberscopeError('internal', 'plugin: expected a NodeEditor or an area plugin as its parent');
    this.#editor = editor as NodeEditor<FiberscopeSchemes>;
    this.#reconciler = new Reconciler(this.#editor, area, {
      document: () => this.document,
      makeNode: (node) => this.#viewOf(node),
    });
    this.addPipe((context) => this.#hear(context as AreaSignal) as never);
    this.#unsubscribe = this.workbench.store.subscribe((state, before) => {
      if (state.document !== before.document) {
        void this.settled();
        void this.emit({ type: 'fiberscopedocument', data: { document: state.document } });
      }
      if (state.nodes !== before.nodes)
        for (const [id, now] of Object.entries(state.nodes))
          if (now !== before.nodes[id]) void this.emit({ type: 'fiberscopestate', data: { id, state: now } });
    });
    void this.settled();
  }

  /** A new node of a type, to be given to `editor.addNode`. Parameters that are not named have their defaults. */
  createNode(
    type: string,
    options: {
      readonly params?: Readonly<Record<string, Json>>;
      readonly id?: string;
      readonly title?: string;
      readonly at?: readonly [number, number];
    } = {},
  ): FiberscopeNode {
    const definition = this.workbench.registry.get(type);
    if (definition === undefined) {
      const known = this.workbench.registry.all.map((node) => node.type).join(', ');
      throw new FiberscopeError('document', `node type '${type}': expected one of ${known}`);
    }
    const id = freshId(this.document, options.id ?? type, this.#promised.keys());
    // What was promised counts as there: its seeds are taken.
    const promised = { ...this.document, nodes: [...this.document.nodes, ...this.#promised.values()] };
    const made = addNodeOf(promised, definition, options.at ?? [0, 0], options.params).nodes.at(-1)!;
    this.#promised.set(id, { ...made, id });
    return this.#viewOf({ ...made, id, ...(options.title === undefined ? {} : { title: options.title }) });
  }

  /** Runs what these nodes need (all when absent) and gives the states of all nodes afterwards. */
  async run(targets?: readonly string[]): Promise<Readonly<Record<string, NodeState>>> {
    await this.workbench.run(targets);
    return this.workbench.store.getState().nodes;
  }

  /** Resolves when the editor shows the document. */
  settled(): Promise<void> {
    return this.#running.apply();
  }

  /** Ends listening; a worker that the plugin started ends, too. */
  destroy(): void {
    this.#unsubscribe?.();
    this.#reconciler?.stop();
    if (this.#owns) this.workbench.dispose();
    this.#worker?.terminate();
  }

  #viewOf(node: DocumentNode): FiberscopeNode {
    const definition = this.workbench.registry.get(node.type);
    const title = node.title ?? definition?.title ?? node.type;
    return new FiberscopeNode(node, title, portsOf(definition, this.document, node.id));
  }

  #hear(context: AreaSignal): AreaSignal | undefined {
    switch (context.type) {
      case 'connectioncreate':
        return this.#allows(context.data) ? context : undefined;
      case 'nodecreated':
        this.#added(context.data);
        break;
      case 'noderemoved':
        this.#removed(context.data);
        break;
      case 'connectioncreated':
        this.#wired(context.data);
        break;
      case 'connectionremoved':
        this.#unwired(context.data);
        break;
      case 'nodepicked':
        if (this.#isOurs(context.data.id)) this.held.add(context.data.id);
        break;
      case 'nodedragged':
        // The last translation is still on its way through the pipes: take the places after it.
        setTimeout(() => this.#dropped(), 0);
        break;
      case 'nodetranslated':
        this.#translated(context.data.id, context.data.position, context.data.previous);
        break;
    }
    return context;
  }

  #isOurs(id: string): boolean {
    return this.editor.getNode(id) instanceof FiberscopeNode;
  }

  /** Lets a connection be made: foreign ones always, ours where the types fit, mixed ones only out of our nodes. */
  #allows(connection: FiberscopeConnection): boolean {
    if (this.#running.isOwn(connection)) return true;
    const [ours, theirs] = [this.#isOurs(connection.source), this.#isOurs(connection.target)];
    if (!theirs) return true;
    const [from, to] = endsOf(connection);
    const answer = ours
      ? canConnect(this.workbench.registry, disconnect(this.document, to), from, to)
      : { reason: `${connection.target} takes values of Fiberscope nodes only; a foreign node gives it none` };
    if (answer === true) return true;
    void this.emit({ type: 'fiberscoperefused', data: { from, to, reason: answer.reason } });
    return false;
  }

  #added(node: ClassicPreset.Node): void {
    if (!(node instanceof FiberscopeNode) || this.#running.isOwn(node)) return;
    this.#running.adopt(node);
    this.#promised.delete(node.id);
    this.workbench.edit(`Add ${node.label}`, (document) =>
      document.nodes.some(({ id }) => id === node.id) ? document : addNode(document, node.initial),
    );
  }

  #removed(node: ClassicPreset.Node): void {
    if (!(node instanceof FiberscopeNode) || this.#running.isRemoving(node.id)) return;
    this.workbench.edit(`Delete ${node.label}`, (document) => removeItems(document, { nodes: [node.id] }));
  }

  #wired(connection: FiberscopeConnection): void {
    if (this.#running.isOwn(connection) || !this.#isOurs(connection.source) || !this.#isOurs(connection.target)) return;
    this.#running.adopt(connection);
    const [from, to] = endsOf(connection);
    this.workbench.edit('Connect', (document) => connect(document, from, to));
  }

  #unwired(connection: FiberscopeConnection): void {
    if (this.#running.isRemoving(connection.id) || !this.#isOurs(connection.source)) return;
    const [from, to] = endsOf(connection);
    this.workbench.edit('Delete wire', (document) =>
      document.wires.some((wire) => wire.from === from && wire.to === to) ? disconnect(document, to) : document,
    );
  }

  /** A host's own code moved a node, for example to arrange it. Drags wait until they end. */
  #translated(id: string, position: Position, previous: Position): void {
    if (position.x === previous.x && position.y === previous.y) return;
    if (this.held.has(id) || this.#running.isMoving(id) || !this.#isOurs(id)) return;
    this.workbench.edit('Move', (document) => moveNodes(document, { [id]: rounded(position) }), 'move');
  }

  /** The end of a drag: every held node that has moved becomes one step. */
  #dropped(): void {
    if (this.held.size === 0) return;
    const ids = [...this.held];
    this.held.clear();
    const places: Record<string, readonly [number, number]> = {};
    for (const id of ids) {
      const position = this.#running.area?.nodeViews.get(id)?.position;
      if (position) places[id] = rounded(position);
    }
    const drop = (document: PipelineDocument): PipelineDocument => this.onDrop(moveNodes(document, places), ids);
    const next = drop(this.document);
    const label =
      next.wires !== this.document.wires ? 'Insert' : ids.length === 1 ? 'Move' : `Move ${ids.length} nodes`;
    this.workbench.edit(label, drop);
  }

  /** What else a drop of nodes does, in the same step as the move; the app inserts a node that was dropped on a wire. */
  onDrop: (document: PipelineDocument, ids: readonly string[]) => PipelineDocument = (document) => document;
}

type AreaSignal = BaseArea<FiberscopeSchemes> | Root<FiberscopeSchemes>;

const endsOf = (c: FiberscopeConnection): readonly [from: string, to: string] => [
  endOf(c.source, c.sourceOutput),
  endOf(c.target, c.targetInput),
];

const rounded = ({ x, y }: Position): readonly [number, number] => [Math.round(x), Math.round(y)];
