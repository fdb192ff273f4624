/** `--device webgpu` in Node: what it says where something is missing. Each is taken away for real, in a process of its own. */
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { ensureVulkan, softwareDriver } from '../../scripts/vulkan.mjs';
import { command } from './command.js';
import { file, folder, small, written } from './harness.js';

let vulkan: Readonly<Record<string, string>>;
beforeAll(() => {
  vulkan = ensureVulkan();
});

const argv = (device: string) => ['run', written(small()), '--device', device];

test('runs on the adapter that there is, names it, and ends', async () => {
  const run = await command(argv('webgpu'), vulkan);
  expect(run.code, run.err).toBe(0);
  expect(run.err).toMatch(/done: \d+ steps in [\d.]+ s on webgpu \(.+\)\n$/);
});

test('without the package: exit code 3, what to install, nothing written', async () => {
  const copy = folder();
  cpSync('dist/node', join(copy, 'dist/node'), { recursive: true });
  cpSync('package.json', join(copy, 'package.json'));
  mkdirSync(join(copy, 'node_modules'));
  for (const name of readdirSync('node_modules'))
    if (name !== 'webgpu') symlinkSync(resolve('node_modules', name), join(copy, 'node_modules', name));
  const program = join(copy, 'dist/node/cli.js');
  const out = join(copy, 'results');
  expect(await command([...argv('webgpu'), '--out', out], vulkan, program)).toEqual({
    code: 3,
    out: '',
    err: "fiberscope: device webgpu: Node needs the optional package 'webgpu', which is not installed; run npm install webgpu@0.6.2, or choose device wasm\n",
  });
  expect(existsSync(out)).toBe(false);
  const auto = await command([...argv('auto'), '--quiet'], vulkan, program);
  expect(auto).toMatchObject({ code: 0, err: '' });
});

// elsewhere Dawn needs no Vulkan
if (process.platform === 'linux')
  describe('on Linux', () => {
    /** A Vulkan loader that the dynamic linker finds first and cannot use. */
    const noLoader = () => {
      const into = folder();
      file('libvulkan.so.1', '', into);
      return { LD_LIBRARY_PATH: into };
    };

    test('without the Vulkan loader: exit code 3 and the package that brings it', async () => {
      expect(await command(argv('webgpu'), { ...vulkan, ...noLoader() })).toEqual({
        code: 3,
        out: '',
        err: 'fiberscope: device webgpu: no adapter was found, because libvulkan.so.1, the Vulkan loader, is not installed; install it (Debian: apt-get install libvulkan1), or choose device wasm\n',
      });
    });

    test('with a driver that is not there: exit code 3 and the variable that names it', async () => {
      const run = await command(argv('webgpu'), { VK_DRIVER_FILES: '/nowhere/icd.json' });
      expect(run).toMatchObject({ code: 3, out: '' });
      expect(run.err).toMatch(
        /^fiberscope: device webgpu: no adapter was found, because VK_DRIVER_FILES names '\/nowhere\/icd\.json', which is not there; /,
      );
    });

    test('with a driver that cannot be used: exit code 3 and where drivers come from', async () => {
      const run = await command(argv('webgpu'), { VK_DRIVER_FILES: file('icd.json', '{}') });
      expect(run).toMatchObject({ code: 3, out: '' });
      expect(run.err.trimEnd().split('\n').at(-1)).toMatch(
        /^fiberscope: device webgpu: no adapter was found, because Dawn can use no Vulkan driver of this machine; .*VK_DRIVER_FILES/,
      );
    });

    test('auto takes WASM and prints nothing of Dawn’s, without a loader, without a driver and with a software one', async () => {
      const driver = softwareDriver();
      const software = driver === undefined ? [] : [{ VK_DRIVER_FILES: driver, VK_ICD_FILENAMES: driver }];
      const variables = [
        noLoader(),
        { VK_DRIVER_FILES: '/nowhere/icd.json' },
        { VK_DRIVER_FILES: file('icd.json', '{}') },
      ];
      for (const set of [...variables, ...software]) {
        const run = await command(argv('auto'), set);
        expect(run.code).toBe(0);
        expect(run.err).toMatch(/on wasm \(SIMD\)(?: · \d+ threads)?\n$/);
        for (const line of run.err.trimEnd().split('\n')) expect(line).toMatch(/^(\[\d\/\d\] |done: )/);
      }
    });
  });
