import { describe, expect, test } from 'vitest';
import { encodeModule, FunctionWriter, signed, unsigned } from '../../../src/tensor/fused/wasm-emitter.js';

const memory = new WebAssembly.Memory({ initial: 1 });

async function compiled(f: FunctionWriter): Promise<(...args: number[]) => void> {
  const { instance } = await WebAssembly.instantiate(encodeModule({ run: f }), { env: { memory } });
  return instance.exports.run as (...args: number[]) => void;
}

describe('LEB128 (WebAssembly core specification, section 5.2.2)', () => {
  test('unsigned', () => {
    expect(unsigned(0)).toEqual([0]);
    expect(unsigned(127)).toEqual([0x7f]);
    expect(unsigned(128)).toEqual([0x80, 0x01]);
    expect(unsigned(624_485)).toEqual([0xe5, 0x8e, 0x26]);
    expect(unsigned(2 ** 32 - 1)).toEqual([0xff, 0xff, 0xff, 0xff, 0x0f]);
  });
  test('signed', () => {
    expect(signed(0)).toEqual([0]);
    expect(signed(63)).toEqual([0x3f]);
    expect(signed(64)).toEqual([0xc0, 0x00]);
    expect(signed(-1)).toEqual([0x7f]);
    expect(signed(-123_456)).toEqual([0xc0, 0xbb, 0x78]);
    expect(signed(-(2 ** 31))).toEqual([0x80, 0x80, 0x80, 0x80, 0x78]);
  });
});

describe('modules', () => {
  test('a loop adds four lanes over memory', async () => {
    const f = new FunctionWriter(['i32', 'i32', 'i32']); // from, end, to
    const sum = f.local('v128');
    f.set(sum, f.f32x4(1));
    f.loop(
      () => {
        f.set(sum, f.simd('f32x4_add', f.get(sum), f.load('load', f.get(0))));
        f.set(0, f.op('i32_add', f.get(0), f.i32(16)));
      },
      f.op('i32_lt_u', f.get(0), f.get(1)),
    );
    f.store(f.get(2), f.get(sum), 16);
    const numbers = new Float32Array(memory.buffer);
    numbers.set([1, 2, 3, 4, 10, 20, 30, 40, 100, 200, 300, 400]);
    (await compiled(f))(0, 48, 64);
    expect([...numbers.subarray(20, 24)]).toEqual([112, 223, 334, 445]);
  });

  test('splats, lanes, float64 halves and selections', async () => {
    const f = new FunctionWriter(['i32']);
    const { simd, load, get } = f;
    f.store(get(0), load('load32_splat', get(0), 4), 64);
    f.store(get(0), f.lanes([3, 0, 5, 6], load('load', get(0)), load('load', get(0), 16)), 80);
    const wide = simd('f64x2_promote_low_f32x4', load('load', get(0)));
    f.store(get(0), simd('f32x4_demote_f64x2_zero', simd('f64x2_add', wide, wide)), 96);
    const [low, high] = [f.f32x4(-1), f.f32x4(2)];
    f.store(get(0), simd('f32x4_pmax', simd('f32x4_pmin', load('load', get(0)), high), low), 112);
    const numbers = new Float32Array(memory.buffer);
    numbers.set([Number.NaN, 1.5, -8, 9, 10, 11, 12, 13]);
    (await compiled(f))(0);
    expect([...numbers.subarray(16, 20)]).toEqual([1.5, 1.5, 1.5, 1.5]);
    expect([...numbers.subarray(20, 24)]).toEqual([9, Number.NaN, 11, 12]);
    expect([...numbers.subarray(24, 28)]).toEqual([Number.NaN, 3, 0, 0]);
    expect([...numbers.subarray(28, 32)]).toEqual([Number.NaN, 1.5, -1, 2]); // NaN passes
  });

  test('many locals, far offsets and several functions', async () => {
    const f = new FunctionWriter(['i32']);
    const locals = Array.from({ length: 300 }, () => f.local('v128'));
    locals.forEach((local, i) => {
      f.set(local, f.f32x4(i));
    });
    f.store(f.get(0), f.get(locals[299]!), 40_000);
    const other = new FunctionWriter([]);
    const bytes = encodeModule({ first: f, second: other });
    expect(WebAssembly.validate(bytes)).toBe(true);
    const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });
    expect(Object.keys(instance.exports)).toEqual(['first', 'second']);
    (instance.exports.first as (at: number) => void)(16);
    expect(new Float32Array(memory.buffer)[10_004]).toBe(299);
  });
});
