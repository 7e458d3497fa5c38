import { defineConfig } from 'vite';

// The renderer's source asks for style sheets of the React components around it.
// Nothing of them is drawn here, so they are left out (and with them the less compiler).
const withoutLess = {
  name: 'without-less',
  enforce: 'pre',
  resolveId: (source) => (source.endsWith('.less') ? '\0no-style' : null),
  load: (id) => (id === '\0no-style' ? '' : null),
};

// Its debug view would bring a second WebGL context; it is never opened here.
const withoutDebugView = {
  name: 'without-debug-view',
  enforce: 'pre',
  resolveId: (source) => (source.endsWith('/debug-helper') ? '\0no-debug' : null),
  load: (id) => (id === '\0no-debug' ? 'export class DebugHelper {}' : null),
};

export default defineConfig({
  plugins: [withoutLess, withoutDebugView],
  resolve: { alias: { path: 'path-browserify' } },
  define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
  esbuild: { pure: ['console.log'], legalComments: 'none' },
  build: {
    target: 'es2022',
    outDir: '../crystal_llm/ui/viewer/build',
    emptyOutDir: true,
    cssCodeSplit: false,
    reportCompressedSize: true,
    chunkSizeWarningLimit: 1000,
    lib: { entry: 'src/index.js', formats: ['es'], fileName: () => 'viewer.js', cssFileName: 'viewer' },
  },
});
