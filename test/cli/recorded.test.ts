/** The authors' recorded grids through the command line, on every device: the same files give the same numbers as in the app. */
import { readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { ensureVulkan } from '../../scripts/vulkan.mjs';
import { readArray } from '../arrays/one.js';
import { expectRecorded, pathOf, pipelineOf, requireRecorded, there } from '../golden/recorded-grids.js';
import { command } from './command.js';
import { file, folder } from './harness.js';

const ROOT = resolve(import.meta.dirname, '../..');
const DEVICES = ['cpu', 'wasm', 'webgpu'] as const;

let vulkan: Readonly<Record<string, string>>;
beforeAll(() => {
  vulkan = ensureVulkan();
});

requireRecorded();

const runs = there.flatMap((name) => DEVICES.map((device) => ({ name, device })));

test.each(runs)(
  '$name, run with --out on $device, agrees at every point within 10⁻⁴ relative + 10⁻⁹',
  async ({ name, device }) => {
    const into = folder();
    symlinkSync(pathOf(name), join(into, `${name}.npz`));
    const path = file('pipeline.json', readFileSync(join(ROOT, pipelineOf(name))), into);
    const out = join(into, 'results');
    const run = await command(['run', path, '--device', device, '--out', out], device === 'webgpu' ? vulkan : {});
    expect(run.code, run.err).toBe(0);
    expectRecorded(name, readArray('field.npz', new Uint8Array(readFileSync(join(out, 'grid.field.npz'))), 'values'));

    // and it was this device that computed it
    const manifest = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8'));
    const { adapter, dispatches } = manifest.device;
    console.log(`${name} on ${device} (${adapter}): ${dispatches} dispatches`);
    expect(manifest.device.name).toBe(device);
    expect(manifest.nodes.grid.device).toBe(`${device} (${adapter})`);
    expect(run.err).toContain(` on ${device} (${adapter})`);
    expect(dispatches).toBeGreaterThan(0);
  },
  900_000,
);
