/**
 * What the tags of a sound say, whichever format they came from. A .laq file carries them byte for byte, as RIFF would: a four-letter
 * id, then bytes.
 *
 *     'LIST'  RIFF's own, if the bytes begin with 'INFO' (riffinfo.ts)         'bext'  broadcast extension (EBU Tech 3285)
 *     'id3 '  an ID3v2 tag (id3.ts)                                            'vorb'  a Vorbis comment (vorbiscomment.ts)
 *     'flpc'  a picture of FLAC (picture.ts)
 */
import type { Metadata } from '../../../codecs/container/container.js'
import { LaqError } from '../../../codecs/errors.js'
import type { warner } from '../../calls/warnings.js'
import { text } from '../wav/chunks.js'
import { withoutKept } from '../wav/restore.js'
import { readId3, writeId3 } from './id3.js'
import { readPicture, type SoundPicture } from './picture.js'
import { isInfo, isInfoField, plainText, readInfo, writeInfo } from './riffinfo.js'
import { readVorbisComment, writeVorbisComment } from './vorbiscomment.js'

const COMMENT = 'vorb'
const PICTURE = 'flpc'
const ID3 = 'id3 '

/** A field of a sound's tags: name in capitals, as Vorbis comments have it, and value. */
export type Field = [name: string, value: string]

export interface SoundTags {
  /**
   * Values by name in small letters, several joined by '; ': title, artist, album, albumartist, date, tracknumber, genre, comment,
   * composer and any others.
   */
  fields: Record<string, string>
  pictures: SoundPicture[]
}

export function tagOf(id: string, body: Uint8Array): Metadata {
  const bytes = new Uint8Array(4 + body.length)
  for (let i = 0; i < 4; i++) bytes[i] = id.charCodeAt(i)
  bytes.set(body, 4)
  return { type: 'tag', bytes }
}

export const commentTag = (comment: Uint8Array): Metadata => tagOf(COMMENT, comment)
export const pictureTag = (picture: Uint8Array): Metadata => tagOf(PICTURE, picture)
export const id3Tag = (id3: Uint8Array): Metadata => tagOf(ID3, id3)

/** A Vorbis comment of ours with these fields. */
export const fieldsTag = (fields: readonly Field[]): Metadata => commentTag(writeVorbisComment({ vendor: 'laq', fields: [...fields] }))

const idOf = ({ type, bytes }: Metadata): string => (type === 'tag' ? text(bytes, 0, 4) : '')

/** Fields and pictures of one tag; none of one that is damaged, or no tag of these. */
function contentOf(item: Metadata): { fields: Field[]; pictures: SoundPicture[] } {
  const body = item.bytes.subarray(4)
  try {
    if (idOf(item) === COMMENT) {
      const { fields } = readVorbisComment(body)
      const pictures = fields.filter(([name]) => name === 'METADATA_BLOCK_PICTURE').flatMap(([, value]) => pictureOf(value))
      return { fields: fields.filter(([name]) => !NO_FIELDS.includes(name)), pictures }
    }
    if (idOf(item) === PICTURE) return { fields: [], pictures: [readPicture(body)] }
    // some writers have it in capitals
    if (idOf(item).toLowerCase() === ID3) return readId3(body)
    if (idOf(item) === 'LIST' && isInfo(body)) return { fields: readInfo(body), pictures: [] }
    if (idOf(item) === 'bext') return { fields: broadcastFields(body), pictures: [] }
  } catch (error) {
    if (!(error instanceof LaqError)) throw error
  }
  return { fields: [], pictures: [] }
}

/** What stands among the fields of a Vorbis comment and is none: pictures, and loudspeakers, which the sound itself has. */
const NO_FIELDS = ['METADATA_BLOCK_PICTURE', 'WAVEFORMATEXTENSIBLE_CHANNEL_MASK']

/** Loudspeakers as a Vorbis comment tells them, if one does. */
export function channelMaskOf(metadata: readonly Metadata[]): number | undefined {
  for (const item of metadata.filter((other) => idOf(other) === COMMENT)) {
    const found = readVorbisComment(item.bytes.subarray(4)).fields.find(([name]) => name === NO_FIELDS[1])
    const mask = Number(found?.[1])
    if (Number.isInteger(mask) && mask > 0 && mask < 2 ** 32) return mask
  }
  return
}

/** A picture in base64, as Vorbis comments have it. */
function pictureOf(base64: string): SoundPicture[] {
  try {
    const letters = atob(base64.replaceAll(/\s/g, ''))
    return [readPicture(Uint8Array.from(letters, (letter) => letter.charCodeAt(0)))]
  } catch {
    // neither base64 nor a picture
    return []
  }
}

/** Description (256 bytes), originator (32), its reference (32), date (10), time (8). */
function broadcastFields(body: Uint8Array): Field[] {
  const found: Field[] = [
    ['DESCRIPTION', plainText(body.subarray(0, 256))],
    ['ORIGINATOR', plainText(body.subarray(256, 288))],
    ['DATE', plainText(body.subarray(320, 330))],
  ]
  return found.filter(([, value]) => value.trim() !== '')
}

/**
 * What the tags say. Of a name that several tags have, the first counts, in the order comment, ID3, RIFF, broadcast extension. Tags that
 * are damaged say nothing.
 */
export function readTags(metadata: readonly Metadata[]): SoundTags {
  const loose = withoutKept(metadata)
  const rank = (item: Metadata) => [COMMENT, PICTURE, ID3, 'LIST', 'bext'].indexOf(idOf(item).replace('ID3 ', ID3))
  const known = loose.filter((item) => rank(item) >= 0).sort((a, b) => rank(a) - rank(b))
  const tags: SoundTags = { fields: Object.create(null), pictures: [] }
  for (const item of known) {
    const { fields, pictures } = contentOf(item)
    const own = new Map<string, string[]>()
    for (const [name, value] of fields) {
      const values = own.get(name.toLowerCase())
      if (values) values.push(value)
      else own.set(name.toLowerCase(), [value])
    }
    for (const [name, values] of own) tags.fields[name] ??= values.join('; ')
    for (const picture of pictures) tags.pictures.push(picture)
  }
  return tags
}

/** Values of fields in the sound's Vorbis comment, which is made if there is none; undefined takes one out. */
export function withFields(metadata: readonly Metadata[], changes: Record<string, string | undefined>): Metadata[] {
  const at = metadata.findIndex((item) => idOf(item) === COMMENT)
  let comment = { vendor: 'laq', fields: [] as Field[] }
  try {
    if (at >= 0) comment = readVorbisComment(metadata[at].bytes.subarray(4))
  } catch (error) {
    if (!(error instanceof LaqError)) throw error
  }
  const kept = comment.fields.filter(([name]) => !(name in changes))
  const fields = [...kept, ...Object.entries(changes).filter((change): change is Field => change[1] !== undefined)]
  if (at < 0 && fields.length === 0) return [...metadata]
  const others = metadata.filter((_, i) => i !== at)
  return fields.length === 0 && comment.vendor === 'laq' ? others : [...others, commentTag(writeVorbisComment({ ...comment, fields }))]
}

/** The most that an ID3 tag's size tells. */
const MOST_ID3 = 2 ** 28 - 2 ** 16

/**
 * Tags as a WAV file has them: Vorbis comments and pictures become a list INFO, and an ID3 tag for what that does not hold. Where the
 * file has an ID3 tag already, which is not touched, they stay chunks of their own, which laq alone reads.
 *
 * @param warn is told of pictures that are too large for an ID3 tag
 */
export function tagsForWav(metadata: readonly Metadata[], warn: ReturnType<typeof warner> = () => undefined): Metadata[] {
  const loose = withoutKept(metadata)
  const isOwn = (item: Metadata) => idOf(item) === COMMENT || idOf(item) === PICTURE
  const own = loose.filter(isOwn)
  if (own.length === 0) return loose
  const content = own.map(contentOf)
  const fields = content.flatMap((item) => item.fields)
  const pictures = content.flatMap((item) => item.pictures)
  if (fields.length + pictures.length === 0 || loose.some((item) => idOf(item).toLowerCase() === ID3)) return loose
  const others = loose.filter((item) => !isOwn(item))
  const hasInfo = others.some((item) => idOf(item) === 'LIST' && isInfo(item.bytes.subarray(4)))
  const info = hasInfo ? undefined : writeInfo(fields)
  if (info) others.push(tagOf('LIST', info))
  const size = pictures.reduce((sum, { bytes }) => sum + bytes.length, 0)
  const isWhole = info && pictures.length === 0 && fields.every(([name]) => isInfoField(name))
  if (size >= MOST_ID3) warn('tags', `${pictures.length} pictures of ${size} bytes are too large for a WAV file`)
  if (!isWhole) others.push(id3Tag(writeId3({ fields, pictures: size < MOST_ID3 ? pictures : [] })))
  return others
}
