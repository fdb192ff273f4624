/** Builds the app and the command line once before the tests that drive them, unless the caller has just done so. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Vitest's global setup. */
export default function buildOnce(): void {
  if (process.env.FIBERSCOPE_BUILT === '1') return;
  execFileSync('npm', ['run', '--silent', 'build'], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' }, // Vitest's own is 'test', and the app keeps no results in a build for that
  });
}
