/**
 * npm test: lint, types, one build, and every test project. Nothing is skipped in silence: a missing Chromium or Vulkan
 * driver and a skipped test are failures. What failed is said again at the end, and the last line has the totals. Extra
 * arguments go to Vitest.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureChromium } from './chromium.mjs';
import { ensureVulkan } from './vulkan.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const total = { passed: 0, failed: 0, skipped: 0 };
const faults = []; // what failed besides single tests
const failures = []; // the failed tests, said again at the end, where a log that was cut still has them

function run(name, command, args, env = {}) {
  console.log(`\n> ${name}`);
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  return status === 0;
}

function check(name, command, args) {
  const good = run(name, command, args);
  if (!good) faults.push(name);
  return good;
}

/** Runs Vitest projects one group after another: the browser tests want the machine to themselves. */
function test(projects, env) {
  const results = `test/output/${projects.join('-')}.json`;
  rmSync(`${root}${results}`, { force: true });
  const chosen = projects.flatMap((project) => ['--project', project]);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`];
  const args = ['vitest', 'run', ...chosen, ...reporters, ...process.argv.slice(2)];
  const name = `tests of ${projects.join(', ')}`;
  const good = run(name, 'npx', args, env);
  try {
    const report = JSON.parse(readFileSync(`${root}${results}`, 'utf8'));
    total.passed += report.numPassedTests;
    total.failed += report.numFailedTests;
    total.skipped += report.numPendingTests + report.numTodoTests;
    for (const { name: file, assertionResults } of report.testResults) {
      for (const { status, fullName, failureMessages } of assertionResults) {
        if (status === 'passed') continue;
        const why = failureMessages.join('\n').split('\n').slice(0, 12).join('\n    ');
        failures.push(`${status}: ${relative(root, file)}: ${fullName}\n    ${why}`);
      }
    }
    if (!good && report.numFailedTests === 0) faults.push(name); // a file that could not be loaded, a stray error
  } catch {
    faults.push(`${name}: no report`);
  }
}

mkdirSync(`${root}test/output`, { recursive: true });
check('lint', 'npx', ['biome', 'check', '--error-on-warnings', '.']);
check('types', 'npx', ['tsc']);
try {
  const env = { CHROMIUM_PATH: ensureChromium(), ...ensureVulkan(), FIBERSCOPE_BUILT: '1' };
  if (check('build', 'npm', ['run', '--silent', 'build'])) {
    test(['unit', 'numeric'], env);
    test(['command'], env);
    test(['webgpu'], env);
    test(['app'], env);
  }
} catch (error) {
  console.error(error.message);
  faults.push(error.message);
}

for (const failure of failures) console.log(`\n${failure}`);
if (total.skipped > 0) faults.push(`${total.skipped} skipped tests`);
if (faults.length > 0) console.log(`\nfailed: ${faults.join('; ')}`);
const failed = total.failed + faults.length;
console.log(`\n${total.passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
