/**
 * The first packets of an Ogg stream, which hold its tags.
 *
 *     page: 'OggS'  version 0 (u8)  flags (u8)  granule (u64)  serial (u32)  number (u32)  CRC (u32)  segments (u8)  lengths (u8 each)
 *     a packet is segments up to one of less than 255 bytes, over as many pages as it takes
 *
 * Source: RFC 3533.
 */
import type { Metadata } from '../../../codecs/container/container.js'
import { checkLimit, type Limits } from '../../../codecs/limits.js'
import { commentTag, pictureTag } from '../tags/tags.js'
import { Gathered, text } from '../wav/chunks.js'

export type OggCodec = 'Vorbis' | 'Opus' | 'FLAC' | 'Speex' | 'Ogg'

/** Packets of the first stream, at most so many. */
function firstPackets(file: Uint8Array, count: number, limits: Partial<Limits> = {}): Uint8Array[] {
  const packets: Uint8Array[] = []
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  let packet = new Gathered()
  let serial: number | undefined
  for (let at = 0; at + 27 <= file.length && text(file, at, 4) === 'OggS'; ) {
    const segments = file[at + 26]
    const lengths = file.subarray(at + 27, at + 27 + segments)
    let from = at + 27 + segments
    const page = view.getUint32(at + 14, true)
    serial ??= page
    for (const length of lengths) {
      if (page === serial) {
        packet.append(file.subarray(from, from + length))
        checkLimit('metadataBytes', packet.length, limits)
        if (length < 255) {
          packets.push(packet.bytes)
          if (packets.length === count) return packets
          packet = new Gathered()
        }
      }
      from += length
    }
    at = from
  }
  return packets
}

const MAGIC: [OggCodec, string][] = [
  ['Vorbis', '\x01vorbis'],
  ['Opus', 'OpusHead'],
  ['FLAC', '\x7fFLAC'],
  ['Speex', 'Speex   '],
]

/** What the first stream of an Ogg file is. */
export function oggCodec(file: Uint8Array): OggCodec {
  const [head] = firstPackets(file.subarray(0, 1024), 1)
  return MAGIC.find(([, magic]) => head && text(head, 0, magic.length) === magic)?.[0] ?? 'Ogg'
}

/** The Vorbis comment of an Ogg file, and the pictures of FLAC in Ogg. */
export function oggTags(file: Uint8Array, limits?: Partial<Limits>): Metadata[] {
  const codec = oggCodec(file)
  if (codec === 'FLAC') {
    const [, ...blocks] = firstPackets(file, 16, limits)
    return blocks.filter((block) => block.length > 4).flatMap((block) => flacBlock(block[0] & 127, block.subarray(4)))
  }
  const [, packet] = firstPackets(file, 2, limits)
  if (!packet) return []
  if (codec === 'Vorbis' && text(packet, 0, 7) === '\x03vorbis') return [commentTag(packet.subarray(7))]
  if (codec === 'Opus' && text(packet, 0, 8) === 'OpusTags') return [commentTag(packet.subarray(8))]
  return codec === 'Speex' ? [commentTag(packet)] : []
}

/** Tags of a metadata block of FLAC. */
export function flacBlock(type: number, body: Uint8Array): Metadata[] {
  if (type === 4) return [commentTag(body)]
  return type === 6 ? [pictureTag(body)] : []
}
