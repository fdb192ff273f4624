import { expect, test } from 'vitest';
import { layoutOf } from '../../../src/catalog/architecture.js';
import { stepsOf } from '../../../src/tensor/cpu-steps.js';
import { beside, countOf, type Level, levelsOf } from '../../../src/tensor/simd/levels.js';
import { LENET, NETWORKS } from '../../numeric/networks.js';

/** The rows that loops go through. */
function through(levels: readonly Level[], start = 0): number[] {
  const [outer, ...inner] = levels;
  if (outer === undefined) return [start];
  return Array.from({ length: outer.count }, (_, i) => through(inner, start + i * outer.step)).flat();
}

test.each(Object.entries({ ...NETWORKS, LENET }))(
  'loops go through the rows of every step of %s',
  (_, architecture) => {
    expect(layoutOf(architecture).outputs).toBeGreaterThan(0);
    for (const step of stepsOf(architecture)) {
      if (step.kind === 'activation') continue;
      const tables = step.kind === 'pad' ? [step.to] : [step.first, step.taps];
      for (const table of tables) {
        const levels = levelsOf(table);
        expect(through(levels, table[0])).toEqual([...table]);
        expect(countOf(levels)).toBe(table.length);
        expect(levels.length).toBeLessThanOrEqual(3);
      }
    }
  },
);

test('loops beside consecutive rows go through these in order', () => {
  const walks = beside([
    { count: 3, step: 100 },
    { count: 4, step: 10 },
  ]);
  expect(walks).toEqual([
    { count: 3, steps: [100, 4] },
    { count: 4, steps: [10, 1] },
  ]);
});

test('rows that no loops give are refused', () => {
  expect(() => levelsOf([0, 1, 2, 10, 11, 13])).toThrow('expected rows of nested loops');
});
