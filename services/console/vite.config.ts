import { defineConfig } from 'vite';

/** The gateway serves the console here. */
const BASE = '/ui/';

export default defineConfig({
  base: BASE,
  // The gateway puts a nonce of its own in its place with each answer.
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    target: 'es2024',
    // The first that know light-dark() in styles: older ones would need the scheme set in a style
    // sheet.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    chunkSizeWarningLimit: 700,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // Libraries say "use client" for servers that render.
      onwarn: (warning, tell) => (warning.code === 'MODULE_LEVEL_DIRECTIVE' ? undefined : tell(warning)),
    },
  },
  // `npx vite` in this folder, beside a gateway on its usual port.
  server: { proxy: { '^/(?!ui/)': 'http://127.0.0.1:8080' } },
});
