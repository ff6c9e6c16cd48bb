/**
 * CPU time of encoding and decoding at about the same bits per pixel, 0.7 on all of Kodak: laq with its defaults against AVIF, WebP and mozjpeg
 * as sharp runs them on one thread, picture by picture in turn, so that all see the same machine.
 *
 *   npx tsx bench/speed.ts --corpus ../shared/corpus [--images 01,05] [--codec laq:effort=7] [--runs 1]
 */
import { parseArgs } from 'node:util'
import type { ImageData } from '../src/image.js'
import { psnr } from '../src/metrics/psnr.js'
import { Peers, parseCodec } from '../src/rd/codecspec.js'
import type { Coder } from '../src/rd/peers/peer.js'
import { megapixels, type Picture, readSet } from './lib/pictures.js'
import { mean, table } from './lib/table.js'

const { values: options } = parseArgs({
  options: {
    corpus: { type: 'string', default: '../shared/corpus' },
    images: { type: 'string' },
    codec: { type: 'string', default: 'laq' },
    runs: { type: 'string', default: '1' },
  },
})

/** The integer qualities at which the peers come nearest to 0.7 bits per pixel on Kodak; laq takes as many bits as AVIF. */
const PEERS: Record<string, number> = { avif: 54, webp: 52, mozjpeg: 54 }

interface Point {
  bpp: number
  db: number
  encodeSeconds: number
  decodeSeconds: number
}

const peers = await Peers.load()
const pictures = await readSet(options.corpus, 'kodak', options.images?.split(','))

async function run(coder: Coder<ImageData>, quality: number, { image }: Picture): Promise<Point> {
  const { bytes, cpuSeconds } = await coder.encode(image, quality)
  const decoded = await coder.decode(bytes, image)
  const bpp = (8 * bytes.length) / (image.width * image.height)
  return { bpp, db: psnr(image, decoded.media).lumaDb, encodeSeconds: cpuSeconds, decodeSeconds: decoded.cpuSeconds }
}

async function meanRate(coder: Coder<ImageData>, quality: number): Promise<number> {
  const rates: number[] = []
  for (const { image } of pictures) rates.push((8 * (await coder.encode(image, quality)).bytes.length) / (image.width * image.height))
  return mean(rates)
}

/** laq's quality, in tenths, whose mean bits per pixel comes nearest to `wanted`. */
async function laqQuality(coder: Coder<ImageData>, wanted: number): Promise<number> {
  let [least, most] = [0, 100]
  while (most - least > 0.1) {
    const quality = (least + most) / 2
    if ((await meanRate(coder, quality)) > wanted) most = quality
    else least = quality
  }
  return Math.round(5 * (least + most)) / 10
}

const open = async (id: string) => {
  const { peer, options: given } = parseCodec(id)
  return peers.find('image', peer).open(given)
}
const others = await Promise.all(Object.entries(PEERS).map(async ([id, quality]) => ({ coder: await open(id), quality })))
const own = await open(options.codec)
const wanted = await meanRate(others[0].coder, others[0].quality)
const codecs = [{ coder: own, quality: await laqQuality(own, wanted) }, ...others].map((codec) => ({ ...codec, points: [] as Point[] }))

// what happens once a process is left out: kernels compile and libraries load with the first picture
for (const { coder, quality } of codecs) await run(coder, quality, pictures[0])
for (let i = 0; i < Number(options.runs); i++) {
  for (const picture of pictures) for (const { coder, quality, points } of codecs) points.push(await run(coder, quality, picture))
}

const area = mean(pictures.map(({ image }) => megapixels(image)))
const average = (points: Point[], key: keyof Point) => mean(points.map((point) => point[key]))
console.log(`${pictures.length} pictures of kodak at about ${wanted.toFixed(2)} bits per pixel, one thread, CPU seconds per megapixel:\n`)
console.log(
  table(
    ['codec', 'quality', 'bpp', 'PSNR-Y', 'encode s/MP', 'decode s/MP'],
    codecs.map(({ coder, quality, points }) => [
      coder.label,
      String(quality),
      average(points, 'bpp').toFixed(3),
      `${average(points, 'db').toFixed(2)} dB`,
      (average(points, 'encodeSeconds') / area).toFixed(3),
      (average(points, 'decodeSeconds') / area).toFixed(4),
    ]),
  ),
)
const [laq, avif] = codecs
for (const key of ['encodeSeconds', 'decodeSeconds'] as const) {
  console.log(`\n${key.slice(0, 6)}: ${(average(laq.points, key) / average(avif.points, key)).toFixed(3)} of AVIF's time`)
}
