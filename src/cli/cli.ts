/** The `fiberscope` command: a process around `main`. */
import { buildOf } from './build.js';
import { cacheFolder } from './cache-folder.js';
import { EXIT } from './io.js';
import { main } from './main.js';

const interrupt = new AbortController();
const signals = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.ended, SIGHUP: EXIT.hungUp } as const;
for (const [signal, code] of Object.entries(signals))
  process.on(signal, () => {
    if (interrupt.signal.aborted) process.exit(code); // the second time at once
    interrupt.abort(code);
  });
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.done); // `fiberscope nodes | head`
    throw error;
  });

const build = await buildOf(new URL(import.meta.url));
const io = {
  out: (text: string) => process.stdout.write(text),
  err: (text: string) => process.stderr.write(text),
  terminal: process.stderr.isTTY === true,
  ...(process.stderr.columns > 0 ? { columns: process.stderr.columns } : {}),
  signal: interrupt.signal,
};
const code = await main(process.argv.slice(2), io, { cache: { folder: cacheFolder(process.env), build } });
// A device may hold the process open, and exiting before a pipe has taken everything would cut it.
process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
