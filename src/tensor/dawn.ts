/**
 * WebGPU in Node: Dawn, from the optional package `webgpu`. What it misses on the machine is named, with what to do; Dawn itself
 * answers with no adapter and prints its reasons.
 */
import { FiberscopeError } from '../catalog/errors.js';

const VERSION = '0.6.2'; // as the package's peer
const LOADER = 'libvulkan.so.1';
const PATIENCE = 20_000; // ms for an answer of another process

interface Dawn {
  create(options: string[]): GPU;
  readonly globals: object;
}

/** What Dawn asks of the machine; tests replace it. */
export interface Machine {
  readonly platform: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  load(): Promise<Dawn>; // the package
  opens(library: string): boolean; // whether the dynamic linker finds a shared library
  exists(path: string): boolean;
}

/** What is told of an adapter. */
export type AdapterInfo = Pick<GPUAdapterInfo, 'vendor' | 'architecture' | 'device' | 'description'> & {
  readonly isFallbackAdapter?: boolean;
};

/** Whether this is Node. */
export const inNode = (): boolean => typeof process === 'object' && process.versions?.node !== undefined;

function thisMachine(): Machine {
  const dawn = 'webgpu'; // not a literal below, so that no bundler looks for the optional package
  return {
    platform: process.platform,
    environment: process.env,
    load: () => import(/* @vite-ignore */ dawn) as Promise<Dawn>,
    opens(library) {
      try {
        process.dlopen({ exports: {} }, library);
      } catch (error) {
        return /self-register/.test((error as Error).message); // it was found, and is no module of Node
      }
      return true;
    },
    exists: process.getBuiltinModule('node:fs').existsSync,
  };
}

const unavailable = (text: string, cause?: unknown): FiberscopeError =>
  new FiberscopeError('device', `device webgpu: ${text}`, { cause });

/** Why the package did not load. */
function notLoaded(cause: unknown): FiberscopeError {
  const { code, message } = cause as { readonly code?: string; readonly message?: string };
  if (code === 'ERR_MODULE_NOT_FOUND' || (code === 'MODULE_NOT_FOUND' && message?.includes("'webgpu'")))
    return unavailable(
      `Node needs the optional package 'webgpu', which is not installed; run npm install webgpu@${VERSION}, or choose device wasm`,
      cause,
    );
  const reason = String(message).split('\n')[0];
  return unavailable(`the package 'webgpu' does not load here (${reason}); choose device wasm or cpu`, cause);
}

/** What Dawn needs before it can find any adapter and this machine lacks; on Linux only, elsewhere the system has it all. */
function lack({ platform, environment, opens, exists }: Machine): string | undefined {
  if (platform !== 'linux') return;
  if (!opens(LOADER))
    return `no adapter was found, because ${LOADER}, the Vulkan loader, is not installed; install it (Debian: apt-get install libvulkan1), or choose device wasm`;
  const variable = ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES'].find((name) => environment[name]);
  const files = variable === undefined ? [] : environment[variable]!.split(':').filter((path) => path !== '');
  if (files.length > 0 && !files.some(exists))
    return `no adapter was found, because ${variable} names '${files.join(':')}', which is not there; name the .json file of a Vulkan driver, or choose device wasm`;
  return;
}

/** Dawn's `navigator.gpu`. Rejects with an error of kind `device` that says what to install. */
export async function openDawn(machine: Machine = thisMachine()): Promise<GPU> {
  const dawn = await machine.load().catch((error: unknown) => {
    throw notLoaded(error);
  });
  const missing = lack(machine);
  if (missing !== undefined) throw unavailable(missing);
  Object.assign(globalThis, dawn.globals);
  return dawn.create([]);
}

/** The error where Dawn has all that it needs and finds no adapter. */
export function noAdapter({ platform }: Pick<Machine, 'platform'> = process): FiberscopeError {
  if (platform !== 'linux')
    return unavailable('no adapter was found; update the driver of the GPU, or choose device wasm');
  return unavailable(
    "no adapter was found, because Dawn can use no Vulkan driver of this machine; install the GPU's driver, or name a driver's .json file in VK_DRIVER_FILES (a software one that comes with Debian's chromium: /usr/lib/chromium/vk_swiftshader_icd.json), or choose device wasm",
  );
}

const QUESTION = `
const { create } = await import(process.argv[1]);
const adapter = await create([]).requestAdapter({ powerPreference: 'high-performance' });
const { vendor, architecture, device, description, isFallbackAdapter } = adapter?.info ?? {};
const answer = adapter && { vendor, architecture, device, description, isFallbackAdapter };
process.stdout.write(JSON.stringify(answer), () => process.exit(0));`;

/**
 * The adapter that Dawn would take, asked of another process: what Dawn and drivers print stays there, and so does their
 * crash. Rejects as `openDawn` does, and where there is none.
 */
export async function askDawn(machine: Machine = thisMachine()): Promise<AdapterInfo> {
  let file: string;
  try {
    file = process
      .getBuiltinModule('node:module')
      .createRequire(import.meta.url)
      .resolve('webgpu');
  } catch (error) {
    throw notLoaded(error);
  }
  const missing = lack(machine);
  if (missing !== undefined) throw unavailable(missing);
  const { href } = process.getBuiltinModule('node:url').pathToFileURL(file);
  const { execFile } = process.getBuiltinModule('node:child_process');
  const answer = await new Promise<string>((resolve) => {
    const argv = ['--input-type=module', '-e', QUESTION, href];
    execFile(process.execPath, argv, { timeout: PATIENCE }, (error, stdout) => resolve(error ? 'null' : stdout));
  });
  const info = JSON.parse(answer) as AdapterInfo | null;
  if (info === null) throw noAdapter();
  return info;
}
