/** Installs Debian packages that the tests need, where that is allowed. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Installs packages, as root on Debian; else, and when that fails, throws `remedy`: one line that says what to install. */
export function installDebian(packages, remedy) {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) throw new Error(remedy);
  console.error(`installing the Debian packages that are not there: ${packages.join(', ')}`);
  const options = { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  try {
    execFileSync('apt-get', ['update', '-qq'], options);
    execFileSync('apt-get', ['install', '-y', '-qq', ...packages], options);
  } catch (cause) {
    throw new Error(remedy, { cause });
  }
}
