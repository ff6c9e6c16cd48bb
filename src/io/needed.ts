/** .laq files of which only the bytes are read that a decoding needs. */
import { type FileHandle, open } from 'node:fs/promises'
import { endDistance, findEnd, TAIL_BYTES } from '../../codecs/container/sequence.js'
import { LaqError } from '../../codecs/errors.js'
import type { DecodeAudioOptions } from '../audio/decodeoptions.js'
import type { DecodeImageOptions } from '../image/decode.js'

/** Headers and index are looked for in so many bytes, then in four times as many, and so on. */
const FRONT_BYTES = 16 * 2 ** 10
/** The end chunk of a sound, which has its index, is looked for in so many bytes first: enough for some hours. */
const END_BYTES = 32 * 2 ** 10

type Ranges = [number, number][]

/**
 * A file with holes: as long as the one at `path`, and zero where {@link decodeImage} with the same region and scale does not
 * look. Pages of memory that stay zero are never touched.
 *
 * @throws RangeError on a region outside the picture, LaqError as decodeImage, and what the file system says
 */
export async function readNeeded(
  path: string | URL,
  options: Pick<DecodeImageOptions, 'limits' | 'region' | 'scale'>,
): Promise<Uint8Array> {
  const { neededBytes } = await import('../image/decode.js')
  return withHoles(path, (bytes, read) => readRanges(bytes, read, (front) => neededBytes(front, options)))
}

/**
 * The same for {@link decodeAudio} with the same `from` and `to`. A file without an index at its end is read whole.
 *
 * @throws LaqError as decodeAudio, and what the file system says
 */
export async function readNeededAudio(
  path: string | URL,
  options: Pick<DecodeAudioOptions, 'limits' | 'from' | 'to' | 'unit'>,
): Promise<Uint8Array> {
  const { neededAudioBytes } = await import('../audio/seek.js')
  return withHoles(path, async (bytes, read) => {
    const { length } = bytes
    await read(length - END_BYTES, length)
    const distance = length >= TAIL_BYTES ? endDistance(bytes.subarray(length - TAIL_BYTES)) : 0
    if (distance > END_BYTES && distance <= length) await read(length - distance, length)
    const end = findEnd(bytes, options.limits)
    if (!end) await read(0, length)
    else await readRanges(bytes, read, (front) => neededAudioBytes(front, end, options))
  })
}

/** Reads start..end-1 of a file, as far as that lies in it. */
type Read = (start: number, end: number) => Promise<void>

async function withHoles(path: string | URL, fill: (bytes: Uint8Array, read: Read) => Promise<void>): Promise<Uint8Array> {
  const file = await open(path)
  try {
    const stat = await file.stat()
    // of a pipe every byte is read
    if (!stat.isFile()) return await file.readFile()
    const bytes = new Uint8Array(stat.size)
    await fill(bytes, (start, end) => readInto(file, bytes, Math.max(0, start), Math.min(end, bytes.length)))
    return bytes
  } finally {
    await file.close()
  }
}

async function readInto(file: FileHandle, bytes: Uint8Array, start: number, end: number): Promise<void> {
  for (let at = start; at < end; ) {
    const { bytesRead } = await file.read(bytes, at, end - at, at)
    if (bytesRead === 0) return
    at += bytesRead
  }
}

/** Reads the front, as much of it as `needed` wants to tell which ranges to read. */
async function readRanges(bytes: Uint8Array, read: Read, needed: (front: Uint8Array) => Ranges): Promise<void> {
  for (let have = 0, want = FRONT_BYTES; have < bytes.length; want *= 4) {
    const front = Math.min(want, bytes.length)
    await read(have, front)
    have = front
    const ranges = have < bytes.length ? tell(() => needed(bytes.subarray(0, have))) : []
    if (!ranges) continue
    for (const [start, end] of ranges) await read(Math.max(start, have), end)
    break
  }
}

/** What `work` comes to, or nothing if it wants more bytes. */
function tell<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (error instanceof LaqError && error.code === 'truncated') return undefined
    throw error
  }
}
