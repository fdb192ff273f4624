import { expect, test } from 'vitest';
import { builtin } from '../../nodes/index.js';
import { Registry } from '../../src/catalog/registry.js';
import { addNodeOf } from '../../src/catalog/resolve.js';
import { compile } from '../../src/compile/compile.js';
import { connect, setParams } from '../../src/document/commands.js';
import { emptyDocument } from '../../src/document/format.js';
import type { Params, PipelineDocument } from '../../src/document/schema.js';
import { seedsBehind } from '../../src/execute/seeds.js';

const registry = new Registry(builtin);

/** Two references on the same inputs, whose seeds differ as those of new nodes do. */
function twoReferences(params: Params): PipelineDocument {
  let document = emptyDocument();
  for (const type of ['architecture', 'random-inputs', 'reference', 'reference'])
    document = addNodeOf(document, registry.get(type)!, [0, 0]);
  for (const id of ['reference', 'reference-2']) {
    document = setParams(document, id, params);
    document = connect(document, 'architecture.architecture', `${id}.architecture`);
    document = connect(document, 'random-inputs.inputs', `${id}.inputs`);
  }
  return document;
}
const planOf = (document: PipelineDocument) => {
  const plan = compile(document, { registry });
  const [a, b] = ['reference', 'reference-2'].map((id) => plan.nodes.get(id)!.key);
  return { plan, same: a !== '' && a === b, said: plan.problems.map(({ message }) => message) };
};

test('two references with the same typed θ are one step, whatever their hidden seeds', () => {
  const { plan, same, said } = planOf(twoReferences({ from: 'typed', values: [1, -1, 0.5, 0.7] }));
  expect(same).toBe(true);
  expect(said).toEqual([
    expect.stringMatching(/are the same in everything, so they are computed once and hold equal numbers$/),
  ]);
  const inputsSeed = plan.nodes.get('random-inputs')!.params.seed;
  expect(seedsBehind(plan, registry, 'reference')).toEqual([inputsSeed]);
});

test('two drawn references differ by their seeds, and the hint to give one another seed appears only where that helps', () => {
  const document = twoReferences({ from: 'random' });
  expect(planOf(document)).toMatchObject({ same: false, said: [] });
  const seeds = document.nodes.filter(({ type }) => type === 'reference').map(({ params }) => Number(params.seed));
  const { plan, same, said } = planOf(setParams(document, 'reference-2', { seed: seeds[0]! }));
  expect(same).toBe(true);
  expect(said).toEqual([expect.stringMatching(/give one another seed if two draws are meant$/)]);
  expect(seedsBehind(plan, registry, 'reference')).toContain(seeds[0]);
});
