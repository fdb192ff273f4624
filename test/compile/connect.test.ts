import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PortType } from '../../src/catalog/values.js';
import { compile } from '../../src/compile/compile.js';
import { canConnect, conversionOf, nodesThatFit, portsOnWire } from '../../src/compile/connect.js';
import { addNode, connect, insertOnWire, setTitle } from '../../src/document/commands.js';
import { emptyDocument } from '../../src/document/format.js';
import type { PipelineDocument } from '../../src/document/schema.js';
import { documentOf, fakes, pipeline, registry } from './fakes.js';

const reason = (document: PipelineDocument, from: string, to: string): string => {
  const answer = canConnect(registry, document, from, to);
  return answer === true ? 'yes' : answer.reason;
};

test('says precisely why a wire cannot be made', () => {
  const document = addNode(pipeline, { id: 'lab', type: 'lab.scan', version: 1, params: {}, at: [0, 0] });
  expect(reason(document, 'grid.field', 'plot.of')).toBe('yes');
  expect(reason(document, 'theta.reference', 'cut.field')).toBe(
    'Threshold ε takes a Field here; Reference θ gives a Reference',
  );
  expect(reason(document, 'draw.inputs', 'plot.of')).toBe(
    'Scatter takes an ε-set, a Field or a Table here; Draw gives Inputs',
  );
  expect(reason(setTitle(document, 'draw', 'My points'), 'draw.inputs', 'cut.field')).toBe(
    'Threshold ε takes a Field here; My points gives Inputs',
  );
  expect(reason(document, 'grid.fields', 'cut.field')).toBe("Grid has no output 'fields'; did you mean 'field'?");
  expect(reason(document, 'grid.field', 'draw.inputs')).toBe("Draw has no input 'inputs'; it has no inputs");
  expect(reason(document, 'none.field', 'cut.field')).toBe("there is no node 'none'");
  expect(reason(document, 'lab.out', 'cut.field')).toMatch(/unknown type 'lab\.scan'/);
  expect(reason(document, 'grid.constructor', 'cut.field')).toMatch(/^Grid has no output 'constructor'/);
});

test('prevents cycles and names the way round', () => {
  const models = documentOf(
    { a: ['model'], b: ['model'], c: ['model'] },
    { 'b.start': 'a.model', 'c.start': 'b.model' },
  );
  expect(reason(models, 'c.model', 'a.start')).toBe(
    'that would make a cycle: a → b → c → a; a node cannot wait for itself',
  );
  expect(reason(models, 'a.model', 'a.start')).toBe('Model cannot feed itself');
  expect(reason(models, 'a.model', 'c.start')).toBe('yes');
});

test('conversions are seen on the wire', () => {
  expect(conversionOf(registry, pipeline, 'theta.reference', 'plane.parameters')?.name).toBe('reference-to-parameters');
  expect(conversionOf(registry, pipeline, 'grid.field', 'cut.field')).toBeUndefined();
});

test('a dropped wire is offered what it fits, nearest first', () => {
  const inputs = (type: PortType): string[] =>
    nodesThatFit(registry, type, 'inputs').map(({ definition, port }) => `${definition.type}.${port}`);
  const outputs = (...types: PortType[]): string[] =>
    nodesThatFit(registry, types, 'outputs').map(({ definition, port }) => `${definition.type}.${port}`);
  expect(inputs('Field')).toEqual(['threshold.field', 'scatter.of']);
  expect(inputs('Reference')).toEqual(['grid.reference', 'plane.parameters', 'model.start']);
  expect(inputs('Model')).toEqual(['model.start', 'plane.parameters']);
  expect(inputs('Figure')).toEqual([]);
  expect(outputs('Table')).toEqual(['broken.table', 'threshold.table']);
  expect(outputs('Parameters')).toEqual(['reference.reference', 'model.model']);
});

test('a node dropped on a wire is inserted where its ports fit', () => {
  const threshold = registry.get('threshold')!;
  const direct = connect(pipeline, 'grid.field', 'plot.of');
  expect(portsOnWire(registry, direct, 'plot.of', threshold)).toEqual({ input: 'field', output: 'set' });
  expect(portsOnWire(registry, direct, 'plot.of', registry.get('grid')!)).toBeUndefined();
  expect(portsOnWire(registry, direct, 'none.of', threshold)).toBeUndefined();
  const inserted = insertOnWire(direct, 'plot.of', 'cut', 'field', 'set');
  expect(inserted.wires.slice(-2)).toEqual([
    { from: 'grid.field', to: 'cut.field' },
    { from: 'cut.set', to: 'plot.of' },
  ]);
});

test('a wire can be made if and only if the compiler then finds no fault with it', () => {
  const type = fc.constantFrom(...fakes.map((definition) => definition.type));
  const graph = fc.record({
    types: fc.array(type, { minLength: 2, maxLength: 8 }),
    wires: fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat(), fc.nat()), { maxLength: 25 }),
  });
  fc.assert(
    fc.property(graph, ({ types, wires }) => {
      let document = types.reduce(
        (before, name, index) =>
          addNode(before, {
            id: `n${index}`,
            type: name,
            version: registry.get(name)!.version,
            params: {},
            at: [0, 0],
          }),
        emptyDocument(),
      );
      for (const [a, out, b, into] of wires) {
        const [from, to] = [a % types.length, b % types.length];
        const outputs = Object.keys(registry.get(types[from]!)!.outputs);
        const inputs = Object.keys(registry.get(types[to]!)!.inputs);
        if (inputs.length === 0) continue;
        const [start, end] = [`n${from}.${outputs[out % outputs.length]}`, `n${to}.${inputs[into % inputs.length]}`];
        const next = connect(document, start, end);
        const wired = compile(next, { registry }).problems.filter(({ message }) => /^cycle| takes /.test(message));
        expect(canConnect(registry, document, start, end) === true, `${start} → ${end}`).toBe(wired.length === 0);
        if (wired.length === 0) document = next;
      }
    }),
    { numRuns: 150 },
  );
});
