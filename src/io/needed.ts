/** .laq image files of which only the bytes are read that a decoding needs. */
import { open } from 'node:fs/promises'
import { LaqError } from '../../codecs/errors.js'
import { type DecodeImageOptions, neededBytes } from '../image.js'

/** Headers and index are looked for in so many bytes, then in four times as many, and so on. */
const FRONT_BYTES = 16 * 2 ** 10

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
  const file = await open(path)
  try {
    const stat = await file.stat()
    // of a pipe every byte is read
    if (!stat.isFile()) return await file.readFile()
    const bytes = new Uint8Array(stat.size)
    const read = async (start: number, end: number) => {
      for (let at = start; at < end; ) {
        const { bytesRead } = await file.read(bytes, at, end - at, at)
        if (bytesRead === 0) return
        at += bytesRead
      }
    }
    for (let have = 0, want = FRONT_BYTES; have < bytes.length; want *= 4) {
      const front = Math.min(want, bytes.length)
      await read(have, front)
      have = front
      const ranges = have < bytes.length ? tell(() => neededBytes(bytes.subarray(0, have), options)) : []
      if (!ranges) continue
      for (const [start, end] of ranges) await read(Math.max(start, have), Math.min(end, bytes.length))
      break
    }
    return bytes
  } finally {
    await file.close()
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
