/**
 * Finds the Chromium that the browser tests drive. Playwright's own headless shell has no WebGPU, so an installed one is used:
 * CHROMIUM_PATH, the usual places, or Debian's package where it may be installed.
 */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { installDebian } from './debian.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const PLACES = [
  '/usr/bin',
  '/usr/local/bin',
  '/snap/bin',
  '/Applications/Chromium.app/Contents/MacOS',
  '/Applications/Google Chrome.app/Contents/MacOS',
];

/** Flags under which Chromium gives WebGPU, software if need be, without a window and without calling home. */
export const CHROMIUM_FLAGS = [
  '--headless=new',
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

function runs(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Path of an installed Chromium, or undefined. A CHROMIUM_PATH that cannot be run is an error, not a hint. */
export function findChromium() {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    if (runs(named)) return named;
    throw new Error(`CHROMIUM_PATH: expected a program that can be run, got ${named}`);
  }
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...PLACES];
  const names = [...NAMES, 'Chromium', 'Google Chrome'];
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(runs);
}

/** Finds Chromium, else installs Debian's where that is allowed, else throws with one line that says what to install. */
export function ensureChromium() {
  const found = findChromium();
  if (found) return found;
  const remedy = 'the browser tests need Chromium: install it (Debian: apt-get install chromium) or set CHROMIUM_PATH';
  installDebian(['chromium', 'fonts-dejavu-core'], remedy);
  const installed = findChromium();
  if (!installed) throw new Error(remedy);
  return installed;
}
