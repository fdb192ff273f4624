/** A page that has a worker open a device, as the app does, and keeps what it tells. */
import type { Told } from './told.js';

const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
Object.assign(window, {
  told: new Promise<Told>((resolve, reject) => {
    worker.addEventListener('message', ({ data }: MessageEvent<Told>) => resolve(data));
    worker.addEventListener('error', (event) => reject(new Error(event.message)));
  }),
});
