/** Sound files: which format it is, is told by the content. */
import { floatChannels } from '../../../codecs/audio/floats.js'
import type { AudioData } from '../../../codecs/audio/sound.js'
import type { Metadata } from '../../../codecs/container/container.js'
import { LaqError } from '../../../codecs/errors.js'
import { checkLimit, type Limits, METADATA_OVERHEAD } from '../../../codecs/limits.js'
import { warner } from '../../calls/warnings.js'
import { id3Bytes } from '../tags/id3.js'
import { fieldsTag, id3Tag } from '../tags/tags.js'
import { isWav, notWav } from '../wav/format.js'
import type { WavReading } from '../wav/wav.js'
import { type ForeignSound, foreignSound, leadingTagBytes } from './format.js'
import { readIcy } from './icy.js'

/** Whether bytes are a sound of a format that is known. */
export function isSound(bytes: Uint8Array): boolean {
  const radio = readIcy(bytes)
  return radio ? isSound(radio.sound) : isWav(bytes) || foreignSound(bytes) !== undefined
}

/**
 * Reads a sound: WAV and AIFF always; FLAC and Ogg Vorbis by packages; these, MP3, Opus, AAC, AC-3, MP4, WavPack and others by programs
 * where they are installed. ID3 tags may stand in front, and before frames of MP3, AAC and AC-3 anything.
 *
 * @throws LaqError 'malformed', 'truncated', 'limit', or 'unsupported', which names what would have to be installed
 */
export async function parseSound(bytes: Uint8Array, limits?: Partial<Limits>, options: WavReading = {}): Promise<AudioData> {
  const sound = await parse(bytes, limits, options)
  if (options.exact || !(sound.channels[0] instanceof Int32Array)) return sound
  return { ...sound, channels: floatChannels(sound) }
}

async function parse(bytes: Uint8Array, limits: Partial<Limits> | undefined, options: WavReading): Promise<AudioData> {
  const { exact = false } = options
  if (isWav(bytes)) {
    const { readWav } = await import('../wav/wav.js')
    return orByFfmpeg('WAV', 'wav', bytes.subarray(id3Bytes(bytes)), () => readWav(bytes, limits, options), limits, exact)
  }
  const radio = readIcy(bytes)
  if (radio) {
    const { metadata = [], ...sound } = await parse(radio.sound, limits, options)
    return { ...sound, metadata: radio.fields.length > 0 ? [...metadata, fieldsTag(radio.fields)] : metadata }
  }
  const format = foreignSound(bytes)
  if (!format) throw notWav(bytes)
  const front = leadingTags(bytes, limits)
  const skipped = format.offset - leadingTagBytes(bytes)
  if (skipped > 0) warner(options)('damaged', `${skipped} bytes before the first frame are left out`)
  const sound = await parseForeign(bytes.subarray(format.offset), format, limits, options, front.length === 0)
  return { ...sound, metadata: [...front, ...(sound.metadata ?? [])] }
}

/** The ID3 tags that a file begins with. */
function leadingTags(bytes: Uint8Array, limits: Partial<Limits> = {}): Metadata[] {
  const tags: Metadata[] = []
  let at = 0
  for (let size = id3Bytes(bytes); size > 0; size = id3Bytes(bytes.subarray(at))) {
    tags.push(id3Tag(bytes.subarray(at, at + size)))
    at += size
    checkLimit('metadataBytes', at + tags.length * METADATA_OVERHEAD, limits)
  }
  return tags
}

/** A file without what stands in front. @param tags whether ffmpeg's are taken */
async function parseForeign(
  file: Uint8Array,
  { name, demuxer }: ForeignSound,
  limits: Partial<Limits> | undefined,
  options: WavReading,
  tags: boolean,
): Promise<AudioData> {
  const { exact = false } = options
  if (demuxer === 'aiff') {
    const { readAiff } = await import('./aiff.js')
    return orByFfmpeg('AIFF', 'aiff', file, async () => readAiff(file, limits, options), limits, exact)
  }
  if (demuxer === 'flac') return (await import('./flac.js')).readFlac(file, limits, options)
  const { readByFfmpeg } = await import('./ffmpeg.js')
  if (demuxer !== 'ogg') return readByFfmpeg(file, { name, demuxer }, limits, { exact, tags })
  const { oggCodec, oggTags } = await import('./ogg.js')
  const codec = oggCodec(file)
  if (codec === 'Vorbis') return (await import('./vorbis.js')).readVorbis(file, limits, exact)
  const metadata = oggTags(file, limits)
  return { ...(await readByFfmpeg(file, { name: codec === 'Ogg' ? name : `Ogg ${codec}`, demuxer }, limits, { exact })), metadata }
}

/** What is of a codec that laq does not read, goes to ffmpeg if it is there; if not, what was wrong stays so. */
async function orByFfmpeg(
  name: string,
  demuxer: string,
  file: Uint8Array,
  read: () => Promise<AudioData>,
  limits: Partial<Limits> | undefined,
  exact: boolean,
): Promise<AudioData> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof LaqError) || error.code !== 'unsupported' || !/samples of (format|compression)/.test(error.message)) throw error
    const { readByFfmpeg } = await import('./ffmpeg.js')
    return readByFfmpeg(file, { name, demuxer }, limits, { exact, tags: true }).catch((other) => {
      throw other instanceof LaqError && other.code === 'unsupported'
        ? new LaqError('unsupported', `${error.message}; ffmpeg is not installed`)
        : other
    })
  }
}
