import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the built viewer lies from the built command line, from one of its chunks, and from the sources. */
const PLACES = ['report-viewer.js', '../report-viewer.js', '../../../dist/node/report-viewer.js'];

/** The text of the report's viewer; empty in sources that were not built, and then 3-D plots of a report stand still. */
export async function viewerScript(): Promise<string> {
  const here = dirname(fileURLToPath(import.meta.url));
  for (const place of PLACES) {
    try {
      return await readFile(join(here, place), 'utf8');
    } catch {
      // the next place
    }
  }
  return '';
}
