import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const server = process.env.PORTHOLE_URL ?? 'http://localhost:8443';
const monaco = fileURLToPath(new URL('./node_modules/monaco-editor/esm/vs/', import.meta.url));

export default defineConfig({
  plugins: [react()],
  resolve: {
    // y-monaco names monaco's files by a path that its newer package exports no longer answer to.
    alias: [{ find: /^monaco-editor\/esm\/vs\//, replacement: monaco }],
  },
  build: {
    target: 'es2022',
    // Monaco's editor is one idea and loads lazily; a warning about its size helps nobody.
    chunkSizeWarningLimit: 4000,
    // The content security policy allows fonts and images from this server only, not data: URLs.
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // What nearly every page uses, as one file instead of forty small ones.
            {
              name: 'base',
              test: /node_modules[\\/](react|react-dom|react-router|scheduler|@tanstack|@floating-ui|@mantine[\\/](core|hooks|form|notifications)|@tabler)[\\/]/,
            },
          ],
        },
      },
    },
  },
  server: {
    proxy: {
      '/api': { target: server, ws: true, secure: false },
      '/healthz': { target: server, secure: false },
    },
  },
  test: {
    environment: 'jsdom',
    setupFiles: ['./src/test/setup.ts'],
    restoreMocks: true,
    testTimeout: 60_000,
    css: false,
  },
});
