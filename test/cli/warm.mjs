/**
 * Runs commands of the built program one after the other in this process, each with words, folder, streams and exit code of its own: a start
 * takes 0.4 s of CPU, most commands of tests a tenth of that. Requests and answers are messages of the parent.
 */
import { PassThrough, Readable } from 'node:stream'
import { run } from '../../dist/src/cli/run.js'

const home = process.cwd()
/** What pipes hand on at once. */
const PIECE = 65_536

function* pieces(bytes) {
  for (let at = 0; at < bytes.length; at += PIECE) yield Buffer.from(bytes.subarray(at, at + PIECE))
}

/** Puts a stream in the place of one of the process. @returns the bytes that are written to it, when asked */
function capture(name) {
  const parts = []
  const stream = new PassThrough()
  stream.on('data', (part) => parts.push(part))
  Object.defineProperty(process, name, { value: stream, configurable: true })
  return () => Buffer.concat(parts)
}

let last = Promise.resolve()

async function answer({ id, words, cwd, input }) {
  process.chdir(cwd ?? home)
  process.exitCode = undefined
  Object.defineProperty(process, 'stdin', { value: Readable.from(pieces(input)), configurable: true })
  const [stdout, stderr] = ['stdout', 'stderr'].map(capture)
  await run(words, 'warm')
  // what was written last comes out with the next turn
  await new Promise(setImmediate)
  process.send({ id, code: process.exitCode ?? 0, stdout: stdout(), stderr: stderr().toString() })
}

// every command listens for signals
process.setMaxListeners(0)
process.on('message', (request) => {
  last = last.then(() => answer(request))
})
process.on('disconnect', () => process.exit())
