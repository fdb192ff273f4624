import { describe, expect, it } from 'vitest';
import { type Architecture, layoutOf } from '../../src/catalog/architecture.js';
import type { Backing } from '../../src/tensor/backing.js';
import { CpuBacking } from '../../src/tensor/cpu-backing.js';
import { Members } from '../../src/tensor/members.js';
import { openWasm } from '../../src/tensor/wasm-backing.js';

const dense = (units: number) => ({ kind: 'dense', units, bias: true }) as const;
const LARGE: Architecture = { type: 'Architecture', input: [2], layers: [dense(2048), dense(2048), dense(1)] };
const SMALL: Architecture = { type: 'Architecture', input: [2], layers: [dense(64), dense(64), dense(1)] };
const COUNT = 64; // one block on every device

const devices: readonly [string, () => Promise<Backing>][] = [
  ['cpu', async () => new CpuBacking()],
  ['wasm', () => openWasm()],
];

describe.each(devices)('one pass of a network on %s', (_, open) => {
  const x = new Float32Array(2 * COUNT).fill(0.5);
  const thetaOf = (architecture: Architecture): Float32Array =>
    new Float32Array(layoutOf(architecture).size).map((_, i) => ((i % 7) - 3) / 1000);

  /** What a pass tells while it runs. */
  async function breaths(
    architecture: Architecture,
    pass: (backing: Backing, theta: Float32Array, breathe: (share?: number) => Promise<void>) => Promise<unknown>,
  ): Promise<readonly number[]> {
    const backing = await open();
    const shares: number[] = [];
    await backing.alone(() =>
      pass(backing, thetaOf(architecture), async (share) => {
        shares.push(share ?? Number.NaN);
      }),
    );
    return shares;
  }

  it('breathes within a large one, and says how far it is', async () => {
    const shares = await breaths(LARGE, (backing, theta, breathe) =>
      backing.engine(LARGE, 1).forward(theta, x, COUNT, breathe),
    );
    expect(shares.length).toBeGreaterThan(3);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.filter((share) => share > 0.05 && share < 0.95).length).toBeGreaterThan(0);
    expect(shares.at(-1)).toBe(1);
  });

  it('breathes within a large member of a family', async () => {
    const shares = await breaths(LARGE, async (backing, theta, breathe) => {
      const engine = backing.engine(LARGE, 1);
      const members = new Members({ kind: 'explicit', theta, count: 1 });
      const block = await engine.open(x, COUNT, members, false);
      await block.run(Uint32Array.of(0), breathe);
      block.close();
    });
    expect(shares.length).toBeGreaterThan(3);
  });

  it('breathes within the gradient of a large one', async () => {
    const weights = new Float32Array(COUNT).fill(1 / COUNT);
    const batch = { x, y: new Float32Array(COUNT), weights, count: COUNT, whole: true };
    const gradient = new Float64Array(layoutOf(LARGE).size);
    const shares = await breaths(LARGE, async (backing, theta, breathe) =>
      backing
        .gradient(LARGE, 1)
        .gradients(Float64Array.from(theta), [0], batch, new Float64Array(1), gradient, breathe),
    );
    expect(shares.length).toBeGreaterThan(6);
  });

  it('stops at the first breath that says so', async () => {
    const backing = await open();
    let breaths = 0;
    const forward = backing.alone(() =>
      backing.engine(LARGE, 1).forward(thetaOf(LARGE), x, COUNT, async () => {
        breaths++;
        throw new Error('stop');
      }),
    );
    await expect(forward).rejects.toThrow('stop');
    expect(breaths).toBe(1);
  });

  it('does not breathe within a small one, which has no time for it', async () => {
    const shares = await breaths(SMALL, (backing, theta, breathe) =>
      backing.engine(SMALL, 1).forward(theta, x, COUNT, breathe),
    );
    expect(shares).toEqual([]);
  });
});
