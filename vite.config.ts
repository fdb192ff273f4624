import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { POLICY } from './scripts/serve.mjs';

/** Puts the policy into the page too, so that a static host without headers keeps it. */
const policy: Plugin = {
  name: 'content-security-policy',
  apply: 'build',
  transformIndexHtml: () => [
    { tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content: POLICY }, injectTo: 'head-prepend' },
  ],
};

/** Nodes load their methods when they run; that some methods are loaded before for other reasons is no fault. */
const bundling = { checks: { ineffectiveDynamicImport: false, bundlerTimings: false } };

export default defineConfig({
  base: './',
  plugins: [react(), policy],
  worker: { format: 'es', rolldownOptions: bundling },
  build: {
    outDir: 'dist/app',
    target: 'es2022',
    assetsInlineLimit: 0, // data: fonts and scripts are not allowed by the policy
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2500,
    rolldownOptions: bundling,
  },
});
