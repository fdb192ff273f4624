/** What the worker of the test tells of its device. */
export interface Told {
  readonly started: number; // workers, over all runs
  readonly ended: number; // by `terminate`, in the middle of a shard
  readonly threads: number;
  readonly workerSeconds: number;
  readonly same: boolean; // to the bit, with and without workers
  readonly cancelled: string; // the kind of error of a run that was told to stop
  readonly closed: string; // of one whose device was closed
}
