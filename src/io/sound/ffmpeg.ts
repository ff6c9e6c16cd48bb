/** Sounds of any format that ffmpeg reads, where it is installed. */
import type { AudioData } from '../../../codecs/audio/sound.js'
import { LaqError } from '../../../codecs/errors.js'
import type { Limits } from '../../../codecs/limits.js'
import { lastLine, MissingProgram, runProgram, withFile } from '../program.js'
import { foreignTags } from '../tags/foreign.js'
import type { Field } from '../tags/tags.js'
import { validBitsTag } from '../wav/kept.js'
import { WavReader } from '../wav/reader.js'
import { Blocks } from './blocks.js'
import type { ForeignSound } from './format.js'
import { lossySamples } from './lossy.js'
import { BYTES_OF } from './pcm.js'

/** Codecs whose samples are those that went in; their bits are told. */
const LOSSLESS = /^(pcm_|flac$|alac$|wavpack$|ape$|tta$|tak$|mlp$|truehd$|shorten$|als$)/

interface Probed {
  codec: string
  bits: number
  isFloat: boolean
  fields: Field[]
}

export interface ForeignReading {
  /** Samples: of lossy codecs rounded to 16 bits where these hold them, otherwise floats; of others integers as they are. */
  exact?: boolean
  /** Take the tags of the file. */
  tags?: boolean
}

/**
 * Reads the first sound of a file.
 *
 * @throws LaqError 'unsupported' if ffmpeg is not installed, 'malformed' with what it says, 'limit' (samples, time)
 */
export async function readByFfmpeg(
  bytes: Uint8Array,
  { name, demuxer }: Pick<ForeignSound, 'name' | 'demuxer'>,
  limits: Partial<Limits> | undefined,
  { exact = false, tags = false }: ForeignReading,
): Promise<AudioData> {
  // a file is read only as what it was taken for, and nothing but the file: lists of other files are out of reach
  const input = (path: string) => ['-protocol_whitelist', 'file', '-f', demuxer, '-i', `file:${path}`]
  try {
    return await withFile(bytes, async (path) => {
      const { codec, bits, isFloat, fields } = await probe(name, input(path))
      const isLossless = LOSSLESS.test(codec)
      const encoding = isLossless ? (isFloat ? 'f32le' : integers(bits)) : 'f32le'
      const reader = new WavReader({ ...(limits && { limits }) })
      const blocks = new Blocks()
      const words = ['-v', 'error', '-nostdin', ...input(path), '-map', '0:a:0', '-map_metadata', '-1']
      const output = ['-c:a', `pcm_${encoding}`, '-fflags', '+bitexact', '-f', 'wav', '-']
      const said = await runProgram('ffmpeg', [...words, ...output], { onOutput: (part) => blocks.push(reader.push(part)) })
      const { header } = reader
      if (!header || reader.frames === 0) throw new LaqError('malformed', `${name}: ffmpeg finds no samples: ${lastLine(said)}`)
      reader.finish()
      const { sampleRateHz, sampleFormat, channelMask } = header
      const channels = blocks.join(header.channels)
      const metadata = tags ? await foreignTags(bytes, demuxer, fields, limits) : []
      // ffmpeg names the loudspeakers of mono and stereo, too, which all of the kind have
      const mask = header.channels > 2 && channelMask
      if (isLossless && !isFloat) metadata.push(...validBitsTag(bits, BYTES_OF[header.encoding]))
      const facts = { sampleRateHz, ...(mask && { channelMask: mask }), metadata }
      return { ...facts, ...(isLossless ? { sampleFormat, channels } : lossySamples(channels as Float32Array[], exact)) }
    })
  } catch (error) {
    if (!(error instanceof MissingProgram)) throw error
    throw new LaqError('unsupported', `${name} is read by ffmpeg, which is not installed (package ffmpeg)`)
  }
}

const integers = (bits: number): string => (bits <= 8 ? 'u8' : bits <= 16 ? 's16le' : bits <= 24 ? 's24le' : 's32le')

const ENTRIES = 'stream=codec_name,sample_fmt,bits_per_raw_sample,bits_per_sample:format_tags:stream_tags'

/** What ffprobe says of the first sound. */
async function probe(name: string, input: string[]): Promise<Probed> {
  const parts: Uint8Array[] = []
  let length = 0
  const onOutput = (part: Uint8Array) => {
    length += part.length
    if (length > 2 ** 24) throw new LaqError('limit', `${name}: ffprobe says more than 16 MiB`)
    parts.push(part)
  }
  await runProgram(
    'ffprobe',
    ['-v', 'error', ...input, '-select_streams', 'a:0', '-show_entries', ENTRIES, '-show_chapters', '-of', 'json'],
    { onOutput },
  )
  const { streams = [], format = {}, chapters = [] } = JSON.parse(Buffer.concat(parts).toString() || '{}')
  const [stream] = streams
  if (!stream) throw new LaqError('malformed', `${name}: ffprobe finds no sound`)
  const sampleBits = /8/.test(stream.sample_fmt) ? 8 : /16/.test(stream.sample_fmt) ? 16 : 32
  // what these tell is the size of a code, not of a sample
  const isCompanded = /^pcm_(alaw|mulaw|vidc)$/.test(stream.codec_name)
  const told = (!isCompanded && Number(stream.bits_per_raw_sample)) || (!isCompanded && Number(stream.bits_per_sample)) || sampleBits
  const fields: Field[] = Object.entries({ ...stream.tags, ...format.tags })
    .filter(
      ([key]) =>
        !/^(major_brand|minor_version|compatible_brands|creation_time|handler_name|vendor_id|language|duration|bps|_statistics_.*|number_of_(bytes|frames))$/i.test(
          key,
        ),
    )
    .map(([key, value]) => [key, String(value)])
  for (const [i, { start_time, tags }] of chapters.entries()) fields.push(...chapterFields(i, Number(start_time), tags?.title))
  return { codec: stream.codec_name, bits: told, isFloat: /flt|dbl/.test(stream.sample_fmt), fields }
}

/** Time and name as Vorbis comments have them, of the same number. */
function chapterFields(index: number, seconds: number, title: unknown): Field[] {
  if (!(seconds >= 0 && seconds < 360_000) || index > 999) return []
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0')
  const milliseconds = String(Math.floor((seconds % 1) * 1000)).padStart(3, '0')
  const name = `CHAPTER${String(index).padStart(3, '0')}`
  const time: Field = [name, `${two(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}.${milliseconds}`]
  return typeof title === 'string' ? [time, [`${name}NAME`, title]] : [time]
}
