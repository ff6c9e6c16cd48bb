/**
 * Vorbis comments: the tags of FLAC, Ogg Vorbis and Opus.
 *
 *     vendor: length (u32), UTF-8     count (u32)     count times: length (u32), "NAME=value" in UTF-8
 *
 * Little-endian. Names are of printable ASCII but '=', and case does not count. Source: Xiph.org, "Ogg Vorbis I format specification:
 * comment field and header specification".
 */
import { LaqError } from '../../../codecs/errors.js'

export interface VorbisComment {
  /** The program that made the sound. */
  vendor: string
  /** Names in capitals, in their order; a name may come more than once. */
  fields: [name: string, value: string][]
}

/** @throws LaqError 'truncated' */
export function readVorbisComment(bytes: Uint8Array): VorbisComment {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  const number = () => {
    if (at + 4 > bytes.length) throw new LaqError('truncated', `Vorbis comment: ${bytes.length} bytes end within a length`)
    at += 4
    return view.getUint32(at - 4, true)
  }
  const text = () => {
    const length = number()
    if (length > bytes.length - at) throw new LaqError('truncated', `Vorbis comment: ${bytes.length - at} of ${length} bytes at ${at}`)
    at += length
    return new TextDecoder().decode(bytes.subarray(at - length, at))
  }
  const vendor = text()
  const count = number()
  const fields: VorbisComment['fields'] = []
  // a count beyond what is there ends in the error above
  for (let i = 0; i < count; i++) {
    const field = text()
    const equals = field.indexOf('=')
    if (equals > 0) fields.push([field.slice(0, equals).toUpperCase(), field.slice(equals + 1)])
  }
  return { vendor, fields }
}

export function writeVorbisComment({ vendor, fields }: VorbisComment): Uint8Array<ArrayBuffer> {
  const texts = [vendor, ...fields.map(([name, value]) => `${name}=${value}`)].map((text) => new TextEncoder().encode(text))
  const bytes = new Uint8Array(texts.reduce((sum, text) => sum + 4 + text.length, 4))
  const view = new DataView(bytes.buffer)
  let at = 0
  for (const [i, text] of texts.entries()) {
    view.setUint32(at, text.length, true)
    bytes.set(text, at + 4)
    at += 4 + text.length
    if (i === 0) {
      view.setUint32(at, fields.length, true)
      at += 4
    }
  }
  return bytes
}
