/** sharp, as readers and writers here use it. */
import { LaqError } from '../../../codecs/errors.js'
import { unknownFormat } from '../unknownformat.js'

export async function loadSharp() {
  const { default: sharp } = await import('sharp')
  // one picture per call: a cache of decoded ones only costs memory
  sharp.cache(false)
  return sharp
}

/** sharp's errors as ours, in one line. */
export async function refusing<T>(bytes: Uint8Array, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    const message = (cause as Error).message.trim().split('\n')
    if (message.some((line) => /unsupported image format/i.test(line))) throw unknownFormat(bytes, cause)
    if (message.some((line) => /pixel limit/i.test(line))) {
      throw new LaqError('limit', 'more pixels than its header says and the limit allows', { cause })
    }
    throw new LaqError('malformed', message[0], { cause })
  }
}
