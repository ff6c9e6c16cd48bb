/**
 * Pictures that belong to sounds, as FLAC and Ogg have them.
 *
 *     type (u32)  media type: length (u32), ASCII  description: length (u32), UTF-8
 *     width, height, bits per pixel, colours (u32 each, 0 if unknown)  picture: length (u32), bytes
 *
 * Big-endian. Source: RFC 9639, 8.8 (FLAC, picture).
 */
import { LaqError } from '../../../codecs/errors.js'

export interface SoundPicture {
  /** 0 other, 3 front cover, 4 back cover, ...: as in ID3v2's APIC. */
  type: number
  /** Such as image/jpeg; '-->' if `bytes` are a URL. */
  mediaType: string
  description: string
  bytes: Uint8Array
}

/** @throws LaqError 'truncated' */
export function readPicture(block: Uint8Array): SoundPicture {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength)
  let at = 0
  const number = () => {
    if (at + 4 > block.length) throw new LaqError('truncated', `picture: ${block.length} bytes end within a number`)
    at += 4
    return view.getUint32(at - 4)
  }
  const part = () => {
    const length = number()
    if (length > block.length - at) throw new LaqError('truncated', `picture: ${block.length - at} of ${length} bytes at ${at}`)
    at += length
    return block.subarray(at - length, at)
  }
  const type = number()
  const mediaType = new TextDecoder().decode(part())
  const description = new TextDecoder().decode(part())
  for (let i = 0; i < 4; i++) number()
  return { type, mediaType, description, bytes: part() }
}

export function writePicture({ type, mediaType, description, bytes }: SoundPicture): Uint8Array<ArrayBuffer> {
  const [media, told] = [mediaType, description].map((text) => new TextEncoder().encode(text))
  const block = new Uint8Array(32 + media.length + told.length + bytes.length)
  const view = new DataView(block.buffer)
  view.setUint32(0, type)
  view.setUint32(4, media.length)
  block.set(media, 8)
  view.setUint32(8 + media.length, told.length)
  block.set(told, 12 + media.length)
  view.setUint32(28 + media.length + told.length, bytes.length)
  block.set(bytes, 32 + media.length + told.length)
  return block
}
