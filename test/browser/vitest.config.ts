/**
 * `npm run test:browser`: the golden files in Chromium. The browser is a Chromium of the system (Debian: package chromium), or
 * what LAQ_CHROMIUM names.
 */
import { fileURLToPath } from 'node:url'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['test/browser/*.test.ts'],
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({
        launchOptions: {
          executablePath: process.env.LAQ_CHROMIUM ?? '/usr/bin/chromium',
          // no sandbox: containers have no user namespaces; the rest keeps it from looking for a network
          args: [
            ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
            ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
          ],
        },
      }),
      instances: [{ browser: 'chromium' }],
    },
  },
})
