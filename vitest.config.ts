import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'codecs/**/*.test.ts', 'src/**/*.test.ts'],
    globalSetup: 'test/build.ts',
    setupFiles: 'test/seed.ts',
    exclude: ['test/browser/**', 'test/package/**', 'node_modules/**', 'dist/**'],
    testTimeout: 120_000,
    // by default a core is kept free, which of two is half
    maxWorkers: '100%',
  },
})
