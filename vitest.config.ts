import { fileURLToPath } from 'node:url'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import { CHROMIUM_ARGUMENTS, chromiumPath } from './test/browser/chromium.ts'

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Tests of pages and workers: they run in Chromium alone. */
const IN_A_PAGE = 'packages/client/src/**/*.page.test.ts'
/** Tests of portable code that use Node to look at it: other signers, streams, `inspect`. */
const WITH_NODE = [
  'packages/client/src/async/{bandwidth,gate,or-aborted,sleep,two-attempts}.test.ts',
  'packages/client/src/oss/{crc64,digest,errors,send,sign-v4}.test.ts',
  // Simulations, which take their time and learn nothing in a page.
  'packages/client/src/upload/{hedge,pace-lines,source,upload-histories}.test.ts',
]

export default defineConfig({
  resolve: {
    alias: {
      'oss-multipart': source('./packages/client/src/index.ts'),
      'oss-local': source('./packages/server/src/index.ts'),
    },
  },
  test: {
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // CI machines are shared: a test that only succeeds the second time is shown, but stops nothing.
    retry: process.env.CI ? 1 : 0,
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          include: ['packages/*/src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: [IN_A_PAGE],
        },
      },
      {
        extends: true,
        test: {
          name: 'chromium',
          include: ['packages/client/src/{async,oss,transport,upload}/*.test.ts', IN_A_PAGE],
          exclude: WITH_NODE,
          setupFiles: 'test/browser/node-buffer.ts',
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            instances: [{ browser: 'chromium' }],
            provider: playwright({
              launchOptions: {
                args: CHROMIUM_ARGUMENTS,
                // Looked for, and installed, only when it is started.
                get executablePath() {
                  return chromiumPath()
                },
              },
            }),
          },
        },
      },
    ],
  },
})
