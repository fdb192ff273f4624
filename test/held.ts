/** What stays in memory, asked of the garbage collector. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** A turn of the event loop. */
export const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

/** How many of `count` results are still in memory after the garbage was collected. */
export async function held(count: number, make: () => Promise<object>): Promise<number> {
  const results: WeakRef<object>[] = [];
  for (let i = 0; i < count; i++) results.push(new WeakRef(await make()));
  for (let i = 0; i < 3; i++) {
    await turn();
    collect();
  }
  return results.filter((result) => result.deref() !== undefined).length;
}
