import { describe, expect, it } from 'vitest';
import { builtin } from '../../../nodes/index.js';
import { Registry } from '../../../src/catalog/registry.js';
import { Editing } from '../../../src/editor/canvas/editing.js';
import { around, overlap } from '../../../src/editor/canvas/geometry.js';
import type { PortEnd } from '../../../src/editor/canvas/ui-store.js';
import { wireBetween } from '../../../src/editor/canvas/wiring.js';
import { createWorkbench } from '../../../src/editor/workbench/workbench.js';
import { fakeExecutor } from '../workbench/fake-executor.js';

const registry = new Registry(builtin);
const out = (node: string, port: string): PortEnd => ({ node, side: 'output', port });
const into = (node: string, port: string): PortEnd => ({ node, side: 'input', port });

function bench() {
  const workbench = createWorkbench({ registry, executor: fakeExecutor(registry), live: false });
  const boxOf = (id: string) => {
    const node = workbench.store.getState().document.nodes.find((candidate) => candidate.id === id);
    return node && { x: node.at[0], y: node.at[1], width: 204, height: 120 };
  };
  const editing = new Editing(workbench, { boxOf });
  const undo = () => workbench.store.getState().undoLabel;
  /** What an edit changes takes exactly one undo to take back. Gives the nodes that the edit selected. */
  const oneStep = (edit: () => void): readonly string[] => {
    const before = editing.document;
    edit();
    const { nodes } = editing.selection;
    expect(editing.document).not.toEqual(before);
    workbench.undo();
    expect(editing.document).toEqual(before);
    workbench.redo();
    workbench.select({ nodes });
    return nodes;
  };
  return { workbench, editing, undo, oneStep };
}

function small() {
  const all = bench();
  for (const type of ['random-inputs', 'architecture', 'reference']) all.editing.add(type, [10, 20]);
  all.editing.connect(out('random-inputs', 'inputs'), into('reference', 'inputs'));
  all.editing.connect(into('reference', 'architecture'), out('architecture', 'architecture'));
  return all;
}
const wires = (editing: Editing) => editing.document.wires.map(({ from, to }) => `${from} → ${to}`);

describe('adding', () => {
  it('selects the new node and writes its defaults out', () => {
    const { editing, workbench } = bench();
    expect(editing.add('grid', [3.4, 7.6])).toBe('grid');
    expect(editing.document.nodes[0]).toMatchObject({ id: 'grid', at: [3, 8], params: { points: expect.any(Number) } });
    expect(workbench.store.getState().selection.nodes).toEqual(['grid']);
  });
  it('takes another seed for a second random node', () => {
    const { editing } = bench();
    editing.add('random-inputs', [0, 0]);
    editing.add('random-inputs', [0, 0]);
    const [a, b] = editing.document.nodes.map(({ params }) => params.seed);
    expect(a).not.toBe(b);
  });
  it('wires the node that was chosen for a dropped wire, in the same step, either way round', () => {
    const { editing, oneStep } = small();
    oneStep(() => editing.add('search', [0, 0], out('reference', 'reference')));
    expect(wires(editing)).toContain('reference.reference → search.reference');
    oneStep(() => editing.add('gram-schmidt', [0, 0], out('search', 'parameters')));
    editing.add('grid', [0, 0]);
    oneStep(() => editing.add('gram-schmidt', [0, 0], into('grid', 'subspace')));
    expect(wires(editing)).toContain('gram-schmidt-2.subspace → grid.subspace');
  });
  it('puts nodes on no other card, copies included, and makes room on a wire in the same step', () => {
    const { editing, oneStep, workbench } = small();
    const clear = () => {
      const cards = editing.document.nodes.map(({ at }) => ({ x: at[0], y: at[1], width: 204, height: 120 }));
      for (const [i, a] of cards.entries()) for (const b of cards.slice(i + 1)) expect(overlap(a, b)).toBe(false);
    };
    clear();
    workbench.select({ nodes: ['reference', 'architecture'] });
    oneStep(() => editing.duplicate());
    clear();
    oneStep(() => editing.paste(editing.copied()!, { x: 100, y: 60 }));
    clear();
    editing.layout();
    oneStep(() => editing.add('dense', [100, 30], undefined, ['reference.architecture']));
    clear();
  });
  it('does nothing for an unknown type', () => expect(bench().editing.add('nonsense', [0, 0])).toBeUndefined());
});

describe('wires', () => {
  it('join an output and an input, whichever comes first', () => {
    const wire = { from: 'a.x', to: 'b.y' };
    expect(wireBetween(out('a', 'x'), into('b', 'y'))).toEqual(wire);
    expect(wireBetween(into('b', 'y'), out('a', 'x'))).toEqual(wire);
    expect(wireBetween(out('a', 'x'), out('b', 'y'))).toBeUndefined();
  });
  it('are refused with a reason', () => {
    const { editing } = small();
    expect(editing.refusal(out('random-inputs', 'inputs'), into('reference', 'architecture'))).toMatch(
      /takes an Architecture/,
    );
    expect(editing.refusal(out('random-inputs', 'inputs'), out('reference', 'reference'))).toMatch(
      /an output goes to an input/,
    );
    expect(editing.refusal(out('reference', 'reference'), into('reference', 'parameters'))).toMatch(/feed itself/);
  });
  it('cannot close a circle, but may take the place of the wire that would', () => {
    const { editing } = bench();
    for (const type of ['dense', 'activation', 'dense']) editing.add(type, [0, 0]);
    editing.connect(out('dense', 'architecture'), into('activation', 'architecture'));
    editing.connect(out('activation', 'architecture'), into('dense-2', 'architecture'));
    expect(editing.refusal(out('dense-2', 'architecture'), into('dense', 'architecture'))).toMatch(/cycle/);
    // Rewiring activation's own input leaves no circle behind.
    expect(editing.refusal(out('dense-2', 'architecture'), into('activation', 'architecture'))).toMatch(/cycle/);
    const lifted = 'dense-2.architecture';
    expect(editing.refusal(out('dense-2', 'architecture'), into('activation', 'architecture'), lifted)).toBeUndefined();
  });
  it('replace what an input had, and move to another input, as one step', () => {
    const { editing, oneStep } = small();
    editing.add('random-inputs', [0, 0]);
    oneStep(() => editing.connect(out('random-inputs-2', 'inputs'), into('reference', 'inputs')));
    expect(wires(editing)).toContain('random-inputs-2.inputs → reference.inputs');
    expect(editing.document.wires).toHaveLength(2);
    editing.add('reference', [0, 0]);
    oneStep(() => editing.connect(out('random-inputs-2', 'inputs'), into('reference-2', 'inputs'), 'reference.inputs'));
    expect(wires(editing)).not.toContain('random-inputs-2.inputs → reference.inputs');
  });
  it('know their partners', () => {
    const { editing } = small();
    const keys = editing.partners(out('architecture', 'architecture')).map(({ node, port }) => `${node}.${port}`);
    expect(keys).toEqual(['reference.architecture']);
  });
  it('take in a free node that is dropped on them', () => {
    const { editing } = small();
    editing.add('reference', [0, 0]);
    expect(editing.canInsert('reference-2', 'reference.architecture')).toBe(false);
    editing.add('dense', [0, 0]);
    expect(editing.canInsert('dense', 'reference.architecture')).toBe(true);
    expect(editing.canInsert('architecture', 'reference.architecture')).toBe(false); // it has wires already
    const next = editing.inserted(editing.document, 'dense', 'reference.architecture');
    expect(next.wires.map(({ from, to }) => `${from} → ${to}`)).toEqual(
      expect.arrayContaining([
        'architecture.architecture → dense.architecture',
        'dense.architecture → reference.architecture',
      ]),
    );
  });
});

describe('a node dropped from the palette', () => {
  it('goes onto the first wire under it that it fits, as one step', () => {
    const { editing, oneStep, undo } = small();
    const under = ['reference.inputs', 'reference.architecture'];
    expect(oneStep(() => editing.add('dense', [0, 0], undefined, under))).toEqual(['dense']);
    expect(undo()).toBe('Add Dense');
    expect(wires(editing)).toEqual(
      expect.arrayContaining([
        'architecture.architecture → dense.architecture',
        'dense.architecture → reference.architecture',
        'random-inputs.inputs → reference.inputs',
      ]),
    );
    const before = wires(editing);
    oneStep(() => editing.add('grid', [0, 0], undefined, under));
    expect(wires(editing)).toEqual(before); // fits none of them
  });
});

describe('each edit of the selection is one step', () => {
  it('delete, with wires', () => {
    const { editing, oneStep, undo } = small();
    editing.workbench.select({ nodes: ['random-inputs', 'architecture'] });
    oneStep(() => editing.remove());
    expect(undo()).toBe('Delete 2 nodes');
    expect(editing.document.wires).toEqual([]);
    editing.remove(); // nothing is selected any more: no step
    expect(undo()).toBe('Delete 2 nodes');
  });
  it('copy and paste at a place, with the wires between', () => {
    const { editing, oneStep } = small();
    editing.selectAll();
    const text = editing.copied()!;
    const selected = oneStep(() => editing.paste(text, { x: 1000, y: 1000 }));
    expect([...selected].sort()).toEqual(['architecture-2', 'random-inputs-2', 'reference-2']);
    expect(wires(editing)).toContain('architecture-2.architecture → reference-2.architecture');
    const cards = editing.document.nodes.slice(-3).map(({ at }) => ({ x: at[0], y: at[1], width: 204, height: 118 }));
    const { x, y, width, height } = around(cards)!;
    expect(Math.hypot(x + width / 2 - 1000, y + height / 2 - 1000)).toBeLessThan(2); // the middle of all
  });
  it('selects again what comes back by undo or redo', () => {
    const { editing, workbench } = small();
    const nothing = { nodes: [], wires: [], frames: [] };
    workbench.select({ nodes: ['random-inputs', 'architecture'] });
    editing.duplicate();
    const copies = editing.selection;
    expect(copies.nodes).toHaveLength(2);
    workbench.undo();
    expect(editing.selection).toEqual(nothing);
    workbench.redo();
    expect(editing.selection).toEqual(copies);
    workbench.select({ nodes: ['reference'] });
    editing.remove();
    workbench.undo();
    expect(editing.selection).toEqual({ ...nothing, nodes: ['reference'] });
    const wire = 'reference.inputs';
    editing.disconnect(wire);
    workbench.undo(); // the node that is selected stays so
    expect(editing.selection).toEqual({ ...nothing, nodes: ['reference'] });
    workbench.select({ wires: [wire] });
    editing.remove();
    workbench.undo();
    expect(editing.selection).toEqual({ ...nothing, wires: [wire] });
  });

  it('refuses what is not a clip, with its fault, and changes nothing', () => {
    const { editing, workbench, undo } = small();
    const before = editing.document;
    for (const text of ['not JSON', '{"format":"other"}', '[1,2]']) {
      editing.paste(text);
      expect(workbench.store.getState().notice).toMatchObject({ level: 'error' });
    }
    expect(editing.document).toBe(before);
    expect(undo()).toBe('Connect');
    editing.selectAll();
    editing.paste(editing.copied()!);
    expect(workbench.store.getState().notice).toBeUndefined();
  });
  it('duplicate, mute, frame, nudge, lay out', () => {
    const { editing, oneStep, workbench } = small();
    workbench.select({ nodes: ['reference'] });
    expect(oneStep(() => editing.duplicate())).toEqual(['reference-2']);
    expect(wires(editing)).toContain('random-inputs.inputs → reference-2.inputs'); // fed like the original
    workbench.select({ nodes: ['reference', 'reference-2'] });
    oneStep(() => editing.mute());
    expect(editing.document.nodes.filter(({ muted }) => muted)).toHaveLength(2);
    oneStep(() => editing.mute());
    expect(editing.document.nodes.some(({ muted }) => muted)).toBe(false);
    oneStep(() => editing.nudge(20, 0));
    oneStep(() => editing.frame());
    const { at, size } = editing.document.frames[0]!;
    for (const node of editing.document.nodes.filter(({ type }) => type === 'reference')) {
      expect(node.at[0]).toBeGreaterThan(at[0]);
      expect(node.at[1] + 120).toBeLessThan(at[1] + size[1]);
    }
    oneStep(() => editing.layout());
  });
  it('a layout before a run leaves room for the pictures of its results', () => {
    const { editing, workbench } = bench();
    for (const type of ['grid', 'grid']) editing.add(type, [0, 0]); // no wires: one below the other
    editing.layout();
    const [a, b] = editing.document.nodes.map(({ at }) => at[1]).sort((x, y) => x - y);
    expect(b! - a!).toBeGreaterThan(120 + 72);
    expect(workbench.store.getState().nodes.grid?.result).toBeUndefined();
  });
  it('laying out twice is one step', () => {
    const { editing, undo, workbench } = small();
    editing.layout();
    const once = editing.document;
    workbench.edit('Title', (document) => ({ ...document, title: 'x' }));
    editing.layout();
    expect(editing.document.nodes).toEqual(once.nodes);
    expect(undo()).toBe('Title');
  });
});
