/** Builds dist once before the tests if sources are newer: tests of the command line and of threads run what users run. */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, statSync, utimesSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const BUILT = 'dist/src/cli/main.js'

function newest(folder: string): number {
  return Math.max(
    0,
    ...readdirSync(`${root}/${folder}`, { withFileTypes: true, recursive: true })
      .filter((item) => item.isFile() && !item.parentPath.endsWith('built'))
      .map((item) => statSync(`${item.parentPath}/${item.name}`).mtimeMs),
  )
}

export default function build(): void {
  const sources = Math.max(newest('src'), newest('codecs'), newest('samples'), statSync(`${root}/tsconfig.build.json`).mtimeMs)
  if (existsSync(`${root}/${BUILT}`) && statSync(`${root}/${BUILT}`).mtimeMs > sources) return
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
  // the compiler leaves the times of files that come out the same
  utimesSync(`${root}/${BUILT}`, new Date(), new Date())
}
