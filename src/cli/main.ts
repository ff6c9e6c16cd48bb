#!/usr/bin/env node
/** The command `laq`. The version is told here, before much is loaded. */
import { createRequire } from 'node:module'
import { guardStandardOutput } from './stdout.js'

const { version } = createRequire(import.meta.url)('laq/package.json') as { version: string }
const words = process.argv.slice(2)
guardStandardOutput()
if (words.length === 1 && (words[0] === '--version' || words[0] === '-V')) process.stdout.write(`${version}\n`)
else {
  const { run } = await import('./run.js')
  await run(words, version)
}
