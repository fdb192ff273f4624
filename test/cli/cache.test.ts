/** The user's cache folder: dear results across runs, measured speeds, and that neither is ever needed. */
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cacheFolder, rateFile } from '../../src/cli/cache-folder.js';
import { DiskStore } from '../../src/cli/disk-store.js';
import type { StepResult } from '../../src/execute/cache.js';
import { FakeDevice, pipeline as fakePipeline, lab } from '../execute/fakes.js';
import { cli, file, folder, small, written } from './harness.js';

const result = (numbers: number, first = 1): StepResult => {
  const y = new Float32Array(numbers).fill(first);
  const values = { type: 'Outputs', y, count: numbers, width: 1 } as const;
  return {
    outputs: { values, again: values, nothing: undefined },
    view: { summary: { a: Number.NaN, b: -0 }, rows: [['ε', '½']], notes: [], plots: [] },
    provenance: { documentHash: 'd', key: 'k', seeds: [3], package: 'p', device: 'cpu', finished: '', seconds: 2 },
  };
};

const store = (limit?: number) => new DiskStore(join(folder(), 'results'), 'build', limit);
const filesIn = (path: string): string[] => readdirSync(path).map((name) => join(path, name));

describe('the disk store', () => {
  test('gives back what it was given: frozen, with arrays of their own', async () => {
    const disk = store();
    await disk.put('cpu a', result(5));
    const got = (await disk.get('cpu a'))!;
    expect(got).toEqual(result(5));
    expect(Object.isFrozen(got.outputs)).toBe(true);
    const { y } = got.outputs.values as { y: Float32Array };
    expect(y.byteLength).toBe(y.buffer.byteLength);
    expect(Object.is(got.view.summary.b, -0)).toBe(true);
  });

  test('knows nothing of another device, key or build', async () => {
    const disk = store();
    await disk.put('cpu a', result(5));
    expect(await disk.get('wasm a')).toBeUndefined();
    expect(await disk.get('cpu b')).toBeUndefined();
    expect(await new DiskStore(disk.folder, 'other build').get('cpu a')).toBeUndefined();
    expect(await new DiskStore(disk.folder, 'build').get('cpu a')).toBeDefined();
  });

  test('a file that was changed, cut or emptied at any place counts as none', async () => {
    const disk = store();
    await disk.put('cpu a', result(50));
    const [path] = filesIn(disk.folder) as [string];
    const whole = readFileSync(path);
    for (let at = 0; at < whole.length; at += 7) {
      const changed = Buffer.from(whole);
      changed[at]! ^= 0x10;
      writeFileSync(path, changed);
      expect(await disk.get('cpu a'), `byte ${at}`).toBeUndefined();
      expect(existsSync(path)).toBe(false);
    }
    for (const length of [0, 1, 19, 40, 60, whole.length - 1]) {
      writeFileSync(path, whole.subarray(0, length));
      expect(await disk.get('cpu a'), `${length} bytes`).toBeUndefined();
    }
    writeFileSync(path, whole);
    expect(await disk.get('cpu a')).toEqual(result(50));
  });

  test('a file that cannot be read now counts as none, and stays', async () => {
    const disk = store();
    await disk.put('cpu a', result(50));
    const [path] = filesIn(disk.folder) as [string];
    const elsewhere = `${path}.elsewhere`;
    renameSync(path, elsewhere);
    symlinkSync(path, path); // ELOOP, also for the superuser
    expect(await disk.get('cpu a')).toBeUndefined();
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    rmSync(path);
    renameSync(elsewhere, path);
    expect(await disk.get('cpu a')).toEqual(result(50));
  });

  test('stays within its bytes: what was used longest ago goes first', async () => {
    const disk = store(250_000);
    const names = ['a', 'b', 'c', 'd', 'e'];
    for (const [i, name] of names.entries()) {
      await disk.put(name, result(15_000)); // 60 kB
      for (const path of filesIn(disk.folder)) if (statSync(path).mtimeMs > 1e12) utimesSync(path, i + 1, i + 1); // one second apart, in 1970
      if (name === 'd') await disk.get('a'); // now
    }
    const kept = await Promise.all(names.map(async (name) => (await disk.get(name)) !== undefined));
    expect(kept).toEqual([true, false, true, true, true]);
    const bytes = filesIn(disk.folder).reduce((sum, path) => sum + statSync(path).size, 0);
    expect(bytes).toBeLessThanOrEqual(250_000);
    await disk.put('large', result(100_000));
    expect(await disk.get('large')).toBeUndefined();
    expect(await disk.get('e')).toBeDefined();
  });

  test('where nothing can be written, nothing is kept and nothing fails', async () => {
    const disk = new DiskStore(join(file('taken', ''), 'results'), 'build');
    await disk.put('a', result(5));
    expect(await disk.get('a')).toBeUndefined();
  });

  test('leaves no drafts', async () => {
    const disk = store();
    await Promise.all(['a', 'b', 'c'].map((tag) => disk.put(tag, result(5))));
    expect(readdirSync(disk.folder).every((name) => name.endsWith('.result'))).toBe(true);
    expect(readdirSync(disk.folder)).toHaveLength(3);
  });
});

const dear = () => written(fakePipeline({ wait: ['patient'], cut: ['cut'] }, ['wait cut']));
const fakes = (cache?: string) => {
  const { registry, runs } = lab();
  const openDevice = async (choice: string) => new FakeDevice(choice === 'wasm' ? 'wasm' : 'cpu');
  return {
    runs,
    options: { nodes: registry.all, openDevice, ...(cache ? { cache: { folder: cache, build: 'b' } } : {}) },
  };
};
const manifestOf = (out: string) => JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8'));

describe('run', () => {
  test('takes what was dear from an earlier run, and says so; results are the same', async () => {
    const cache = join(folder(), 'cache');
    const path = dear();
    const [one, two] = [join(folder(), 'one'), join(folder(), 'two')];
    const { runs, options } = fakes(cache);
    const first = await cli(['run', path, '--out', one], options);
    expect(runs).toEqual({ patient: 1, cut: 1 });
    const second = await cli(['run', path, '--out', two], options);
    expect(runs).toEqual({ patient: 1, cut: 2 });
    expect(second.out).toBe(first.out);
    expect(second.err).toMatch(/^wait: kept from an earlier run that took [\d.]+ s\n\[1\/1\] cut: done in/);
    const [before, after] = [manifestOf(one), manifestOf(two)];
    expect(before.nodes.wait.cached).toBeUndefined();
    expect(after.stepsRun).toBe(1);
    expect(after.nodes.wait).toEqual({ ...before.nodes.wait, cached: true });
    expect(after.nodes.cut.cached).toBeUndefined();
    expect(readFileSync(join(two, 'wait.values.npz'))).toEqual(readFileSync(join(one, 'wait.values.npz')));
    const plan = await cli(['plan', path], options);
    expect(plan.out).toMatch(/ wait .* kept\n/);
    expect(plan.out).toMatch(/2 steps for 2 nodes, 1 of them kept/);
  });

  test('--no-cache computes again and keeps no result; another device computes for itself', async () => {
    const cache = join(folder(), 'cache');
    const path = dear();
    const { runs, options } = fakes(cache);
    await cli(['run', path, '--quiet', '--no-cache'], options);
    expect(existsSync(join(cache, 'results'))).toBe(false);
    await cli(['run', path, '--quiet'], options);
    await cli(['run', path, '--quiet', '--no-cache'], options);
    expect(runs.patient).toBe(3);
    await cli(['run', path, '--quiet', '--device', 'wasm'], options);
    expect(runs.patient).toBe(4);
    await cli(['run', path, '--quiet'], options);
    expect(runs.patient).toBe(4);
  }, 60_000);
});

describe('speeds', () => {
  test('plan says times, the second time without measuring: it believes what is kept', async () => {
    const cache = join(folder(), 'cache');
    const options = { cache: { folder: cache, build: 'b' } };
    const path = written(small({ points: 40 }));
    const plan = () => cli(['plan', path, '--device', 'cpu'], options);
    const { code, out } = await plan();
    expect(code).toBe(0);
    expect(out).toMatch(/^6 +grid .*[≈<] .*fused/m);
    expect(out).toMatch(/\n6 steps for 6 nodes; .*; (about|under) [\d.]+ m?s\n/);
    const [name] = readdirSync(cache).filter((entry) => entry.startsWith('rates-'));
    const { rates: kept } = JSON.parse(readFileSync(join(cache, name!), 'utf8'));
    expect(Object.keys(kept)).toEqual(['cpu JavaScript']);
    expect((await plan()).out).toBe(out);
    // the plan believes what is kept: a thousand times slower, a thousand times longer
    const slower = Object.fromEntries(
      Object.entries(kept['cpu JavaScript'] as Record<string, number>).map(([key, rate]) => [key, rate / 1e6]),
    );
    writeFileSync(join(cache, name!), JSON.stringify({ build: 'b', rates: { 'cpu JavaScript': slower } }));
    expect((await plan()).out).toMatch(/^6 +grid .*≈ .* (min|h)/m);
  });

  test('plan takes a device, and refuses one that is none', async () => {
    expect((await cli(['plan', written(small()), '--device', 'abacus'])).code).toBe(2);
    expect((await cli(['plan', written(small()), '--out', 'x'])).err).toContain("'plan' takes no option --out");
  });

  test('are of one build and one machine', async () => {
    const into = folder();
    await rateFile(into, 'one', 'here').save({ cpu: { a: 1 } });
    expect(await rateFile(into, 'one', 'here').load()).toEqual({ cpu: { a: 1 } });
    await expect(rateFile(into, 'one', 'there').load()).rejects.toThrow();
    expect(await rateFile(into, 'two', 'here').load()).toBeUndefined();
    await rateFile(into, 'two', 'here').save({ cpu: { a: 2 } });
    expect(readdirSync(into)).toHaveLength(1);
  });

  test('a plan of another build measures for itself', async () => {
    const cache = join(folder(), 'cache');
    const path = written(small({ points: 40 }));
    const plan = (build: string) => cli(['plan', path, '--device', 'cpu'], { cache: { folder: cache, build } });
    await plan('one');
    const [name] = readdirSync(cache);
    const kept = JSON.parse(readFileSync(join(cache, name!), 'utf8'));
    for (const key of Object.keys(kept.rates['cpu JavaScript'])) kept.rates['cpu JavaScript'][key] = 1e-3;
    writeFileSync(join(cache, name!), JSON.stringify(kept));
    expect((await plan('one')).out).toMatch(/^6 +grid .*≈ .* (min|h)/m);
    expect((await plan('two')).out).toMatch(/^6 +grid .*[≈<] [\d.]+ m?s /m);
  });

  test('a folder that cannot be used, or holds nonsense, changes nothing but the speed', async () => {
    const path = written(small());
    const taken = file('taken', '');
    const run = async (cache?: Parameters<typeof cli>[1]) => {
      const ran = await cli(['run', path, '--device', 'cpu', '--quiet'], cache);
      return { ...ran, out: ran.out.replace(/points\/s .*/g, 'points/s') };
    };
    const plain = await run();
    expect(await run({ cache: { folder: taken, build: 'b' } })).toEqual(plain);
    expect((await cli(['plan', path, '--device', 'cpu'], { cache: { folder: taken, build: 'b' } })).code).toBe(0);
    const odd = folder();
    await rateFile(odd, 'x').save({});
    mkdirSync(join(odd, 'results'));
    for (const name of readdirSync(odd)) if (name.endsWith('.json')) writeFileSync(join(odd, name), '{"cpu');
    chmodSync(odd, 0o500);
    expect(await run({ cache: { folder: odd, build: 'b' } })).toEqual(plain);
    chmodSync(odd, 0o700);
  });

  test('the folder follows XDG_CACHE_HOME where that is a whole path', () => {
    expect(cacheFolder({ XDG_CACHE_HOME: '/var/cache/me' })).toBe('/var/cache/me/fiberscope');
    for (const given of [undefined, '', 'relative/path'])
      expect(cacheFolder({ XDG_CACHE_HOME: given })).toBe(join(homedir(), '.cache', 'fiberscope'));
  });
});
