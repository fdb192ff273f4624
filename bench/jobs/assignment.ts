/** The linear assignment problem beside SciPy's. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readNpy, writeNpy } from '../../src/arrays/npy.js';
import { assign } from '../../src/tensor/assignment.js';
import { stream } from '../../src/tensor/random.js';
import type { Bench } from '../bench.js';
import { contest, type Entry } from '../contest.js';
import { Script } from '../peers/python.js';
import { missingRow, rowOf, sameBits } from '../rows.js';

const LEAST = 0.5; // of SciPy's rate

/** n² costs drawn from U[0, 1), or ten-dimensional inner products: what matching of units looks like. */
function costs(n: number, kind: 'random' | 'inner products'): Float64Array {
  const draw = stream(11, 'bench', 0);
  if (kind === 'random') return Float64Array.from({ length: n * n }, () => draw.uniform());
  const [a, b] = [0, 1].map(() => Float64Array.from({ length: n * 10 }, () => draw.normal()));
  return Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n) * 10, (at % n) * 10];
    let sum = 0;
    for (let k = 0; k < 10; k++) sum -= a![i + k]! * b![j + k]!;
    return sum;
  });
}

/** 2,048 rows and columns, dense, in float64. */
export async function assignment(bench: Bench): Promise<void> {
  const n = bench.slice(2048, 256);
  for (const kind of ['random', 'inner products'] as const) {
    const job = `linear assignment, ${n.toLocaleString('en')}² ${kind}`;
    const cost = costs(n, kind);
    const folder = mkdtempSync(join(tmpdir(), 'fiberscope-bench-'));
    writeFileSync(join(folder, 'cost.npy'), writeNpy(cost, [n, n]));
    const script = new Script('scipy_peer.py', [folder], 1);
    try {
      const { name } = await script.answer<{ name: string }>();
      const own: Entry = {
        who: 'Fiberscope, JavaScript',
        threads: 1,
        count: 1,
        how: () => 'column and row reduction, augmenting paths',
        run: async () => ({ values: Float32Array.from(assign(cost, n).columns) }),
      };
      const peer: Entry = {
        who: name,
        threads: 1,
        count: 1,
        how: () => 'augmenting paths',
        run: async () => {
          const { time } = await script.ask<{ time: number }>({});
          const { data } = readNpy(new Uint8Array(readFileSync(join(folder, 'columns.npy'))), 'columns.npy');
          return { values: data as Float32Array, time };
        },
      };
      const [ours, theirs] = await contest(bench, [own, peer]);
      const compared = sameBits(ours!.values, theirs!.values, 'assignment');
      const row = { job, unit: 'assignments', ours: ours!.side, against: theirs!.side };
      bench.row(rowOf(row, { atLeast: LEAST, ...compared }));
    } catch (error) {
      bench.row(missingRow(job, `scipy_peer.py: ${(error as Error).message}`, LEAST));
    } finally {
      await script.close();
      rmSync(folder, { recursive: true, force: true });
    }
  }
}
