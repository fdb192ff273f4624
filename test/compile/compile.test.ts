import { describe, expect, test } from 'vitest';
import { FiberscopeError } from '../../src/catalog/errors.js';
import { type AnyNode, defineNode } from '../../src/catalog/node.js';
import { Registry } from '../../src/catalog/registry.js';
import type { FileSource } from '../../src/catalog/work.js';
import { type CompileOptions, compile } from '../../src/compile/compile.js';
import type { Plan } from '../../src/compile/plan.js';
import type { Rates } from '../../src/compile/rates.js';
import { duplicate } from '../../src/document/clip.js';
import * as edits from '../../src/document/commands.js';
import { problemText } from '../../src/document/faults.js';
import { formatDocument } from '../../src/document/format.js';
import { parseDocumentText } from '../../src/document/parse.js';
import type { Params, PipelineDocument } from '../../src/document/schema.js';
import { documentOf, fakes, pipeline, registry } from './fakes.js';

const scatter = registry.get('scatter')!;
const plan = (document: PipelineDocument, options: Partial<CompileOptions> = {}): Plan =>
  compile(document, { registry, ...options });
const lines = ({ problems }: Plan): string[] =>
  problems.map((problem) => `${problem.severity} ${problemText(problem)}`);
const keyOf = (document: PipelineDocument, id: string): string => plan(document).nodes.get(id)!.key;
/** The same document with other ids. */
const renamed = (document: PipelineDocument, ids: Readonly<Record<string, string>>): PipelineDocument => {
  const end = (text: string): string => text.replace(/^[^.]*/, (id) => ids[id] ?? id);
  return {
    ...document,
    nodes: document.nodes.map((node) => ({ ...node, id: ids[node.id] ?? node.id })),
    wires: document.wires.map(({ from, to }) => ({ from: end(from), to: end(to) })),
  };
};
const blocked = (document: PipelineDocument): Record<string, unknown> =>
  Object.fromEntries(
    [...plan(document).nodes].flatMap(([id, { blocked }]) => (blocked ? [[id, [blocked.reason, ...blocked.by]]] : [])),
  );

describe('a sound document', () => {
  test('has no problems, inputs come first, shapes follow the wires', () => {
    const { order, nodes, problems } = plan(pipeline);
    expect(problems).toEqual([]);
    expect(order).toEqual(['draw', 'net', 'theta', 'plane', 'grid', 'cut', 'plot']);
    expect(nodes.get('draw')!.outputs).toEqual({ inputs: { type: 'Inputs', count: 500, item: [2] } });
    expect(nodes.get('plane')!.outputs.subspace).toMatchObject({ type: 'Subspace', rank: 3, size: 9 });
    expect(nodes.get('grid')!.outputs.field).toMatchObject({ type: 'Field', rank: 3, points: 50 });
    // 50³ members × 500 inputs × (2·3 + 3·1) multiply-adds
    expect(nodes.get('grid')!.cost).toMatchObject({ points: 125_000, multiplyAdds: 125_000 * 500 * 9 });
  });

  test('writes out defaults and says where inputs come from', () => {
    const { nodes } = plan(pipeline);
    expect(nodes.get('grid')!.params).toEqual({ low: -2, points: 50 });
    expect(nodes.get('plane')!.inputs).toEqual({
      parameters: { node: 'theta', output: 'reference', convert: 'reference-to-parameters' },
    });
  });

  test('has a key in common with steps that differ only in how far they go', () => {
    const extending = new Registry(
      registry.all.map((node) => (node.type === 'grid' ? { ...node, extends: ['points'] } : node)) as AnyNode[],
    );
    const grid = (params: Params) =>
      compile(edits.setParams(pipeline, 'grid', params), { registry: extending }).nodes.get('grid')!;
    const [one, further, other] = [grid({}), grid({ points: 7 }), grid({ low: -1 })];
    expect(one.kin).toMatch(/^[0-9a-f]{64}$/);
    expect(further.key).not.toBe(one.key);
    expect(further.kin).toBe(one.kin);
    expect(other.kin).not.toBe(one.kin);
    expect(plan(pipeline).nodes.get('grid')!.kin).toBeUndefined();
    expect([one.key, further.key, other.key]).not.toContain(one.kin);
  });

  test('gets times from measured rates', () => {
    const work = 125_000 * 500 * 9;
    const grid = (rates?: Rates) => plan(pipeline, rates ? { rates } : {}).nodes.get('grid')!;
    expect(grid().estimate).toBeUndefined();
    expect(grid({ 'node threshold': 1e9 }).estimate).toBeUndefined();
    expect(grid({ 'node grid': 1e9 }).estimate!.seconds).toBeCloseTo(work / 1e9, 0);
    expect(grid({ 'node grid': 1e6 }).estimate!.seconds / (work / 1e6)).toBeCloseTo(1, 3);
    expect(lines(plan(pipeline, { rates: { 'node grid': 1e5 } }))).toEqual([
      "warning nodes[4]: node 'grid': this takes long: 125,000 points, 5.63·10⁸ multiply-adds, 1 MB, about 1 h 34 min",
    ]);
  });
});

describe('keys', () => {
  test('do not depend on ids, titles, positions, order, frames or pins', () => {
    const keys = (document: PipelineDocument): string[] =>
      [...plan(document).nodes.values()].map(({ key }) => key).sort();
    let other = renamed(pipeline, { theta: 'zeta', draw: 'x' });
    other = edits.setTitle(other, 'grid', 'My grid');
    other = edits.moveNodes(other, { grid: [500, 500] });
    other = edits.pin(edits.addFrame(other, { title: 'F', at: [0, 0], size: [1, 1] }), 'plot');
    other = { ...other, nodes: [...other.nodes].reverse(), wires: [...other.wires].reverse(), title: 'Other' };
    expect(keys(other)).toEqual(keys(pipeline));
    expect(new Set(keys(pipeline)).size).toBe(7);
  });

  test('change with a parameter there and downstream, and nowhere else', () => {
    const before = plan(pipeline);
    const changed = (document: PipelineDocument): string[] =>
      [...plan(document).nodes].filter(([id, { key }]) => key !== before.nodes.get(id)!.key).map(([id]) => id);
    expect(changed(edits.setParams(pipeline, 'cut', { epsilon: 0.1 }))).toEqual(['cut', 'plot']);
    expect(changed(edits.setParams(pipeline, 'plot', { size: 3 }))).toEqual(['plot']);
    expect(changed(edits.setParams(pipeline, 'net', {}))).toEqual([]);
    expect(changed(edits.setParams(pipeline, 'draw', { seed: 11 }))).toEqual([
      'draw',
      'theta',
      'plane',
      'grid',
      'cut',
      'plot',
    ]);
    expect(changed({ ...pipeline, random: 'philox-v1' })).toHaveLength(7);
  });

  test('are the same for a default left out and written out', () => {
    expect(keyOf(edits.setParams(pipeline, 'grid', { low: -2, points: 50 }), 'grid')).toBe(keyOf(pipeline, 'grid'));
  });

  test('tell ports, outputs and conversions apart', () => {
    const both = documentOf(
      { a: ['draw'], b: ['draw', { seed: 3 }], n: ['net'], r: ['reference'], s: ['reference'] },
      {
        'r.architecture': 'n.architecture',
        's.architecture': 'n.architecture',
        'r.inputs': 'a.inputs',
        's.inputs': 'b.inputs',
      },
    );
    expect(keyOf(both, 'r')).not.toBe(keyOf(both, 's'));
  });

  test('hold the content of a file and its name, which results say', () => {
    const files: FileSource = {
      read: () => Promise.reject(new Error('not read here')),
      headers: () => [{ name: 'x', dtype: 'f4', shape: [5, 2] }],
      bytes: () => undefined,
    };
    const key = (name: string, sha256: string): string =>
      plan(documentOf({ load: ['load', { file: { name, sha256 } }] }), { files }).nodes.get('load')!.key;
    expect(key('a.npz', 'a'.repeat(64))).toBe(key('a.npz', 'a'.repeat(64)));
    expect(key('a.npz', 'a'.repeat(64))).not.toBe(key('b.npz', 'a'.repeat(64)));
    expect(key('a.npz', 'a'.repeat(64))).not.toBe(key('a.npz', 'b'.repeat(64)));
    expect(key('a.npz', 'a'.repeat(64))).not.toBe(key('a.npy', 'a'.repeat(64)));
  });
});

describe('faults', () => {
  test('of parameters carry the exact path and leave independent branches alone', () => {
    const document = edits.setParams(pipeline, 'grid', { points: 'many', low: null, pionts: 3 });
    expect(lines(plan(document))).toEqual([
      'error nodes[4].params.low: expected a number, got null',
      'error nodes[4].params.points: expected an integer from 2 to 10000, got "many"',
      'error nodes[4].params.pionts: unknown parameter "pionts"; did you mean "points"?',
    ]);
    expect(blocked(document)).toEqual({ grid: ['invalid'], cut: ['upstream', 'grid'], plot: ['upstream', 'grid'] });
    expect(keyOf(document, 'plane')).toBe(keyOf(pipeline, 'plane'));
    expect(keyOf(document, 'cut')).toBe('');
  });

  test('that infer finds name the parameter or the input', () => {
    const bound = documentOf(
      { net: ['net'], model: ['model'], plane: ['plane'], grid: ['grid'] },
      {
        'model.architecture': 'net.architecture',
        'plane.parameters': 'model.model',
        'grid.subspace': 'plane.subspace',
      },
    );
    expect(plan(bound).problems).toEqual([
      {
        severity: 'error',
        path: 'nodes[3]',
        node: 'grid',
        port: 'reference',
        message: "node 'grid' input 'reference': expected a wire, got none",
      },
    ]);
    const loose = documentOf({ load: ['load', { file: null }] });
    expect(plan(loose).problems).toMatchObject([{ path: 'nodes[0].params.file', node: 'load' }]);
    const bare = documentOf({ broken: ['broken'], silent: ['broken', { silent: true }] });
    expect(lines(plan(bare))).toEqual([
      "error nodes[0]: node 'broken': internal error: x is undefined; please report it with the saved document",
      "error nodes[1]: node 'silent': internal error: 'broken' says nothing of its output 'table'",
    ]);
  });

  test('of missing inputs name the port and what it takes', () => {
    const document = edits.disconnect(pipeline, 'cut.field');
    expect(plan(document).problems).toEqual([
      {
        severity: 'error',
        path: 'nodes[5]',
        node: 'cut',
        port: 'field',
        message: "node 'cut' input 'field': expected a Field, got nothing; wire one in",
      },
    ]);
  });

  test('of wires say what is taken and what is given', () => {
    const document = documentOf(
      { theta: ['reference'], cut: ['threshold'], plot: ['scatter'], draw: ['draw'] },
      {
        'cut.field': 'theta.reference',
        'plot.of': 'cut.sett',
        'draw.x': 'cut.set',
      },
    );
    const wires = plan(document).problems.filter(({ path }) => path.startsWith('wires'));
    expect(wires.map((problem) => [problemText(problem), problem.node, problem.port])).toEqual([
      ['wires[0].to: Threshold ε takes a Field here; Reference θ gives a Reference', 'cut', 'field'],
      ["wires[1].from: Threshold ε has no output 'sett'; did you mean 'set'?", 'plot', 'of'],
      ["wires[2].to: Draw has no input 'x'; it has no inputs", 'draw', 'x'],
    ]);
    expect(blocked(document)).toMatchObject({ cut: ['invalid'], plot: ['invalid'], draw: ['invalid'] });
  });

  test('of optional outputs that the parameters do not give carry the reason', () => {
    const document = edits.connect(pipeline, 'cut.table', 'plot.of');
    expect(lines(plan(document))).toEqual([
      "error wires[5]: node 'cut' gives no 'table': its switch Count is off; change its parameters or remove this wire",
    ]);
    expect(blocked(document)).toEqual({ plot: ['invalid'] });
    expect(lines(plan(edits.setParams(document, 'cut', { counted: true })))).toEqual([]);
  });

  test('a cycle of 500 nodes is named by its ends', () => {
    const ids = Array.from({ length: 500 }, (_, k) => `n${String(k).padStart(3, '0')}`);
    const document = documentOf(
      Object.fromEntries(ids.map((id) => [id, ['scatter']])),
      Object.fromEntries(ids.map((id, k) => [`${id}.of`, `${ids[(k + 1) % 500]}.figure`])),
    );
    expect(plan(document).problems.find(({ message }) => message.startsWith('cycle'))?.message).toBe(
      'cycle n000 → n499 → n498 → n497 → n496 → n495 → … 491 more … → n003 → n002 → n001 → n000: a node cannot wait for itself; remove one of these wires',
    );
  });

  test('cycles are named, each once, and what follows them waits', () => {
    const document = documentOf(
      { a: ['scatter'], b: ['scatter'], c: ['scatter'], d: ['scatter'], e: ['scatter'], z: ['draw'] },
      {
        'a.of': 'b.figure',
        'b.of': 'c.figure',
        'c.of': 'a.figure',
        'd.of': 'c.figure',
        'e.of': 'e.figure',
      },
    );
    const { problems, order } = plan(document);
    expect(problems.filter(({ message }) => message.startsWith('cycle'))).toEqual([
      {
        severity: 'error',
        path: 'wires[0]',
        node: 'a',
        message: 'cycle a → c → b → a: a node cannot wait for itself; remove one of these wires',
      },
      {
        severity: 'error',
        path: 'wires[4]',
        node: 'e',
        message: 'cycle e → e: a node cannot wait for itself; remove one of these wires',
      },
    ]);
    expect([...order].sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'z']);
    expect(blocked(document)).toMatchObject({ a: ['invalid', 'a', 'c', 'b'], e: ['invalid', 'e'] });
    expect(keyOf(document, 'z')).not.toBe('');
  });
});

describe('nodes that do not run', () => {
  test('muted ones and what follows them are blocked without a problem', () => {
    const document = edits.setMuted(pipeline, ['grid'], true);
    expect(plan(document).problems).toEqual([]);
    expect(blocked(document)).toEqual({ grid: ['muted'], cut: ['upstream', 'grid'], plot: ['upstream', 'grid'] });
    expect(plan(document).nodes.get('cut')!.outputs.set).toMatchObject({ type: 'EpsilonSet', points: 50 });
    const faulty = edits.disconnect(edits.setParams(document, 'grid', { points: 1 }), 'grid.subspace');
    expect(lines(plan(faulty))).toEqual(['warning nodes[4].params.points: expected an integer from 2 to 10000, got 1']);
  });

  test('foreign ones are kept, named, and block what they feed', () => {
    const foreign = {
      ...documentOf({ x: ['scatterr'], y: ['lab.scan'], plot: ['scatter'] }),
      requires: [{ package: 'lab', version: '2' }],
    };
    const document = edits.connect(edits.connect(foreign, 'y.out', 'plot.of'), 'plot.figure', 'x.in');
    expect(lines(plan(document))).toEqual([
      "error nodes[1].type: unknown node type 'lab.scan'; it is kept as it is and cannot run; this document asks for lab 2",
      "error nodes[0].type: unknown node type 'scatterr'; it is kept as it is and cannot run; did you mean 'scatter'?",
    ]);
    expect(blocked(document)).toEqual({ x: ['foreign'], y: ['foreign'], plot: ['upstream', 'y'] });
    expect(plan(document).nodes.get('x')!.inputs).toEqual({ in: { node: 'plot', output: 'figure' } });
  });

  test('ones of a newer version are foreign too', () => {
    const newer = edits.replaceParams(pipeline, 'grid', 4, { anything: [1] });
    const document = edits.connect(edits.connect(newer, 'draw.inputs', 'grid.future'), 'grid.more', 'plot.of');
    expect(lines(plan(document))).toEqual([
      "error nodes[4].version: 'grid' is of version 4 and this build reads up to version 1; it is kept as it is",
    ]);
    expect(blocked(document)).toMatchObject({ grid: ['foreign'], cut: ['upstream', 'grid'] });
    expect(plan(document).nodes.get('grid')!.params).toEqual({ anything: [1] });
  });

  test('a full grid of 20⁷ points is refused with its cost before it starts', () => {
    const document = edits.setParams(edits.setParams(pipeline, 'plane', { rank: 7 }), 'grid', { points: 20 });
    expect(lines(plan(document))).toEqual([
      "error nodes[4]: node 'grid': expected at most 1,000,000,000 points and 1.1 GB on this machine, got 1,280,000,000 points, 5.76·10¹² multiply-adds, 10 GB; make it smaller, for example with fewer points per axis",
    ]);
    expect(blocked(document)).toMatchObject({ grid: ['invalid'] });
    expect(lines(plan(pipeline, { limits: { points: 1000 } }))).toHaveLength(1);
    expect(lines(plan(document, { limits: { points: 1e10, bytes: 1e11 } }))).toEqual([]);
  });
});

describe('migrations of a node', () => {
  test('run one by one from every version', () => {
    const at = (version: number, params: Record<string, number>) =>
      plan(edits.replaceParams(pipeline, 'plot', version, params)).nodes.get('plot')!;
    expect(at(1, { radius: 2 }).params).toEqual({ size: 4 });
    expect(at(2, { diameter: 4 }).params).toEqual({ size: 4 });
    expect(at(3, { size: 4 }).key).toBe(at(1, { radius: 2 }).key);
    const faulty = plan(edits.replaceParams(pipeline, 'plot', 1, { radius: 50 }));
    expect(lines(faulty)).toEqual(['error nodes[6].params.size: expected a number from 0 to 9, got 100']);
  });
});

test('a random stream that this build does not have is a fault of the nodes that draw, and stays in the document', () => {
  const other = { ...pipeline, random: 'philox4x32-v9' };
  const seeded = ['draw', 'theta'];
  expect(plan(other).problems.map(({ severity, path, node }) => [severity, path, node])).toEqual(
    seeded.map((id) => ['error', 'random', id]),
  );
  expect(blocked(other)).toMatchObject({ draw: ['invalid'], theta: ['invalid'], grid: ['upstream', 'theta'] });
  expect(blocked(other)).not.toHaveProperty('net');
  const opened = parseDocumentText(formatDocument(other));
  expect(opened.ok && opened.document.random).toBe('philox4x32-v9');
});

describe('hints', () => {
  test('equal random nodes get one, what follows them does not', () => {
    const two = duplicate(pipeline, ['draw', 'net', 'theta', 'plane', 'grid']);
    expect(lines(plan(two))).toEqual([
      "warning nodes[0]: 'draw' and 'draw-2' are the same in everything, so they are computed once and hold equal numbers; give one another seed if two draws are meant",
    ]);
    expect(lines(plan(edits.setParams(two, 'draw-2', { seed: 11 })))).toEqual([]);
    const thetas = duplicate(pipeline, ['theta', 'cut']);
    expect(lines(plan(thetas))).toEqual([expect.stringContaining("'theta' and 'theta-2' are the same")]);
  });
});

describe('files', () => {
  test('become known without a change of the document', () => {
    const known = new Map<string, readonly number[]>();
    const files: FileSource = {
      read: () => Promise.reject(new Error('not read here')),
      headers: ({ sha256 }) => {
        const shape = known.get(sha256);
        return shape && [{ name: 'x', dtype: 'f4', shape }];
      },
      bytes: () => undefined,
    };
    const document = documentOf({ load: ['load', { file: { name: 'x.npy', sha256: 'a'.repeat(64) } }] });
    expect(plan(document, { files }).problems).toHaveLength(1);
    known.set('a'.repeat(64), [7, 2]);
    expect(plan(document, { files }).nodes.get('load')!.outputs.inputs).toMatchObject({ count: 7 });
  });
});

test('compiling after an edit infers only what the edit reaches', () => {
  const calls: string[] = [];
  const counted = new Registry(
    fakes.map((definition) => ({
      ...definition,
      infer: (args: never) => {
        calls.push(definition.type);
        return definition.infer(args);
      },
    })),
  );
  const run = (document: PipelineDocument): string[] => {
    calls.length = 0;
    compile(document, { registry: counted });
    return calls;
  };
  expect(run(pipeline)).toHaveLength(7);
  expect(run(pipeline)).toEqual([]);
  expect(run(edits.setDocumentTitle(pipeline, 'x'))).toEqual([]);
  expect(run(edits.setParams(pipeline, 'cut', { epsilon: 1 }))).toEqual(['threshold', 'scatter']);
});

test('a registry refuses definitions that the compiler cannot rely on', () => {
  const bad =
    (change: object): (() => Registry) =>
    () =>
      new Registry([defineNode({ ...scatter!, ...change })]);
  const message = (change: object): string => {
    try {
      bad(change)();
      return 'accepted';
    } catch (error) {
      expect(error).toBeInstanceOf(FiberscopeError);
      return (error as Error).message;
    }
  };
  expect(message({ type: 'Scatter' })).toBe("node type 'Scatter': expected a name in kebab-case");
  expect(message({ version: 4 })).toBe("node type 'scatter': expected a migration from version 3");
  expect(message({ version: 2 })).toBe("node type 'scatter': expected no migration from version 2, its newest");
  expect(message({ outputs: { constructor: scatter!.outputs.figure } })).toMatch(/got 'constructor'/);
  expect(() => new Registry([fakes[0]!, fakes[0]!])).toThrow("node type 'draw': expected a type of its own");
});
