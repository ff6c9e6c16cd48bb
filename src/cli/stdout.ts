/** Standard output: all that is written to it arrives, or the program says why not and fails. */
import { fstatSync, writeSync } from 'node:fs'
import { removeUnfinished } from '../io/output.js'
import { EXIT, errorLine, FileError } from './errors.js'

const NAME = 'standard output'

/** Call once, before anything is written. */
export function guardStandardOutput(): void {
  const { stdout, stderr } = process
  const { fd } = stdout
  if (!stdout.isTTY && isWrittenAtOnce(fd)) {
    // Node calls write once, and takes no notice of the bytes that a full disk has no room for
    stdout._write = (chunk: Uint8Array, _encoding, done) => {
      try {
        for (let at = 0; at < chunk.length; ) at += writeSync(fd, chunk, at)
        done()
      } catch (error) {
        done(error as Error)
      }
    }
  }
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    removeUnfinished()
    // a reader that went away ends it silently
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? EXIT.ok)
    stderr.write(`${errorLine(new FileError(NAME, error), false)}\n`)
    process.exit(EXIT.failed)
  })
  // what nobody hears is no reason to leave the work undone
  stderr.on('error', () => undefined)
}

/** Whether it is a file or a device, where writing waits until it is done. */
function isWrittenAtOnce(fd: number): boolean {
  const found = fstatSync(fd)
  return found.isFile() || found.isCharacterDevice() || found.isBlockDevice()
}
