/** laq info: what a .laq file holds, and where its bits go. */
import { extname } from 'node:path'
import type { CommandModule } from 'yargs'
import { LaqError } from '../../../codecs/errors.js'
import type { DecodeImageOptions } from '../../image.js'
import { type Inspection, inspect } from '../../inspect.js'
import { flag, inputPaths, JOBS, jobsOf, LIMITS, limitsOf, path, type Shared, STDIO_WORD, UsageError } from '../arguments.js'
import { FileError } from '../errors.js'
import { eachInput, expectOutput, label, readInput, writeOutput } from '../files.js'
import { Threads } from '../threads.js'

interface Arguments extends Omit<Shared, 'output'> {
  input?: string[]
  steps?: string
}

export const info: CommandModule<object, Arguments> = {
  command: 'info [input..]',
  describe: 'tell what .laq files hold',
  builder: (parser) =>
    parser
      .usage('$0 info photo.laq\n$0 info --json *.laq\n$0 info --steps map.png photo.laq')
      .positional('input', { type: 'string', array: true, describe: '.laq files; - for standard input' })
      .options({
        json: flag('print one line of JSON per file'),
        steps: path('draw the step field into a PNG file: where the codec spends precision'),
        force: flag('replace the drawing if it exists', { alias: 'f' }),
        verbose: flag('say more', { alias: 'v' }),
      })
      .options(JOBS)
      .options(LIMITS) as never,
  handler: async (given) => {
    const inputs = inputPaths(given.input)
    const { steps, force = false } = given
    if (steps !== undefined) {
      if (inputs.length > 1) throw new UsageError('--steps draws the field of one file')
      if (steps !== STDIO_WORD && extname(steps).toLowerCase() !== '.png') throw new UsageError(`--steps ${steps}: the drawing is a .png`)
      if (steps === STDIO_WORD && given.json) throw new UsageError('--json and the drawing both want standard output')
      await expectOutput(steps, force)
    }
    const threads = new Threads(jobsOf(given))
    try {
      await eachInput(inputs, (input) => informOn(input, given, threads))
    } finally {
      await threads.close()
    }
  },
}

async function informOn(input: string, given: Arguments, threads: Threads): Promise<void> {
  try {
    const file = await readInput(input)
    const limits = limitsOf(given)
    const { image } = await inspect(file, { limits })
    const runner = await threads.runner(image.width * image.height)
    const found = await inspect(file, { limits, detail: true, runner })
    if (given.steps !== undefined) {
      await writeOutput(given.steps, await drawn(file, found, { limits, runner }), given.force ?? false)
      if (given.steps === STDIO_WORD) return
    }
    process.stdout.write(given.json ? `${JSON.stringify({ input, ...plain(found) })}\n` : `${described(input, found)}\n`)
  } catch (error) {
    throw error instanceof FileError || error instanceof UsageError ? error : new FileError(label(input), error)
  }
}

/** The step field as a PNG. */
async function drawn(file: Uint8Array, { image }: Inspection, options: DecodeImageOptions): Promise<Uint8Array> {
  if (!image.stepField) throw new LaqError('unsupported', 'the file has no step field: every region takes the same step')
  const { decodeImage } = await import('../../image.js')
  const { drawImageSteps } = await import('../../plot/steps.js')
  const { writePng } = await import('../../io/png.js')
  return writePng(drawImageSteps(await decodeImage(file, options), image.stepField, REGION))
}

/** Side in pixels of an image's regions, which have one step multiplier each. */
const REGION = 32

/** An inspection for JSON: of the step field, its extent. */
function plain(found: Inspection): object {
  const { stepField, ...image } = found.image
  if (!stepField) return { ...found, image }
  const octaves = [...stepField.values].map((value) => value / 6)
  const { columns, rows } = stepField
  const mean = octaves.reduce((sum, value) => sum + value, 0) / octaves.length
  const extent = octaves.reduce(([least, most], value) => [Math.min(least, value), Math.max(most, value)], [Infinity, -Infinity])
  return { ...found, image: { ...image, stepField: { columns, rows, leastOctaves: extent[0], meanOctaves: mean, mostOctaves: extent[1] } } }
}

/** An inspection for people. */
function described(input: string, found: Inspection): string {
  const { image, bytes, headerBytes, metadata } = found
  const pixels = image.width * image.height
  const kind = ['grey', 'grey + alpha', 'RGB', 'RGBA'][image.channels - 1]
  const lines = [
    `${input}: image, ${image.width} x ${image.height} ${kind}, ${image.bitDepth} bits, ${image.transform}, ${image.tiles} ${image.tiles === 1 ? 'tile' : 'tiles'}`,
    `  ${bytes.toLocaleString('en-US')} bytes, ${((bytes * 8) / pixels).toFixed(3)} bpp`,
  ]
  const line = (part: string, count: number) =>
    lines.push(
      `  ${part.padEnd(18)} ${Math.round(count).toLocaleString('en-US').padStart(12)} bytes ${((100 * count) / bytes).toFixed(1).padStart(6)} %`,
    )
  const carried = metadata.reduce((sum, item) => sum + item.bytes, 0)
  line('header, index', headerBytes - carried)
  for (const item of metadata) line(item.type, item.bytes)
  for (const [part, bits] of Object.entries(image.bits ?? {})) line(part, bits / 8)
  return lines.join('\n')
}
