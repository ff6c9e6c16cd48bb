/**
 * Tags of formats whose own .laq files do not carry as they are (MP4, APEv2, Matroska, Windows Media, ID3v1): read by music-metadata, and
 * carried as a Vorbis comment and pictures.
 */
import type { IAudioMetadata, IPicture } from 'music-metadata'
import type { Metadata } from '../../../codecs/container/container.js'
import { checkLimit, type Limits, METADATA_OVERHEAD } from '../../../codecs/limits.js'
import { writePicture } from './picture.js'
import { type Field, fieldsTag, pictureTag } from './tags.js'

/** Media types by the name that ffmpeg has for a format. */
const MEDIA_TYPES: Record<string, string> = {
  mov: 'audio/mp4',
  mp3: 'audio/mpeg',
  wv: 'audio/wavpack',
  ape: 'audio/ape',
  asf: 'audio/ms-asf',
  matroska: 'audio/matroska',
  wav: 'audio/wav',
  aiff: 'audio/aiff',
}

/** Names in other tags, and ffmpeg's, that Vorbis comments have otherwise. */
const FIELD_NAMES: Record<string, string> = {
  album_artist: 'ALBUMARTIST',
  'album artist': 'ALBUMARTIST',
  track: 'TRACKNUMBER',
  disc: 'DISCNUMBER',
  publisher: 'ORGANIZATION',
  year: 'DATE',
}

/** Names of Vorbis comments that are not those of music-metadata in capitals. */
const NAMES: Record<string, string> = {
  encodedby: 'ENCODER',
  encodersettings: 'ENCODERSETTINGS',
  label: 'ORGANIZATION',
  musicbrainz_recordingid: 'MUSICBRAINZ_TRACKID',
  musicbrainz_trackid: 'MUSICBRAINZ_RELEASETRACKID',
}

/**
 * Every field, as often as it is there, and every picture.
 *
 * @param demuxer ffmpeg's name of the format
 * @param probed what ffprobe found: of formats that music-metadata does not know, all that is taken; of others, what it missed
 * @throws LaqError 'limit'
 */
export async function foreignTags(
  file: Uint8Array,
  demuxer: string,
  probed: readonly Field[],
  limits: Partial<Limits> | undefined,
): Promise<Metadata[]> {
  const { common, native } = await parsed(file, MEDIA_TYPES[demuxer])
  const fields = commonFields(common)
  const names = new Set(fields.map(([name]) => name))
  const values = new Set(fields.map(([, value]) => value))
  const add = (key: string, value: string, isRepeated: boolean) => {
    const name = FIELD_NAMES[key.toLowerCase()] ?? key.toUpperCase()
    if (names.has(name) || values.has(value) || /iTunSMPB/i.test(key)) return
    fields.push([name, plain(value)])
    if (!isRepeated) names.add(name)
  }
  // what has no common name is called as in its file: the last part of such as ----:com.apple.iTunes:NAME
  for (const { id, value } of Object.values(native).flat()) {
    const told = textOf(value)
    if (told !== undefined && isFree(id)) add(id.split(':').at(-1) ?? id, told, true)
  }
  for (const [name] of fields) names.add(name)
  for (const [, value] of fields) values.add(value)
  for (const [name, value] of probed) add(name, value, false)
  const pictures = (common.picture ?? []).map(pictureBytes)
  const size = fields.reduce((sum, [name, value]) => sum + name.length + value.length, 0)
  checkLimit(
    'metadataBytes',
    pictures.reduce((sum, { length }) => sum + length + METADATA_OVERHEAD, size),
    limits ?? {},
  )
  return [...(fields.length > 0 ? [fieldsTag(fields)] : []), ...pictures.map(pictureTag)]
}

async function parsed(file: Uint8Array, mimeType: string | undefined): Promise<Pick<IAudioMetadata, 'common' | 'native'>> {
  const nothing = { common: {} as IAudioMetadata['common'], native: {} }
  if (!mimeType) return nothing
  const { parseBuffer } = await import('music-metadata')
  // what it stumbles over, ffprobe may read
  return parseBuffer(file, { mimeType, size: file.length }, { duration: false }).catch(() => nothing)
}

/** Fields that have a name in common. */
function commonFields(common: IAudioMetadata['common']): Field[] {
  const { picture: _, track, disk, movementIndex, title, artist, artists = [], albumartist, albumartists = [], year, ...others } = common
  const fields: Field[] = []
  const put = (name: string, ...values: unknown[]) => {
    for (const value of values.map(textOf)) if (value !== undefined) fields.push([name, plain(value)])
  }
  put('TITLE', title)
  put('ARTIST', ...(artists.length > 0 ? artists : [artist]))
  put('ALBUMARTIST', ...(albumartists.length > 0 ? albumartists : [albumartist]))
  put('TRACKNUMBER', track?.no)
  put('TRACKTOTAL', track?.of)
  put('DISCNUMBER', disk?.no)
  put('DISCTOTAL', disk?.of)
  put('MOVEMENT', movementIndex?.no)
  put('MOVEMENTTOTAL', movementIndex?.of)
  if (common.date === undefined) put('DATE', year)
  for (const [key, value] of Object.entries(others)) put(NAMES[key] ?? key.toUpperCase(), ...(Array.isArray(value) ? value : [value]))
  return fields
}

/** A zero ends texts in other tags. */
const plain = (value: string): string => value.replaceAll('\0', ' ')

/** Names that are words, as Vorbis comments can have them: not the codes of MP4's atoms and ID3's frames. */
const isFree = (id: string): boolean => /^(----:|TXXX:|[A-Za-z][\w /-]{4,}$)/.test(id) && /^[ -<>-~]+$/.test(id)

/** A value, or the text of one that has a language besides. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim() === '' ? undefined : value
  if (typeof value === 'number' || typeof value === 'boolean') return String(Number(value))
  if (value instanceof Date) return value.toISOString()
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return
  const { text, dB, ratio, rating } = value as Record<string, unknown>
  if (typeof dB === 'number' && typeof ratio === 'number') return `${dB.toFixed(2)} dB`
  return textOf(text ?? rating)
}

/** Kinds of pictures, of which tags without them have front covers. */
function pictureBytes({ format, data, description = '', type = 'front' }: IPicture): Uint8Array {
  const kind = /front/i.test(type) ? 3 : /back/i.test(type) ? 4 : 0
  return writePicture({ type: kind, mediaType: format, description, bytes: data })
}
