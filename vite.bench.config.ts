import { defineConfig, type Plugin } from 'vite';
import node from './vite.node.config.js';

const plugins = (node.plugins as Plugin[]).filter(({ name }) => name !== 'fiberscope-library');

/**
 * The benchmark in one folder with all that it depends on, for a machine with a GPU where nothing can be installed. What is
 * binary, or only a peer, stays outside.
 */
export default defineConfig({
  ...node,
  plugins,
  ssr: { noExternal: true, external: ['webgpu', 'playwright', '@jax-js/jax'] },
  build: {
    ...node.build,
    outDir: 'dist/bench',
    rollupOptions: { ...node.build!.rollupOptions, input: { bench: 'bench/main.ts' } },
  },
});
