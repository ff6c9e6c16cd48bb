/** Parses the command line, runs a command, and turns whatever happens into an exit code. */
import yargs, { type Argv, type CommandModule } from 'yargs'
import { protectedWords, spelled, UsageError } from './arguments.js'
import { EXIT, errorLine } from './errors.js'
import { listenToSignals } from './signals.js'

/** Commands by name, in the order of the help; one that is named is loaded alone, which is much of a small image's time. */
const COMMANDS: Record<string, () => Promise<unknown>> = {
  encode: async () => (await import('./commands/encode.js')).encode,
  decode: async () => (await import('./commands/decode.js')).decode,
  info: async () => (await import('./commands/info.js')).info,
  inspect: async () => (await import('./commands/inspect.js')).inspect,
  strip: async () => (await import('./commands/strip.js')).strip,
  compare: async () => (await import('./commands/compare.js')).compare,
  rd: async () => (await import('./commands/rd.js')).rd,
  demo: async () => (await import('./commands/demo.js')).demo,
}

/**
 * What the command line asks for, thrown out of yargs: behind a handler that returns, yargs lays out its help, which nobody sees and
 * which takes 0.1 s of CPU, more than a small image.
 */
class Chosen {
  constructor(readonly work: () => unknown) {}
}

/** @returns what the words ask for; nothing if yargs has answered them (--help, --version) @throws UsageError if they are wrong */
async function parsed(parser: Argv): Promise<Chosen['work'] | undefined> {
  try {
    await parser.parseAsync()
    return undefined
  } catch (thrown) {
    if (thrown instanceof Chosen) return thrown.work
    throw thrown
  }
}

/** @param words the arguments after the program's name */
export async function run(words: string[], version: string): Promise<void> {
  listenToSignals()
  const wanted = Object.keys(COMMANDS).filter((name) => name === words[0])
  const commands = (await Promise.all(
    (wanted.length > 0 ? wanted : Object.keys(COMMANDS)).map((name) => COMMANDS[name]()),
  )) as CommandModule[]
  const chosen = (command: CommandModule): CommandModule => ({
    ...command,
    handler: (given) => {
      throw new Chosen(() => command.handler(spelled(given)))
    },
  })
  const parser = yargs(protectedWords(words))
    .scriptName('laq')
    .locale('en')
    // numbers are taken as text, to be checked with the words that were typed
    .updateStrings({ string: 'value', boolean: 'flag' })
    .usage('$0 <command> [options]\n\nImages and sound, coded with the precision that every region deserves.')
    .command(commands.map(chosen))
    .demandCommand(1, 'no command: name encode, decode, info, inspect, strip, compare, rd or demo; laq --help says more')
    .strict()
    .recommendCommands()
    .version(version)
    .alias('help', 'h')
    .wrap(Math.min(100, process.stderr.columns ?? 100))
    .exitProcess(false)
    .fail((message, error) => {
      // yargs tells usage faults by message, or by errors of its own class
      throw error && error.name !== 'YError' ? error : new UsageError((message || `${error?.message}`).replaceAll('\0', ''))
    })
  try {
    const work = await parsed(parser)
    await work?.()
  } catch (error) {
    process.stderr.write(`${errorLine(error, words.includes('--verbose') || words.includes('-v'))}\n`)
    process.exitCode = error instanceof UsageError ? EXIT.usage : EXIT.failed
  }
}
