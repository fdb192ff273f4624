/** Timing ours beside peers in turns, each peer at the best of its ways. */
import type { Device, EvaluateWork, Evaluation } from '../src/catalog/work.js';
import { familyCount } from '../src/tensor/family.js';
import type { Bench } from './bench.js';
import { difference, inTurns, type Runner } from './measure.js';
import { bestWay, type OpenPeer, type Peer } from './peers/peer.js';
import { control } from './problems.js';
import { missingRow, rowOf, type Side, sameWithin, sideOf } from './rows.js';

/** One that takes part. `how` is asked after it ran. */
export interface Entry {
  readonly who: string;
  readonly threads: number | null;
  readonly count: number;
  how(): string;
  readonly run: Runner;
}

/** Ours, with its last evaluation. */
export interface Ours extends Entry {
  last(): Evaluation;
}

/** Our evaluate on a device, all members of `work`; `label` tells entries of one contest apart. */
export function ours(device: Device, threads: number | null, work: EvaluateWork, label = ''): Ours {
  let last: Evaluation | undefined;
  return {
    who: `Fiberscope, ${device.name}${label === '' ? '' : `, ${label}`}`,
    threads,
    count: familyCount(work.family),
    how: () => last?.route ?? '',
    run: async () => {
      last = await device.evaluate(work, control);
      return { values: last.loss };
    },
    last: () => {
      if (last === undefined) throw new Error('bench: expected a run before its evaluation is asked for');
      return last;
    },
  };
}

/** What an entry came to: its timing, and the values of its last run. */
export interface Result {
  readonly side: Side;
  readonly values: Float32Array;
}

/** The timings of entries in turns. */
export async function contest(bench: Bench, entries: readonly Entry[]): Promise<Result[]> {
  const timings = await inTurns(
    entries.map(({ run }) => run),
    bench.rounds,
    (i, time) => bench.tick(`${entries[i]!.who}: ${(time / 1000).toPrecision(3)} s`),
  );
  return entries.map(({ who, threads, count, how }, i) => ({
    side: sideOf({ who, how: how(), threads, count }, timings[i]!),
    values: timings[i]!.values,
  }));
}

/** A peer to be measured: how it is opened, its chunk sizes, and what is promised beside it. */
export interface PeerEntry {
  readonly open: OpenPeer;
  readonly chunks: readonly number[];
  readonly atLeast?: number;
  readonly opened?: (peer: Peer) => void; // hears of it where it is there
}

/**
 * Ours on one device beside peers on the same work, and beside other entries of ours, all in turns. `trial` members serve to
 * choose each peer's way and chunk size. Rows are reported; what ours and `more` came to is given back.
 */
export async function besidePeers(
  bench: Bench,
  job: string,
  {
    work,
    own,
    peers,
    more = [],
    trial,
  }: {
    readonly work: EvaluateWork;
    readonly own: Ours;
    readonly peers: readonly PeerEntry[];
    readonly more?: readonly Entry[];
    readonly trial: number;
  },
): Promise<Result[]> {
  await own.run(); // a peer on the same backend needs it to be active
  const opened: { readonly peer: Peer; readonly entry: Entry; readonly atLeast: number | undefined }[] = [];
  try {
    for (const { open, chunks, atLeast, opened: hears } of peers) {
      const peer = await open(work, chunks);
      if (typeof peer === 'string') {
        bench.row(missingRow(job, peer, atLeast));
        continue;
      }
      hears?.(peer);
      const way = await bestWay(peer, Math.min(trial, own.count), (text) => bench.tick(text));
      const entry = {
        who: peer.name,
        threads: own.threads,
        count: own.count,
        how: () => way.name,
        run: () => way.run(own.count),
      };
      opened.push({ peer, entry, atLeast });
    }
    const results = await contest(bench, [own, ...opened.map(({ entry }) => entry), ...more]);
    const [mine, ...others] = results;
    opened.forEach(({ atLeast }, i) => {
      const { side, values } = others[i]!;
      const compared = sameWithin(difference(mine!.values, values, own.last().power));
      bench.row(rowOf({ job, ours: mine!.side, against: side }, { atLeast, ...compared }));
    });
    return [mine!, ...others.slice(opened.length)];
  } finally {
    for (const { peer } of opened) await peer.close();
  }
}
