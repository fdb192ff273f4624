import fc from 'fast-check';
import { NodeEditor, type Root } from 'rete';
import { expect, it } from 'vitest';
import { builtin } from '../../../nodes/index.js';
import { Registry } from '../../../src/catalog/registry.js';
import { addNodeOf } from '../../../src/catalog/resolve.js';
import { canConnect } from '../../../src/compile/connect.js';
import { connect, removeItems } from '../../../src/document/commands.js';
import { FiberscopePlugin, type FiberscopeSchemes } from '../../../src/editor/plugin/index.js';
import { createWorkbench } from '../../../src/editor/workbench/workbench.js';
import { fakeExecutor } from '../workbench/fake-executor.js';

type Headless = FiberscopePlugin<FiberscopeSchemes, [Root<FiberscopeSchemes>]>;

const registry = new Registry(builtin);
const types = ['random-inputs', 'architecture', 'dense', 'activation', 'reference', 'search'].map(
  (type) => registry.get(type)!,
);

type Act = readonly [
  kind: 'add' | 'wire' | 'remove' | 'undo' | 'redo' | 'wait' | 'remove in Rete',
  a: number,
  b: number,
];
const act: fc.Arbitrary<Act> = fc.tuple(
  fc.constantFrom(
    'add',
    'add',
    'wire',
    'wire',
    'wire',
    'remove',
    'undo',
    'redo',
    'wait',
    'remove in Rete',
  ) as fc.Arbitrary<Act[0]>,
  fc.nat(50),
  fc.nat(50),
);

it('the editor ends like the document, whatever happens in which order, and showing it edits nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 40 }), async (acts) => {
      const editor = new NodeEditor<FiberscopeSchemes>();
      const workbench = createWorkbench({ registry, executor: fakeExecutor(registry), live: false });
      const plugin = new FiberscopePlugin<FiberscopeSchemes, [Root<FiberscopeSchemes>]>({ workbench });
      editor.use(plugin);
      for (const [kind, a, b] of acts) await perform(kind, a, b, editor, plugin);
      await plugin.settled();
      const { document, undoLabel } = workbench.store.getState();
      const shown = editor.getConnections().map((c) => `${c.source}.${c.sourceOutput} ${c.target}.${c.targetInput}`);
      expect(
        editor
          .getNodes()
          .map(({ id }) => id)
          .sort(),
      ).toEqual(document.nodes.map(({ id }) => id).sort());
      expect(shown.sort()).toEqual(document.wires.map(({ from, to }) => `${from} ${to}`).sort());
      await new Promise((done) => setTimeout(done, 0));
      expect(workbench.store.getState().document).toBe(document);
      expect(workbench.store.getState().undoLabel).toBe(undoLabel);
      plugin.destroy();
      workbench.dispose();
    }),
    { numRuns: 60 },
  );
});

async function perform(kind: Act[0], a: number, b: number, editor: NodeEditor<FiberscopeSchemes>, plugin: Headless) {
  const { workbench, document } = plugin;
  const node = (n: number) => document.nodes[n % Math.max(1, document.nodes.length)];
  if (kind === 'add') workbench.edit('Add', (now) => addNodeOf(now, types[a % types.length]!, [a, b]));
  else if (kind === 'undo') workbench.undo();
  else if (kind === 'redo') workbench.redo();
  else if (kind === 'wait') await new Promise((done) => setTimeout(done, a % 3));
  else if (node(a) === undefined) return;
  else if (kind === 'remove') workbench.edit('Remove', (now) => removeItems(now, { nodes: [node(a)!.id] }));
  else if (kind === 'remove in Rete') {
    if (editor.getNode(node(a)!.id)) await editor.removeNode(node(a)!.id);
  } else {
    const from = Object.keys(registry.get(node(a)!.type)!.outputs)[0];
    const inputs = Object.keys(registry.get(node(b)!.type)!.inputs);
    const to = inputs[a % Math.max(1, inputs.length)];
    if (from === undefined || to === undefined) return;
    const ends = [`${node(a)!.id}.${from}`, `${node(b)!.id}.${to}`] as const;
    if (canConnect(registry, document, ...ends) === true) workbench.edit('Connect', (now) => connect(now, ...ends));
  }
}
