/** laq strip: the lossy layers of hybrid sounds as files of their own. */
import type { CommandModule } from 'yargs'
import { inputPaths, OUTPUT, type Shared, TALK, UsageError } from '../arguments.js'
import { eachInput } from '../eachinput.js'
import { FileError } from '../errors.js'
import { label, readInput, settledOutputs, writeOutput } from '../files.js'
import { type Figures, Report, Stopwatch } from '../report.js'
import { figuresOf } from './encodesound.js'

interface Arguments extends Shared {
  input?: string[]
}

export const strip: CommandModule<object, Arguments> = {
  command: 'strip [input..]',
  describe: 'reduce sounds made by encode --with-lossy to their lossy layer',
  builder: (parser) =>
    parser
      .usage("$0 strip both.laq -o lossy.laq\n$0 strip *.laq -o 'lossy/{name}.laq'")
      .positional('input', { type: 'string', array: true, describe: '.laq files; - for standard input' })
      .options(OUTPUT)
      .options(TALK) as never,
  handler: async (given) => {
    const inputs = inputPaths(given.input)
    if (given.output === undefined) throw new UsageError('no output: name a file with -o')
    const outputs = await settledOutputs(
      inputs,
      given,
      inputs.map(() => '.laq'),
    )
    const report = new Report(given)
    await eachInput(inputs, (input, i) => stripFile(input, outputs[i], given, report), { json: given.json })
  },
}

async function stripFile(input: string, output: string, given: Arguments, report: Report): Promise<() => void> {
  const watch = new Stopwatch()
  try {
    const file = await watch.time('reading', () => readInput(input))
    const { openAudio } = await import('../../audio/openfile.js')
    const { stripAudio } = await import('../../audio.js')
    const bytes = await watch.time('coding', async () => stripAudio(file))
    const { header, length } = openAudio(bytes, { samples: Number.MAX_SAFE_INTEGER })
    await watch.time('writing', () => writeOutput(output, bytes, given.force ?? false))
    const figures: Omit<Figures, 'input' | 'output'> = figuresOf(header, length, bytes.length)
    return () => report.done({ input, output, ...figures }, watch)
  } catch (error) {
    throw error instanceof FileError || error instanceof UsageError ? error : new FileError(label(input), error)
  }
}
