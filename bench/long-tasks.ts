/**
 * The longest main-thread tasks of the built app in headless Chromium (Long Tasks: 50 ms and more): while it opens, while steps
 * compute, and while ε is moved. Tasks that start while a node is running count as "while steps compute".
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { CHROMIUM_FLAGS, findChromium } from '../scripts/chromium.mjs';
import { serve } from '../scripts/serve.mjs';

/** Long tasks of one phase, in milliseconds. */
export interface Phase {
  readonly phase: string;
  readonly seconds: number; // how long the phase took
  readonly tasks: number; // of 50 ms and more
  readonly longest: number; // 0 when there was none
}

interface Recorded {
  readonly tasks: { readonly start: number; readonly duration: number }[];
  readonly running: { readonly at: number; readonly nodes: number }[]; // changes of the number of running nodes
}

/** Runs in the page before its scripts. */
function record(): void {
  const recorded: Recorded = { tasks: [], running: [{ at: 0, nodes: 0 }] };
  (globalThis as { recorded?: Recorded }).recorded = recorded;
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) recorded.tasks.push({ start: startTime, duration });
  }).observe({ type: 'longtask', buffered: true });
  const look = (): void => {
    const nodes = document.querySelectorAll('[data-node][data-status="running"]').length;
    if (nodes !== recorded.running.at(-1)!.nodes) recorded.running.push({ at: performance.now(), nodes });
  };
  const options = { subtree: true, childList: true, attributes: true, attributeFilter: ['data-status'] };
  new MutationObserver(look).observe(document, options);
}

const now = (page: Page): Promise<number> => page.evaluate(() => performance.now());

/** Waits until no run has been going on for a while. */
async function settled(page: Page): Promise<void> {
  for (let calm = 0; calm < 4; ) {
    await page.waitForTimeout(500);
    calm = (await page.locator('[data-node][data-status="running"], [data-node][data-status="queued"]').count())
      ? 0
      : calm + 1;
  }
}

/** The phases of a first visit, or why they could not be measured. */
export async function longTasks(home: string): Promise<Phase[] | string> {
  const root = join(home, 'dist/app');
  if (!existsSync(join(root, 'index.html'))) return 'the app is not built; run npm run build';
  const executablePath = findChromium();
  if (executablePath === undefined) return 'Chromium was not found; set CHROMIUM_PATH';
  const playwright = await import('playwright').catch(() => undefined);
  if (playwright === undefined) return 'playwright is not installed';
  const server = await serve({ root });
  const webgl = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader'];
  const browser = await playwright.chromium.launch({ executablePath, args: [...CHROMIUM_FLAGS, ...webgl] });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.addInitScript(record);
    await page.goto(server.url);
    await page.locator('[data-node][data-status="done"]').first().waitFor({ timeout: 120_000 });
    await settled(page);
    const ran = await now(page);
    const slider = page.getByRole('slider', { name: /^ε of/ }).first();
    await slider.focus();
    for (let press = 0; press < 10; press++) {
      await page.keyboard.press(press < 5 ? 'PageDown' : 'PageUp');
      await page.waitForTimeout(200);
    }
    await settled(page);
    const end = await now(page);
    const { tasks, running } = await page.evaluate(() => (globalThis as { recorded?: Recorded }).recorded!);
    return phases(tasks, running, ran, end);
  } finally {
    await browser.close();
    await server.close();
  }
}

function phases(tasks: Recorded['tasks'], running: Recorded['running'], ran: number, end: number): Phase[] {
  const first = running.find(({ nodes }) => nodes > 0)?.at ?? ran;
  const busy = (at: number): boolean => (running.findLast((change) => change.at <= at)?.nodes ?? 0) > 0;
  let computing = 0;
  running.forEach(({ at, nodes }, i) => {
    if (nodes > 0 && at < ran) computing += Math.min(ran, running[i + 1]?.at ?? ran) - at;
  });
  const phase = (name: string, milliseconds: number, belongs: (start: number) => boolean): Phase => {
    const own = tasks.filter(({ start }) => belongs(start)).map(({ duration }) => duration);
    return { phase: name, seconds: milliseconds / 1000, tasks: own.length, longest: Math.max(0, ...own) };
  };
  return [
    phase('opening the app', first, (start) => start < first),
    phase('while steps compute', computing, (start) => start >= first && start < ran && busy(start)),
    phase(
      'between steps and after the run',
      ran - first - computing,
      (start) => start >= first && start < ran && !busy(start),
    ),
    phase('moving ε', end - ran, (start) => start >= ran),
  ];
}
