/** The pictures that benches run on, and CPU time. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ImageData } from '../../src/index.js'
import { readPng } from '../../src/io/image/png.js'

export interface Picture {
  /** File name with suffix. */
  name: string
  image: ImageData
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

/** The photographs: Kodak, on which nothing is trained or fitted, and 34 others. */
export const PHOTOS = { kodak: ['kodak'], photos: ['cid22', 'clic2025', 'gb82'] } as const

/** Paths of the PNG files of sets, in order; of each `step` files, the first. */
export function filesOf(corpus: string, sets: readonly string[], step = 1): string[] {
  const files = sets.flatMap((set) => {
    const folder = join(corpus, 'images', set)
    const names = readdirSync(folder).filter((name) => name.endsWith('.png'))
    return names.sort().map((name) => join(folder, name))
  })
  return files.filter((_, i) => i % step === 0)
}

/** CPU seconds, user and system, of all threads of this process while `work` runs. */
export async function cpuSeconds<T>(work: () => Promise<T>): Promise<[result: T, seconds: number]> {
  const start = process.cpuUsage()
  const result = await work()
  const { user, system } = process.cpuUsage(start)
  return [result, (user + system) / 1e6]
}
