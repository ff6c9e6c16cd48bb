/**
 * What a PNG file says of its picture besides the pixels: colour, density, EXIF, XMP. PNG specification, third edition, 11.3.
 *
 * What describes colour: cICP counts before iCCP, that before sRGB, that before gAMA and cHRM. The ones that count less are for older readers.
 */
import { deflateSync, inflateSync } from 'node:zlib'
import type { Metadata } from '../../../codecs/container/container.js'
import { LaqError } from '../../../codecs/errors.js'
import { checkLimit, DEFAULT_LIMITS, type Limits } from '../../../codecs/limits.js'
import type { WarningCode } from '../../calls/warnings.js'
import { cicpOf, gammaOf } from '../../image/colourspace.js'
import { densityMetadata, writtenDensity } from './density.js'
import { type PngChunks, pngChunk } from './pngchunks.js'

const XMP_KEYWORD = 'XML:com.adobe.xmp'

/** Letters of a keyword that are shown. */
const MOST_SHOWN = 40
/** Texts that are named. */
const MOST_TEXTS = 5

/** ICC, CICP, gamma, EXIF, XMP and density; what is damaged or not carried is told. @throws LaqError 'limit' */
export function readPngMetadata(
  { ancillary, damaged }: PngChunks,
  limits: Partial<Limits>,
  warn: (code: WarningCode, message: string) => void,
): Metadata[] {
  const metadata: Metadata[] = []
  const has = (type: Metadata['type']) => metadata.some((other) => other.type === type)
  const take = (type: Metadata['type'], bytes?: Uint8Array) => {
    if (!bytes || bytes.length === 0 || has(type)) return
    checkLimit('metadataBytes', bytes.length, limits)
    metadata.push({ type, bytes: Uint8Array.from(bytes) })
  }
  const first = new Map<string, Buffer>()
  const texts: string[] = []
  for (const { type, payload } of ancillary) {
    if (!first.has(type)) first.set(type, payload)
    if (type === 'eXIf') take('exif', payload)
    else if (type === 'iCCP') {
      const profile = has('icc') ? undefined : readProfile(payload, limits)
      if (!profile) warn('colour', 'the ICC profile does not unpack and is dropped')
      take('icc', profile)
    } else if (type === 'iTXt' || type === 'tEXt' || type === 'zTXt') {
      const keyword = payload.toString('latin1', 0, Math.max(0, payload.subarray(0, 80).indexOf(0)))
      if (type === 'iTXt' && keyword === XMP_KEYWORD) {
        const packet = has('xmp') ? undefined : readXmp(payload, keyword.length, limits)
        if (!packet) warn('xmp', 'XMP that does not unpack is dropped')
        take('xmp', packet)
      } else texts.push(keyword.replaceAll(/[^ -~]/g, '?').slice(0, MOST_SHOWN) || 'without a name')
    }
  }
  const cicp = first.get('cICP')
  // numbers of a matrix are those of no PNG
  if (cicp?.length === 4 && cicp[2] === 0 && cicp[3] <= 1) metadata.push(...cicpOf(cicp[0], cicp[1], cicp[3] === 1))
  else if (cicp) warn('colour', 'an invalid cICP chunk is dropped')
  if (!cicp && !has('icc') && !first.has('sRGB')) metadata.push(...gammaOf(first.get('gAMA'), first.get('cHRM')))
  const size = first.get('pHYs')
  if (size?.length === 9) {
    const unit = size[8] === 1 ? 3 : 0
    metadata.push(...densityMetadata({ unit, x: [size.readUInt32BE(0), 1], y: [size.readUInt32BE(4), 1] }))
  }
  if (first.has('mDCV') || first.has('cLLI')) warn('colour', 'the levels of light of its display (mDCV, cLLI) are dropped')
  // dates of the file that a picture came from say nothing of it
  const named = [...new Set(texts)].filter((name) => !name.startsWith('date:'))
  const others = named.length > MOST_TEXTS ? ` and ${named.length - MOST_TEXTS} others` : ''
  if (named.length > 0) warn('comment', `texts are dropped: ${named.slice(0, MOST_TEXTS).join(', ')}${others}`)
  const frames = first.get('acTL')
  if (frames && frames.length >= 4 && frames.readUInt32BE(0) > 1)
    warn('frames', `only the first of ${frames.readUInt32BE(0)} frames is read`)
  const lost = damaged.filter((type) => /^(iCCP|cICP|gAMA|cHRM|eXIf|iTXt|tEXt|zTXt|pHYs|tRNS)$/.test(type))
  if (lost.length > 0) warn('damaged', `damaged chunks are passed over: ${[...new Set(lost)].join(', ')}`)
  return metadata
}

/** Name, 0, compression method (0 = zlib), stream. */
function readProfile(payload: Buffer, limits: Partial<Limits>): Buffer | undefined {
  const nameEnd = payload.subarray(0, 80).indexOf(0)
  return nameEnd < 1 || payload[nameEnd + 1] !== 0 ? undefined : inflated('iCCP', payload.subarray(nameEnd + 2), limits)
}

/** Keyword, 0, compressed?, method, language, 0, translated keyword, 0, text. */
function readXmp(payload: Buffer, keywordEnd: number, limits: Partial<Limits>): Buffer | undefined {
  const languageEnd = payload.indexOf(0, keywordEnd + 3)
  const textAt = languageEnd < 0 ? 0 : payload.indexOf(0, languageEnd + 1) + 1
  if (textAt === 0) return undefined
  const text = payload.subarray(textAt)
  return payload[keywordEnd + 1] === 1 ? inflated('iTXt', text, limits) : text
}

function inflated(type: string, part: Buffer, limits: Partial<Limits>): Buffer | undefined {
  const maxOutputLength = limits.metadataBytes ?? DEFAULT_LIMITS.metadataBytes
  try {
    return inflateSync(part, { maxOutputLength })
  } catch (cause) {
    const tooLong = (cause as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE'
    if (tooLong) throw new LaqError('limit', `PNG: ${type} inflates to more than the limit of ${maxOutputLength} metadataBytes`, { cause })
    return undefined
  }
}

/** Chunks of metadata, in the order that the specification wants in front of the pixels. */
export function pngMetadata(metadata: readonly Metadata[]): Buffer[] {
  const chunks: Buffer[] = []
  for (const { type, bytes } of metadata) {
    if (type === 'icc') chunks.push(pngChunk('iCCP', Buffer.concat([Buffer.from('ICC profile\0\0', 'latin1'), deflateSync(bytes)])))
    else if (type === 'cicp' && bytes.length === 4) chunks.push(pngChunk('cICP', bytes))
    else if (type === 'gamma') {
      if (bytes.length >= 4 && bytes.subarray(0, 4).some((byte) => byte !== 0)) chunks.push(pngChunk('gAMA', bytes.subarray(0, 4)))
      if (bytes.length === 36) chunks.push(pngChunk('cHRM', bytes.subarray(4)))
    } else if (type === 'exif') chunks.push(pngChunk('eXIf', bytes))
    else if (type === 'xmp') chunks.push(pngChunk('iTXt', Buffer.concat([Buffer.from(`${XMP_KEYWORD}\0\0\0\0\0`, 'latin1'), bytes])))
  }
  const density = writtenDensity(metadata)
  if (density) {
    const perMetre = [1, 1, 100, 1][density.unit] / (density.unit === 1 ? 0.0254 : 1)
    const size = Buffer.alloc(9)
    for (const [i, [numerator, denominator]] of [density.x, density.y].entries()) {
      // a shape that is a fraction keeps its parts: the other side's are multiplied by this one's
      const value = density.unit === 0 ? numerator * [density.y, density.x][i][1] : (numerator / denominator) * perMetre
      size.writeUInt32BE(Math.min(2 ** 31 - 1, Math.max(1, Math.round(value))), 4 * i)
    }
    size[8] = density.unit === 0 ? 0 : 1
    chunks.push(pngChunk('pHYs', size))
  }
  return chunks
}
