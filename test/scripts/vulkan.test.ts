import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { ensureVulkan, findVulkan } from '../../scripts/vulkan.mjs';

const folder = mkdtempSync(join(tmpdir(), 'fiberscope-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('answers with variables under which Dawn finds an adapter', () => {
  const found = ensureVulkan();
  expect(findVulkan({ ...process.env, ...found })).toEqual({});
});

it.each(['VK_DRIVER_FILES', 'VK_ICD_FILENAMES'])('a driver that %s names and that is not there is an error', (name) => {
  expect(() =>
    ensureVulkan({ ...process.env, VK_DRIVER_FILES: '', VK_ICD_FILENAMES: '', [name]: '/nowhere.json' }),
  ).toThrow(`${name}: expected the .json file of a Vulkan driver, got /nowhere.json`);
});

// Dawn needs Vulkan on Linux only
if (process.platform === 'linux')
  it('does not put another driver in the place of one that is named', () => {
    const driver = join(folder, 'icd.json');
    writeFileSync(driver, '{}');
    expect(findVulkan({ ...process.env, VK_DRIVER_FILES: driver })).toBeUndefined();
  });
