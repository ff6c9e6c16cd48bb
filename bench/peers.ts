/** Points of other codecs: as published beside the corpus where it has them, else measured here once and kept. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp, { type Sharp } from 'sharp'
import { measure, type Picture, type Point } from './pictures.js'

export interface PeerPoint extends Point {
  codec: string
}

/** What is measured where nothing is stored: settings as in the stored points of Kodak. */
const MEASURED: Record<string, { settings: number[]; encode(pixels: Sharp, quality: number): Sharp }> = {
  mozjpeg: {
    settings: [25, 40, 55, 70, 80, 88, 94],
    encode: (pixels, quality) => pixels.jpeg({ quality, mozjpeg: true, chromaSubsampling: '4:2:0' }),
  },
  webp: {
    settings: [10, 25, 45, 65, 80, 90, 96],
    encode: (pixels, quality) => pixels.webp({ quality, effort: 6, smartSubsample: true }),
  },
}

const CACHE = fileURLToPath(new URL('.cache', import.meta.url))

const readLines = (path: string): PeerPoint[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim())
    .map((line) => JSON.parse(line))

export function rawPixels({ image: { width, height, channels, data } }: Picture): Sharp {
  return sharp(data as Uint8Array, { raw: { width, height, channels } })
}

/** Decodes 8-bit RGB with sharp. */
export async function sharpDecode(file: Uint8Array, { image }: Picture) {
  return { ...image, data: new Uint8Array(await sharp(file).removeAlpha().raw().toBuffer()) }
}

/** Points of all peers that are known for these pictures. */
export async function peerPoints(corpus: string, set: string, pictures: Picture[]): Promise<PeerPoint[]> {
  const stored = join(corpus, '..', 'reference', 'peers', `${set}.jsonl`)
  if (existsSync(stored)) {
    const names = new Set(pictures.map(({ name }) => name))
    return readLines(stored).filter(({ image }) => names.has(image))
  }
  mkdirSync(CACHE, { recursive: true })
  const cached = join(CACHE, `${set}.jsonl`)
  const known = existsSync(cached) ? readLines(cached) : []
  const points: PeerPoint[] = []
  for (const picture of pictures) {
    const found = known.filter(({ image }) => image === picture.name)
    if (found.length === 0) {
      console.error(`measuring ${Object.keys(MEASURED).join(' and ')} on ${picture.name}`)
      for (const [codec, { settings, encode }] of Object.entries(MEASURED)) {
        for (const setting of settings) {
          const file = await encode(rawPixels(picture), setting).toBuffer()
          found.push({ codec, ...measure(picture, setting, file.length, await sharpDecode(file, picture)) })
        }
      }
      known.push(...found)
      writeFileSync(cached, `${known.map((point) => JSON.stringify(point)).join('\n')}\n`)
    }
    points.push(...found)
  }
  return points
}
