/** One listener for all who wait for a signal. */
import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { Watch } from '../../../src/tensor/pool/watch.js';

test('calls everyone who still waits, once, and leaves nothing behind', () => {
  const watch = new Watch();
  const stop = new AbortController();
  const heard: number[] = [];
  const forget = Array.from({ length: 20 }, (_, i) => watch.add(stop.signal, () => heard.push(i)));
  expect(getEventListeners(stop.signal, 'abort')).toHaveLength(1);
  forget[3]!();
  forget[3]!(); // twice does no more than once
  stop.abort();
  expect(heard).toEqual([...Array(20).keys()].filter((i) => i !== 3));
  for (const one of forget) one();
  expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
});
