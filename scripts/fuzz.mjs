/** npm run fuzz [TIMES]: the property tests on that many fresh seeds (10 unless told), until one fails. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const times = Number(process.argv[2] ?? 10);
if (!(Number.isInteger(times) && times > 0)) {
  console.error(`fuzz: expected how many times, a whole number from 1; got ${process.argv[2]}`);
  process.exit(2);
}
const files = readdirSync(join(root, 'test'), { recursive: true })
  .map((name) => join('test', name))
  .filter((name) => /\.test\.tsx?$/.test(name) && readFileSync(join(root, name), 'utf8').includes("from 'fast-check'"));

for (let time = 0; time < times; time++) {
  const seed = Math.floor(Math.random() * 2 ** 31);
  console.log(`\n> FUZZ_SEED=${seed} (${time + 1} of ${times})`);
  const env = { ...process.env, FUZZ_SEED: String(seed) };
  const args = ['vitest', 'run', '--project', 'unit', '--reporter=dot', ...files];
  if (spawnSync('npx', args, { cwd: root, stdio: 'inherit', env }).status !== 0) process.exit(1);
}
