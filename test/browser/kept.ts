/** What the app keeps in the browser's database. */
import type { Page } from 'playwright';
import { expect } from 'vitest';

/** Waits until the browser's database holds a result: writing goes on after the run has ended. */
export async function kept(page: Page): Promise<void> {
  const names = () =>
    page.evaluate(
      () =>
        new Promise<number>((resolve, reject) => {
          const opened = indexedDB.open('fiberscope-results');
          opened.onerror = () => reject(opened.error);
          opened.onsuccess = () => {
            const counted = opened.result.transaction('steps').objectStore('steps').count();
            counted.onsuccess = () => resolve(counted.result);
            counted.onerror = () => reject(counted.error);
            opened.result.close();
          };
        }),
    );
  await expect.poll(names, { timeout: 30_000 }).toBeGreaterThan(1); // the ledger and what it lists
}
