import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
/** From the bottom up; a folder imports only from itself and those before it. */
const LAYERS = ['document', 'catalog', 'arrays', 'tensor', 'methods', 'compile', 'execute', 'plot', 'editor', 'cli'];
/** Layers that run in a worker and in Node alike. */
const PORTABLE = new Set(['document', 'catalog', 'arrays', 'tensor', 'methods', 'compile', 'execute', 'plot']);

/** What nodes call: the algorithms, and the words for what goes in and out. */
const BELOW_NODES = ['document', 'catalog', 'arrays', 'methods'];
/** What knows the built-in nodes; everything else is told which nodes there are. */
const ABOVE_NODES = /^src\/(editor\/app\/|cli\/|index\.ts$)/;

const sources = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(folder, name));

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1]!);
}

const resolved = (file: string, specifier: string): string => relative(root, resolve(root, dirname(file), specifier));

describe('layers', () => {
  it('import one way only', () => {
    const wrong: string[] = [];
    for (const layer of LAYERS) {
      const allowed = LAYERS.slice(0, LAYERS.indexOf(layer) + 1);
      for (const file of sources(join('src', layer)))
        for (const specifier of importsOf(file)) {
          if (!specifier.startsWith('.')) continue;
          const [top, folder] = resolved(file, specifier).split('/');
          if (top === 'src' && !allowed.includes(folder!)) wrong.push(`${file} imports ${specifier}`);
        }
    }
    expect(wrong).toEqual([]);
  });

  it('nodes use methods, and only the programs know the nodes', () => {
    const wrong: string[] = [];
    for (const file of sources('nodes'))
      for (const specifier of importsOf(file)) {
        const [top, folder] = specifier.startsWith('.') ? resolved(file, specifier).split('/') : [];
        if (top === 'src' && !BELOW_NODES.includes(folder!)) wrong.push(`${file} imports ${specifier}`);
      }
    for (const file of sources('src'))
      for (const specifier of importsOf(file)) {
        const toNodes = specifier.startsWith('.') && resolved(file, specifier).startsWith('nodes/');
        if (toNodes && !ABOVE_NODES.test(file)) wrong.push(`${file} imports ${specifier}`);
      }
    expect(wrong).toEqual([]);
  });

  it('below the editor use neither Node nor React', () => {
    const wrong: string[] = [];
    for (const layer of PORTABLE)
      for (const file of sources(join('src', layer)))
        for (const specifier of importsOf(file))
          if (/^(node:|react|rete|zustand)/.test(specifier)) wrong.push(`${file} imports ${specifier}`);
    expect(wrong).toEqual([]);
  });

  it('TensorFlow.js is imported in one place', () => {
    const files = [...LAYERS.flatMap((layer) => sources(join('src', layer))), ...sources('nodes')];
    const importers = files.filter((file) =>
      importsOf(file).some((specifier) => /^@tensorflow\/(?!.*\?url$)/.test(specifier)),
    );
    expect(importers).toEqual(['src/tensor/tf.ts']);
  });

  it('nodes load no kernels until they run: of the tensor layer only families and what decides a route', () => {
    const loaded = new Set(sources('nodes').flatMap((file) => [...reachedBy(file)]));
    const tensor = [...loaded].filter((file) => file.startsWith('src/tensor/')).sort();
    expect(tensor).toEqual(['src/tensor/family.ts', 'src/tensor/fused/network.ts', 'src/tensor/route.ts']);
  });

  it('nodes load no package until they run but Zod, and what documents need to be opened', () => {
    const wrong: string[] = [];
    for (const file of sources('nodes'))
      for (const reached of reachedBy(file))
        for (const name of loadedBy(reached))
          if (!/^(\.|(zod|fflate)$)/.test(name)) wrong.push(`${file} loads ${name}`);
    expect(wrong).toEqual([]);
  });
});

/** What a file loads at once. */
function loadedBy(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/^(?:import|export)\s(?!type\b)[^;]*?from '([^']+)'/gm)].map((match) => match[1]!);
}

/** Every file that loading `file` loads at once; dynamic and type-only imports load nothing. */
function reachedBy(file: string): Set<string> {
  const reached = new Set<string>();
  const visit = (from: string): void => {
    for (const specifier of loadedBy(from)) {
      if (!specifier.startsWith('.')) continue;
      const to = resolved(from, specifier).replace(/\.js$/, '.ts');
      if (!reached.has(to)) {
        reached.add(to);
        visit(to);
      }
    }
  };
  visit(file);
  return reached;
}
