/** laq decode: .laq files back to pictures and sounds. */
import { extname } from 'node:path'
import type { CommandModule } from 'yargs'
import { KINDS, readFront } from '../../../codecs/container/container.js'
import type { DecodeImageOptions } from '../../image.js'
import {
  area,
  flagOf,
  inputPaths,
  JOBS,
  jobsOf,
  LIMITS,
  limitsOf,
  number,
  OUTPUT,
  pick,
  STDIO_WORD,
  TALK,
  UsageError,
  word,
} from '../arguments.js'
import { areMany, eachInput } from '../eachinput.js'
import { FileError } from '../errors.js'
import { type Input, label, openInput, peek, settledOutputs, writeOutput } from '../files.js'
import { type Figures, Report, Stopwatch, type Talk } from '../report.js'
import { SOUND_OUTPUT } from '../sounds.js'
import { Threads } from '../threads.js'
import { decodeSound, isStreamed, refuseForSounds, SOUND_DECODING, SOUND_ONLY, type SoundDecoding, streamSound } from './decodesound.js'

const SCALES = ['1', '1/2', '1/4', '1/8'] as const

interface Arguments extends SoundDecoding {
  input?: string[]
  scale?: (typeof SCALES)[number]
  region?: NonNullable<DecodeImageOptions['region']>
  outputQuality?: number
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
        'output-quality': number('output-quality', 'image: quality of JPEG (default 95), AVIF (90) or WebP (lossless)', 1, 100),
        ...SOUND_DECODING,
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
      throw new UsageError(`--from ${given.from} --to ${given.to}: the end is not after the start`)
    }
    const suffixes = await Promise.all(
      inputs.map(async (input) => (isSound(await peek(input, 16)) ? (given.raw ? '.raw' : '.wav') : '.png')),
    )
    const outputs = await settledOutputs(inputs, given, suffixes)
    const jobs = jobsOf(given)
    const isMany = areMany(inputs, jobs)
    const report = new Report(given, !isMany)
    const threads = new Threads(jobs, isMany)
    try {
      await eachInput(inputs, (input, i) => decodeFile(input, outputs[i], given, report, threads), { jobs, json: given.json })
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

async function decodeFile(input: string, output: string, given: Arguments, report: Report, threads: Threads): Promise<() => void> {
  const watch = new Stopwatch()
  const talk = report.talk(label(input))
  let close: (() => void) | undefined
  try {
    const opened = await watch.time('reading', () => openInput(input))
    close = opened.close
    const sounds = isSound(opened.head)
    if (sounds) refuseForSounds(given)
    if (sounds && isStreamed(opened, given)) {
      const figures = await streamSound(opened, output, given, watch, threads, talk)
      talk.stop()
      return () => report.done({ input, output, warnings: talk.warnings, ...figures }, watch)
    }
    const file = await watch.time('reading', () => readPart(opened, given))
    const { bytes, ...figures } =
      readFront(file).kind === 'audio'
        ? await decodeSound(opened, file, output, given, watch, threads, talk)
        : await decodePicture(file, output, given, watch, threads, talk)
    await watch.time('writing', () => writeOutput(output, bytes, given.force ?? false))
    talk.stop()
    return () => report.done({ input, output, bytes: file.length, warnings: talk.warnings, ...figures }, watch)
  } catch (error) {
    talk.stop()
    throw error instanceof FileError || error instanceof UsageError ? error : new FileError(label(input), error)
  } finally {
    close?.()
  }
}

/** The file, or what its part takes of it. */
async function readPart(input: Input, given: Arguments): Promise<Uint8Array> {
  const { region, scale, from, to, tolerant } = given
  const limits = limitsOf(given)
  if (input.isLive) return input.read()
  const { readNeeded, readNeededAudio } = await import('../../io/needed.js')
  if (isSound(input.head)) {
    if (tolerant || (from === undefined && to === undefined)) return input.read()
    return readNeededAudio(input.path, { limits, ...pick(given, ['from', 'to']) })
  }
  if (!region && !scale) return input.read()
  return readNeeded(input.path, { limits, scale: scaleOf(given), ...(region && { region }) })
}

const scaleOf = ({ scale = '1' }: Arguments) => (2 ** SCALES.indexOf(scale)) as 1 | 2 | 4 | 8

type Decoded = Omit<Figures, 'input' | 'output' | 'bytes'> & { bytes: Uint8Array }

async function decodePicture(
  file: Uint8Array,
  output: string,
  given: Arguments,
  watch: Stopwatch,
  threads: Threads,
  talk: Talk,
): Promise<Decoded> {
  for (const option of SOUND_ONLY) if (given[option] !== undefined) throw new UsageError(`${flagOf(option)} is for sounds`)
  const { formatImage, hasQuality, isWritten } = await import('../../io/image/image.js')
  const { decodeImage, openFront } = await import('../../image/decode.js')
  const suffix = output === STDIO_WORD ? 'png' : extname(output).slice(1)
  if (!isWritten(suffix)) throw new FileError(output, new Error(`images are not written as .${suffix}`))
  const { outputQuality: quality } = given
  if (quality !== undefined && !hasQuality(suffix)) throw new UsageError(`--output-quality ${quality}: .${suffix} files have no quality`)
  const limits = limitsOf(given)
  // a part of a large picture may fit limits that the whole does not
  const { header, preview } = openFront(file, { pixels: Number.POSITIVE_INFINITY })
  const scale = scaleOf(given)
  const { region } = given
  const within = region ?? header
  // what is averaged is decoded in full
  const isSmall = header.transform === 'wavelet' || (scale === 8 && preview)
  const runner = await threads.runner((within.width * within.height) / (isSmall ? scale ** 2 : 1))
  const options: DecodeImageOptions = { limits, runner, onProgress: talk.onProgress, scale, ...(region && { region }) }
  const image = await watch.time('coding', () => decodeImage(file, options))
  const bytes = await watch.time('writing', () => formatImage(image, suffix, { ...talk, ...(quality !== undefined && { quality }) }))
  const { width, height, channels, bitDepth } = image
  return { kind: 'image', bytes, facts: { width, height, channels, bitDepth }, amount: width * height, whole: header.width * header.height }
}
