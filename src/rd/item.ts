/** What sweeps and comparisons read: pictures of any format that laq reads, sounds, .laq files. */
import { readFile } from 'node:fs/promises'
import type { AudioData } from '../../codecs/audio/sound.js'
import { isLaq } from '../../codecs/container/container.js'
import type { ImageData } from '../../codecs/image/picture.js'

export type Item = { kind: 'image'; media: ImageData } | { kind: 'audio'; media: AudioData }

/**
 * Reads samples alone: codecs are compared by what they make of them, not by the profiles and notes that some carry.
 *
 * @throws LaqError on what is neither picture nor sound, and what the file system says
 */
export async function readItem(path: string): Promise<Item> {
  const item = await parseItem(await readFile(path))
  delete item.media.metadata
  return item
}

export async function parseItem(bytes: Uint8Array): Promise<Item> {
  const unlimited = { pixels: Infinity, samples: Infinity }
  if (isLaq(bytes)) {
    const { inspect } = await import('../kinds/inspect.js')
    const { kind } = await inspect(bytes, { limits: unlimited })
    if (kind === 'image') return { kind, media: await (await import('../image/decode.js')).decodeImage(bytes, { limits: unlimited }) }
    return { kind, media: await (await import('../audio/decode.js')).decodeAudio(bytes, { limits: unlimited }) }
  }
  const { isSound, parseSound } = await import('../io/sound/sound.js')
  if (isSound(bytes)) return { kind: 'audio', media: await parseSound(bytes, unlimited) }
  return { kind: 'image', media: await (await import('../io/image/image.js')).parseImage(bytes, unlimited) }
}
