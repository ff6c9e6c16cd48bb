/** laq decode: .laq files back to pictures and sounds. */
import { extname } from 'node:path'
import type { CommandModule } from 'yargs'
import { KINDS, readFront } from '../../../codecs/container/container.js'
import type { DecodeImageOptions } from '../../image.js'
import {
  area,
  inputPaths,
  JOBS,
  jobsOf,
  LIMITS,
  limitsOf,
  number,
  OUTPUT,
  type Shared,
  STDIO_WORD,
  TALK,
  UsageError,
  word,
} from '../arguments.js'
import { FileError } from '../errors.js'
import { eachInput, expectOutput, label, outputPaths, peek, readInput, writeOutput } from '../files.js'
import { type Figures, Report, Stopwatch } from '../report.js'
import { expectSoundOutput, formatSound, SOUND_OUTPUT, type SoundArguments } from '../sounds.js'
import { Threads } from '../threads.js'

const SCALES = ['1', '1/2', '1/4', '1/8'] as const

interface Arguments extends Shared, SoundArguments {
  input?: string[]
  scale?: (typeof SCALES)[number]
  region?: NonNullable<DecodeImageOptions['region']>
  from?: number
  to?: number
}

export const decode: CommandModule<object, Arguments> = {
  command: 'decode [input..]',
  describe: 'decode .laq files to images and sounds',
  builder: (parser) =>
    parser
      .usage("$0 decode photo.laq\n$0 decode -o '{name}.jpg' *.laq\n$0 decode --from 12.5 --to 20 -o part.wav sound.laq")
      .positional('input', { type: 'string', array: true, describe: '.laq files; - for standard input' })
      .options(OUTPUT)
      .options({
        scale: word('scale', 'image: decode at a smaller size', SCALES),
        region: area('region', 'image: decode only this part, in pixels'),
        from: number('from', 'sound: first second', 0, 1e9),
        to: number('to', 'sound: end, in seconds', 0, 1e9),
      })
      .options(SOUND_OUTPUT)
      .options(JOBS)
      .options(TALK)
      .options(LIMITS)
      .epilogue(
        'The suffix of an image output names its format: png (exact), jpg, webp, avif, tiff, gif. Sounds are WAV (.wav, .rf64) or Wave64 (.w64).',
      ) as never,
  handler: async (given) => {
    const inputs = inputPaths(given.input)
    if (given.from !== undefined && given.to !== undefined && given.from >= given.to) {
      throw new UsageError(`--from ${given.from} --to ${given.to}: nothing lies between`)
    }
    const suffixes = await Promise.all(
      inputs.map(async (input) => (isSound(await peek(input, 16)) ? (given.raw ? '.raw' : '.wav') : '.png')),
    )
    const outputs = await outputPaths(inputs, given.output, suffixes)
    if (given.json && outputs.includes(STDIO_WORD)) throw new UsageError('--json and the file both want standard output; -o names a file')
    for (const output of outputs) await expectOutput(output, given.force ?? false)
    const report = new Report(given)
    const threads = new Threads(jobsOf(given))
    try {
      await eachInput(inputs, (input, i) => decodeFile(input, outputs[i], given, report, threads))
    } finally {
      await threads.close()
    }
  },
}

/** Whether the header chunk, which comes first in the file, is that of a sound. */
function isSound(file: Uint8Array): boolean {
  // signature (5), type, a length below 128, kind
  return file.length > 7 && KINDS[file[7]] === 'audio'
}

async function decodeFile(input: string, output: string, given: Arguments, report: Report, threads: Threads): Promise<void> {
  const watch = new Stopwatch()
  const bar = report.progress(label(input))
  try {
    const file = await watch.time('reading', () => readPart(input, given))
    const { kind } = readFront(file)
    const { bytes, ...figures } = await (kind === 'audio' ? decodeSound : decodePicture)(
      file,
      output,
      given,
      watch,
      threads,
      bar.onProgress,
    )
    await watch.time('writing', () => writeOutput(output, bytes, given.force ?? false))
    bar.stop()
    report.done({ input, output, bytes: file.length, ...figures }, watch)
  } catch (error) {
    bar.stop()
    throw error instanceof FileError || error instanceof UsageError ? error : new FileError(label(input), error)
  }
}

/** The file, or what its part takes of it. */
async function readPart(input: string, given: Arguments): Promise<Uint8Array> {
  const { region, scale } = given
  if ((!region && !scale) || input === STDIO_WORD || isSound(await peek(input, 16))) return readInput(input)
  const { readNeeded } = await import('../../io/needed.js')
  return readNeeded(input, { limits: limitsOf(given), scale: scaleOf(given), ...(region && { region }) })
}

const scaleOf = ({ scale = '1' }: Arguments) => (2 ** SCALES.indexOf(scale)) as 1 | 2 | 4 | 8

type Decoded = Omit<Figures, 'input' | 'output' | 'bytes'> & { bytes: Uint8Array }

async function decodePicture(
  file: Uint8Array,
  output: string,
  given: Arguments,
  watch: Stopwatch,
  threads: Threads,
  onProgress: (done: number) => void,
): Promise<Decoded> {
  if (given.from !== undefined || given.to !== undefined) throw new UsageError('--from and --to are for sounds')
  if (given.raw || given.replaygain) throw new UsageError('--raw and --replaygain are for sounds')
  const { formatImage, isWritten } = await import('../../io/image.js')
  const { decodeImage, openFront } = await import('../../image.js')
  const suffix = output === STDIO_WORD ? 'png' : extname(output).slice(1)
  if (!isWritten(suffix)) throw new FileError(output, new Error(`.${suffix} is no image format that is written`))
  const limits = limitsOf(given)
  // a part of a large picture may fit limits that the whole does not
  const { header, preview } = openFront(file, { pixels: Number.POSITIVE_INFINITY })
  const scale = scaleOf(given)
  const { region } = given
  const within = region ?? header
  // what is averaged is decoded in full
  const isSmall = header.transform === 'wavelet' || (scale === 8 && preview)
  const runner = await threads.runner((within.width * within.height) / (isSmall ? scale ** 2 : 1))
  const options: DecodeImageOptions = { limits, runner, onProgress, scale, ...(region && { region }) }
  const image = await watch.time('coding', () => decodeImage(file, options))
  const bytes = await watch.time('writing', () => formatImage(image, suffix))
  const { width, height, channels, bitDepth } = image
  return { kind: 'image', bytes, facts: { width, height, channels, bitDepth }, amount: width * height, whole: header.width * header.height }
}

async function decodeSound(
  file: Uint8Array,
  output: string,
  given: Arguments,
  watch: Stopwatch,
  threads: Threads,
  onProgress: (done: number) => void,
): Promise<Decoded> {
  for (const option of ['scale', 'region'] as const) {
    if (given[option] !== undefined) throw new UsageError(`--${option} is for images`)
  }
  expectSoundOutput(output, given)
  const { decodeAudio, openAudio } = await import('../../audio.js')
  const limits = limitsOf(given)
  // a part of a long sound may fit limits that the whole does not
  const { header, length } = openAudio(file, { ...limits, samples: Number.MAX_SAFE_INTEGER })
  const { from, to } = given
  const runner = await threads.runner(length * header.channels)
  const options = { limits, runner, onProgress, exact: true, ...(from !== undefined && { from }), ...(to !== undefined && { to }) }
  const audio = await watch.time('coding', () => decodeAudio(file, options))
  const bytes = await watch.time('writing', () => formatSound(audio, output, given))
  const { sampleRateHz, sampleFormat, channels } = audio
  const samples = channels[0].length
  const seconds = samples / sampleRateHz
  return {
    kind: 'audio',
    bytes,
    facts: { sampleRateHz, channels: channels.length, sampleFormat, samples, seconds },
    amount: seconds,
    whole: length / sampleRateHz,
  }
}
