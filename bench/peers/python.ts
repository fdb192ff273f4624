/**
 * Peers in Python, each a process of its own for one piece of work. The arrays are handed over in a .npz file, J comes back in a
 * .npy file; a run's time is what Python measured. Between runs the process waits and takes no processor time.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { readNpy } from '../../src/arrays/npy.js';
import { layoutOf } from '../../src/catalog/architecture.js';
import type { Run } from '../measure.js';
import { type OpenPeer, type Way, workFile } from './peer.js';

const SCRIPTS = 'bench/peers'; // below the root of the checkout

/** Debian's own Python, which has python3-numpy and python3-torch, else the first in the path; BENCH_PYTHON names another. */
function interpreter(): string {
  return process.env.BENCH_PYTHON ?? (existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3');
}

/** Limits of all the libraries that may multiply matrices. */
function environment(threads: number): NodeJS.ProcessEnv {
  const names = ['OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS', 'BLIS_NUM_THREADS'];
  return { ...process.env, ...Object.fromEntries(names.map((name) => [name, String(threads)])) };
}

/** A Python script that answers lines of JSON with lines of JSON. */
export class Script {
  private readonly process: ChildProcessWithoutNullStreams;
  private readonly lines: AsyncIterator<string>;
  private said = ''; // on stderr

  constructor(name: string, args: readonly string[], threads: number) {
    const script = resolve(SCRIPTS, name);
    this.process = spawn(interpreter(), [script, ...args], { env: environment(threads) });
    this.process.on('error', (error) => {
      this.said = error.message;
    });
    this.process.stdin.on('error', () => {}); // a process that ended is heard of by its answer
    this.process.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.said = (this.said + text).slice(-4000);
    });
    this.lines = createInterface(this.process.stdout)[Symbol.asyncIterator]();
  }

  /** The next line, or an error with the last thing that Python said. */
  async answer<T>(): Promise<T> {
    const { value, done } = await this.lines.next();
    if (done) throw new Error(this.said.trim().split('\n').at(-1) || 'Python ended without a word');
    return JSON.parse(value) as T;
  }

  ask<T>(request: object): Promise<T> {
    this.process.stdin.write(`${JSON.stringify(request)}\n`);
    return this.answer();
  }

  async close(): Promise<void> {
    const gone = new Promise((done) => this.process.once('close', done));
    this.process.stdin.end();
    if (this.process.exitCode === null && this.process.pid !== undefined) await gone;
  }
}

/** A peer in a script of this folder, with so many threads; `words` are further arguments of the script. */
export const openPython =
  (script: string, threads: number, ...words: readonly string[]): OpenPeer =>
  async (work, chunks) => {
    const folder = mkdtempSync(join(tmpdir(), 'fiberscope-bench-'));
    const { tensors } = layoutOf(work.architecture);
    writeFileSync(join(folder, 'job.npz'), workFile(work));
    writeFileSync(join(folder, 'job.json'), JSON.stringify({ layers: work.architecture.layers, tensors, threads }));
    const peer = new Script(script, [folder, ...words], threads);
    try {
      const { name, ways, peak } = await peer.answer<{ name: string; ways: string[]; peak?: number | null }>();
      return {
        name,
        peak: peak ?? undefined,
        ways: ways.flatMap((way) => chunks.map((chunk) => wayOf(peer, folder, way, chunk))),
        close: async () => {
          await peer.close();
          rmSync(folder, { recursive: true, force: true });
        },
      };
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      return `${script}: ${(error as Error).message}`;
    }
  };

function wayOf(peer: Script, folder: string, way: string, chunk: number): Way {
  const run = async (count: number): Promise<Run> => {
    const { time } = await peer.ask<{ time: number }>({ way, chunk, count });
    const { data } = readNpy(new Uint8Array(readFileSync(join(folder, 'loss.npy'))), 'loss.npy');
    return { values: data as Float32Array, time };
  };
  return { name: `${way}, chunks of ${chunk}`, run };
}
