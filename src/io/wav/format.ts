/**
 * The `fmt ` chunk of a WAV file: what its samples are. Sources: IBM and Microsoft, "Multimedia
 * Programming Interface and Data Specifications 1.0"; Microsoft, WAVEFORMATEXTENSIBLE.
 */
import { LaqError } from '../../../codecs/errors.js'
import { foreignSound } from '../sound/format.js'
import { id3Bytes } from '../tags/id3.js'
import { quoted, text, wavKind } from './chunks.js'

export const PCM = 1
export const IEEE_FLOAT = 3
export const EXTENSIBLE = 0xfffe
/** What follows the two bytes of a format tag in a SubFormat GUID. */
export const GUID_TAIL = [0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x80, 0x00, 0x00, 0xaa, 0x00, 0x38, 0x9b, 0x71]

/** Format tags that are named when refused; the full list is in RFC 2361. */
const CODECS: Record<string, string> = {
  '0x0002': 'Microsoft ADPCM',
  '0x0006': 'A-law',
  '0x0007': 'mu-law',
  '0x0011': 'IMA ADPCM',
  '0x0031': 'GSM 6.10',
  '0x0050': 'MPEG',
  '0x0055': 'MP3',
  '0x0092': 'AC-3',
  '0x00ff': 'AAC',
  '0x0161': 'Windows Media Audio',
  '0xf1ac': 'FLAC',
}

export type WavSampleFormat = 'u8' | 's16' | 's24' | 's32' | 'f32' | 'f64'

export interface WavFormat {
  /** PCM or IEEE_FLOAT, also when it came in an extensible `fmt ` chunk. */
  tag: number
  channels: number
  sampleRateHz: number
  sampleFormat: WavSampleFormat
  /** Bytes of one sample. */
  sampleBytes: number
  /** Bits that hold the sample, at the top of its bytes: 1..8 * sampleBytes. */
  validBits: number
  /** Absent if the file has none. */
  channelMask?: number
}

/** RIFF, RIFX, RF64 or BW64 of type 'WAVE', or Wave64; behind an ID3 tag, too. */
export function isWav(bytes: Uint8Array): boolean {
  return wavKind(bytes.subarray(id3Bytes(bytes))) !== undefined
}

/** Why bytes that do not begin as a WAV file are refused. */
export function notWav(bytes: Uint8Array): LaqError {
  if (bytes.length === 0) return new LaqError('truncated', 'the file is empty')
  if (/^(RIFF|RIFX|RF64|BW64)/.test(text(bytes, 0, 4))) {
    if (bytes.length < 12) return new LaqError('truncated', `WAV: ${bytes.length} bytes are less than a RIFF header`)
    return new LaqError('unsupported', `a RIFF file of type ${quoted(text(bytes, 8, 4))} is not WAV`)
  }
  if (text(bytes, 0, 4) === 'riff' && bytes.length < 40)
    return new LaqError('truncated', `WAV: ${bytes.length} bytes are less than a Wave64 header`)
  const name = foreignSound(bytes)?.name
  return new LaqError('unsupported', name ? `${name}, not a WAV file` : 'not a WAV file')
}

/**
 *     tag (u16)  channels (u16)  sample rate (u32)  bytes per second (u32)  block size (u16)  bits per sample (u16)
 *     extensible only: size of the rest (u16)  valid bits (u16)  channel mask (u32)  GUID, of which the first two bytes are a tag
 *
 * Fewer valid bits than the container has stand at its top: the container's whole value is the sample.
 */
export function readFormat(view: DataView, littleEndian: boolean): WavFormat {
  if (view.byteLength < 16) throw new LaqError('malformed', `WAV: a fmt chunk of ${view.byteLength} bytes, not 16 or more`)
  let tag = view.getUint16(0, littleEndian)
  const channels = view.getUint16(2, littleEndian)
  const sampleRateHz = view.getUint32(4, littleEndian)
  const blockBytes = view.getUint16(12, littleEndian)
  const bits = view.getUint16(14, littleEndian)
  const found: { channelMask?: number } = {}
  let valid = 0
  if (tag === EXTENSIBLE) {
    if (view.byteLength < 40) throw new LaqError('malformed', `WAV: an extensible fmt chunk of ${view.byteLength} bytes, not 40`)
    const mask = view.getUint32(20, littleEndian)
    if (mask !== 0) found.channelMask = mask
    valid = view.getUint16(18, littleEndian)
    tag = view.getUint16(24, littleEndian)
    for (const [i, byte] of GUID_TAIL.entries()) {
      if (view.getUint8(26 + i) !== byte) throw new LaqError('unsupported', 'WAV: an extensible format with a SubFormat of its own')
    }
  }
  if (tag !== PCM && tag !== IEEE_FLOAT) {
    const code = `0x${tag.toString(16).padStart(4, '0')}`
    const name = CODECS[code] ? ` (${CODECS[code]})` : ''
    throw new LaqError('unsupported', `WAV: samples of format ${code}${name}, not PCM or float`)
  }
  if (channels < 1 || sampleRateHz < 1) throw new LaqError('malformed', `WAV: ${channels} channels at ${sampleRateHz} Hz`)
  if (channels > 255 || sampleRateHz >= 2 ** 24) throw new LaqError('unsupported', `WAV: ${channels} channels at ${sampleRateHz} Hz`)
  const sampleBytes = blockBytes / channels
  if (!Number.isInteger(sampleBytes) || bits < 1 || bits > sampleBytes * 8) {
    throw new LaqError('malformed', `WAV: ${bits} bits per sample in blocks of ${blockBytes} bytes for ${channels} channels`)
  }
  const sampleFormat = tag === PCM ? (['u8', 's16', 's24', 's32'] as const)[sampleBytes - 1] : FLOATS[sampleBytes]
  if (!sampleFormat || (tag === IEEE_FLOAT && bits !== sampleBytes * 8)) {
    throw new LaqError('unsupported', `WAV: ${tag === PCM ? 'integer' : 'float'} samples of ${bits} bits in ${sampleBytes} bytes`)
  }
  // some writers leave the valid bits open, or put what cannot be
  const validBits = valid > 0 && valid < bits ? valid : bits
  return { tag, channels, sampleRateHz, sampleFormat, sampleBytes, validBits, ...found }
}

const FLOATS: Record<number, WavSampleFormat> = { 4: 'f32', 8: 'f64' }
