/**
 * AIFF and AIFF-C files of uncompressed samples.
 *
 *     'FORM'  size (u32)  'AIFF' | 'AIFC'  chunks
 *     chunk: id (4)  size (u32)  bytes (size)  one zero byte if size is odd
 *     COMM: channels (u16)  frames (u32)  bits (u16)  rate in Hz (80-bit float)  AIFF-C only: compression (4), its name
 *     SSND: offset (u32)  block size (u32)  offset bytes of alignment  samples
 *
 * Big-endian. Samples of fewer bits than their bytes stand at the top. Sources: Apple, "Audio Interchange File Format 1.3" and
 * "AIFF-C (draft 08/26/91)"; `sowt`, `in24` and the like as QuickTime has them.
 */
import type { AudioData } from '../../../codecs/audio/sound.js'
import type { Metadata } from '../../../codecs/container/container.js'
import { LaqError } from '../../../codecs/errors.js'
import { checkLimit, type Limits, METADATA_OVERHEAD } from '../../../codecs/limits.js'
import { type Warned, warner } from '../../calls/warnings.js'
import { plainText } from '../tags/riffinfo.js'
import { type Field, fieldsTag, id3Tag } from '../tags/tags.js'
import { quoted, text } from '../wav/chunks.js'
import { validBitsTag } from '../wav/kept.js'
import { unpackExactly } from '../wav/samples.js'
import { BYTES_OF, frameBytes, type PcmEncoding, type PcmLayout } from './pcm.js'

export const isAiff = (bytes: Uint8Array): boolean => /^FORM.{4}AIF[FC]$/s.test(text(bytes, 0, 12))

/** Samples of each kind of compression; those of none are integers of as many bits as the file says. */
const ENCODINGS: Record<string, { encoding?: PcmEncoding; bigEndian: boolean }> = {
  NONE: { bigEndian: true },
  twos: { bigEndian: true },
  sowt: { bigEndian: false },
  'raw ': { encoding: 'u8', bigEndian: true },
  in24: { encoding: 's24', bigEndian: true },
  in32: { encoding: 's32', bigEndian: true },
  fl32: { encoding: 'f32', bigEndian: true },
  FL32: { encoding: 'f32', bigEndian: true },
  fl64: { encoding: 'f64', bigEndian: true },
  FL64: { encoding: 'f64', bigEndian: true },
}

/** Texts by the name that Vorbis comments have for the same. */
const TEXTS: Record<string, string> = { NAME: 'TITLE', AUTH: 'ARTIST', '(c) ': 'COPYRIGHT', ANNO: 'COMMENT' }

interface Common {
  layout: PcmLayout
  /** That hold each sample. */
  bits: number
  frames: number
  sampleRateHz: number
}

/**
 * Reads an AIFF or AIFF-C file: samples as they are, texts and ID3 tags as metadata. Data that is shorter than it says is read as far as
 * it goes.
 *
 * @throws LaqError 'malformed', 'unsupported' (compression; a double that f32 does not hold), 'truncated', 'limit'
 */
export function readAiff(bytes: Uint8Array, limits: Partial<Limits> = {}, warned: Warned = {}): AudioData {
  if (!isAiff(bytes)) throw new LaqError('unsupported', 'not an AIFF file')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const isC = bytes[11] === 0x43
  const fields: Field[] = []
  const metadata: Metadata[] = []
  let common: Common | undefined
  let samples: Uint8Array | undefined
  let tagBytes = 0
  for (let at = 12; at + 8 <= bytes.length; ) {
    const id = text(bytes, at, 4)
    const size = view.getUint32(at + 4)
    const body = bytes.subarray(at + 8, at + 8 + size)
    const isCut = body.length < size
    if (id === 'COMM') {
      if (common) throw new LaqError('malformed', `AIFF: a second COMM chunk at byte ${at}`)
      if (isCut) throw new LaqError('truncated', `AIFF: chunk ${quoted(id)} at byte ${at} has ${body.length} of its ${size} bytes`)
      common = readCommon(body, isC)
    } else if (id === 'SSND' && !samples) {
      if (body.length < 8) throw new LaqError('truncated', `AIFF: the file ends within the head of its samples`)
      samples = body.subarray(8 + new DataView(body.buffer, body.byteOffset).getUint32(0))
    } else if (!isCut && (TEXTS[id] || id === 'ID3 ')) {
      tagBytes += size + METADATA_OVERHEAD
      checkLimit('metadataBytes', tagBytes, limits)
      if (id === 'ID3 ') metadata.push(id3Tag(body))
      else if (plainText(body)) fields.push([TEXTS[id], plainText(body)])
    }
    at += 8 + size + (size & 1)
  }
  if (!common) throw new LaqError('truncated', `AIFF: the file ends at byte ${bytes.length}, before its COMM chunk`)
  const { layout, bits, frames, sampleRateHz } = common
  if (!samples && frames > 0) throw new LaqError('truncated', `AIFF: the file ends at byte ${bytes.length}, before its samples`)
  const length = Math.min(frames, Math.floor((samples?.length ?? 0) / frameBytes(layout)))
  if (length === 0 && frames > 0) throw new LaqError('truncated', `AIFF: the file ends before the first of its ${frames} samples`)
  checkLimit('samples', length * layout.channels, limits)
  const channels = unpackExactly((samples ?? bytes).subarray(0, length * frameBytes(layout)), layout)
  if (fields.length > 0) metadata.unshift(fieldsTag(fields))
  if (layout.encoding[0] !== 'f') metadata.push(...validBitsTag(bits, BYTES_OF[layout.encoding]))
  if (length < frames) warner(warned)('damaged', `the file ends ${frames - length} samples before the end that its header gives`)
  // Int32Array holds signed bytes as it holds those of u8 less 128
  const sampleFormat = layout.encoding === 's8' ? 'u8' : layout.encoding === 'f64' ? 'f32' : layout.encoding
  return { sampleRateHz, sampleFormat, channels, metadata }
}

function readCommon(body: Uint8Array, isC: boolean): Common {
  if (body.length < (isC ? 22 : 18)) throw new LaqError('malformed', `AIFF: a COMM chunk of ${body.length} bytes`)
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  const channels = view.getUint16(0)
  const bits = view.getUint16(6)
  const sampleRateHz = Math.round(extended(view, 8))
  const compression = isC ? text(body, 18, 4) : 'NONE'
  const found = ENCODINGS[compression]
  if (!found) throw new LaqError('unsupported', `AIFF: samples of compression ${quoted(compression)}`)
  if (channels < 1 || !(sampleRateHz >= 1)) throw new LaqError('malformed', `AIFF: ${channels} channels at ${sampleRateHz} Hz`)
  if (channels > 255 || sampleRateHz >= 2 ** 24) throw new LaqError('unsupported', `AIFF: ${channels} channels at ${sampleRateHz} Hz`)
  const encoding = found.encoding ?? (['s8', 's16', 's24', 's32'] as const)[Math.ceil(bits / 8) - 1]
  if (!encoding) throw new LaqError('unsupported', `AIFF: integer samples of ${bits} bits`)
  return {
    layout: { encoding, bigEndian: found.bigEndian, channels },
    bits: found.encoding ? 8 * BYTES_OF[encoding] : bits,
    frames: view.getUint32(2),
    sampleRateHz,
  }
}

/** A positive 80-bit float: sign and exponent (16 bits, bias 16383), then a mantissa of 64 bits with its leading one. */
function extended(view: DataView, at: number): number {
  const exponent = view.getUint16(at) - 16383
  return (view.getUint32(at + 2) * 2 ** 32 + view.getUint32(at + 6)) * 2 ** (exponent - 63)
}
