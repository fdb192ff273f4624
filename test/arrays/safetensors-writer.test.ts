import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readSafetensors } from '../../src/arrays/safetensors.js';
import { type WrittenTensor, writeSafetensors } from '../../src/arrays/safetensors-writer.js';

const where = "file 'x.safetensors'";

/** By hand from the description of the format. */
test('writes the bytes that the format says', () => {
  const bytes = writeSafetensors([{ name: 'a', shape: [1, 2], data: Float32Array.of(1, -2) }], { format: 'pt' });
  const header = '{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}';
  const length = 8 * Math.ceil(header.length / 8);
  expect([...bytes.subarray(0, 8)]).toEqual([length, 0, 0, 0, 0, 0, 0, 0]);
  expect(new TextDecoder().decode(bytes.subarray(8, 8 + length))).toBe(header.padEnd(length, ' '));
  expect([...bytes.subarray(8 + length)]).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]);
});

test('what is written is read back, each number aligned', () => {
  const float = fc.float32Array({ maxLength: 6 }).map((data) => ({ shape: [data.length], data }));
  const whole = fc
    .array(fc.integer({ min: -(2 ** 50), max: 2 ** 50 }), { maxLength: 3 })
    .map((all) => ({ shape: [all.length], data: BigInt64Array.from(all, BigInt) }));
  const named = fc.uniqueArray(fc.tuple(fc.string({ minLength: 1 }), fc.oneof(float, whole)), {
    selector: ([name]) => name,
    maxLength: 8,
  });
  fc.assert(
    fc.property(named, (all) => {
      fc.pre(all.every(([name]) => name !== '__metadata__' && name !== '__proto__'));
      const tensors = all.map(([name, tensor]): WrittenTensor => ({ name, ...tensor }));
      const bytes = writeSafetensors(tensors);
      const back = new Map(readSafetensors(bytes, where).map((array) => [array.name, array]));
      expect(back.size).toBe(tensors.length);
      for (const { name, shape, data } of tensors) {
        expect(back.get(name)!.shape).toEqual(shape);
        expect([...back.get(name)!.data]).toEqual(Array.from(data as ArrayLike<number | bigint>, Number));
      }
    }),
    { numRuns: 100 },
  );
});
