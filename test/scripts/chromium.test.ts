import { afterEach, expect, it } from 'vitest';
import { findChromium } from '../../scripts/chromium.mjs';

const before = process.env.CHROMIUM_PATH;
afterEach(() => {
  if (before === undefined) delete process.env.CHROMIUM_PATH;
  else process.env.CHROMIUM_PATH = before;
});

it('takes the program that CHROMIUM_PATH names', () => {
  process.env.CHROMIUM_PATH = process.execPath;
  expect(findChromium()).toBe(process.execPath);
});

it('does not look elsewhere when that cannot be run', () => {
  process.env.CHROMIUM_PATH = '/nowhere/chromium';
  expect(findChromium).toThrow('CHROMIUM_PATH: expected a program that can be run, got /nowhere/chromium');
});
