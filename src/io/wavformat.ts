/**
 * The RIFF chunks of a WAV file and its `fmt ` chunk: what the samples are and where they lie.
 *
 *     'RIFF' | 'RIFX' | 'RF64' | 'BW64'   size (u32)   'WAVE'   chunks
 *     chunk: id (4)   size (u32)   bytes (size)   one zero byte if size is odd
 *
 * RIFX is big-endian. In RF64 and BW64, sizes of 2^32 - 1 are found in the chunk `ds64`. Sources: IBM and Microsoft, "Multimedia
 * Programming Interface and Data Specifications 1.0"; Microsoft, WAVEFORMATEXTENSIBLE; EBU Tech 3306 (RF64).
 */
import type { Metadata } from '../../codecs/container/container.js'
import { LaqError } from '../../codecs/errors.js'
import { checkLimit, type Limits, METADATA_OVERHEAD } from '../../codecs/limits.js'

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

export interface WavLayout {
  bigEndian: boolean
  /** PCM or IEEE_FLOAT, also when it came in an extensible `fmt ` chunk. */
  tag: number
  channels: number
  sampleRateHz: number
  sampleFormat: WavSampleFormat
  /** Bytes of one sample. */
  sampleBytes: number
  /** Absent if the file has none. */
  channelMask?: number
  /** Offset of the first sample. */
  dataOffset: number
  /** Samples per channel that are there. */
  length: number
  /** Every other chunk, but fillers that hold only zeros: id and bytes. */
  tags: Metadata[]
}

/** 'RIFF' and its kin of type 'WAVE'. */
export function isWav(bytes: Uint8Array): boolean {
  return /^(RIFF|RIFX|RF64|BW64).{4}WAVE/s.test(text(bytes, 0, 12))
}

/** Name of a sound format that is known but not read, or nothing. */
export function foreignFormat(bytes: Uint8Array): string | undefined {
  const head = text(bytes, 0, 12)
  const names: [RegExp, string][] = [
    [/^fLaC/, 'FLAC'],
    [/^FORM.{4}AIF[FC]/s, 'AIFF'],
    [/^OggS/, 'Ogg'],
    [/^(ID3|\xff[\xe2-\xff])/, 'MPEG audio'],
    [/^riff/, 'Wave64'],
    [/^caff/, 'Core Audio'],
    [/^wvpk/, 'WavPack'],
    // pictures (AVIF, HEIC) have brands of their own
    [/^.{4}ftyp(M4A|M4B|mp4|iso)/s, 'MP4'],
  ]
  return names.find(([pattern]) => pattern.test(head))?.[1]
}

export function text(bytes: Uint8Array, offset: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + length))
}

/**
 * Reads the layout of a WAV file. Data of which the size is left open (0 in a file of open size, or above 2^31 - 2^16, as
 * writers to pipes put) reaches to the end of the file, and so does data that the file cuts short.
 *
 * @throws LaqError 'malformed', 'unsupported', 'truncated', or 'limit' (samples, metadata)
 */
export function readLayout(bytes: Uint8Array, limits: Partial<Limits> = {}): WavLayout {
  if (!isWav(bytes)) throw notWav(bytes)
  const bigEndian = bytes[3] === 0x58
  const is64 = text(bytes, 2, 2) === '64'
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const riffSize = view.getUint32(4, !bigEndian)
  let isOpen = riffSize === 0 || riffSize >= OPEN_SIZE
  const tags: Metadata[] = []
  let format: Format | undefined
  let data: { offset: number; size: number } | undefined
  let longDataSize: number | undefined
  let tagBytes = 0
  let offset = 12
  while (offset + 8 <= bytes.length) {
    const id = text(bytes, offset, 4)
    let size = view.getUint32(offset + 4, !bigEndian)
    const start = offset + 8
    const left = bytes.length - start
    if (id === 'data') {
      const isLong = is64 && size === 0xffffffff && longDataSize !== undefined
      if (isLong) size = longDataSize as number
      const unknown = (size === 0 && isOpen) || (size >= OPEN_SIZE && !isLong)
      if (data) throw new LaqError('unsupported', `WAV: a second data chunk at byte ${offset}`)
      data = { offset: start, size: unknown ? left : Math.min(size, left) }
      if (data.size === 0 && size > 0) throw new LaqError('truncated', `WAV: the file ends before the ${size} bytes of its data`)
      size = unknown ? left : size
    } else if (size > left) {
      // tags behind the sound may be cut off without harm
      if (!data) throw new LaqError('truncated', `WAV: chunk ${quoted(id)} at byte ${offset} has ${left} of its ${size} bytes`)
    } else if (id === 'fmt ') {
      if (format) throw new LaqError('malformed', `WAV: a second fmt chunk at byte ${offset}`)
      format = readFormat(new DataView(view.buffer, view.byteOffset + start, size), !bigEndian)
    } else if (id === 'ds64') {
      if (size < 24) throw new LaqError('malformed', `WAV: ds64 of ${size} bytes`)
      const longRiffSize = view.getBigUint64(start, !bigEndian)
      if (is64) isOpen = longRiffSize === 0n || longRiffSize >= 2n ** 63n
      longDataSize = Number(view.getBigUint64(start + 8, !bigEndian))
    } else if (id !== 'fact') {
      const body = bytes.subarray(start, start + size)
      if (!isFiller(id, body)) {
        tagBytes += size + METADATA_OVERHEAD
        checkLimit('metadataBytes', tagBytes, limits)
        tags.push({ type: 'tag', bytes: tagged(id, body) })
      }
    }
    offset = start + size + (size & 1)
  }
  if (!format) throw new LaqError('truncated', `WAV: the file ends at byte ${bytes.length}, before its fmt chunk`)
  if (!data) throw new LaqError('truncated', `WAV: the file ends at byte ${bytes.length}, before its data chunk`)
  const length = Math.floor(data.size / (format.sampleBytes * format.channels))
  checkLimit('samples', length * format.channels, limits)
  return { bigEndian, ...format, dataOffset: data.offset, length, tags }
}

/** Sizes from here on are put by writers that cannot seek back: 2^32 - 1, 2^31 - 1, and those less a header. */
const OPEN_SIZE = 2 ** 31 - 2 ** 16

function notWav(bytes: Uint8Array): LaqError {
  if (bytes.length === 0) return new LaqError('truncated', 'the file is empty')
  if (/^(RIFF|RIFX|RF64|BW64)/.test(text(bytes, 0, 4))) {
    if (bytes.length < 12) return new LaqError('truncated', `WAV: ${bytes.length} bytes are less than a RIFF header`)
    return new LaqError('unsupported', `a RIFF file of type ${quoted(text(bytes, 8, 4))} is not WAV`)
  }
  const name = foreignFormat(bytes)
  return new LaqError('unsupported', name ? `${name} files are not read; convert it to WAV` : 'not a WAV file')
}

/** A four-letter id for a message: bytes that are no letters become question marks. */
function quoted(id: string): string {
  return `'${id.replace(/[^ -~]/g, '?')}'`
}

/** Space that a writer reserved and left empty. */
function isFiller(id: string, body: Uint8Array): boolean {
  return /^(JUNK|junk|PAD |FLLR)$/.test(id) && body.every((byte) => byte === 0)
}

function tagged(id: string, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(body.length + 4)
  for (let i = 0; i < 4; i++) bytes[i] = id.charCodeAt(i)
  bytes.set(body, 4)
  return bytes
}

type Format = Pick<WavLayout, 'tag' | 'channels' | 'sampleRateHz' | 'sampleFormat' | 'sampleBytes' | 'channelMask'>

/**
 *     tag (u16)  channels (u16)  sample rate (u32)  bytes per second (u32)  block size (u16)  bits per sample (u16)
 *     extensible only: size of the rest (u16)  valid bits (u16)  channel mask (u32)  GUID, of which the first two bytes are a tag
 *
 * Fewer valid bits than the container has stand at its top: the container's whole value is the sample.
 */
function readFormat(view: DataView, littleEndian: boolean): Format {
  if (view.byteLength < 16) throw new LaqError('malformed', `WAV: a fmt chunk of ${view.byteLength} bytes, not 16 or more`)
  let tag = view.getUint16(0, littleEndian)
  const channels = view.getUint16(2, littleEndian)
  const sampleRateHz = view.getUint32(4, littleEndian)
  const blockBytes = view.getUint16(12, littleEndian)
  const bits = view.getUint16(14, littleEndian)
  const found: { channelMask?: number } = {}
  if (tag === EXTENSIBLE) {
    if (view.byteLength < 40) throw new LaqError('malformed', `WAV: an extensible fmt chunk of ${view.byteLength} bytes, not 40`)
    const mask = view.getUint32(20, littleEndian)
    if (mask !== 0) found.channelMask = mask
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
  return { tag, channels, sampleRateHz, sampleFormat, sampleBytes, ...found }
}

const FLOATS: Record<number, WavSampleFormat> = { 4: 'f32', 8: 'f64' }
