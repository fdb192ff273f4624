/**
 * What the fused WebGPU route needs of the device that `src/tensor` owns: the device itself, its pipelines, and guarded blocks of raw
 * calls.
 */
export interface GpuContext {
  readonly device: GPUDevice;
  /** The compute pipeline of WGSL code with entry point `main`, made once per code while it is in use. Call inside `guard`. */
  pipeline(code: string): Promise<GPUComputePipeline>;
  /**
   * Runs a block of raw WebGPU calls *including its reads* inside error scopes (validation, out of memory, internal) and
   * watches for a lost device; any of these rejects with a FiberscopeError of kind `device`, never with silent zeros.
   * `dispatches` is called with the number of dispatches that the block has submitted, so that they are counted.
   */
  guard<T>(label: string, block: (dispatches: (count: number) => void) => Promise<T>): Promise<T>;
}
