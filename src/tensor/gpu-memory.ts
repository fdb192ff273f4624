/** Buffers of the GPU, and how many bytes of them there are: what is made is counted until it is destroyed. */

const counted = new WeakMap<GPUDevice, GpuMemory>();

/** Counts the buffers of a device from when it is first asked for on, whoever makes them: our kernels and TensorFlow.js. */
export class GpuMemory {
  /** The count of a device. */
  static of(device: GPUDevice): GpuMemory {
    const memory = counted.get(device) ?? new GpuMemory(device);
    counted.set(device, memory);
    return memory;
  }

  /** Bytes of the buffers that are not destroyed. */
  bytes = 0;
  /** How many there are. */
  buffers = 0;

  private constructor(device: GPUDevice) {
    const create = device.createBuffer.bind(device);
    device.createBuffer = (descriptor) => {
      const buffer = create(descriptor);
      const { size } = descriptor; // what was asked for, also where the device refused it
      this.bytes += size;
      this.buffers++;
      const destroy = buffer.destroy.bind(buffer);
      let gone = false;
      buffer.destroy = () => {
        if (!gone) {
          this.bytes -= size;
          this.buffers--;
        }
        gone = true;
        return destroy();
      };
      return buffer;
    };
  }
}

/** Buffers that are destroyed together. */
export class GpuBuffers {
  private readonly made: GPUBuffer[] = [];

  constructor(private readonly device: GPUDevice) {}

  /** A buffer of `bytes`; `usage` says whether it is a uniform, or read by the host; else it is for kernels. */
  make(bytes: number, usage: GPUBufferUsageFlags = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC): GPUBuffer {
    const size = Math.ceil(Math.max(16, bytes) / 4) * 4;
    const buffer = this.device.createBuffer({ size, usage: usage | (usage & MAP ? 0 : GPUBufferUsage.COPY_DST) });
    this.made.push(buffer);
    return buffer;
  }

  /** A buffer that holds `data`. */
  upload(data: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>, usage?: GPUBufferUsageFlags): GPUBuffer {
    const buffer = this.make(data.byteLength, usage);
    this.device.queue.writeBuffer(buffer, 0, data);
    return buffer;
  }

  /** A buffer that the host reads. */
  staging(bytes: number): GPUBuffer {
    return this.make(bytes, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
  }

  /** Hands a buffer over to others, which destroy it. */
  give(buffer: GPUBuffer, to: GpuBuffers): void {
    this.made.splice(this.made.indexOf(buffer), 1);
    to.made.push(buffer);
  }

  /** Destroys them all. */
  close(): void {
    for (const buffer of this.made.splice(0)) buffer.destroy();
  }
}

const MAP = 1; // GPUBufferUsage.MAP_READ, which is not there before a device is
