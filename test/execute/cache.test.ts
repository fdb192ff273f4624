import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ResultCache, type StepResult } from '../../src/execute/cache.js';
import { buffersOf, settle } from '../../src/execute/settle.js';

const provenance = { documentHash: '', key: '', seeds: [], package: '', device: '', finished: '', seconds: 0 };
const outputs = (y: Float32Array) => ({ type: 'Outputs', y, count: y.length, width: 1 }) as const;
const result = (...arrays: Float32Array[]): StepResult => ({
  outputs: Object.fromEntries(arrays.map((y, i) => [`y${i}`, outputs(y)])),
  view: { summary: {}, rows: [], notes: [], plots: [] },
  provenance,
});
const array = (bytes: number): Float32Array => new Float32Array(bytes / 4);

test('arrays that entries share are counted once', () => {
  const cache = new ResultCache(1000);
  const shared = array(400);
  cache.set('a', result(shared));
  cache.set('b', result(shared, array(80)));
  expect(cache.bytes).toBe(480);
  expect([cache.knows('a'), cache.knows('b'), cache.knows('c')]).toEqual(['outputs', 'outputs', 'nothing']);
});

test('over the bound the least recently used outputs go first, and what they show stays', () => {
  const cache = new ResultCache(1000);
  cache.set('a', result(array(400)));
  cache.set('b', result(array(400)));
  cache.outputs('a');
  cache.set('c', result(array(400)));
  expect([cache.knows('a'), cache.knows('b'), cache.knows('c')]).toEqual(['outputs', 'view', 'outputs']);
  expect(cache.shown('b')?.view).toBeDefined();
  expect(cache.bytes).toBe(800);
});

test('a result larger than the bound is shown but not held', () => {
  const cache = new ResultCache(1000);
  cache.set('a', result(array(4000)));
  expect(cache.knows('a')).toBe('view');
  expect(cache.bytes).toBe(0);
});

test('the bound holds and the count is right whatever the order', () => {
  const pool = Array.from({ length: 8 }, (_, i) => array(40 * (i + 1)));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(5), fc.array(fc.nat(7), { maxLength: 4 })), { maxLength: 30 }),
      (operations) => {
        const cache = new ResultCache(600);
        for (const [tag, members] of operations) {
          cache.set(String(tag), result(...members.map((i) => pool[i]!)));
          expect(cache.bytes).toBeLessThanOrEqual(600);
          const held = new Set<ArrayBufferLike>();
          for (let i = 0; i <= 5; i++) for (const buffer of buffersOf(cache.outputs(String(i)))) held.add(buffer);
          expect(cache.bytes).toBe([...held].reduce((sum, buffer) => sum + buffer.byteLength, 0));
        }
      },
    ),
  );
});

test('settle freezes plain objects in depth, keeps sharing, and copies windows', () => {
  const buffer = new Float32Array(100);
  const reference = { y: buffer.subarray(10, 12) };
  const value = settle({ a: { reference }, b: { reference }, list: [1, 2] });
  expect(Object.isFrozen(value.a.reference)).toBe(true);
  expect(Object.isFrozen(value.list)).toBe(true);
  expect(value.a.reference).toBe(value.b.reference);
  expect(value.a.reference.y.buffer.byteLength).toBe(8);
  expect(settle(value)).toBe(value);
});
