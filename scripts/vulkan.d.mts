/** Variables of the environment. */
export type Variables = Readonly<Record<string, string | undefined>>;
/** The software driver beside an installed Chromium, or undefined. */
export function softwareDriver(): string | undefined;
/**
 * The variables under which Dawn finds an adapter ({} where it does as things are), or undefined. A driver that is named
 * already is not replaced.
 */
export function findVulkan(env?: Variables): Readonly<Record<string, string>> | undefined;
/** Finds a driver, else installs Debian's loader and Chromium's where that is allowed, else throws with one line. */
export function ensureVulkan(env?: Variables): Readonly<Record<string, string>>;
