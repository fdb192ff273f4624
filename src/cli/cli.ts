/** The `fiberscope` command: a process around `main`. */
import { EXIT } from './io.js';
import { main } from './main.js';

const interrupt = new AbortController();
process.on('SIGINT', () => {
  if (interrupt.signal.aborted) process.exit(EXIT.interrupted); // the second time at once
  interrupt.abort();
});
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.done); // `fiberscope nodes | head`
    throw error;
  });

const code = await main(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  terminal: process.stderr.isTTY === true,
  ...(process.stderr.columns > 0 ? { columns: process.stderr.columns } : {}),
  signal: interrupt.signal,
});
// A device may hold the process open, and exiting before a pipe has taken everything would cut it.
process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
