/** `npm run test:package`: packs, installs and uses the package. Kept from `npm test` because it asks the registry for dependencies. */
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: { include: ['test/package/*.test.ts'], testTimeout: 120_000, hookTimeout: 240_000 },
})
