/** `npm run docs`: writes the node reference into docs/nodes. */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { builtin } from '../../nodes/index.js';
import { Registry } from '../catalog/registry.js';
import { referencePages } from './reference.js';

const folder = 'docs/nodes';
const pages = referencePages(new Registry(builtin));
await mkdir(folder, { recursive: true });
for (const name of await readdir(folder)) if (name.endsWith('.md') && !pages.has(name)) await rm(`${folder}/${name}`);
for (const [name, text] of pages) await writeFile(`${folder}/${name}`, text);
process.stdout.write(`${pages.size} pages in ${folder}\n`);
