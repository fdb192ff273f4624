/** Progress of a job whose parts are done by many: adds up, never goes back, at most five times per second. */
import type { Curve } from '../../catalog/values.js';
import type { WorkControl } from '../../catalog/work.js';

const EVERY = 200; // ms

/** Says `fraction` now and then. `message` and `curve` are made only when they are said. */
export function reporter(
  { progress }: WorkControl,
  message: (fraction: number) => string | undefined,
  curve?: () => Curve | undefined,
): (fraction: number) => void {
  let last = performance.now();
  let furthest = 0;
  return (fraction) => {
    furthest = Math.max(furthest, Math.min(1, fraction));
    const now = performance.now();
    if (now - last < EVERY) return;
    last = now;
    progress(furthest, message(furthest), curve?.());
  };
}
