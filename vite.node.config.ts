import { execFileSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, relative } from 'node:path/posix';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const input = {
  cli: 'src/cli/cli.ts',
  docs: 'src/cli/docs.ts',
  bench: 'bench/main.ts',
  index: 'src/index.ts',
  plugin: 'src/editor/plugin/index.ts',
};

/** Makes the command executable and writes the type declarations of the library into dist/types. */
const finish: Plugin = {
  name: 'fiberscope-library',
  writeBundle() {
    chmodSync('dist/node/cli.js', 0o755);
    const require = createRequire(import.meta.url);
    const tsc = fileURLToPath(new URL('../bin/tsc', `file://${require.resolve('typescript')}`));
    execFileSync(process.execPath, [tsc, '-p', 'tsconfig.types.json'], { stdio: 'inherit' });
  },
};

const WORKER = './worker.ts'; // as src/tensor/pool/thread.ts names its file

/**
 * Builds the worker of the tensor pool into a file of its own, and writes its name where threads are started: in the form that
 * bundlers of browsers understand.
 */
const worker: Plugin = {
  name: 'fiberscope-worker',
  buildStart() {
    this.emitFile({
      type: 'chunk',
      id: fileURLToPath(new URL('src/tensor/pool/worker.ts', import.meta.url)),
      name: 'tensor-worker',
    });
  },
  renderChunk: {
    order: 'post',
    handler(code, chunk, _, { chunks }) {
      if (!code.includes(WORKER)) return null;
      const file = Object.keys(chunks).find((name) => chunks[name]!.name === 'tensor-worker')!;
      const path = relative(dirname(chunk.fileName), file);
      return { code: code.replaceAll(WORKER, path.startsWith('.') ? path : `./${path}`), map: null };
    },
  },
};

/** The command line, the library and the benchmark for Node; dependencies stay outside, so that the build is quick. */
export default defineConfig({
  plugins: [worker, finish],
  publicDir: false,
  build: {
    ssr: true,
    outDir: 'dist/node',
    target: 'node20',
    minify: false,
    sourcemap: true,
    rollupOptions: {
      input,
      output: {
        entryFileNames: ({ name }) => (name === 'tensor-worker' ? 'chunks/[name]-[hash].js' : '[name].js'), // see build.ts
        chunkFileNames: 'chunks/[name]-[hash].js',
        banner: (chunk) => (chunk.name === 'cli' && chunk.isEntry ? '#!/usr/bin/env node' : ''),
      },
    },
  },
});
