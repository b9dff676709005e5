import { defineConfig } from 'vite'

export default defineConfig({
  // Works below any path of a site.
  base: './',
  // A page that talks to one bucket has nothing to preload.
  build: { target: 'es2022', modulePreload: false, chunkSizeWarningLimit: 300 },
})
