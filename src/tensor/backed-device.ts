/** A device that computes in this thread: a backing with the choice of route, the faults and the recovery. */
import type { Architecture } from '../catalog/architecture.js';
import type { Inputs } from '../catalog/values.js';
import type {
  DescendWork,
  Descent,
  Device,
  DeviceName,
  EvaluateWork,
  Evaluation,
  Examples,
  Family,
  Networks,
  Objective,
  RecordWork,
  Scores,
  Training,
  TrainWork,
  WorkControl,
} from '../catalog/work.js';
import type { Backing } from './backing.js';
import type { Range } from './blocks.js';
import { descendWith } from './descend.js';
import { familyCount, familySubspace } from './family.js';
import { InputOrder } from './foremost.js';
import { checkForward, forwardWith, freshOutputs } from './forward.js';
import { checkWork, layeredSums } from './layered.js';
import type { NetworkEngine } from './network/engine.js';
import { estimateWith } from './network/estimate.js';
import { recordWith } from './network/record.js';
import { scoreWith } from './network/score.js';
import { trainWith } from './network/train.js';
import { pilotLattice, pilotShares } from './pilot.js';
import { Recovery } from './recovery.js';
import { routeOf } from './route.js';
import { sumMembers } from './sum-members.js';

/** Ranges of the members of one evaluation, asked for one by one, so that what is made ready serves all of them. */
export interface ShardSource {
  /** The next range; undefined when there is none left. */
  next(): Promise<Range | undefined>;
  /** Takes the results of the range that was asked for last: loss and power [end − start]. */
  done(range: Range, evaluation: Evaluation): void;
}

/** Implements the primitives on one backing. */
export class BackedDevice implements Device {
  readonly name: DeviceName;
  readonly adapter: string;
  readonly software: boolean;
  private readonly recovery: Recovery;
  private readonly order = new InputOrder();
  private networks: Promise<unknown> = Promise.resolve(); // the work on networks that came last

  /** `recovers`: after a lack of memory it tries smaller batches; otherwise that is an error at once. */
  constructor(
    private readonly backing: Backing,
    recovers = true,
  ) {
    this.recovery = new Recovery(backing, recovers);
    this.name = backing.name;
    this.adapter = backing.adapter;
    this.software = backing.software;
  }

  get dispatches(): number {
    return this.backing.dispatches;
  }

  async evaluate(given: EvaluateWork, control: WorkControl): Promise<Evaluation> {
    return this.evaluatePrepared(await this.prepared(given, control), control);
  }

  /** The same of work that is prepared. */
  async evaluatePrepared(work: EvaluateWork, control: WorkControl): Promise<Evaluation> {
    const waiting = [work.range ?? { start: 0, end: familyCount(work.family) }];
    let whole: Evaluation | undefined;
    const source: ShardSource = {
      next: async () => waiting.pop(),
      done: (_, evaluation) => {
        whole = evaluation;
      },
    };
    await this.evaluateShards(work, source, control);
    return whole!;
  }

  /** The same work checked, without inputs that do not count, and with the others in the order in which this device takes them. */
  async prepared(given: EvaluateWork, control: WorkControl): Promise<EvaluateWork> {
    checkWork(given);
    const { architecture, family } = given;
    const lattice = this.isFused(given) ? undefined : pilotLattice(family);
    if (lattice === undefined) return this.order.byOutput(given);
    const { subspace, low, high, points } = lattice;
    return this.order.byShares(given, [architecture, subspace.origin, subspace.basis, low, high, points], (work) =>
      this.recovery.run(control.signal, (scale) =>
        pilotShares(work, lattice, this.backing.engine(architecture, scale), control),
      ),
    );
  }

  private isFused({ architecture, family }: EvaluateWork): boolean {
    return routeOf(architecture, familySubspace(family)?.rank, this.name).startsWith('fused');
  }

  /**
   * J and power of the ranges that `source` gives, which lie in the family whatever `work.range` says; `work` is prepared. A member's
   * numbers do not depend on how the ranges are cut. Rejects as `evaluate` does; a range whose results were not taken by then is not
   * done.
   */
  async evaluateShards(work: EvaluateWork, source: ShardSource, control: WorkControl): Promise<void> {
    const { architecture, inputs, family, cap } = work;
    const fused = this.isFused(work);
    const early = inputs.weights.every((weight) => weight >= 0);
    let range: Range | undefined; // asked for and not done
    await this.recovery.run(control.signal, async (scale) => {
      const sums =
        (fused ? await this.backing.fused(work, control, scale) : undefined) ??
        layeredSums(work, this.backing.engine(architecture, scale));
      try {
        for (range ??= await source.next(); range; range = await source.next()) {
          const evaluation = await sumMembers(
            sums,
            range,
            cap === undefined ? undefined : { value: cap, early },
            control,
          );
          markDiverged(family, range, evaluation);
          source.done(range, evaluation);
        }
      } finally {
        sums.close();
      }
    });
  }

  async descend(work: DescendWork, control: WorkControl): Promise<Descent> {
    return this.recovery.run(control.signal, async (scale) => {
      const engine = this.backing.gradient(work.architecture, scale);
      try {
        return await descendWith(work, engine, control);
      } finally {
        engine.dispose();
      }
    });
  }

  async forward(
    architecture: Architecture,
    theta: Float32Array,
    inputs: Inputs,
    control: WorkControl,
  ): Promise<Float32Array> {
    const kind = checkForward(architecture, theta, inputs);
    return this.recovery.run(control.signal, async (scale) => {
      if (kind === 'sequence')
        return forwardWith(this.backing.engine(architecture, scale), architecture, theta, inputs, control);
      const engine = this.backing.network(architecture, scale);
      try {
        return await forwardWith(freshOutputs(engine, architecture), architecture, theta, inputs, control);
      } finally {
        engine.dispose();
      }
    });
  }

  /** One after the other, as each may take much memory. */
  private onNetwork<T>(
    architecture: Architecture,
    control: WorkControl,
    work: (engine: NetworkEngine) => Promise<T>,
  ): Promise<T> {
    const own = this.networks.then(() =>
      this.recovery.run(control.signal, async (scale) => {
        const engine = this.backing.network(architecture, scale);
        try {
          return await work(engine);
        } finally {
          engine.dispose();
        }
      }),
    );
    this.networks = own.catch(() => undefined);
    return own;
  }

  async train(work: TrainWork, control: WorkControl): Promise<Training> {
    return this.onNetwork(work.networks.architecture, control, (engine) => trainWith(work, engine, control));
  }

  async score(networks: Networks, examples: Examples, objective: Objective, control: WorkControl): Promise<Scores> {
    return this.onNetwork(networks.architecture, control, (engine) =>
      scoreWith(networks, examples, objective, engine, control),
    );
  }

  async record(work: RecordWork, control: WorkControl): Promise<readonly Float32Array[]> {
    return this.onNetwork(work.networks.architecture, control, (engine) => recordWith(work, engine, control));
  }

  async estimateStatistics(
    networks: Networks,
    inputs: Inputs,
    batch: number,
    control: WorkControl,
  ): Promise<Float32Array> {
    return this.onNetwork(networks.architecture, control, (engine) =>
      estimateWith(networks, inputs, batch, engine, control),
    );
  }

  dispose(): Promise<void> {
    return this.backing.dispose();
  }
}

/** J of a vector that is not finite is NaN on every device; some rectify NaN to 0. */
function markDiverged(family: Family, { start, end }: Range, { loss, power }: Evaluation): void {
  if (family.kind !== 'explicit') return;
  const size = family.theta.length / family.count;
  for (let member = start; member < end; member++) {
    const theta = family.theta.subarray(member * size, (member + 1) * size);
    if (theta.every(Number.isFinite)) continue;
    loss[member - start] = Number.NaN;
    power[member - start] = Number.NaN;
  }
}
