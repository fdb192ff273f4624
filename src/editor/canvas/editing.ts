/** The edits that the canvas makes: each one step of the workbench, on the selection as it stands. Those of wires are in `wiring.ts`. */
import { namingParams } from '../../catalog/form.js';
import { addNodeOf } from '../../catalog/resolve.js';
import { copyNodes, duplicate, parseClip, paste } from '../../document/clip.js';
import { addFrame, connect, moveNodes, removeItems, setMuted } from '../../document/commands.js';
import type { DocumentNode } from '../../document/schema.js';
import type { Selection } from '../workbench/types.js';
import { around, type Box, CARD_HEIGHT, CARD_WIDTH, type Point } from './geometry.js';
import { arrange, frameBox, type Size } from './layout.js';
import { freeShift, resultRoom } from './room.js';
import type { PortEnd } from './ui-store.js';
import { Wiring, wireBetween } from './wiring.js';

const UNPASTED = 'Nothing was pasted';

const count = (n: number, what: string): string => (n === 1 ? what : `${n} ${what}s`);

/** The canvas' edits of one workbench. */
export class Editing extends Wiring {
  get selection(): Selection {
    return this.workbench.store.getState().selection;
  }

  /** Adds a node of a type near a place, on no other card, wired to `wire` where one is given, or put onto the first wire of `under` that it fits, and selects it. Gives its id. */
  add(
    type: string,
    [x, y]: readonly [number, number],
    wire?: PortEnd,
    under: readonly string[] = [],
  ): string | undefined {
    const definition = this.workbench.registry.get(type);
    if (definition === undefined) return undefined;
    let id: string | undefined;
    this.workbench.edit(`Add ${definition.title}`, (document) => {
      const wished = addNodeOf(document, definition, [Math.round(x), Math.round(y)]);
      id = wished.nodes.at(-1)!.id;
      const onto = under.find((to) => this.insertion(wished, id!, to) !== undefined);
      if (onto !== undefined) return this.inserted(wished, id, onto);
      const height = CARD_HEIGHT + resultRoom(definition);
      const card = { x: Math.round(x), y: Math.round(y), width: CARD_WIDTH, height };
      const roomy = this.document.nodes.flatMap(({ id: other }) => this.#roomOf(other) ?? []);
      const by = freeShift([card], roomy);
      const added = moveNodes(wished, { [id]: [card.x + by.x, card.y + by.y] });
      if (wire === undefined) return added;
      const port = this.fitting(type, wire);
      if (port === undefined) return added;
      const ends = wireBetween(wire, { node: id, side: wire.side === 'output' ? 'input' : 'output', port })!;
      return connect(added, ends.from, ends.to);
    });
    if (id !== undefined) this.workbench.select({ nodes: [id] });
    return id;
  }

  /** The boxes of all cards. */
  #cards(): readonly Box[] {
    return this.document.nodes.flatMap(({ id }) => this.boxes.boxOf(id) ?? []);
  }

  selectAll(): void {
    const { nodes, wires, frames } = this.document;
    this.workbench.select({
      nodes: nodes.map(({ id }) => id),
      wires: wires.map(({ to }) => to),
      frames: frames.map(({ id }) => id),
    });
  }

  /** Takes away what is selected; `verb` names the step. */
  remove(verb: 'Delete' | 'Cut' = 'Delete'): void {
    const { nodes, wires, frames } = this.selection;
    const total = nodes.length + frames.length || wires.length;
    if (total === 0) return;
    const what = nodes.length > 0 ? 'node' : frames.length > 0 ? 'frame' : 'wire';
    this.workbench.edit(`${verb} ${count(total, what)}`, (document) => removeItems(document, { nodes, wires, frames }));
  }

  /** JSON text of what is selected, for the clipboard; undefined when nothing is. */
  copied(): string | undefined {
    const { nodes, frames } = this.selection;
    return nodes.length + frames.length === 0 ? undefined : copyNodes(this.document, nodes, frames);
  }

  /** Pastes clipboard text as one step, its middle at `at` where given, and selects it. Says what is wrong with other text. */
  paste(text: string, at?: Point): void {
    const parsed = parseClip(text);
    if (!parsed.ok) {
      const problem = parsed.problems[0];
      this.workbench.notify(
        'error',
        `${UNPASTED}: ${problem ? `${problem.path} ${problem.message}`.trim() : 'no nodes'}`,
      );
      return;
    }
    const { clip } = parsed;
    const box = around([
      ...clip.nodes.map((node) => ({ x: node.at[0], y: node.at[1], width: CARD_WIDTH, height: CARD_HEIGHT })),
      ...clip.frames.map((frame) => ({ x: frame.at[0], y: frame.at[1], width: frame.size[0], height: frame.size[1] })),
    ]);
    if (box === undefined) return;
    const offset: [number, number] =
      at === undefined
        ? [24, 24]
        : [Math.round(at.x - box.x - box.width / 2), Math.round(at.y - box.y - box.height / 2)];
    const { store } = this.workbench;
    if (store.getState().notice?.text.startsWith(UNPASTED)) store.setState({ notice: undefined });
    const [x, y] = this.#freeOffset(clip.nodes, offset);
    this.#selectAdded(() =>
      this.workbench.edit(
        `Paste ${count(clip.nodes.length || clip.frames.length, clip.nodes.length ? 'node' : 'frame')}`,
        (document) => paste(document, clip, [x, y], this.#naming),
      ),
    );
  }

  duplicate(): void {
    const { nodes } = this.selection;
    if (nodes.length === 0) return;
    const offset = this.#freeOffset(
      this.document.nodes.filter(({ id }) => nodes.includes(id)),
      [24, 24],
    );
    this.#selectAdded(() =>
      this.workbench.edit(`Duplicate ${count(nodes.length, 'node')}`, (document) =>
        duplicate(document, nodes, offset, this.#naming),
      ),
    );
  }

  /** Parameters that name those of other nodes: a copy of both means the copy. */
  readonly #naming = ({ type }: DocumentNode): readonly string[] => {
    const definition = this.workbench.registry.get(type);
    return definition ? namingParams(definition) : [];
  };

  /** How far copies go from their originals, near an offset, so that they lie on no card. */
  #freeOffset(originals: readonly DocumentNode[], [x, y]: readonly [number, number]): readonly [number, number] {
    const cards = originals.map(({ id, at }) => {
      const { width, height } = this.boxes.boxOf(id) ?? { width: CARD_WIDTH, height: CARD_HEIGHT };
      return { x: at[0], y: at[1], width, height };
    });
    if (cards.length === 0) return [x, y];
    const moved = freeShift(cards.length > 24 ? [around(cards)!] : cards, this.#cards(), { x, y });
    return [Math.round(moved.x), Math.round(moved.y)];
  }

  #selectAdded(edit: () => void): void {
    const before = this.document;
    edit();
    const nodes = new Set(before.nodes.map(({ id }) => id));
    const frames = new Set(before.frames.map(({ id }) => id));
    this.workbench.select({
      nodes: this.document.nodes.map(({ id }) => id).filter((id) => !nodes.has(id)),
      frames: this.document.frames.map(({ id }) => id).filter((id) => !frames.has(id)),
    });
  }

  /** Mutes the selected nodes, or lets them run again when all are muted. */
  mute(): void {
    const { nodes } = this.selection;
    if (nodes.length === 0) return;
    const muted = !this.document.nodes.filter(({ id }) => nodes.includes(id)).every((node) => node.muted);
    this.workbench.edit(muted ? 'Mute' : 'Unmute', (document) => setMuted(document, nodes, muted));
  }

  runToHere(): void {
    const { nodes } = this.selection;
    if (nodes.length > 0) void this.workbench.run(nodes);
  }

  /** Puts a frame around the selected nodes and gives its id. */
  frame(): string | undefined {
    const box = around(this.selection.nodes.flatMap((id) => this.boxes.boxOf(id) ?? []));
    if (box === undefined) return undefined;
    let id: string | undefined;
    this.workbench.edit('Add frame', (document) => {
      const framed = addFrame(document, { title: 'Frame', ...frameBox(box) });
      id = framed.frames.at(-1)!.id;
      return framed;
    });
    if (id !== undefined) this.workbench.select({ frames: [id] });
    return id;
  }

  /** Moves the selected nodes and frames by a few pixels; repeated strokes become one step. */
  nudge(dx: number, dy: number): void {
    const { nodes, frames } = this.selection;
    if (nodes.length + frames.length === 0) return;
    const move = ([x, y]: readonly [number, number]): readonly [number, number] => [x + dx, y + dy];
    this.workbench.edit(
      'Move',
      (document) => {
        const places = document.nodes.filter(({ id }) => nodes.includes(id)).map((node) => [node.id, move(node.at)]);
        const moved = moveNodes(document, Object.fromEntries(places));
        return frames.length === 0
          ? moved
          : { ...moved, frames: moved.frames.map((f) => (frames.includes(f.id) ? { ...f, at: move(f.at) } : f)) };
      },
      'nudge',
    );
  }

  /** A card's box, with room for what its first result will bring. */
  #roomOf(id: string): Box | undefined {
    const box = this.boxes.boxOf(id);
    const { document, nodes } = this.workbench.store.getState();
    if (box === undefined || nodes[id]?.result) return box;
    const node = document.nodes.find((each) => each.id === id);
    return { ...box, height: box.height + resultRoom(node && this.workbench.registry.get(node.type)) };
  }

  /** Lays the whole pipeline out as one step, to be read in a window of some size. */
  layout(window?: Size): void {
    this.workbench.edit('Lay out', (document) => {
      const { places, frames } = arrange(document, (id) => this.#roomOf(id), window);
      const moved = moveNodes(document, places);
      const same = JSON.stringify(frames) === JSON.stringify(moved.frames);
      return same ? moved : { ...moved, frames };
    });
  }
}
