/** The software driver beside an installed Chromium, or undefined. */
export function softwareDriver(): string | undefined;
/** The variables under which Dawn finds an adapter ({} where it does as things are), or undefined. */
export function findVulkan(env?: NodeJS.ProcessEnv): Record<string, string> | undefined;
/** As `findVulkan`; else installs Debian's packages where that is allowed, else throws with one line. */
export function ensureVulkan(env?: NodeJS.ProcessEnv): Record<string, string>;
