import { expect, test } from 'vitest';
import { compile } from '../../src/compile/compile.js';
import type { Plan } from '../../src/compile/plan.js';
import { planText } from '../../src/compile/plan-text.js';
import type { Rates } from '../../src/compile/rates.js';
import { duplicate } from '../../src/document/clip.js';
import { addNode, connect, setMuted, setParams } from '../../src/document/commands.js';
import { emptyDocument } from '../../src/document/format.js';
import type { PipelineDocument } from '../../src/document/schema.js';
import { pipeline, registry } from './fakes.js';

/** The plan with each key replaced by the order of its first appearance, so that the text does not hang on a hash. */
function text(document: PipelineDocument, rates?: Rates): string {
  const plan = compile(document, { registry, ...(rates ? { rates } : {}) });
  const keys = [...new Set(plan.order.map((id) => plan.nodes.get(id)!.key).filter((key) => key !== ''))];
  const nodes = new Map(
    [...plan.nodes].map(([id, node]) => [
      id,
      { ...node, key: node.key === '' ? '' : `key${String(keys.indexOf(node.key) + 1).padStart(5, '0')}` },
    ]),
  );
  return planText({ ...plan, nodes } satisfies Plan);
}

test('a sound plan is an aligned table with its totals', () => {
  // A change detector for the layout; the numbers are checked against closed forms in compile.test.ts.
  expect(`\n${text(pipeline, { 'node grid': 1e8 })}`).toBe(`
#  id     type       in                                                 out                           points  multiply-adds  memory     time  points/s  route          key
1  draw   draw                                                          inputs [500, 2]                                                                                key00001
2  net    net                                                           architecture [2] → [1], P 9                                                                    key00002
3  theta  reference  net.architecture; draw.inputs                      reference N 500 → [1], P 9                                                                     key00003
4  plane  plane      parameters ← theta.reference as Parameters [1, 9]  subspace m 3 in P 9                                                                            key00004
5  grid   grid       plane.subspace                                     field 50³                    125,000       5.63·10⁸    1 MB  ≈ 5.8 s    22,000  fused, affine  key00005
6  cut    threshold  grid.field                                         set part of 50³                                                                                key00006
7  plot   scatter    of ← cut.set                                       figure                                                                                         key00007

7 steps for 7 nodes; 5.63·10⁸ multiply-adds; 1 MB held; about 5.8 s
`);
});

test('shared, muted, foreign, waiting and faulty nodes say so', () => {
  let document = duplicate(pipeline, ['grid', 'cut']);
  document = setParams(document, 'cut-2', { epsilon: -1 });
  document = setMuted(document, ['plot'], true);
  document = addNode(document, { id: 'lab', type: 'lab.scan', version: 1, params: {}, at: [0, 0] });
  document = connect(
    addNode(document, { id: 'late', type: 'scatter', version: 3, params: {}, at: [0, 0] }),
    'lab.x',
    'late.of',
  );
  expect(`\n${text(document)}`).toBe(`
 #  id      type       in                                                 out                           points  multiply-adds  memory  route          key       state
 1  draw    draw                                                          inputs [500, 2]                                                             key00001
 2  lab     lab.scan                                                                                                                                            unknown type
 3  late    scatter    of ← lab.x                                                                                                                               waits for lab
 4  net     net                                                           architecture [2] → [1], P 9                                                 key00002
 5  theta   reference  net.architecture; draw.inputs                      reference N 500 → [1], P 9                                                  key00003
 6  plane   plane      parameters ← theta.reference as Parameters [1, 9]  subspace m 3 in P 9                                                         key00004
 7  grid    grid       plane.subspace                                     field 50³                    125,000       5.63·10⁸    1 MB  fused, affine  key00005
 8  cut     threshold  grid.field                                         set part of 50³                                                             key00006
 9  grid-2  grid       plane.subspace                                     field 50³                    125,000       5.63·10⁸    1 MB  fused, affine  key00005  shared with grid
10  cut-2   threshold  grid-2.field                                                                                                                             has faults
11  plot    scatter    of ← cut.set                                       figure                                                                                muted

6 steps for 11 nodes; 5.63·10⁸ multiply-adds; 1 MB held; 1 step never timed
error: nodes[9].type: unknown node type 'lab.scan'; it is kept as it is and cannot run
error: nodes[8].params.epsilon: expected a number > 0, got -1
`);
});

test('the total says what the largest step takes beside the results, where that is much', () => {
  const plan = compile(pipeline, { registry });
  const taking = (working: Readonly<Record<string, number>>): string =>
    planText({
      ...plan,
      nodes: new Map(
        [...plan.nodes].map(([id, node]) => [id, { ...node, cost: { ...node.cost, working: working[id] ?? 0 } }]),
      ),
    });
  expect(taking({ grid: 3e9, plane: 2e9 })).toContain('; 1 MB held, up to 3 GB while it runs');
  expect(taking({ grid: 3e6 })).toMatch(/1 MB held; 1 step never timed\n/);
});

test('an empty document has nothing to run', () => {
  expect(text(emptyDocument())).toBe('nothing to run\n');
});
