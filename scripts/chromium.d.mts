/** Flags under which Chromium gives WebGPU, software if need be, without a window and without calling home. */
export const CHROMIUM_FLAGS: readonly string[];
/** Path of an installed Chromium, or undefined. */
export function findChromium(): string | undefined;
/** Finds Chromium, else installs Debian's where that is allowed, else throws with one line that says what to install. */
export function ensureChromium(): string;
