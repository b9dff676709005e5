import { defineConfig } from 'vitest/config'
import root from '../../vitest.config.ts'

/** `npm run page:screenshots` takes the pictures of docs/page.md. Not part of `npm test`. */
export default defineConfig({
  ...root,
  test: { include: ['test/page/take.screenshots.ts'], testTimeout: 120_000 },
})
