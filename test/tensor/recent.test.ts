import { expect, test } from 'vitest';
import { Recent } from '../../src/tensor/recent.js';

test('makes a value once, and keeps those used last', () => {
  const made: string[] = [];
  const recent = new Recent<string>(2);
  const get = (key: string): string =>
    recent.get(key, () => {
      made.push(key);
      return key.toUpperCase();
    });
  expect(['a', 'b', 'a', 'c', 'a', 'b'].map(get)).toEqual(['A', 'B', 'A', 'C', 'A', 'B']);
  expect(made).toEqual(['a', 'b', 'c', 'b']); // c took b's place, not a's
  recent.delete('a');
  get('a');
  expect(made.at(-1)).toBe('a');
});
