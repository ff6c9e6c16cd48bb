/**
 * Alpha: how far off it is at worst, over every picture of the corpus that has it, qualities, efforts and both transforms; and bytes and
 * SSIMULACRA2 on black, white and checked grounds, against AVIF at equal bytes.
 *
 *   npx tsx bench/alpha.ts [--corpus ../shared/corpus] [--efforts 1,2,5] [--only errors | rates]
 *
 * Writes results/alpha.md if all is measured.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { hasAlpha, TRANSFORMS, type Transform } from '../codecs/image/header.js'
import { openImage } from '../src/image/decode.js'
import { decodeImage, encodeImage, type ImageData } from '../src/index.js'
import { readPng } from '../src/io/image/png.js'
import { ssimulacra2 } from '../src/metrics.js'
import { avif } from '../src/rd/peers/avif.js'
import { filesOf } from './lib/pictures.js'
import { nameOf, root } from './lib/sweep.js'
import { table } from './lib/table.js'

const { values: options } = parseArgs({
  options: {
    corpus: { type: 'string', default: '../shared/corpus' },
    efforts: { type: 'string', default: '1,2,5' },
    only: { type: 'string' },
  },
})

const QUALITIES = [30, 40, 50, 60, 75, 85, 95]
const RATE_QUALITIES = [50, 75, 90]
const RATE_SETS = ['art_rgba', 'clipart_rgba']
/** Bytes of the sets in format version 3, whose alpha had the blocks of colour. */
const BEFORE: Record<string, number[]> = { art_rgba: [78662, 173913, 413231], clipart_rgba: [83120, 167307, 355852] }

/** Pictures whose alpha is not all full. */
async function withAlpha(sets: readonly string[]): Promise<{ name: string; image: ImageData }[]> {
  const found: { name: string; image: ImageData }[] = []
  for (const path of filesOf(options.corpus, sets)) {
    const image = await readPng(readFileSync(path)).catch(() => undefined)
    if (!image || !hasAlpha(image.channels)) continue
    const full = 2 ** image.bitDepth - 1
    if (image.data.some((value, i) => i % image.channels === image.channels - 1 && value < full)) found.push({ name: nameOf(path), image })
  }
  return found
}

interface Errors {
  largest: number
  /** Largest of samples that are 0 or full. */
  ends: number
  /** Largest in parts of what is allowed: 8 levels and three steps of alpha. */
  share: number
  binaryExact: boolean
}

async function errorsOf(image: ImageData, quality: number, effort: number, transform: Transform): Promise<Errors> {
  const file = await encodeImage(image, { quality, effort, transform })
  const { header } = openImage(file)
  const { data } = await decodeImage(file)
  const { channels, bitDepth } = image
  const full = 2 ** bitDepth - 1
  const unit = 255 / full
  let [largest, ends, isBinary] = [0, 0, true]
  for (let i = channels - 1; i < data.length; i += channels) {
    const error = Math.abs(data[i] - image.data[i]) * unit
    const isEnd = image.data[i] === 0 || image.data[i] === full
    if (!isEnd) isBinary = false
    largest = Math.max(largest, error)
    if (isEnd) ends = Math.max(ends, error)
  }
  const share = largest / (8 + (3 * 2 ** ((header.step + header.alphaStep) / 24)) / 64)
  return { largest, ends, share, binaryExact: !isBinary || largest === 0 }
}

async function errorTable(): Promise<string> {
  const sets = readdirSync(join(options.corpus, 'images')).filter((name) => !name.includes('.') && name !== 'png_malformed')
  const pictures = await withAlpha(sets)
  const rows: string[][] = []
  for (const transform of TRANSFORMS) {
    // wavelet files are the same at every effort
    for (const effort of transform === 'wavelet' ? [1] : options.efforts.split(',').map(Number)) {
      for (const quality of QUALITIES) {
        const all: Errors[] = []
        for (const { image } of pictures) all.push(await errorsOf(image, quality, effort, transform))
        const most = (key: 'largest' | 'ends' | 'share') => Math.max(...all.map((errors) => errors[key]))
        const figures = [most('largest').toFixed(1), most('ends').toFixed(1), most('share').toFixed(2)]
        rows.push([transform, String(effort), String(quality), ...figures, all.every(({ binaryExact }) => binaryExact) ? 'yes' : 'NO'])
        console.error(rows[rows.length - 1].join(' '))
      }
    }
  }
  const head = ['transform', 'effort', 'quality', 'largest error', 'of 0 and full', 'of what is allowed', 'binary exact']
  return `${pictures.length} pictures.\n\n${table(head, rows)}`
}

const GROUNDS: Record<string, (x: number, y: number) => number> = {
  black: () => 0,
  white: () => 255,
  checked: (x, y) => (((x >> 3) + (y >> 3)) % 2 ? 204 : 255),
}

/** A picture with alpha on a ground of grey levels. */
function onGround({ width, height, channels, bitDepth, data }: ImageData, ground: (x: number, y: number) => number): ImageData {
  const out = new Uint8Array(3 * width * height)
  const full = 2 ** bitDepth - 1
  for (let i = 0, from = 0; i < width * height; i++, from += channels) {
    const alpha = data[from + channels - 1] / full
    const behind = (1 - alpha) * ground(i % width, Math.floor(i / width))
    for (let c = 0; c < 3; c++) out[3 * i + c] = Math.round(behind + (alpha * 255 * data[from + (channels > 2 ? c : 0)]) / full)
  }
  return { width, height, channels: 3, bitDepth: 8, data: out }
}

const scoresOf = async (original: ImageData, decoded: ImageData) =>
  Promise.all(
    Object.values(GROUNDS).map(async (ground) => (await ssimulacra2(onGround(original, ground), onGround(decoded, ground))).score),
  )

/** Scores at `bytes`, linear in their logarithm between the points around it. */
function scoresAt(points: { bytes: number; scores: number[] }[], bytes: number): number[] {
  const sorted = [...points].sort((a, b) => a.bytes - b.bytes)
  const above = Math.min(
    sorted.length - 1,
    Math.max(
      1,
      sorted.findIndex((point) => point.bytes >= bytes),
    ),
  )
  const [a, b] = [sorted[above - 1], sorted[above]]
  const part = Math.log(bytes / a.bytes) / Math.log(b.bytes / a.bytes)
  return a.scores.map((score, i) => score + part * (b.scores[i] - score))
}

async function rateTable(): Promise<string> {
  const coder = await avif.open({})
  const rows: string[][] = []
  for (const set of RATE_SETS) {
    const pictures = await withAlpha([set])
    const sums = RATE_QUALITIES.map(() => ({ bytes: 0, laq: [0, 0, 0], peer: [0, 0, 0] }))
    for (const { name, image } of pictures) {
      const points: { bytes: number; scores: number[] }[] = []
      for (const setting of [25, 35, 45, 55, 65, 72, 80, 88, 94]) {
        const { bytes } = await coder.encode(image, setting)
        const { media } = await coder.decode(bytes, image)
        points.push({ bytes: bytes.length, scores: await scoresOf(image, media) })
      }
      for (const [i, quality] of RATE_QUALITIES.entries()) {
        const file = await encodeImage(image, { quality })
        const [own, peer] = [await scoresOf(image, await decodeImage(file)), scoresAt(points, file.length)]
        sums[i].bytes += file.length
        for (const g of [0, 1, 2]) {
          sums[i].laq[g] += own[g] / pictures.length
          sums[i].peer[g] += peer[g] / pictures.length
        }
      }
      console.error(name)
    }
    for (const [i, quality] of RATE_QUALITIES.entries()) {
      const { bytes, laq, peer } = sums[i]
      const pairs = laq.map((score, g) => `${score.toFixed(2)} / ${peer[g].toFixed(2)}`)
      const before = BEFORE[set][i]
      rows.push([set, String(quality), String(bytes), `${(100 * (bytes / before - 1)).toFixed(1)} %`, ...pairs])
    }
  }
  return table(['set', 'quality', 'bytes', 'against version 3', ...Object.keys(GROUNDS).map((name) => `${name}: laq / AVIF`)], rows)
}

const parts: string[] = []
if (options.only !== 'rates') parts.push(`## Errors\n\nIn levels of 8 bits. ${await errorTable()}`)
if (options.only !== 'errors') parts.push(`## Rates\n\nMean SSIMULACRA2 at equal bytes, on each ground.\n\n${await rateTable()}`)
console.log(parts.join('\n\n'))
if (!options.only) {
  writeFileSync(join(root, 'bench/results/alpha.md'), `# Alpha\n\nMade by \`npx tsx bench/alpha.ts\`.\n\n${parts.join('\n\n')}\n`)
}
