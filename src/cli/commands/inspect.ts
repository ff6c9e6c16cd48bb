/** laq inspect: pictures of what the codec decided about a file. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { CommandModule } from 'yargs'
import type { DecodeImageOptions } from '../../image.js'
import { type Inspection, inspect as read } from '../../kinds/inspect.js'
import { flag, inputPaths, JOBS, jobsOf, LIMITS, limitsOf, path, type Shared, STDIO_WORD, UsageError } from '../arguments.js'
import { FileError } from '../errors.js'
import { expectOutput, label, readInput, writeOutput } from '../files.js'
import { jsonLine, plain } from '../terminal.js'
import { Threads } from '../threads.js'
import { described, drawField } from './info.js'

interface Arguments extends Omit<Shared, 'output'> {
  input?: string
  out?: string
}

export const inspect: CommandModule<object, Arguments> = {
  command: 'inspect <input>',
  describe: 'draw what the codec decided: blocks, steps, bits',
  builder: (parser) =>
    parser
      .usage('$0 inspect photo.laq --out decisions\n$0 inspect sound.laq --out decisions')
      .positional('input', { type: 'string', describe: 'a .laq file; - for standard input' })
      .options({
        out: path('out', 'folder for the pictures and summary.txt; it is made if it does not exist'),
        json: flag('print one line of JSON: the names of the files'),
        force: flag('replace existing files', { alias: 'f' }),
        verbose: flag('say more', { alias: 'v' }),
      })
      .options(JOBS)
      .options(LIMITS) as never,
  handler: async (given) => {
    const [input] = inputPaths([given.input])
    const { out, json = false, force = false } = given
    if (out === undefined) throw new UsageError('no output: name a folder for the pictures with --out')
    if (out === STDIO_WORD) throw new UsageError('--out -: several files need a folder')
    const threads = new Threads(jobsOf(given))
    try {
      const file = await readInput(input)
      const limits = limitsOf(given)
      const header = await read(file, { limits })
      const size = header.kind === 'image' ? header.image.width * header.image.height : header.audio.length * header.audio.channels
      const names = filesOf(header)
      await mkdir(out, { recursive: true }).catch((error) => {
        throw new FileError(out, error)
      })
      for (const name of names) await expectOutput(join(out, name), force, [input])
      const options = { limits, runner: await threads.runner(size) }
      const found = await read(file, { ...options, detail: true })
      const draw = found.kind === 'image' ? await imageDrawings(file, found, options) : await soundDrawings(file, found, options)
      const written: string[] = []
      for (const name of names) {
        const bytes = name === SUMMARY ? Buffer.from(`${described(label(input), found)}\n`) : await draw[name]()
        await writeOutput(join(out, name), bytes, force)
        written.push(name)
        process.stderr.write(`${plain(join(out, name))}\n`)
      }
      if (json) process.stdout.write(jsonLine({ input, out, files: written }))
    } catch (error) {
      throw error instanceof FileError || error instanceof UsageError ? error : new FileError(label(input), error)
    } finally {
      await threads.close()
    }
  },
}

const SUMMARY = 'summary.txt'

/** Names of what there is to write about a file: as its header tells, so that none is in the way later. */
function filesOf(header: Inspection): string[] {
  if (header.kind === 'audio') {
    if (header.audio.length === 0) return [SUMMARY]
    // a lossless sound has no frames
    if (header.audio.mode === 'lossless') return [SUMMARY, 'rate.png']
    return [SUMMARY, 'blocks.png', 'steps.png', ...(header.audio.channels > 1 ? ['stereo.png'] : []), 'bits.png', 'rate.png']
  }
  const { transform, hasStepField } = header.image
  return [SUMMARY, ...(transform === 'dct' ? ['partition.png'] : []), ...(hasStepField ? ['steps.png'] : []), 'bits.png']
}

/** How to draw each file. */
type Drawings = Record<string, () => Promise<Uint8Array>>

async function imageDrawings(file: Uint8Array, found: Inspection & { kind: 'image' }, options: DecodeImageOptions): Promise<Drawings> {
  const { decodeImage } = await import('../../image.js')
  const { drawSheet } = await import('../../plot/sheet.js')
  const { blockBitsSheet, partitionSheet } = await import('../../plot/blocks.js')
  const { drawSubbands } = await import('../../plot/subbands.js')
  const { blocks, subbands = [] } = found.image
  const picture = await decodeImage(file, options)
  return {
    'partition.png': () => drawSheet(partitionSheet(picture, blocks!)),
    'steps.png': () => drawField(file, found, options, picture),
    'bits.png': () => (blocks ? drawSheet(blockBitsSheet(picture, blocks)) : drawSubbands(subbands, picture)),
  }
}

async function soundDrawings(file: Uint8Array, found: Inspection & { kind: 'audio' }, options: DecodeImageOptions): Promise<Drawings> {
  const { decodeAudio } = await import('../../audio.js')
  const { drawSheet } = await import('../../plot/sheet.js')
  const { bandBitsSheet, blocksSheet, stereoSheet } = await import('../../plot/frames.js')
  const { rateSheet } = await import('../../plot/rate.js')
  return {
    'blocks.png': async () => drawSheet(blocksSheet(found.audio, await decodeAudio(file, options))),
    'steps.png': () => drawField(file, found, options),
    'stereo.png': () => drawSheet(stereoSheet(found.audio)),
    'bits.png': () => drawSheet(bandBitsSheet(found.audio)),
    'rate.png': () => drawSheet(rateSheet(found.audio)),
  }
}
