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

/** The command line, the library and the benchmark for Node; dependencies stay outside, so that the build is quick. */
export default defineConfig({
  plugins: [finish],
  publicDir: false,
  experimental: {
    // wherever a host serves the library, its binary is found beside it
    renderBuiltUrl: (file, { hostId }) => ({
      runtime: `new URL(${JSON.stringify(relative(dirname(hostId), file))}, import.meta.url).href`,
    }),
  },
  build: {
    ssr: true,
    ssrEmitAssets: true, // the WASM binary that a browser fetches lies beside the library
    outDir: 'dist/node',
    target: 'node20',
    minify: false,
    sourcemap: true,
    rollupOptions: {
      input,
      output: {
        entryFileNames: '[name].js',
        chunkFileNames: 'chunks/[name]-[hash].js',
        banner: (chunk) => (chunk.name === 'cli' && chunk.isEntry ? '#!/usr/bin/env node' : ''),
      },
    },
  },
});
