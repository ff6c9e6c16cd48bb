/** laq encode: images and sounds to .laq files. */
import type { CommandModule } from 'yargs'
import { LaqError } from '../../../codecs/errors.js'
import type { EncodeAudioOptions } from '../../audio.js'
import type { EncodeImageOptions } from '../../image.js'
import { isSound } from '../../io/sound.js'
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
  type Shared,
  STDIO_WORD,
  TALK,
  UsageError,
  word,
} from '../arguments.js'
import { FileError } from '../errors.js'
import { eachInput, expectOutput, label, outputPaths, readInput, writeOutput } from '../files.js'
import { type Figures, Report, Stopwatch } from '../report.js'
import { readSound, SOUND_INPUT, type SoundArguments } from '../sounds.js'
import { Threads } from '../threads.js'

const TARGETS = ['targetSize', 'targetBpp', 'targetSsimulacra2', 'targetPsnr', 'targetButteraugli'] as const

interface Arguments extends Shared, SoundArguments {
  input?: string[]
  quality?: number
  alphaQuality?: number
  effort?: number
  targetSize?: number
  targetBpp?: number
  targetSsimulacra2?: number
  targetPsnr?: number
  targetButteraugli?: number
  bitrate?: number
  lossless?: boolean
  tune?: NonNullable<EncodeImageOptions['tune']>
  preview?: boolean
  chroma?: NonNullable<EncodeImageOptions['chroma']>
  transform?: NonNullable<EncodeImageOptions['transform']>
  laq?: number
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
        quality: number('quality', '0..100 (default 75)', 0, 100, { alias: 'q' }),
        'alpha-quality': number('alpha-quality', 'image: of alpha (default: as the rest)', 0, 100),
        effort: number('effort', '1 (fast) .. 9 (small), default 5', 1, 9, { alias: 'e', integer: true }),
        'target-size': number('target-size', 'image: at most so many bytes', 1, Number.MAX_SAFE_INTEGER),
        'target-bpp': number('target-bpp', 'image: at most so many bits per pixel', 0.001, 64),
        'target-ssimulacra2': number('target-ssimulacra2', 'image: SSIMULACRA2 at least this', 0, 100),
        'target-psnr': number('target-psnr', 'image: PSNR-RGB at least so many dB', 0, 200),
        'target-butteraugli': number('target-butteraugli', 'image: Butteraugli 3-norm at most this', 0.001, 1000),
        bitrate: number('bitrate', 'sound: kb/s of the whole file', 1, 100_000),
        lossless: flag('sound: keep samples bit for bit'),
        tune: word('tune', 'image: errors weighed by', ['perceptual', 'psnr']),
        transform: word('transform', 'image: wavelet files begin with 1/8, 1/4, 1/2', ['dct', 'wavelet']),
        chroma: word('chroma', 'image: samples of chroma', ['4:4:4', '4:2:0']),
        preview: flag('image: store it at 1/8 at the front of the file'),
        laq: number('laq', 'strength of locally adaptive steps, 0 (flat) .. 3, default 1', 0, 3),
      })
      .options(SOUND_INPUT)
      .options(JOBS)
      .options(TALK)
      .options(LIMITS) as never,
  handler: async (given) => {
    oneOf(given, ['quality', ...TARGETS, 'bitrate'])
    const inputs = inputPaths(given.input)
    const outputs = await outputPaths(
      inputs,
      given.output,
      inputs.map(() => '.laq'),
    )
    if (given.json && outputs.includes(STDIO_WORD)) throw new UsageError('--json and the file both want standard output; -o names a file')
    for (const output of outputs) await expectOutput(output, given.force ?? false)
    const report = new Report(given)
    const threads = new Threads(jobsOf(given))
    try {
      await eachInput(inputs, (input, i) => encodeFile(input, outputs[i], given, report, threads))
    } finally {
      await threads.close()
    }
  },
}

async function encodeFile(input: string, output: string, given: Arguments, report: Report, threads: Threads): Promise<void> {
  const watch = new Stopwatch()
  const bar = report.progress(label(input))
  try {
    const file = await watch.time('reading', () => readInput(input))
    if (file[0] === 0x8c && file[1] === 0x4c && file[2] === 0x41 && file[3] === 0x51) {
      throw new LaqError('unsupported', 'is a .laq file already; laq decode makes an image or a sound of it')
    }
    // a sound of a format that is not read is refused by the reader of sounds, by its name
    const { bytes, ...figures } = await (given.raw || isSound(file) ? encodeSound : encodePicture)(
      file,
      given,
      watch,
      threads,
      bar.onProgress,
    )
    await watch.time('writing', () => writeOutput(output, bytes, given.force ?? false))
    bar.stop()
    report.done({ input, output, bytes: bytes.length, ...figures }, watch)
  } catch (error) {
    bar.stop()
    throw error instanceof FileError || error instanceof UsageError ? error : new FileError(label(input), error)
  }
}

type Encoded = Omit<Figures, 'input' | 'output' | 'bytes'> & { bytes: Uint8Array }

async function encodePicture(
  file: Uint8Array,
  given: Arguments,
  watch: Stopwatch,
  threads: Threads,
  onProgress: (done: number) => void,
): Promise<Encoded> {
  if (given.bitrate !== undefined) throw new UsageError('--bitrate is for sounds; --target-bpp sets the rate of an image')
  for (const option of ['lossless', 'keepChunks', 'replaygain'] as const)
    if (given[option]) throw new UsageError(`${flagOf(option)} is for sounds`)
  const { parseImage } = await import('../../io/image.js')
  const { encodeImage } = await import('../../image.js')
  const image = await watch.time('reading', () => parseImage(file, limitsOf(given)))
  const { width, height, channels, bitDepth } = image
  const options: EncodeImageOptions = {
    ...pick(given, ['quality', ...TARGETS, 'effort', 'tune', 'chroma', 'transform', 'preview', 'alphaQuality', 'laq']),
    onProgress,
  }
  const runner = await threads.runner(width * height)
  const bytes = await watch.time('coding', () => encodeImage(image, { ...options, runner }))
  const figures = { kind: 'image' as const, bytes, facts: { width, height, channels, bitDepth }, amount: width * height }
  if (!given.verbose) return figures
  const { decodeImage } = await import('../../image.js')
  const { psnr } = await import('../../metrics/psnr.js')
  const { lumaDb } = await watch.time('checking', async () =>
    psnr(image, await decodeImage(bytes, { limits: { pixels: Infinity }, runner })),
  )
  return { ...figures, decibels: lumaDb }
}

async function encodeSound(
  file: Uint8Array,
  given: Arguments,
  watch: Stopwatch,
  threads: Threads,
  onProgress: (done: number) => void,
): Promise<Encoded> {
  for (const option of [...TARGETS, 'tune', 'chroma', 'transform', 'preview', 'alphaQuality'] as const) {
    if (given[option] !== undefined) throw new UsageError(`${flagOf(option)} is for images`)
  }
  const { encodeAudio } = await import('../../audio.js')
  const audio = await watch.time('reading', () => readSound(file, given, limitsOf(given), given.lossless ?? false))
  const { sampleRateHz, sampleFormat, channels } = audio
  const options: EncodeAudioOptions = { ...pick(given, ['quality', 'effort', 'bitrate', 'lossless', 'laq']), onProgress }
  const samples = channels[0].length
  const runner = await threads.runner(samples * channels.length)
  const bytes = await watch.time('coding', () => encodeAudio(audio, { ...options, runner }))
  const seconds = samples / sampleRateHz
  const figures = {
    kind: 'audio' as const,
    bytes,
    facts: { sampleRateHz, channels: channels.length, sampleFormat, samples, seconds },
    amount: seconds,
  }
  if (!given.verbose) return figures
  const { decodeAudio } = await import('../../audio.js')
  const { floatChannels } = await import('../../audio/floats.js')
  const { snr } = await import('../../metrics/snr.js')
  const decoded = await watch.time('checking', () => decodeAudio(bytes, { limits: { samples: Infinity }, runner }))
  return { ...figures, decibels: snr(floatChannels(audio), floatChannels(decoded)) }
}
