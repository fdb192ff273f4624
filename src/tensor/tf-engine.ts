/** How work of TensorFlow.js on a device is guarded. */

/** Runs device work so that its faults become typed errors; see GpuContext. */
export type Guard = <T>(label: string, block: () => Promise<T>) => Promise<T>;
