/**
 * Finds the Vulkan driver with which Dawn, the WebGPU of Node, runs in the tests of the command line: the machine's own, else
 * the software one that comes with Chromium. Debian's packages are installed where they may be.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium } from './chromium.mjs';
import { installDebian } from './debian.mjs';

const VARIABLES = ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES']; // the newer name, and that of older loaders
const QUESTION = `
const { create } = await import('webgpu');
process.exit((await create([]).requestAdapter()) === null ? 1 : 0);`;

/** Whether Dawn finds an adapter in this environment. */
function works(env) {
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  const argv = ['--input-type=module', '-e', QUESTION];
  return spawnSync(process.execPath, argv, { cwd, stdio: 'ignore', timeout: 60_000, env }).status === 0;
}

/** The software driver beside an installed Chromium, or undefined. */
export function softwareDriver() {
  const chromium = findChromium();
  const beside = chromium === undefined ? [] : [dirname(realpathSync(chromium))];
  const folders = [...beside, '/usr/lib/chromium', '/usr/lib/chromium-browser', '/opt/google/chrome'];
  return folders.map((folder) => join(folder, 'vk_swiftshader_icd.json')).find(existsSync);
}

/**
 * The variables under which Dawn finds an adapter ({} where it does as things are), or undefined. A driver that is named
 * already is not replaced.
 */
export function findVulkan(env = process.env) {
  if (works(env)) return {};
  const driver = softwareDriver();
  if (driver === undefined || VARIABLES.some((name) => env[name])) return undefined;
  const variables = Object.fromEntries(VARIABLES.map((name) => [name, driver]));
  return works({ ...env, ...variables }) ? variables : undefined;
}

/** Finds a driver, else installs Debian's loader and Chromium's where that is allowed, else throws with one line. */
export function ensureVulkan(env = process.env) {
  for (const name of VARIABLES)
    if (env[name] && !env[name].split(':').some((path) => existsSync(path)))
      throw new Error(`${name}: expected the .json file of a Vulkan driver, got ${env[name]}`);
  const found = findVulkan(env);
  if (found) return found;
  const remedy =
    'the WebGPU tests of the command line need a Vulkan driver: install libvulkan1 and chromium (Debian: apt-get install libvulkan1 chromium) or name one in VK_DRIVER_FILES';
  if (process.platform !== 'linux') throw new Error('the WebGPU tests of the command line need a GPU or its driver');
  installDebian(softwareDriver() === undefined ? ['libvulkan1', 'chromium'] : ['libvulkan1'], remedy);
  const installed = findVulkan(env);
  if (!installed) throw new Error(remedy);
  return installed;
}
