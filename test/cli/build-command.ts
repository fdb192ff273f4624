/** Builds the command and the library before the tests that run them, unless they are newer than their sources. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';

/** The command's file, as package.json names it. */
export const COMMAND = 'dist/node/cli.js';

const SOURCES = [
  'src',
  'nodes',
  'bench',
  'package.json',
  'vite.node.config.ts',
  'vite.report.config.ts',
  'tsconfig.types.json',
];

/** Newest change below a path. */
const newest = (path: string): number =>
  statSync(path).isDirectory()
    ? readdirSync(path).reduce((time, name) => Math.max(time, newest(`${path}/${name}`)), 0)
    : statSync(path).mtimeMs;

/** Vitest's global setup. */
export default function buildCommand(): void {
  if (process.env.FIBERSCOPE_BUILT === '1') return;
  const built = existsSync(COMMAND) ? statSync(COMMAND).mtimeMs : 0;
  if (SOURCES.every((path) => newest(path) < built)) return;
  execFileSync('npm', ['run', '--silent', 'prepare'], { stdio: ['ignore', 'ignore', 'inherit'] });
}
