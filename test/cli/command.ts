/** The built command, run as a user does: in a process of its own. */
import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { COMMAND } from './build-command.js';
import { folder, type Outcome } from './harness.js';

/** Runs `fiberscope …argv` with variables added to the environment; keeps nothing from one run for the next. */
export function command(
  argv: readonly string[],
  variables: Readonly<Record<string, string>> = {},
  program = resolve(COMMAND),
): Promise<Outcome> {
  const env = { ...process.env, XDG_CACHE_HOME: join(folder(), 'cache'), ...variables };
  return new Promise((answer) => {
    const child = execFile(process.execPath, [program, ...argv], { env, maxBuffer: 2 ** 26 }, (_error, out, err) =>
      answer({ code: child.exitCode ?? -1, out, err }),
    );
  });
}
