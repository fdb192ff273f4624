import { defineConfig } from 'vite';

/** The script inside `report.html`: one plain file without imports, beside the command line that puts it in. */
export default defineConfig({
  publicDir: false,
  build: {
    outDir: 'dist/node',
    emptyOutDir: false,
    target: 'es2022',
    lib: {
      entry: 'src/cli/report/viewer.ts',
      formats: ['iife'],
      name: 'fiberscopeReport',
      fileName: () => 'report-viewer.js',
    },
  },
});
