/** Loops in emitted code. */
import type { Emit, FunctionWriter } from '../fused/wasm-emitter.js';

/** local += bytes */
export function advance(f: FunctionWriter, local: number, bytes: number): void {
  if (bytes !== 0) f.set(local, f.op('i32_add', f.get(local), f.i32(bytes)));
}

/** `body` as many times as `count` says, which is at least 1: a number, or the value of an expression. */
export function times(f: FunctionWriter, count: number | Emit, body: Emit): void {
  if (count === 1) {
    body();
    return;
  }
  const left = f.local('i32');
  f.set(left, typeof count === 'number' ? f.i32(count) : count);
  f.loop(() => {
    body();
    advance(f, left, -1);
  }, f.get(left));
}

/** One of nested loops: each time, pointer i moves by `bytes[i]`. */
export interface Round {
  readonly count: number;
  readonly bytes: readonly number[];
}

/** Nested loops, outermost first, around `body`, which leaves the pointers as they are. After them each pointer is where it was. */
export function nest(f: FunctionWriter, rounds: readonly Round[], pointers: readonly number[], body: Emit): void {
  walk(f, rounds, pointers, body).forEach((moved, i) => {
    advance(f, pointers[i]!, -moved);
  });
}

/** The loops; gives by how much each pointer has moved. */
function walk(f: FunctionWriter, rounds: readonly Round[], pointers: readonly number[], body: Emit): number[] {
  const [round, ...inner] = rounds;
  if (round === undefined) {
    body();
    return pointers.map(() => 0);
  }
  if (round.count === 1) return walk(f, inner, pointers, body);
  const once = (): void => {
    const moved = walk(f, inner, pointers, body);
    pointers.forEach((pointer, i) => {
      advance(f, pointer, round.bytes[i]! - moved[i]!);
    });
  };
  const leading = round.bytes.findIndex((step) => step > 0);
  const end = f.local('i32');
  f.set(end, f.op('i32_add', f.get(pointers[leading]!), f.i32(round.count * round.bytes[leading]!)));
  f.loop(once, f.op('i32_lt_u', f.get(pointers[leading]!), f.get(end)));
  return pointers.map((_, i) => round.count * round.bytes[i]!);
}
