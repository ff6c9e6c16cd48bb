/**
 * CPU time of encoding and decoding at about the same bits per pixel: laq with its defaults against AVIF, WebP and mozjpeg
 * as sharp runs them on one thread, picture by picture in turn, so that all see the same machine.
 *
 *   npx tsx bench/speed.ts --corpus ../shared/corpus [--images 01,05] [--bpp 0.7] [--effort 5] [--tune perceptual] [--runs 1]
 */
import { parseArgs } from 'node:util'
import sharp, { type Sharp } from 'sharp'
import { decodeImage, type EncodeImageOptions, encodeImage } from '../src/index.js'
import { type PeerPoint, peerPoints, rawPixels, sharpDecode } from './peers.js'
import { cpuSeconds, measure, megapixels, type Picture, readSet, type TimedPoint } from './pictures.js'
import { mean, table } from './table.js'

const { values: options } = parseArgs({
  options: {
    corpus: { type: 'string', default: '../shared/corpus' },
    images: { type: 'string' },
    bpp: { type: 'string', default: '0.7' },
    effort: { type: 'string', default: '5' },
    tune: { type: 'string', default: 'perceptual' },
    runs: { type: 'string', default: '1' },
  },
})

interface Codec {
  name: string
  quality: number
  encode(picture: Picture): Promise<Uint8Array>
  decode(file: Uint8Array, picture: Picture): Promise<Picture['image']>
}

sharp.concurrency(1)
sharp.cache(false)
const wanted = Number(options.bpp)
const pictures = await readSet(options.corpus, 'kodak', options.images?.split(','))
const stored = await peerPoints(options.corpus, 'kodak', pictures)
const laqOptions = { effort: Number(options.effort), tune: options.tune as NonNullable<EncodeImageOptions['tune']> }

/** The integer quality whose mean bits per pixel comes nearest: by a straight line in log bpp between stored settings. */
function storedQuality(codec: string): number {
  const points = stored.filter((point: PeerPoint) => point.codec === codec)
  const settings = [...new Set(points.map(({ setting }) => setting))].sort((a, b) => a - b)
  const logs = settings.map((setting) => Math.log(mean(points.filter((point) => point.setting === setting).map(({ bpp }) => bpp))))
  const above = Math.max(
    1,
    logs.findIndex((log) => log > Math.log(wanted)),
  )
  const part = (Math.log(wanted) - logs[above - 1]) / (logs[above] - logs[above - 1])
  return Math.round(settings[above - 1] + part * (settings[above] - settings[above - 1]))
}

/** The quality, in tenths, whose mean bits per pixel comes nearest. */
async function laqQuality(): Promise<number> {
  let [least, most] = [0, 100]
  while (most - least > 0.1) {
    const quality = (least + most) / 2
    const rates: number[] = []
    for (const { image } of pictures) {
      rates.push(((await encodeImage(image, { ...laqOptions, quality })).length * 8) / (image.width * image.height))
    }
    if (mean(rates) > wanted) most = quality
    else least = quality
  }
  return Math.round(5 * (least + most)) / 10
}

function throughSharp(name: string, codec: string, encode: (pixels: Sharp, quality: number) => Sharp): Codec {
  const quality = storedQuality(codec)
  return { name, quality, encode: async (picture) => encode(rawPixels(picture), quality).toBuffer(), decode: sharpDecode }
}

const quality = await laqQuality()
const codecs: Codec[] = [
  {
    name: `laq, tune ${laqOptions.tune}, effort ${laqOptions.effort}`,
    quality,
    encode: ({ image }) => encodeImage(image, { ...laqOptions, quality }),
    decode: (file) => decodeImage(file),
  },
  throughSharp('AVIF 4:4:4, tune iq, effort 4', 'avif_iq', (pixels, quality) =>
    pixels.avif({ quality, effort: 4, tune: 'iq', chromaSubsampling: '4:4:4' }),
  ),
  throughSharp('WebP, effort 6', 'webp', (pixels, quality) => pixels.webp({ quality, effort: 6, smartSubsample: true })),
  throughSharp('mozjpeg 4:2:0', 'mozjpeg', (pixels, quality) => pixels.jpeg({ quality, mozjpeg: true, chromaSubsampling: '4:2:0' })),
]

async function run({ encode, decode, quality }: Codec, picture: Picture): Promise<TimedPoint> {
  const [file, encodeSeconds] = await cpuSeconds(() => encode(picture))
  const [decoded, decodeSeconds] = await cpuSeconds(() => decode(file, picture))
  return { ...measure(picture, quality, file.length, decoded), encodeSeconds, decodeSeconds }
}

// what happens once a process is left out: kernels compile and libraries load with the first picture
for (const codec of codecs) await run(codec, pictures[0])

const points = new Map<Codec, TimedPoint[]>(codecs.map((codec) => [codec, []]))
for (let i = 0; i < Number(options.runs); i++) {
  for (const picture of pictures) for (const codec of codecs) points.get(codec)!.push(await run(codec, picture))
}

const area = mean(pictures.map(({ image }) => megapixels(image)))
const average = (codec: Codec, key: keyof TimedPoint) => mean(points.get(codec)!.map((point) => point[key] as number))
console.log(`${pictures.length} pictures of kodak at about ${wanted} bits per pixel, one thread, CPU seconds per megapixel:\n`)
console.log(
  table(
    ['codec', 'quality', 'bpp', 'PSNR-Y', 'encode s/MP', 'decode s/MP'],
    codecs.map((codec) => [
      codec.name,
      String(codec.quality),
      average(codec, 'bpp').toFixed(3),
      `${average(codec, 'psnrYDb').toFixed(2)} dB`,
      (average(codec, 'encodeSeconds') / area).toFixed(3),
      (average(codec, 'decodeSeconds') / area).toFixed(4),
    ]),
  ),
)
const [laq, avif] = codecs
const ratio = (key: 'encodeSeconds' | 'decodeSeconds') => average(laq, key) / average(avif, key)
console.log(`\nencode: ${ratio('encodeSeconds').toFixed(3)} of AVIF's time (must 0.3, aim 0.12)`)
console.log(`decode: ${ratio('decodeSeconds').toFixed(3)} of AVIF's time (must 2.5, aim 1.2)`)
