/** Ogg Vorbis files, by the package @wasm-audio-decoders/ogg-vorbis. */
import type { AudioData } from '../../../codecs/audio/sound.js'
import { LaqError } from '../../../codecs/errors.js'
import { checkLimit, type Limits } from '../../../codecs/limits.js'
import { Blocks, damaged } from './blocks.js'
import { lossySamples } from './lossy.js'
import { oggTags } from './ogg.js'

/** Order of Vorbis channels in WAV's, and their loudspeakers: Vorbis I specification, 4.3.9. */
const LAYOUTS: Record<number, { order: number[]; mask: number }> = {
  3: { order: [0, 2, 1], mask: 0x7 },
  4: { order: [0, 1, 2, 3], mask: 0x33 },
  5: { order: [0, 2, 1, 3, 4], mask: 0x37 },
  6: { order: [0, 2, 1, 5, 3, 4], mask: 0x3f },
  7: { order: [0, 2, 1, 6, 5, 3, 4], mask: 0x70f },
  8: { order: [0, 2, 1, 7, 5, 6, 3, 4], mask: 0x63f },
}

/** Bytes handed over at a time: a few may hold very many samples of silence. */
const PIECE = 8192

/**
 * @param exact integers where 16 bits hold the samples
 * @throws LaqError 'malformed', 'limit'
 */
export async function readVorbis(bytes: Uint8Array, limits: Partial<Limits> | undefined, exact: boolean): Promise<AudioData> {
  const metadata = oggTags(bytes, limits)
  const { OggVorbisDecoder } = await import('@wasm-audio-decoders/ogg-vorbis')
  const decoder = new OggVorbisDecoder()
  await decoder.ready
  const blocks = new Blocks()
  let count = 0
  let sampleRateHz = 0
  const take = ({
    channelData,
    samplesDecoded,
    sampleRate,
  }: {
    channelData: Float32Array[]
    samplesDecoded: number
    sampleRate: number
  }) => {
    if (samplesDecoded === 0) return
    sampleRateHz = sampleRate
    count += samplesDecoded
    checkLimit('samples', count * channelData.length, limits)
    // what it hands out is its own memory
    blocks.push(channelData.map((plane) => plane.slice()))
  }
  try {
    for (let at = 0; at < bytes.length; at += PIECE) take(await decoder.decode(bytes.subarray(at, at + PIECE)))
    take(await decoder.flush())
    decoder.free()
  } catch (error) {
    // the memory of one that has stumbled may be in no state to be freed, and goes with it
    throw damaged('Ogg Vorbis', error)
  }
  const channels = blocks.join(0) as Float32Array[]
  if (channels.length === 0) throw new LaqError('malformed', 'Ogg Vorbis: no samples in the file')
  const layout = LAYOUTS[channels.length]
  const ordered = layout ? layout.order.map((c) => channels[c]) : channels
  return { sampleRateHz, ...(layout && { channelMask: layout.mask }), ...lossySamples(ordered, exact), metadata }
}
