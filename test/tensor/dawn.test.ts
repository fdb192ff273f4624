/** What the command line says where WebGPU in Node misses something. */
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { FiberscopeError } from '../../src/catalog/errors.js';
import { type Machine, noAdapter, openDawn } from '../../src/tensor/dawn.js';

const gpu = {} as GPU;
/** A machine that has everything, but for what is replaced. */
const machine = (replaced: Partial<Machine> = {}): Machine => ({
  platform: 'linux',
  environment: {},
  load: async () => ({ create: () => gpu, globals: { FromDawn: 1 } }),
  opens: (library) => library === 'libvulkan.so.1',
  exists: (path) => path === '/there.json',
  ...replaced,
});

afterEach(() => {
  delete (globalThis as { FromDawn?: number }).FromDawn;
});

async function refusal(replaced: Partial<Machine>): Promise<string> {
  const error = await openDawn(machine(replaced)).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(FiberscopeError);
  expect((error as FiberscopeError).kind).toBe('device');
  return (error as FiberscopeError).message;
}

const failing = (code: string, message: string) => () => Promise.reject(Object.assign(new Error(message), { code }));

describe('openDawn', () => {
  it('gives the package’s GPU and its globals', async () => {
    expect(await openDawn(machine())).toBe(gpu);
    expect(globalThis).toHaveProperty('FromDawn', 1);
  });

  it('says what to install where the package is not there, in the version of our own package.json', async () => {
    const { peerDependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(devDependencies.webgpu).toBe(peerDependencies.webgpu);
    expect(await refusal({ load: failing('ERR_MODULE_NOT_FOUND', "Cannot find package 'webgpu'") })).toBe(
      `device webgpu: Node needs the optional package 'webgpu', which is not installed; run npm install webgpu@${peerDependencies.webgpu}, or choose device wasm`,
    );
  });

  it('gives the reason where the package is there and does not load', async () => {
    expect(await refusal({ load: failing('ERR_DLOPEN_FAILED', 'GLIBC_2.34 not found\nmore') })).toBe(
      "device webgpu: the package 'webgpu' does not load here (GLIBC_2.34 not found); choose device wasm or cpu",
    );
    expect(
      await refusal({ load: failing('MODULE_NOT_FOUND', "Cannot find module '/x/linux-ppc64/dawn.node'") }),
    ).toContain("does not load here (Cannot find module '/x/linux-ppc64/dawn.node')");
  });

  it('names the Vulkan loader where it is missing, on Linux', async () => {
    const opens = (): boolean => false;
    expect(await refusal({ opens })).toBe(
      'device webgpu: no adapter was found, because libvulkan.so.1, the Vulkan loader, is not installed; install it (Debian: apt-get install libvulkan1), or choose device wasm',
    );
    expect(await openDawn(machine({ opens, platform: 'darwin' }))).toBe(gpu);
  });

  it.each(['VK_DRIVER_FILES', 'VK_ICD_FILENAMES'])(
    'names the files of %s where none of them is there',
    async (name) => {
      expect(await refusal({ environment: { [name]: '/a.json:/b.json' } })).toBe(
        `device webgpu: no adapter was found, because ${name} names '/a.json:/b.json', which is not there; name the .json file of a Vulkan driver, or choose device wasm`,
      );
      expect(await openDawn(machine({ environment: { [name]: '/a.json:/there.json' } }))).toBe(gpu);
      expect(await openDawn(machine({ environment: { [name]: '' } }))).toBe(gpu);
    },
  );
});

it('noAdapter says where a driver comes from', () => {
  expect(noAdapter({ platform: 'linux' }).message).toMatch(
    /install the GPU's driver, or name .* in VK_DRIVER_FILES .*swiftshader/,
  );
  expect(noAdapter({ platform: 'win32' }).message).toBe(
    'device webgpu: no adapter was found; update the driver of the GPU, or choose device wasm',
  );
});
