/**
 * npm test: lint, types, one build, and every test project. Nothing is skipped in silence: a missing Chromium or a skipped
 * test is a failure. The last line has the totals. Extra arguments go to Vitest.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ensureChromium } from './chromium.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const total = { passed: 0, failed: 0, skipped: 0 };
const faults = [];

function run(name, command, args, env = {}) {
  console.log(`\n> ${name}`);
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  if (status !== 0) faults.push(name);
  return status === 0;
}

/** Runs Vitest projects one group after another: the browser tests want the machine to themselves. */
function test(projects, env) {
  const results = `test/output/${projects.join('-')}.json`;
  rmSync(`${root}${results}`, { force: true });
  const chosen = projects.flatMap((project) => ['--project', project]);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`];
  const args = ['vitest', 'run', ...chosen, ...reporters, ...process.argv.slice(2)];
  run(`tests: ${projects.join(', ')}`, 'npx', args, env);
  try {
    const report = JSON.parse(readFileSync(`${root}${results}`, 'utf8'));
    total.passed += report.numPassedTests;
    total.failed += report.numFailedTests;
    total.skipped += report.numPendingTests + report.numTodoTests;
  } catch {
    faults.push(`tests: ${projects.join(', ')} (no report)`);
  }
}

mkdirSync(`${root}test/output`, { recursive: true });
run('lint', 'npx', ['biome', 'check', '--error-on-warnings', '.']);
run('types', 'npx', ['tsc']);
try {
  const env = { CHROMIUM_PATH: ensureChromium(), FIBERSCOPE_BUILT: '1' };
  if (run('build', 'npm', ['run', '--silent', 'build'])) {
    test(['unit', 'numeric'], env);
    test(['webgpu'], env);
    test(['app'], env);
  }
} catch (error) {
  console.error(error.message);
  faults.push(error.message);
}

if (total.skipped > 0) faults.push(`${total.skipped} skipped tests`);
if (faults.length > 0) console.error(`\nfailed: ${[...new Set(faults)].join('; ')}`);
console.log(`\n${total.passed} passed, ${total.failed + (total.failed === 0 ? new Set(faults).size : 0)} failed`);
process.exit(faults.length > 0 || total.failed > 0 ? 1 : 0);
