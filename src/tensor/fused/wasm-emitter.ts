/**
 * A small WebAssembly assembler: sections, locals, structured loops and the SIMD instructions that the fused kernels use.
 * Instructions are written as expressions: an `Emit` appends its code, operands first.
 */

/** Value types. */
const TYPE = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const;
/** Name of a value type. */
export type ValueType = keyof typeof TYPE;

/** Appends instructions to the function being written. */
export type Emit = () => void;

/** Plain instructions without immediates. */
const PLAIN = {
  i32_add: 0x6a,
  i32_sub: 0x6b,
  i32_mul: 0x6c,
  i32_lt_u: 0x49,
  i32_eq: 0x46,
  i32_eqz: 0x45,
  select: 0x1b,
} as const;

/** SIMD instructions without immediates, after the prefix 0xfd. */
const SIMD = {
  f32x4_splat: 0x13,
  f64x2_splat: 0x14,
  f32x4_eq: 0x41,
  f32x4_lt: 0x43,
  f32x4_gt: 0x44,
  v128_and: 0x4e,
  v128_andnot: 0x4f, // a and not b
  bitselect: 0x52,
  f32x4_abs: 0xe0,
  f32x4_neg: 0xe1,
  f32x4_sqrt: 0xe3,
  f32x4_add: 0xe4,
  f32x4_sub: 0xe5,
  f32x4_mul: 0xe6,
  f32x4_div: 0xe7,
  f32x4_max: 0xe9, // of NaN and anything: NaN
  f32x4_pmin: 0xea, // b < a ? b : a, so a NaN in a stays
  f32x4_pmax: 0xeb, // a < b ? b : a
  f64x2_add: 0xf0,
  f64x2_mul: 0xf2,
  i32x4_shl: 0xab,
  i32x4_add: 0xae,
  f32x4_demote_f64x2_zero: 0x5e,
  f64x2_promote_low_f32x4: 0x5f,
} as const;

/** SIMD loads and stores: opcode and natural alignment (log2). */
const MEMORY = {
  load: [0x00, 4],
  load32_splat: [0x09, 2],
  load64_splat: [0x0a, 3],
  load32_zero: [0x5c, 2],
  store: [0x0b, 4],
} as const;

/** Unsigned LEB128. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low | 0x80 : low);
  } while (rest > 0);
  return bytes;
}

/** Signed LEB128 of a 32-bit integer. */
export function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    const last = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
    bytes.push(last ? low : low | 0x80);
    if (last) return bytes;
  }
}

const float32 = (value: number): number[] => [...new Uint8Array(new Float32Array([value]).buffer)];
const float64 = (value: number): number[] => [...new Uint8Array(new Float64Array([value]).buffer)];
const vector = (items: readonly number[]): number[] => [...unsigned(items.length), ...items];
const named = (name: string): number[] => vector([...new TextEncoder().encode(name)]);

/** One function being written. Parameters are locals 0, 1, …; `local` adds one. */
export class FunctionWriter {
  private readonly bytes: number[] = [];
  private readonly locals: ValueType[] = [];

  constructor(readonly parameters: readonly ValueType[]) {}

  /** A new local variable, zero at first. */
  local(type: ValueType): number {
    this.locals.push(type);
    return this.parameters.length + this.locals.length - 1;
  }

  get = (local: number): Emit => {
    return () => this.bytes.push(0x20, ...unsigned(local));
  };

  set(local: number, value: Emit): void {
    value();
    this.bytes.push(0x21, ...unsigned(local));
  }

  i32 = (value: number): Emit => {
    return () => this.bytes.push(0x41, ...signed(value));
  };

  /** A constant in all four float32 lanes. */
  f32x4 = (value: number): Emit => {
    const lane = float32(value);
    return () => this.bytes.push(0xfd, 0x0c, ...lane, ...lane, ...lane, ...lane);
  };

  /** A constant in all four int32 lanes. */
  i32x4 = (value: number): Emit => {
    const lane = [...new Uint8Array(new Int32Array([value]).buffer)];
    return () => this.bytes.push(0xfd, 0x0c, ...lane, ...lane, ...lane, ...lane);
  };

  f64 = (value: number): Emit => {
    return () => this.bytes.push(0x44, ...float64(value));
  };

  op = (name: keyof typeof PLAIN, ...operands: readonly Emit[]): Emit => {
    return () => {
      for (const operand of operands) operand();
      this.bytes.push(PLAIN[name]);
    };
  };

  simd = (name: keyof typeof SIMD, ...operands: readonly Emit[]): Emit => {
    return () => {
      for (const operand of operands) operand();
      this.bytes.push(0xfd, ...unsigned(SIMD[name]));
    };
  };

  load = (name: Exclude<keyof typeof MEMORY, 'store'>, address: Emit, offset = 0): Emit => {
    const [code, align] = MEMORY[name];
    return () => {
      address();
      this.bytes.push(0xfd, ...unsigned(code), align, ...unsigned(offset));
    };
  };

  store(address: Emit, value: Emit, offset = 0): void {
    const [code, align] = MEMORY.store;
    address();
    value();
    this.bytes.push(0xfd, ...unsigned(code), align, ...unsigned(offset));
  }

  /** Stores one 32-bit lane. */
  storeLane(address: Emit, value: Emit, lane: number, offset = 0): void {
    address();
    value();
    this.bytes.push(0xfd, 0x5a, 2, ...unsigned(offset), lane);
  }

  /** Picks 32-bit lanes: 0–3 from a, 4–7 from b. */
  lanes = (picked: readonly [number, number, number, number], a: Emit, b: Emit): Emit => {
    const bytes = picked.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte));
    return () => {
      a();
      b();
      this.bytes.push(0xfd, 0x0d, ...bytes);
    };
  };

  /** Repeats `body` at least once, as long as `condition` holds after it. */
  loop(body: Emit, condition: Emit): void {
    this.bytes.push(0x03, 0x40);
    body();
    condition();
    this.bytes.push(0x0d, 0x00, 0x0b);
  }

  /** Runs `body` where `condition` is not 0. */
  when(condition: Emit, body: Emit): void {
    condition();
    this.bytes.push(0x04, 0x40);
    body();
    this.bytes.push(0x0b);
  }

  /** The function's body as it stands in the code section. */
  encode(): number[] {
    const locals = this.locals.flatMap((type) => [...unsigned(1), TYPE[type]]);
    const body = [...unsigned(this.locals.length), ...locals, ...this.bytes, 0x0b];
    return [...unsigned(body.length), ...body];
  }
}

function section(id: number, items: readonly (readonly number[])[]): number[] {
  const content = [...unsigned(items.length), ...items.flat()];
  return [id, ...unsigned(content.length), ...content];
}

/** A module that imports the memory `env.memory` and exports `functions` by name; none returns a value. */
export function encodeModule(functions: Readonly<Record<string, FunctionWriter>>): Uint8Array<ArrayBuffer> {
  const writers = Object.entries(functions);
  const types = writers.map(([, f]) => [0x60, ...vector(f.parameters.map((type) => TYPE[type])), 0x00]);
  return new Uint8Array([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, types),
    ...section(2, [[...named('env'), ...named('memory'), 0x02, 0x00, 0x00]]),
    ...section(
      3,
      writers.map((_, i) => unsigned(i)),
    ),
    ...section(
      7,
      writers.map(([name], i) => [...named(name), 0x00, ...unsigned(i)]),
    ),
    ...section(
      10,
      writers.map(([, f]) => f.encode()),
    ),
  ]);
}
