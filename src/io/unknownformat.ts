/** Files that laq does not read, called what they are, or by the bytes that they begin with. */
import { LaqError } from '../../codecs/errors.js'

/** Formats that people may take for pictures or sounds, by their first bytes as Latin-1, those below a space being points. */
const NAMES: [name: string, begins: RegExp][] = [
  ['BMP', /^BM.{4}\.{4}/],
  ['Photoshop', /^8BPS/],
  ['PDF', /^%PDF-/],
  ['SVG', /^[^<]{0,3}<.*<?svg[\s.>]/],
  ['HTML', /^[\s.]*<(!doctype html|html)/i],
  ['OpenEXR', /^v\/1\./],
  ['Radiance HDR', /^#\?RADIANCE/],
  ['DirectDraw surface', /^DDS /],
  ['JPEG XR', /^II\xbc/],
  ['QOI', /^qoif/],
  ['FLIF', /^FLIF/],
  ['portable anymap', /^P[1-7fF][\s.]/],
  ['MNG', /^\x8aMNG/],
  ['Matroska or WebM video', /^\.E\xdf\xa3/],
  ['ZIP', /^PK\.\./],
  ['gzip', /^\.\x8b/],
]

/** Bytes that are shown. */
const SHOWN = 16

/** The error for a file that is neither picture nor sound of a kind that laq reads. */
export function unknownFormat(bytes: Uint8Array, cause?: unknown): LaqError {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 1024))
    .toString('latin1')
    .replaceAll(/[^ -\xff]/g, '.')
  const name = NAMES.find(([, begins]) => begins.test(head))?.[0]
  const first = bytes.subarray(0, SHOWN)
  const hex = [...first].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
  const letters = [...first].map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('')
  const what = name ? `${name}, which begins` : 'it begins'
  return new LaqError('unsupported', `not a picture or sound that laq reads: ${what} with ${hex} "${letters}"`, { cause })
}
