/**
 * Where the first frame of MPEG audio, AAC (ADTS) or AC-3 begins in a file that was cut from a longer one, or that something stands in
 * front of. A header says how long its frame is; a chain of headers that agree is sound, and one that stands alone is chance.
 *
 *     MPEG audio: 11 ones  version (2 bits)  layer (2)  ... bitrate (4)  rate (2)  padding (1)      ISO/IEC 11172-3, 2.4.1.3
 *     ADTS:       12 ones  ID (1)  layer 0 (2) ... rate (4) ... length (13)                       ISO/IEC 13818-7, 6.2
 *     AC-3:       0x0b77  CRC (16)  rate (2)  size code (6)  bsid (5)                             ETSI TS 102 366, 4.4 and annex E
 *     E-AC-3:     0x0b77  type (2)  substream (3)  words - 1 (11)  rate (2) ...  bsid 11..16
 */

export type FrameKind = 'mp3' | 'aac' | 'ac3' | 'eac3'

export interface FirstFrame {
  kind: FrameKind
  offset: number
}

/** Headers in a row that are no chance: an agreeing one stands at a given place of noise once in some 2^15 times. */
const CHAIN = 4
/** Frames are looked for in so many bytes: more than any header of a radio stream, and than any frame. */
const SEARCHED = 2 ** 20

/** The first frame from byte `from` on, if there is a chain of them; a chain may end with the file, from the second frame on. */
export function firstFrame(file: Uint8Array, from = 0): FirstFrame | undefined {
  const end = Math.min(file.length - 8, from + SEARCHED)
  for (let offset = from; offset < end; offset++) {
    // before anything else, for speed
    if (file[offset] !== 0xff && file[offset] !== 0x0b) continue
    const first = frameAt(file, offset)
    if (first && isChain(file, offset, first)) return { kind: first.kind, offset }
  }
  return
}

function isChain(file: Uint8Array, offset: number, first: Frame): boolean {
  let at = offset + first.bytes
  for (let count = 1; count < CHAIN; count++) {
    if (at + 8 > file.length) return count > 1
    const next = frameAt(file, at)
    if (!next || next.kind !== first.kind || next.same !== first.same) return false
    at += next.bytes
  }
  return true
}

interface Frame {
  kind: FrameKind
  bytes: number
  /** What is the same in all frames of a stream. */
  same: number
}

function frameAt(file: Uint8Array, at: number): Frame | undefined {
  if (file[at] === 0x0b && file[at + 1] === 0x77) return ac3Frame(file, at)
  if (file[at] !== 0xff) return
  return (file[at + 1] & 0xf6) === 0xf0 ? adtsFrame(file, at) : mpegFrame(file, at)
}

const V1_KBPS = [
  [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
]
const V2_KBPS = [
  [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
]
const MPEG_HZ = [44100, 48000, 32000]

function mpegFrame(file: Uint8Array, at: number): Frame | undefined {
  const [second, third] = [file[at + 1], file[at + 2]]
  // 0 is version 2.5, 2 is 2, 3 is 1
  const version = (second >> 3) & 3
  const layer = 4 - ((second >> 1) & 3)
  const bitrate = third >> 4
  const rate = (third >> 2) & 3
  if (second < 0xe0 || version === 1 || layer === 4 || bitrate === 0 || bitrate === 15 || rate === 3) return
  const hz = MPEG_HZ[rate] / (version === 3 ? 1 : version === 2 ? 2 : 4)
  const bitsPerSecond = (version === 3 ? V1_KBPS : V2_KBPS)[layer - 1][bitrate - 1] * 1000
  const padding = (third >> 1) & 1
  const slots = layer === 1 ? 12 : layer === 3 && version !== 3 ? 72 : 144
  const bytes = Math.floor((slots * bitsPerSecond) / hz + padding) * (layer === 1 ? 4 : 1)
  return { kind: 'mp3', bytes, same: (version << 8) | (layer << 4) | rate }
}

function adtsFrame(file: Uint8Array, at: number): Frame | undefined {
  const rate = (file[at + 2] >> 2) & 15
  const bytes = ((file[at + 3] & 3) << 11) | (file[at + 4] << 3) | (file[at + 5] >> 5)
  if (rate > 12 || bytes < 8) return
  // ID, profile, rate, channels
  return { kind: 'aac', bytes, same: ((file[at + 1] & 8) << 16) | ((file[at + 2] & 0xfd) << 8) | (file[at + 3] & 0xc0) }
}

const AC3_KBPS = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640]

function ac3Frame(file: Uint8Array, at: number): Frame | undefined {
  const bsid = file[at + 5] >> 3
  if (bsid > 16) return
  if (bsid > 10) return { kind: 'eac3', bytes: 2 * ((((file[at + 2] & 7) << 8) | file[at + 3]) + 1), same: file[at + 4] >> 6 }
  const rate = file[at + 4] >> 6
  const code = file[at + 4] & 63
  const kbps = AC3_KBPS[code >> 1]
  if (rate === 3 || kbps === undefined) return
  const words = rate === 0 ? kbps * 2 : rate === 2 ? kbps * 3 : Math.floor((kbps * 1536 * 1000) / (44100 * 16)) + (code & 1)
  return { kind: 'ac3', bytes: 2 * words, same: rate }
}
