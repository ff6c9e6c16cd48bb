/** laq demo: the samples there and back, as a table, files to look at and listen to, and a chart. */
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { CommandModule } from 'yargs'
import type { EncodeImageOptions, ImageData } from '../../image.js'
import { writeWhole } from '../../io/output.js'
import type { RateDistortionCurve } from '../../rd/charts/ratedistortion.js'
import { path, UsageError } from '../arguments.js'
import { FileError } from '../errors.js'
import { drawField } from './info.js'

interface Arguments {
  folder?: string
  force?: boolean
}

/** Where the demo goes if nobody says; its own files there are replaced. */
const FOLDER = 'demo-out'

export const demo: CommandModule<object, Arguments> = {
  command: 'demo [folder]',
  describe: 'make sample pictures and sounds, code them, and show the results',
  builder: (parser) =>
    parser
      .usage('$0 demo\n$0 demo some/folder')
      .positional('folder', path('folder', `where the files go (default: ${FOLDER}, whose files are replaced)`) as never)
      .option('force', { type: 'boolean', alias: 'f', describe: 'replace files in a folder that is not empty' }) as never,
  handler: async ({ folder = FOLDER, force = false }) => {
    const there = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return []
      throw new FileError(folder, error)
    })
    if (there.length > 0 && folder !== FOLDER && !force) throw new UsageError(`${folder} is not empty; -f replaces files in it`)
    await mkdir(folder, { recursive: true })
    const started = performance.now()
    const save = (name: string, bytes: Uint8Array) => writeWhole(join(folder, name), bytes, { force: true })
    const picture = await images(save)
    await sounds(save)
    const { missingForCharts } = await import('../../rd/charts/packages.js')
    const missing = await missingForCharts()
    if (missing) process.stderr.write(`laq: ${missing}\n`)
    else await chart(picture, save)
    say(`\n${(await readdir(folder)).length} files are in ${folder}/, after ${seconds(started).toFixed(0)} s`)
  },
}

type Save = (name: string, bytes: Uint8Array) => Promise<void>

const say = (line: string) => process.stdout.write(`${line}\n`)
const seconds = (start: number) => (performance.now() - start) / 1e3
const row = (cells: string[]) => say(cells.map((cell, i) => (i ? cell.padStart(12) : cell.padEnd(27))).join(''))

async function timed<T>(work: () => Promise<T>): Promise<[result: T, seconds: number]> {
  const start = performance.now()
  return [await work(), seconds(start)]
}

/** Codes the pictures. Returns the first. */
async function images(save: Save): Promise<ImageData> {
  const { SAMPLE_IMAGES } = await import('../../../samples/index.js')
  const { decodeImage, encodeImage } = await import('../../image.js')
  const { inspect } = await import('../../kinds/inspect.js')
  const { writePng } = await import('../../io/image/png.js')
  const { psnr } = await import('../../metrics/psnr.js')
  row(['image', 'bytes', 'bpp', 'PSNR-Y dB', 'PSNR-RGB dB', 'encode MP/s', 'decode MP/s'])
  let first: ImageData | undefined
  for (const [file, make] of Object.entries(SAMPLE_IMAGES)) {
    const image = make()
    await save(file, await writePng(image))
    for (const transform of ['dct', 'wavelet'] as const) {
      // kernels compile with the first picture of a process: that is not its speed
      if (!first)
        await decodeImage(await encodeImage({ ...image, width: 64, height: 64, data: image.data.slice(0, 64 * 64 * 3) }, { transform }))
      const [coded, encodeSeconds] = await timed(() => encodeImage(image, { transform }))
      const [decoded, decodeSeconds] = await timed(() => decodeImage(coded))
      const pixels = image.width * image.height
      const { lumaDb, colourDb } = psnr(image, decoded)
      const name = `${file.replace('.png', '')}-${transform}`
      row([
        name,
        coded.length.toLocaleString('en-US'),
        ((coded.length * 8) / pixels).toFixed(3),
        lumaDb.toFixed(2),
        colourDb.toFixed(2),
        (pixels / 1e6 / encodeSeconds).toFixed(1),
        (pixels / 1e6 / decodeSeconds).toFixed(1),
      ])
      await save(`${name}.laq`, coded)
      await save(`${name}.png`, await writePng(decoded))
      const found = await inspect(coded, { detail: true })
      if (found.kind === 'image' && found.image.stepField) await save(`${name}-steps.png`, await drawField(coded, found, {}))
      if (transform === 'wavelet') await save(`${name}-quarter.png`, await writePng(await decodeImage(coded, { scale: 4 })))
    }
    first ??= image
  }
  return first!
}

/** Rates in kb/s that each sound is coded at, beside the default quality. */
const BITRATES: Record<string, number[]> = { 'music.wav': [96], 'voice.wav': [24] }

async function sounds(save: Save): Promise<void> {
  const { SAMPLE_SOUNDS } = await import('../../../samples/index.js')
  const { decodeAudio, encodeAudio } = await import('../../audio.js')
  const { asFloats, floatChannels } = await import('../../../codecs/audio/floats.js')
  const { inspect } = await import('../../kinds/inspect.js')
  const { writeWav } = await import('../../io/wav/wav.js')
  const { snr } = await import('../../metrics/snr.js')
  say('')
  row(['sound', 'bytes', 'kb/s', 'SNR dB', '', 'encode x RT', 'decode x RT'])
  let warm = false
  for (const [file, make] of Object.entries(SAMPLE_SOUNDS)) {
    const audio = asFloats(make())
    await save(file, writeWav(audio))
    const length = audio.channels[0].length / audio.sampleRateHz
    for (const bitrate of [undefined, ...(BITRATES[file] ?? [])]) {
      const options = bitrate === undefined ? {} : { bitrate }
      if (!warm) await decodeAudio(await encodeAudio({ ...audio, channels: audio.channels.map((channel) => channel.slice(0, 4096)) }))
      warm = true
      const [coded, encodeSeconds] = await timed(() => encodeAudio(audio, options))
      const [decoded, decodeSeconds] = await timed(() => decodeAudio(coded))
      const name = `${file.replace('.wav', '')}${bitrate === undefined ? '' : `-${bitrate}k`}`
      row([
        bitrate === undefined ? `${name}, default quality` : `${file.replace('.wav', '')}, ${bitrate} kb/s`,
        coded.length.toLocaleString('en-US'),
        ((coded.length * 8) / length / 1e3).toFixed(1),
        snr(audio.channels, floatChannels(decoded)).toFixed(2),
        '',
        (length / encodeSeconds).toFixed(0),
        (length / decodeSeconds).toFixed(0),
      ])
      await save(`${name}.laq`, coded)
      await save(`${name}-decoded.wav`, writeWav(decoded))
      if (bitrate === undefined) await save(`${name}-steps.png`, await drawField(coded, await inspect(coded, { detail: true }), {}))
    }
  }
}

/** The picture at many rates through laq and two of sharp's codecs, as SVG and PNG. */
async function chart(image: ImageData, save: Save): Promise<void> {
  const { decodeImage, encodeImage } = await import('../../image.js')
  const { psnr } = await import('../../metrics/psnr.js')
  const { drawRateDistortion } = await import('../../rd/charts/ratedistortion.js')
  const { default: sharp } = await import('sharp')
  const { width, height, channels, data } = image
  const raw = { raw: { width, height, channels } }
  const point = (bytes: number, decoded: ImageData) => ({
    bitsPerPixel: (bytes * 8) / (width * height),
    quality: psnr(image, decoded).lumaDb,
  })
  const own = async (options: EncodeImageOptions) => {
    const coded = await encodeImage(image, { ...options, tune: 'psnr' })
    return point(coded.length, await decodeImage(coded))
  }
  const throughSharp = async (coded: Buffer) => {
    const decoded = await sharp(coded).removeAlpha().raw().toBuffer()
    return point(coded.length, { ...image, data: new Uint8Array(decoded) })
  }
  const along = async (qualities: number[], at: (quality: number) => Promise<RateDistortionCurve['points'][number]>) => {
    const points: RateDistortionCurve['points'][number][] = []
    for (const quality of qualities) points.push(await at(quality))
    return points
  }
  const laqQualities = [20, 32, 44, 56, 66, 76, 84]
  const curves: RateDistortionCurve[] = [
    { name: 'laq, DCT', points: await along(laqQualities, (quality) => own({ quality, transform: 'dct' })) },
    { name: 'laq, wavelet', points: await along(laqQualities, (quality) => own({ quality, transform: 'wavelet' })) },
    {
      name: 'WebP, effort 6',
      peer: true,
      points: await along([5, 20, 40, 60, 78, 88, 95], async (quality) =>
        throughSharp(await sharp(data, raw).webp({ quality, effort: 6, smartSubsample: true }).toBuffer()),
      ),
    },
    {
      name: 'mozjpeg 4:2:0',
      peer: true,
      points: await along([15, 30, 45, 60, 75, 87, 94], async (quality) =>
        throughSharp(await sharp(data, raw).jpeg({ quality, mozjpeg: true, chromaSubsampling: '4:2:0' }).toBuffer()),
      ),
    },
  ]
  const title = { title: 'The still life, there and back', subtitle: `${width} x ${height}, laq with --tune psnr` }
  const { svg, png } = await drawRateDistortion(curves, title)
  await save('rate-distortion.svg', new TextEncoder().encode(svg))
  await save('rate-distortion.png', png)
}
