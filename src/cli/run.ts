/** Parses the command line, runs a command, and turns whatever happens into an exit code. */
import yargs from 'yargs'
import { removeUnfinished } from '../io/output.js'
import { STDIO, STDIO_WORD, UsageError } from './arguments.js'
import { compare } from './commands/compare.js'
import { decode } from './commands/decode.js'
import { demo } from './commands/demo.js'
import { encode } from './commands/encode.js'
import { info } from './commands/info.js'
import { inspect } from './commands/inspect.js'
import { rd } from './commands/rd.js'
import { strip } from './commands/strip.js'
import { EXIT, errorLine } from './errors.js'

/** @param words the arguments after the program's name */
export async function run(words: string[], version: string): Promise<void> {
  listen()
  const parser = yargs(words.map((word) => (word === STDIO_WORD ? STDIO : word)))
    .scriptName('laq')
    .locale('en')
    // numbers are taken as text, to be checked with the words that were typed
    .updateStrings({ string: 'value', boolean: 'flag' })
    .usage('$0 <command> [options]\n\nImages and sound, coded with the precision that every region deserves.')
    .command(encode)
    .command(decode)
    .command(info)
    .command(inspect)
    .command(strip)
    .command(compare)
    .command(rd)
    .command(demo)
    .demandCommand(1, 'a command is wanted: encode, decode, info, inspect, strip, compare, rd or demo; laq --help tells more')
    .strict()
    .recommendCommands()
    .version(version)
    .alias('help', 'h')
    .wrap(Math.min(100, process.stderr.columns ?? 100))
    .exitProcess(false)
    .fail((message, error) => {
      // yargs tells usage faults by message, or by errors of its own class
      throw error && error.name !== 'YError' ? error : new UsageError(message || error?.message)
    })
  try {
    await parser.parseAsync()
  } catch (error) {
    process.stderr.write(`${errorLine(error, words.includes('--verbose') || words.includes('-v'))}\n`)
    process.exitCode = error instanceof UsageError ? EXIT.usage : EXIT.failed
  }
}

/** Signals end the program at once and leave no unfinished file; a reader that went away ends it silently. */
function listen(): void {
  for (const [signal, code] of [
    ['SIGINT', EXIT.interrupted],
    ['SIGTERM', EXIT.terminated],
    ['SIGHUP', EXIT.hungUp],
  ] as const) {
    process.once(signal, () => {
      removeUnfinished()
      process.exit(code)
    })
  }
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      removeUnfinished()
      process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.failed)
    })
  }
}
