/** Formats of sounds that are no WAV files, told by their bytes. */
import { id3Bytes } from '../tags/id3.js'
import { text } from '../wav/chunks.js'
import { type FrameKind, firstFrame } from './mediaframes.js'

export interface ForeignSound {
  name: string
  /** What ffmpeg calls the format: it is told, so that no file passes for something else. */
  demuxer: string
  /** Where the sound begins, behind tags and whatever else stands in front. */
  offset: number
}

const FOREIGN: [RegExp, string, string][] = [
  [/^fLaC/, 'FLAC', 'flac'],
  [/^FORM.{4}AIF[FC]/s, 'AIFF', 'aiff'],
  [/^OggS/, 'Ogg', 'ogg'],
  [/^caff/, 'Core Audio', 'caf'],
  [/^wvpk/, 'WavPack', 'wv'],
  // pictures (AVIF, HEIC) have brands of their own
  [/^.{4}ftyp(M4[ABPV]|mp4|iso|qt {2}|3g[p2]|dash|MSNV|f4[av]|FACE)/s, 'MP4', 'mov'],
  [/^MAC /, "Monkey's Audio", 'ape'],
  [/^TTA1/, 'True Audio', 'tta'],
  [/^0&\xb2u\x8ef\xcf/, 'Windows Media', 'asf'],
  [/^.E\xdf\xa3/s, 'Matroska', 'matroska'],
  [/^\.snd/, 'AU', 'au'],
  [/^#!AMR/, 'AMR', 'amr'],
]

const FRAMES: Record<FrameKind, string> = { mp3: 'MPEG audio', aac: 'AAC', ac3: 'AC-3', eac3: 'E-AC-3' }

/** Single frames, and those of bitrates that their headers do not tell: at the very beginning, two bytes will do. */
function frameKind(head: string): FrameKind | undefined {
  if (/^\xff[\xf0\xf1\xf8\xf9]/.test(head)) return 'aac'
  if (/^\xff[\xe2-\xff]/.test(head)) return 'mp3'
  return head.startsWith('\x0bw') ? 'ac3' : undefined
}

/**
 * Beginnings of pictures, documents and archives, in whose bytes no frames are looked for: a flat colour may look like headers. Long
 * enough that no frame that was cut begins alike.
 */
const OTHERS = [
  ...['\x89PNG', '\xff\xd8\xff', 'GIF8', 'II*\0', 'II+\0', 'II\xbc\x01', 'MM\0*', 'MM\0+', '8BPS', 'P5\n', 'P6\n', 'P7\n', 'P5 ', 'P6 '],
  ...['RIFF', 'RIFX', 'RF64', 'BW64', '\x8cLAQ', '%PDF', 'PK\x03\x04', '\x1f\x8b\x08', '<?xml', '<svg', '<!DOC', '<html'],
]

const hasOther = (head: string): boolean =>
  OTHERS.some((magic) => head.startsWith(magic)) ||
  /^(ftyp|JXL )/.test(head.slice(4)) ||
  (head.startsWith('BM') && head.slice(6, 10) === '\0\0\0\0')

/** Bytes of the tags that a file begins with, and of zeros behind them. */
export function leadingTagBytes(bytes: Uint8Array): number {
  let at = 0
  for (let size = id3Bytes(bytes); size > 0; size = id3Bytes(bytes.subarray(at))) at += size
  if (at > 0) while (at < bytes.length && bytes[at] === 0) at++
  return Math.min(at, bytes.length)
}

/** A sound format that is none of the WAV files: behind ID3 tags, too, and of formats made of frames, behind anything. */
export function foreignSound(bytes: Uint8Array): ForeignSound | undefined {
  const tags = leadingTagBytes(bytes)
  const head = text(bytes, tags, 12)
  const found = FOREIGN.find(([pattern]) => pattern.test(head))
  if (found) return { name: found[1], demuxer: found[2], offset: tags }
  if (hasOther(head)) return
  const frame = firstFrame(bytes, tags)
  if (frame) return { name: FRAMES[frame.kind], demuxer: frame.kind, offset: frame.offset }
  // what begins with a tag is MP3 but for rare exceptions
  const kind = frameKind(head) ?? (tags > 0 ? 'mp3' : undefined)
  return kind && { name: FRAMES[kind], demuxer: kind, offset: tags }
}
