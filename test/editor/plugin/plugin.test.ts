import { ClassicPreset, NodeEditor, type Root } from 'rete';
import { describe, expect, it } from 'vitest';
import { builtin } from '../../../nodes/index.js';
import { Registry } from '../../../src/catalog/registry.js';
import { FiberscopeNode, FiberscopePlugin, type FiberscopeSchemes } from '../../../src/editor/plugin/index.js';
import { scoped } from '../../../src/editor/plugin/style.js';
import { Executor } from '../../../src/execute/executor.js';
import range from './third-party.js';

type Headless = FiberscopePlugin<FiberscopeSchemes, [Root<FiberscopeSchemes>]>;

const nodes = [...builtin, range];

function host() {
  const editor = new NodeEditor<FiberscopeSchemes>();
  const executor = new Executor({ registry: new Registry(nodes), device: 'cpu' });
  const plugin = new FiberscopePlugin<FiberscopeSchemes, [Root<FiberscopeSchemes>]>({ nodes, executor });
  editor.use(plugin);
  return { editor, plugin };
}

const wire = (from: ClassicPreset.Node, output: string, to: ClassicPreset.Node, input: string) =>
  new ClassicPreset.Connection(from, output, to, input);
const ids = (editor: NodeEditor<FiberscopeSchemes>) => editor.getNodes().map(({ id }) => id);
const text = (plugin: Headless) => plugin.document.wires.map(({ from, to }) => `${from} → ${to}`);

describe('a bare Rete editor with the plugin', () => {
  it('runs a graph with a node of a third party', async () => {
    const { editor, plugin } = host();
    const inputs = plugin.createNode('random-inputs', { params: { count: 64, seed: 3 } });
    const largest = plugin.createNode('acme-range', { params: { figure: 'largest' }, id: 'top' });
    await editor.addNode(inputs);
    await editor.addNode(largest);
    await editor.addConnection(wire(inputs, 'inputs', largest, 'inputs'));
    const states = await plugin.run();
    expect(states.top).toMatchObject({ status: 'done' });
    const value = states.top!.result!.view.summary.value as number;
    expect(value).toBeGreaterThan(1); // the largest of 64 standard normal numbers: below 1 with probability 2·10⁻⁵
    expect(value).toBeLessThan(6);
    plugin.destroy();
  });

  it('gives each new node its own seed, also those that are not added yet', () => {
    const { plugin } = host();
    const made = ['random-inputs', 'random-inputs', 'search'].map((type) => plugin.createNode(type).initial);
    expect(new Set(made.map(({ id }) => id)).size).toBe(3);
    expect(new Set(made.map(({ params }) => params.seed)).size).toBe(3);
    plugin.destroy();
  });

  it('turns what happens to its nodes into one step each', async () => {
    const { editor, plugin } = host();
    const inputs = plugin.createNode('random-inputs');
    const mean = plugin.createNode('acme-range');
    expect([inputs.id, mean.id]).toEqual(['random-inputs', 'acme-range']);
    await editor.addNode(inputs);
    await editor.addNode(mean);
    await editor.addConnection(wire(inputs, 'inputs', mean, 'inputs'));
    expect(text(plugin)).toEqual(['random-inputs.inputs → acme-range.inputs']);

    plugin.workbench.undo();
    await plugin.settled();
    expect(editor.getConnections()).toEqual([]);
    plugin.workbench.undo();
    await plugin.settled();
    expect(ids(editor)).toEqual(['random-inputs']);
    plugin.workbench.redo();
    plugin.workbench.redo();
    await plugin.settled();
    expect(ids(editor)).toEqual(['random-inputs', 'acme-range']);
    expect(editor.getConnections()).toHaveLength(1);

    await editor.removeNode('random-inputs'); // Rete leaves the connection dangling
    await plugin.settled();
    expect(plugin.document.nodes.map(({ id }) => id)).toEqual(['acme-range']);
    expect(editor.getConnections()).toEqual([]);
    plugin.workbench.undo();
    await plugin.settled();
    expect(ids(editor).sort()).toEqual(['acme-range', 'random-inputs']);
    expect(editor.getConnections()).toHaveLength(1);
    plugin.destroy();
  });

  it('refuses wires that do not fit, cycles included, and says why', async () => {
    const { editor, plugin } = host();
    const refused: string[] = [];
    plugin.addPipe((signal) => {
      if (signal.type === 'fiberscoperefused') refused.push(signal.data.reason);
      return signal;
    });
    const inputs = plugin.createNode('random-inputs');
    const dense = plugin.createNode('dense');
    const relu = plugin.createNode('activation');
    for (const node of [inputs, dense, relu]) await editor.addNode(node);
    expect(await editor.addConnection(wire(inputs, 'inputs', dense, 'architecture'))).toBe(false);
    expect(await editor.addConnection(wire(dense, 'architecture', relu, 'architecture'))).toBe(true);
    expect(await editor.addConnection(wire(relu, 'architecture', dense, 'architecture'))).toBe(false);
    expect(refused).toHaveLength(2);
    expect(refused[0]).toMatch(/takes an Architecture here; Random inputs gives Inputs/);
    expect(refused[1]).toMatch(/cycle: dense → activation → dense/);
    expect(text(plugin)).toEqual(['dense.architecture → activation.architecture']);
    plugin.destroy();
  });

  it('leaves foreign nodes out of the document', async () => {
    const { editor, plugin } = host();
    const socket = new ClassicPreset.Socket('anything');
    const foreign = new ClassicPreset.Node('Foreign');
    foreign.addInput('in', new ClassicPreset.Input(socket));
    foreign.addOutput('out', new ClassicPreset.Output(socket));
    const mean = plugin.createNode('acme-range');
    await editor.addNode(foreign);
    await editor.addNode(mean);
    expect(await editor.addConnection(wire(mean, 'table', foreign, 'in'))).toBe(true);
    expect(await editor.addConnection(wire(foreign, 'out', mean, 'inputs'))).toBe(false);
    expect(plugin.document.nodes.map(({ id }) => id)).toEqual(['acme-range']);
    expect(plugin.document.wires).toEqual([]);
    await editor.removeConnection(editor.getConnections()[0]!.id);
    plugin.workbench.undo();
    await plugin.settled();
    expect(editor.getNodes()).toEqual([foreign]);
    plugin.destroy();
  });

  it('shows an opened document, one that replaces it, and nodes of unknown types with the ports that wires name', async () => {
    const { editor, plugin } = host();
    const node = (id: string, type: string) => ({ id, type, version: 1, params: {}, at: [0, 0] as const });
    const first = {
      ...plugin.document,
      nodes: [node('a', 'random-inputs'), node('b', 'acme-range')],
      wires: [{ from: 'a.inputs', to: 'b.inputs' }],
    };
    plugin.workbench.open(first, { trusted: false });
    const second = {
      ...first,
      nodes: [node('b', 'elsewhere/mystery'), node('c', 'acme-range')],
      wires: [{ from: 'b.secret', to: 'c.inputs' }],
    };
    plugin.workbench.open(second, { trusted: false }); // before the first one is shown
    await plugin.settled();
    expect(ids(editor).sort()).toEqual(['b', 'c']);
    expect(editor.getConnections().map((c) => `${c.source}.${c.sourceOutput}`)).toEqual(['b.secret']);
    const mystery = editor.getNode('b');
    expect(mystery).toBeInstanceOf(FiberscopeNode);
    expect(Object.keys(mystery!.outputs)).toEqual(['secret']);
    expect(plugin.document).toMatchObject(second); // showing it is no edit
    expect(plugin.workbench.store.getState().undoLabel).toBeUndefined();
    plugin.destroy();
  });

  it('names what it knows when asked for a type that it does not', () => {
    const { plugin } = host();
    expect(() => plugin.createNode('nonsense')).toThrow(
      /node type 'nonsense': expected one of random-inputs, .*acme-range/,
    );
    plugin.destroy();
  });
});

it('keeps the theme to its own cards', () => {
  const css = scoped(':root {\n  --ink: #000;\n}\n[data-theme="dark"] {\n  --ink: #fff;\n}');
  expect(css).not.toMatch(/^:root/m);
  expect(css).toMatch(/^\[data-theme="dark"\] :where\(\.fs-node, \.fs-wire\) \{/m);
});
