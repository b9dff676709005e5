import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  resolve: {
    alias: {
      'oss-multipart': source('./packages/client/src/index.ts'),
      'oss-local': source('./packages/server/src/index.ts'),
    },
  },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // CI machines are shared: a test that only succeeds the second time is shown, but stops nothing.
    retry: process.env.CI ? 1 : 0,
  },
})
