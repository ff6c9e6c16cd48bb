/** The pictures that benches run on, and the work on one of them that all share. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EncodeImageOptions, ImageData } from '../src/index.js'
import { decodeImage, encodeImage } from '../src/index.js'
import { readPng } from '../src/io/png.js'
import { psnr } from '../src/metrics/psnr.js'

export interface Picture {
  /** File name with suffix. */
  name: string
  image: ImageData
}

/** One encoded picture, measured. The names are those of the peers' files. */
export interface Point {
  image: string
  setting: number
  /** Whole file. */
  bytes: number
  bpp: number
  psnrYDb: number
  psnrRgbDb: number
}

/** A point with the CPU time that it took. */
export interface TimedPoint extends Point {
  encodeSeconds: number
  decodeSeconds: number
}

export const megapixels = ({ width, height }: ImageData): number => (width * height) / 1e6

/** The 8-bit RGB pictures of a folder `images/SET` of the corpus. @param only parts of names; all pictures if undefined */
export async function readSet(corpus: string, set: string, only?: string[]): Promise<Picture[]> {
  const folder = join(corpus, 'images', set)
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.png') && (!only || only.some((part) => name.includes(part))))
    .sort()
  const pictures = await Promise.all(names.map(async (name) => ({ name, image: await readPng(readFileSync(join(folder, name))) })))
  const usable = pictures.filter(({ image }) => image.channels === 3 && image.bitDepth === 8)
  if (usable.length < pictures.length) console.error(`${pictures.length - usable.length} pictures of ${set} are not 8-bit RGB: left out`)
  if (usable.length === 0) throw new Error(`no such pictures in ${folder}`)
  return usable
}

/** CPU seconds, user and system, of all threads of this process while `work` runs. */
export async function cpuSeconds<T>(work: () => Promise<T>): Promise<[result: T, seconds: number]> {
  const start = process.cpuUsage()
  const result = await work()
  const { user, system } = process.cpuUsage(start)
  return [result, (user + system) / 1e6]
}

export function measure({ name, image }: Picture, setting: number, bytes: number, decoded: ImageData): Point {
  const { lumaDb, colourDb } = psnr(image, decoded)
  return { image: name, setting, bytes, bpp: (bytes * 8) / (image.width * image.height), psnrYDb: lumaDb, psnrRgbDb: colourDb }
}

/** Encodes and decodes with laq. */
export async function runLaq(picture: Picture, options: EncodeImageOptions & { quality: number }): Promise<TimedPoint> {
  const [file, encodeSeconds] = await cpuSeconds(() => encodeImage(picture.image, options))
  const [decoded, decodeSeconds] = await cpuSeconds(() => decodeImage(file))
  return { ...measure(picture, options.quality, file.length, decoded), encodeSeconds, decodeSeconds }
}
