/** Brings a Rete editor in line with a document: the document is the truth, the editor its view. */
import type { NodeEditor } from 'rete';
import type { BaseAreaPlugin } from 'rete-area-plugin';
import { endOf, splitEnd } from '../../document/names.js';
import type { DocumentNode, PipelineDocument } from '../../document/schema.js';
import { FiberscopeNode, type FiberscopeSchemes } from './schemes.js';

/** An area of any signals. */
export type AnyArea = Pick<BaseAreaPlugin<FiberscopeSchemes, unknown>, 'nodeViews' | 'translate'>;

const TURN = 24; // ms of mounting before the window gets its turn

/** What the reconciler needs to know. */
export interface ReconcileSource {
  document(): PipelineDocument;
  makeNode(node: DocumentNode): FiberscopeNode;
}

/**
 * Applies the newest document to an editor, one pass at a time; documents that arrive meanwhile are applied after it, the last one only.
 * Its own changes are told from those of people by `isOwn`, `isRemoving` and `isMoving`.
 */
export class Reconciler {
  readonly #made = new WeakSet<object>();
  readonly #removing = new Set<string>();
  readonly #moving = new Set<string>();
  #applied: PipelineDocument | undefined;
  #wanted = false;
  #running = false;
  #pass = Promise.resolve();
  #stopped = false;
  /** Nodes that a pointer holds: their place is left alone. */
  readonly held = new Set<string>();

  constructor(
    readonly editor: NodeEditor<FiberscopeSchemes>,
    readonly area: AnyArea | undefined,
    readonly source: ReconcileSource,
  ) {}

  /** True for a node or connection that came from the document. */
  isOwn(item: object): boolean {
    return this.#made.has(item);
  }

  /** Counts a node or connection that a person made as one that the document has. */
  adopt(item: object): void {
    this.#made.add(item);
  }

  /** True while a node is being moved to where the document has it. */
  isMoving(id: string): boolean {
    return this.#moving.has(id);
  }

  /** True while a node or connection of this id is being removed because the document no longer has it. */
  isRemoving(id: string): boolean {
    return this.#removing.has(id);
  }

  /** Applies the document as it stands; resolves when editor and document agree. */
  apply(): Promise<void> {
    this.#wanted = true;
    if (!this.#running) this.#pass = this.#run();
    return this.#pass;
  }

  /** Ends it: nothing is applied any more. */
  stop(): void {
    this.#stopped = true;
  }

  async #run(): Promise<void> {
    this.#running = true;
    try {
      while (this.#wanted && !this.#stopped) {
        this.#wanted = false;
        const document = this.source.document();
        if (document === this.#applied) continue;
        await this.#apply(document);
        this.#applied = document;
      }
    } finally {
      this.#running = false; // in the same turn as the last look at #wanted
    }
  }

  async #apply(document: PipelineDocument): Promise<void> {
    if (document.wires === this.#applied?.wires && document.nodes === this.#applied?.nodes) return;
    await this.#removeConnections(document);
    await this.#nodes(document);
    await this.#addConnections(document);
  }

  async #removeConnections(document: PipelineDocument): Promise<void> {
    const wires = new Set(document.wires.map(({ from, to }) => `${from} ${to}`));
    for (const connection of this.editor.getConnections()) {
      if (this.#stopped) return;
      // Rete keeps the connections of a removed node: an end that is missing was ours as far as anyone can tell.
      if (this.#foreign(connection.source) || this.#foreign(connection.target)) continue;
      const ends = `${endOf(connection.source, connection.sourceOutput)} ${endOf(connection.target, connection.targetInput)}`;
      if (!wires.has(ends)) await this.#remove(connection.id, () => this.editor.removeConnection(connection.id));
    }
  }

  async #nodes(document: PipelineDocument): Promise<void> {
    const nodes = new Map(document.nodes.map((node) => [node.id, node]));
    for (const node of this.editor.getNodes())
      if (node instanceof FiberscopeNode && nodes.get(node.id)?.type !== node.initial.type && !this.#stopped)
        await this.#remove(node.id, async () => {
          for (const { id, source, target } of this.editor.getConnections())
            if (source === node.id || target === node.id)
              await this.#remove(id, () => this.editor.removeConnection(id));
          await this.editor.removeNode(node.id);
        });
    let turn = performance.now();
    for (const node of document.nodes) {
      if (performance.now() - turn > TURN) {
        await new Promise((next) => setTimeout(next, 0)); // a large document must not hold the window up
        turn = performance.now();
      }
      if (this.#stopped) return;
      const present = this.editor.getNode(node.id);
      if (present !== undefined && !(present instanceof FiberscopeNode)) continue;
      if (present === undefined) await this.#add(node);
      const view = this.area?.nodeViews.get(node.id);
      const [x, y] = node.at;
      if (view === undefined || this.held.has(node.id) || (view.position.x === x && view.position.y === y)) continue;
      this.#moving.add(node.id);
      await this.area!.translate(node.id, { x, y });
      this.#moving.delete(node.id);
    }
  }

  /** The new view's own first move to 0, 0 is not a person's. */
  async #add(node: DocumentNode): Promise<void> {
    const made = this.source.makeNode(node);
    this.#made.add(made);
    this.#moving.add(node.id);
    await this.editor.addNode(made);
    this.#moving.delete(node.id);
  }

  async #addConnections(document: PipelineDocument): Promise<void> {
    const present = new Set(
      this.editor.getConnections().map((c) => `${endOf(c.source, c.sourceOutput)} ${endOf(c.target, c.targetInput)}`),
    );
    for (const { from, to } of document.wires) {
      if (this.#stopped) return;
      if (present.has(`${from} ${to}`)) continue;
      const [[source, output], [target, input]] = [splitEnd(from), splitEnd(to)];
      if (!this.#ours(source) || !this.#ours(target)) continue;
      const connection = { id: to, source, sourceOutput: output, target, targetInput: input };
      this.#made.add(connection);
      await this.editor.addConnection(connection);
    }
  }

  #foreign(id: string): boolean {
    const node = this.editor.getNode(id);
    return node !== undefined && !(node instanceof FiberscopeNode);
  }

  #ours(id: string): boolean {
    return this.editor.getNode(id) instanceof FiberscopeNode;
  }

  async #remove(id: string, remove: () => Promise<unknown>): Promise<void> {
    this.#removing.add(id);
    try {
      await remove();
    } finally {
      this.#removing.delete(id);
    }
  }
}
