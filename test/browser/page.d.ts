// What a page of the browser tests has: the class as a global, as its script makes it.
declare const OSS: typeof import('../../packages/client/src/browser.ts').OSS &
  typeof import('../../packages/client/src/browser.ts')
