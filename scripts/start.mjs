/** `npm start`: builds the app when its sources are newer than the build, and serves it. PORT chooses the port. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { serve } from './serve.mjs';

const home = fileURLToPath(new URL('..', import.meta.url));
const root = `${home}dist/app`;

/** Newest modification time below a path. */
function newest(path) {
  const at = statSync(path);
  if (!at.isDirectory()) return at.mtimeMs;
  return readdirSync(path).reduce((time, name) => Math.max(time, newest(`${path}/${name}`)), at.mtimeMs);
}

const sources = [
  'src',
  'nodes',
  'graphs',
  'public',
  'index.html',
  'vite.config.ts',
  'scripts/serve.mjs',
  'package-lock.json',
];
const built = existsSync(`${root}/index.html`) ? statSync(`${root}/index.html`).mtimeMs : 0;
if (sources.some((name) => existsSync(home + name) && newest(home + name) > built)) {
  process.stdout.write('building the app …\n');
  const { build } = await import('vite');
  await build({ root: home, configFile: `${home}vite.config.ts`, logLevel: 'warn' });
}

const wanted = process.env.PORT === undefined ? 5173 : Number(process.env.PORT);
if (!Number.isInteger(wanted) || wanted < 0 || wanted > 65535) {
  process.stderr.write(`PORT: expected a port number from 0 to 65535, got "${process.env.PORT}"\n`);
  process.exit(2);
}
const busy = (error) => error?.code === 'EADDRINUSE';
const server = await serve({ root, port: wanted }).catch((error) => {
  if (!busy(error)) throw error;
  if (process.env.PORT === undefined) return serve({ root, port: 0 });
  process.stderr.write(`port ${wanted} is in use; choose another with PORT=…\n`);
  process.exit(2);
});
process.stdout.write(`Fiberscope is at ${server.url}  (Ctrl+C stops it)\n`);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.close().then(() => process.exit(0)));
