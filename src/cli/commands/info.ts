/** laq info: what a .laq file holds, and where its bits go. */
import { extname } from 'node:path'
import type { CommandModule } from 'yargs'
import { LaqError } from '../../../codecs/errors.js'
import type { DecodeImageOptions, ImageData } from '../../image.js'
import { type Inspection, inspect } from '../../kinds/inspect.js'
import { flag, inputPaths, JOBS, jobsOf, LIMITS, limitsOf, path, type Shared, STDIO_WORD, UsageError } from '../arguments.js'
import { areMany, eachInput } from '../eachinput.js'
import { FileError } from '../errors.js'
import { expectOutput, label, readInput, writeOutput } from '../files.js'
import { tagLines, toldTags } from '../tags.js'
import { jsonLine, plain } from '../terminal.js'
import { Threads } from '../threads.js'

interface Arguments extends Omit<Shared, 'output'> {
  input?: string[]
  steps?: string
}

export const info: CommandModule<object, Arguments> = {
  command: 'info [input..]',
  describe: 'show what .laq files hold',
  builder: (parser) =>
    parser
      .usage('$0 info photo.laq\n$0 info --json *.laq\n$0 info --steps map.png photo.laq')
      .positional('input', { type: 'string', array: true, describe: '.laq files; - for standard input' })
      .options({
        json: flag('print one line of JSON per file'),
        steps: path('steps', 'draw the step field into a PNG file: where the codec spends precision'),
        force: flag('replace the drawing if it exists', { alias: 'f' }),
        verbose: flag('show where the bits of large files go, too: this decodes them', { alias: 'v' }),
      })
      .options(JOBS)
      .options(LIMITS) as never,
  handler: async (given) => {
    const inputs = inputPaths(given.input)
    const { steps, force = false } = given
    if (steps !== undefined) {
      if (inputs.length > 1) throw new UsageError('--steps draws the field of one file')
      if (steps !== STDIO_WORD && extname(steps).toLowerCase() !== '.png')
        throw new UsageError(`--steps ${steps}: the drawing must be a .png`)
      if (steps === STDIO_WORD && given.json) throw new UsageError('--json and the drawing both need standard output')
      await expectOutput(steps, force, inputs)
    }
    const jobs = jobsOf(given)
    const threads = new Threads(jobs, areMany(inputs, jobs))
    try {
      await eachInput(inputs, (input) => informOn(input, given, threads), { jobs, json: given.json })
    } finally {
      await threads.close()
    }
  },
}

/** Pixels, or samples of all channels, whose bits are counted unasked: a moment's work. */
const LARGE = 2 ** 22

async function informOn(input: string, given: Arguments, threads: Threads): Promise<() => void> {
  try {
    const file = await readInput(input)
    const limits = limitsOf(given)
    const header = await inspect(file, { limits })
    const size = header.kind === 'image' ? header.image.width * header.image.height : header.audio.length * header.audio.channels
    // what its bits were spent on takes decoding all of it: of large files only where it is asked for
    const detail = size <= LARGE || given.steps !== undefined || (given.verbose ?? false)
    const runner = await threads.runner(detail ? size : 0)
    const found = detail ? await inspect(file, { limits, detail, runner }) : header
    if (given.steps !== undefined) {
      await writeOutput(given.steps, await drawField(file, found, { limits, runner }), given.force ?? false)
      if (given.steps === STDIO_WORD) return () => undefined
    }
    const told = found.kind === 'audio' ? await toldTags(file, limits) : undefined
    const lines = given.json ? jsonLine({ input, ...forJson(found), ...told }) : `${described(input, found)}${told ? tagLines(told) : ''}\n`
    return () => void process.stdout.write(lines)
  } catch (error) {
    throw error instanceof FileError || error instanceof UsageError ? error : new FileError(label(input), error)
  }
}

/** Side in pixels of an image's regions, which have one step multiplier each, in 1/6 octave. */
const REGION = 32
const IMAGE_PER_OCTAVE = 6
/** Steps of a sound are told in 1/64 octave. */
const AUDIO_PER_OCTAVE = 64

/** The step field as a PNG; that of an image over `decoded`, which is otherwise decoded here. @throws LaqError 'unsupported' if the file has none */
export async function drawField(
  file: Uint8Array,
  found: Inspection,
  options: DecodeImageOptions,
  decoded?: ImageData,
): Promise<Uint8Array> {
  const { drawImageSteps, drawSoundSteps } = await import('../../plot/steps.js')
  const { writePng } = await import('../../io/image/png.js')
  const { decodeImage } = await import('../../image.js')
  const none = new LaqError('unsupported', 'the file has no step field: every region takes the same step')
  if (found.kind === 'audio') {
    const field = found.audio.stepField
    if (!field || field.values.length === 0) throw none
    return writePng(drawSoundSteps(field.values, field.bandHz, AUDIO_PER_OCTAVE, found.audio.seconds))
  }
  if (!found.image.stepField) throw none
  return writePng(drawImageSteps(decoded ?? (await decodeImage(file, options)), found.image.stepField, REGION))
}

/** An inspection for JSON: of the step field, its size and extent. */
function forJson(found: Inspection): object {
  if (found.kind === 'audio') {
    // a value per frame is for drawings
    const { stepField, frames: _frames, segmentBytes: _segmentBytes, ...audio } = found.audio
    if (!stepField) return { ...found, audio }
    const { frames, bandHz, values } = stepField
    return { ...found, audio: { ...audio, stepField: { frames, bandHz, ...extent(values, AUDIO_PER_OCTAVE) } } }
  }
  // a value per cell is for drawings
  const { stepField, blocks: _blocks, ...image } = found.image
  if (!stepField) return { ...found, image }
  const { columns, rows, values } = stepField
  return { ...found, image: { ...image, stepField: { columns, rows, ...extent(values, IMAGE_PER_OCTAVE) } } }
}

function extent(values: ArrayLike<number>, perOctave: number): { leastOctaves: number; meanOctaves: number; mostOctaves: number } {
  let [least, sum, most] = [Infinity, 0, -Infinity]
  for (let i = 0; i < values.length; i++) {
    least = Math.min(least, values[i])
    sum += values[i]
    most = Math.max(most, values[i])
  }
  return { leastOctaves: least / perOctave, meanOctaves: sum / values.length / perOctave, mostOctaves: most / perOctave }
}

/** An inspection for people, in lines. */
export function described(input: string, found: Inspection): string {
  const { bytes, headerBytes, metadata } = found
  const name = plain(input)
  const lines: string[] = []
  const size = (density: string) => lines.push(`  ${bytes.toLocaleString('en-US')} bytes, ${density}`)
  const parts = new Map<string, number>()
  const carried = metadata.reduce((sum, item) => sum + item.bytes, 0)
  parts.set('header, index', headerBytes - carried)
  for (const item of metadata) parts.set(item.type, (parts.get(item.type) ?? 0) + item.bytes)
  if (found.kind === 'image') {
    const { width, height, channels, bitDepth, transform, tiles, previewBytes, bits } = found.image
    const kind = ['grey', 'grey + alpha', 'RGB', 'RGBA'][channels - 1]
    lines.push(`${name}: image, ${width} x ${height} ${kind}, ${bitDepth} bits, ${transform}, ${tiles} ${tiles === 1 ? 'tile' : 'tiles'}`)
    size(`${((bytes * 8) / (width * height)).toFixed(3)} bpp`)
    if (previewBytes) {
      parts.set('header, index', headerBytes - carried - previewBytes)
      parts.set('preview', previewBytes)
    }
    for (const [part, count] of Object.entries(bits ?? {})) parts.set(part, count / 8)
    if (!bits) parts.set('data', bytes - headerBytes)
  } else {
    const { mode, sampleRateHz, channels, sampleFormat, seconds, segments, md5, segmentBytes, bits } = found.audio
    const voices = `${channels} ${channels === 1 ? 'channel' : 'channels'}`
    lines.push(
      `${name}: audio, ${mode}, ${seconds.toFixed(3)} s of ${voices}, ${sampleRateHz} Hz, ${sampleFormat}, ${segments} ${segments === 1 ? 'segment' : 'segments'}`,
    )
    size(seconds > 0 ? `${((bytes * 8) / seconds / 1000).toFixed(1)} kb/s` : 'no samples')
    if (md5) lines.push(`  MD5 ${md5}`)
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
    for (const [part, count] of Object.entries(bits ?? {})) {
      parts.set(part === 'bands' ? 'lines of bands' : part, (Array.isArray(count) ? sum(count) : count) / 8)
    }
    if (!bits) parts.set('samples', sum(segmentBytes.bytes))
    if (segmentBytes.correctionBytes) parts.set('corrections', sum(segmentBytes.correctionBytes))
  }
  for (const [part, count] of parts) {
    const share = `${((100 * count) / bytes).toFixed(1).padStart(6)} %`
    lines.push(`  ${part.padEnd(18)} ${Math.round(count).toLocaleString('en-US').padStart(12)} bytes ${share}`)
  }
  return lines.join('\n')
}
