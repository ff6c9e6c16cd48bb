/** Sound files: which format it is, is told by the content. */

import type { Metadata } from '../../codecs/container/container.js'
import { LaqError } from '../../codecs/errors.js'
import type { Limits } from '../../codecs/limits.js'
import { floatChannels } from '../audio/floats.js'
import type { AudioData } from '../audio.js'
import { id3Bytes } from './id3.js'
import { id3Tag } from './tags.js'
import type { WavReading } from './wav.js'
import { foreignSound, isWav, notWav } from './wavformat.js'

/** Whether bytes begin as a sound of a format that is known. */
export const isSound = (bytes: Uint8Array): boolean => isWav(bytes) || foreignSound(bytes) !== undefined

/**
 * Reads a sound: WAV and AIFF always; FLAC and Ogg Vorbis by packages; these, MP3, Opus, AAC, MP4, WavPack and others by programs where
 * they are installed.
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
  const format = foreignSound(bytes)
  if (isWav(bytes)) {
    const { readWav } = await import('./wav.js')
    return orByFfmpeg('WAV', 'wav', () => readWav(bytes, limits, options))
  }
  if (!format) throw notWav(bytes)
  const { name, demuxer } = format
  if (demuxer === 'aiff') {
    const { readAiff } = await import('./aiff.js')
    return orByFfmpeg('AIFF', 'aiff', async () => readAiff(bytes, limits))
  }
  if (demuxer === 'flac') return (await import('./flac.js')).readFlac(bytes, limits)
  const { readByFfmpeg } = await import('./ffmpeg.js')
  const metadata: Metadata[] = []
  if (demuxer === 'ogg') {
    const { oggCodec, oggTags } = await import('./ogg.js')
    const codec = oggCodec(bytes)
    if (codec === 'Vorbis') return integersIf(exact, await (await import('./vorbis.js')).readVorbis(bytes, limits))
    metadata.push(...oggTags(bytes, limits))
    return { ...(await readByFfmpeg(bytes, { name: codec === 'Ogg' ? name : `Ogg ${codec}`, demuxer }, limits, { exact })), metadata }
  }
  if (id3Bytes(bytes) > 0) metadata.push(id3Tag(bytes.slice(0, id3Bytes(bytes))))
  const sound = await readByFfmpeg(bytes, format, limits, { exact, tags: metadata.length === 0 })
  return { ...sound, metadata: [...metadata, ...(sound.metadata ?? [])] }

  /** What is of a codec that laq does not read, goes to ffmpeg if it is there; if not, what was wrong stays so. */
  async function orByFfmpeg(name: string, demuxer: string, read: () => Promise<AudioData>): Promise<AudioData> {
    try {
      return await read()
    } catch (error) {
      if (!(error instanceof LaqError) || error.code !== 'unsupported' || !/samples of (format|compression)/.test(error.message))
        throw error
      const { readByFfmpeg } = await import('./ffmpeg.js')
      return readByFfmpeg(bytes, { name, demuxer }, limits, { exact, tags: true }).catch((other) => {
        throw other instanceof LaqError && other.code === 'unsupported'
          ? new LaqError('unsupported', `${error.message}; ffmpeg is not installed`)
          : other
      })
    }
  }
}

/** Samples of a lossy codec as integers where those are wanted. */
async function integersIf(exact: boolean, sound: AudioData): Promise<AudioData> {
  if (!exact) return sound
  const { rounded } = await import('./pcm.js')
  return { ...sound, channels: (sound.channels as Float32Array[]).map((plane) => rounded(plane, 16)) }
}
