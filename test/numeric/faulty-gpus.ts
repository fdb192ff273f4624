/** GPUs that go wrong as real ones do: lost, out of memory, with shaders that do not compile or never end compiling. */

/** A GPU that keeps the devices it gives, each after `change`. */
export function watchedGpu(
  source: GPU,
  given: GPUDevice[],
  change: (device: GPUDevice) => void = () => undefined,
): GPU {
  const watched = {
    requestAdapter: async (options?: GPURequestAdapterOptions) => {
      const adapter = (await source.requestAdapter(options))!;
      const request = adapter.requestDevice.bind(adapter);
      adapter.requestDevice = async (descriptor) => {
        const device = await request(descriptor);
        given.push(device);
        change(device);
        return device;
      };
      return adapter;
    },
  };
  return watched as unknown as GPU;
}

/** Destroys a device right after it was given its `nth` piece of work. */
export function loseAfter(nth: number): (device: GPUDevice) => void {
  return (device) => {
    const submit = device.queue.submit.bind(device.queue);
    let pieces = 0;
    device.queue.submit = (buffers) => {
      submit(buffers);
      if (++pieces === nth) device.destroy();
    };
  };
}

/** `change` for the first device of a list only. */
export const first =
  (given: readonly GPUDevice[], change: (device: GPUDevice) => void) =>
  (device: GPUDevice): void => {
    if (given.length === 1) change(device);
  };

/** Makes every shader of a device one that does not compile. */
export function breakShaders(device: GPUDevice): void {
  const create = device.createShaderModule.bind(device);
  device.createShaderModule = ({ code }) => create({ code: `${code}\nfn broken( {` });
}

/** Makes a device compile without end. */
export function neverCompile(asked: () => void): (device: GPUDevice) => void {
  return (device) => {
    device.createComputePipelineAsync = () => {
      asked();
      return new Promise(() => undefined);
    };
  };
}

/** Refuses storage buffers of more than `bytes`, as a device does that has no more memory. */
export function refuseAbove(bytes: number, refused: () => void): (device: GPUDevice) => void {
  return (device) => {
    const create = device.createBuffer.bind(device);
    device.createBuffer = (descriptor) => {
      const tooBig = (descriptor.usage & GPUBufferUsage.STORAGE) !== 0 && descriptor.size > bytes;
      if (tooBig) refused();
      return create(tooBig ? { ...descriptor, size: device.limits.maxBufferSize + 4 } : descriptor);
    };
  };
}
