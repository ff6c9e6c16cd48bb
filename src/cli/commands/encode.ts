/** laq encode: images and sounds to .laq files. */
import type { CommandModule } from 'yargs'
import { isLaq } from '../../../codecs/container/container.js'
import { LaqError } from '../../../codecs/errors.js'
import { hasAlpha } from '../../../codecs/image/header.js'
import type { EncodeImageOptions } from '../../image.js'
import { isSound } from '../../io/sound/sound.js'
import {
  flag,
  flagOf,
  inputPaths,
  JOBS,
  jobsOf,
  LIMITS,
  limitsOf,
  number,
  OUTPUT,
  oneOf,
  pick,
  TALK,
  UsageError,
  word,
} from '../arguments.js'
import { areMany, eachInput } from '../eachinput.js'
import { FileError } from '../errors.js'
import { label, openInput, settledOutputs, writeOutput } from '../files.js'
import { Report, Stopwatch, type Talk } from '../report.js'
import { recorded } from '../signals.js'
import { SOUND_INPUT } from '../sounds.js'
import { STRIPPING, stripped } from '../stripping.js'
import { Threads } from '../threads.js'
import { encodeSound, isStreamed, SOUND_CODING, SOUND_ONLY, type SoundCoding, streamSound } from './encodesound.js'

const TARGETS = ['targetSize', 'targetBpp', 'targetSsimulacra2', 'targetPsnr', 'targetButteraugli'] as const

interface Arguments extends Omit<SoundCoding, 'targetSize'> {
  input?: string[]
  alphaQuality?: number
  targetSize?: number
  targetBpp?: number
  targetSsimulacra2?: number
  targetPsnr?: number
  targetButteraugli?: number
  tune?: NonNullable<EncodeImageOptions['tune']>
  preview?: boolean
  chroma?: NonNullable<EncodeImageOptions['chroma']>
  transform?: NonNullable<EncodeImageOptions['transform']>
  tolerant?: boolean
}

export const encode: CommandModule<object, Arguments> = {
  command: 'encode [input..]',
  describe: 'encode images and sounds as .laq files',
  builder: (parser) =>
    parser
      .usage("$0 encode photo.png\n$0 encode -q 60 -o 'small/{name}.laq' *.jpg sound.wav\n$0 encode - < photo.png > photo.laq")
      .positional('input', {
        type: 'string',
        array: true,
        describe: 'PNG, JPEG, WebP, AVIF, TIFF, GIF; WAV, AIFF, FLAC, Ogg, MP3 and others; - for standard input',
      })
      .options(OUTPUT)
      .options({
        quality: number('quality', 'quality, 0..100 (default 75)', 0, 100, { alias: 'q' }),
        'alpha-quality': number('alpha-quality', 'image: quality of alpha, 0..100 (default: finer than colour)', 0, 100),
        effort: number('effort', 'effort, 1 (fast) .. 9 (small), default 5', 1, 9, { alias: 'e', integer: true }),
        'target-size': number('target-size', 'largest size of the file, in bytes', 1, Number.MAX_SAFE_INTEGER),
        'target-bpp': number('target-bpp', 'image: highest rate, in bits per pixel', 0.001, 64),
        'target-ssimulacra2': number('target-ssimulacra2', 'image: lowest SSIMULACRA2', 0, 100),
        'target-psnr': number('target-psnr', 'image: lowest PSNR-RGB, in dB', 0, 200),
        'target-butteraugli': number('target-butteraugli', 'image: highest Butteraugli 3-norm', 0.001, 1000),
        ...SOUND_CODING,
        tune: word('tune', 'image: least error to the eye (default), or least squared error', ['perceptual', 'psnr']),
        transform: word('transform', 'image: blocks (default), or wavelets, which also decode at 1/8, 1/4, 1/2', ['dct', 'wavelet']),
        chroma: word('chroma', 'image: sampling of chroma', ['4:4:4', '4:2:0']),
        preview: flag('image: put a picture of 1/8 of the size at the front of the file'),
        laq: number('laq', 'strength of locally adaptive steps: 0 (flat) .. 3, default 1', 0, 3),
      })
      .options(STRIPPING)
      .options({ tolerant: flag('image: read a damaged file as far as possible') })
      .options(SOUND_INPUT)
      .options(JOBS)
      .options(TALK)
      .options(LIMITS) as never,
  handler: async (given) => {
    oneOf(given, ['quality', ...TARGETS, 'bitrate'])
    const inputs = inputPaths(given.input)
    const outputs = await settledOutputs(
      inputs,
      given,
      inputs.map(() => '.laq'),
    )
    const jobs = jobsOf(given)
    const isMany = areMany(inputs, jobs)
    const report = new Report(given, !isMany)
    const threads = new Threads(jobs, isMany)
    try {
      await eachInput(inputs, (input, i) => encodeFile(input, outputs[i], given, report, threads), { jobs, json: given.json })
    } finally {
      await threads.close()
    }
  },
}

async function encodeFile(input: string, output: string, given: Arguments, report: Report, threads: Threads): Promise<() => void> {
  const watch = new Stopwatch()
  const talk = report.talk(label(input))
  let close: (() => void) | undefined
  try {
    const opened = await watch.time('reading', () => openInput(input))
    close = opened.close
    if (isLaq(opened.head)) throw new LaqError('unsupported', 'is already a .laq file; laq decode turns it into an image or a sound')
    if (await isStreamed(opened, given)) {
      refuseForSounds(given)
      const figures = await streamSound(opened, output, given, watch, threads, talk)
      talk.stop()
      return () => report.done({ input, output, warnings: talk.warnings, ...figures }, watch)
    }
    const isRecorded = opened.isLive && (given.raw || isSound(opened.head))
    const file = await watch.time('reading', () => (isRecorded ? recorded((stop) => opened.read(stop), talk.onStop) : opened.read()))
    const sounds = given.raw || isSound(file)
    if (sounds) refuseForSounds(given)
    // a sound of a format that is not read is refused by the reader of sounds, by its name
    const { bytes, ...figures } = await (sounds ? encodeSound : encodePicture)(file, given, watch, threads, talk)
    await watch.time('writing', () => writeOutput(output, bytes, given.force ?? false))
    talk.stop()
    return () => report.done({ input, output, bytes: bytes.length, warnings: talk.warnings, ...figures }, watch)
  } catch (error) {
    talk.stop()
    throw error instanceof FileError || error instanceof UsageError ? error : new FileError(label(input), error)
  } finally {
    close?.()
  }
}

/** @throws UsageError */
function refuseForSounds(given: Arguments): void {
  for (const option of [...TARGETS, 'tune', 'chroma', 'transform', 'preview', 'alphaQuality', 'tolerant'] as const) {
    if (option !== 'targetSize' && given[option] !== undefined) throw new UsageError(`${flagOf(option)} is for images`)
  }
}

async function encodePicture(file: Uint8Array, given: Arguments, watch: Stopwatch, threads: Threads, talk: Talk) {
  for (const option of SOUND_ONLY) {
    const advice = option === 'bitrate' ? '; --target-bpp sets the rate of an image' : ''
    if (given[option] !== undefined) throw new UsageError(`${flagOf(option)} is for sounds${advice}`)
  }
  const { parseImage } = await import('../../io/image/image.js')
  const { encodeImage } = await import('../../image.js')
  const { tolerant = false } = given
  const read = await watch.time('reading', () => parseImage(file, limitsOf(given), { tolerant, onWarning: talk.onWarning }))
  const image = { ...read, metadata: stripped(read.metadata, given, talk) }
  const { width, height, channels, bitDepth } = image
  const options: EncodeImageOptions = {
    ...pick(given, ['quality', ...TARGETS, 'effort', 'tune', 'chroma', 'transform', 'preview', 'alphaQuality', 'laq']),
    onProgress: talk.onProgress,
    onWarning: talk.onWarning,
  }
  const runner = await threads.runner(width * height)
  const { within } = await import('../../calls/deadline.js')
  const bytes = await watch.time('coding', () =>
    within({ limits: limitsOf(given) }, ({ signal }) => encodeImage(image, { ...options, runner, ...(signal && { signal }) })),
  )
  const figures = { kind: 'image' as const, bytes, facts: { width, height, channels, bitDepth }, amount: width * height }
  if (!given.verbose && !hasAlpha(channels)) return figures
  const { decodeImage } = await import('../../image.js')
  return watch.time('checking', async () => {
    const decoded = await decodeImage(bytes, { limits: { pixels: Infinity }, runner })
    const { alphaMaxError } = await import('../../metrics/grounds.js')
    const alphaError = alphaMaxError(image, decoded)
    const { psnr } = await import('../../metrics/psnr.js')
    return {
      ...figures,
      ...(alphaError !== undefined && { alphaError }),
      ...(given.verbose && { decibels: psnr(image, decoded).lumaDb }),
    }
  })
}
