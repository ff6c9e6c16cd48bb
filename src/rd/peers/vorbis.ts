/** Ogg Vorbis: by oggenc and oggdec where they are installed, else by packages that laq brings along. */
import { floatChannels } from '../../../codecs/audio/floats.js'
import type { AudioData } from '../../../codecs/audio/sound.js'
import { type AudioPeer, type Coder, MissingError, settled, timed } from './peer.js'
import { soundProgram } from './soundprogram.js'

const programs = soundProgram({
  name: 'vorbis',
  label: 'Vorbis (oggenc VERSION)',
  setting: 'quality',
  settings: [0, 1, 2, 3, 4, 5, 6],
  suffix: 'ogg',
  encoder: { command: 'oggenc', version: [['--version'], /vorbis-tools ([\d.]+)/], package: 'vorbis-tools' },
  encode: (quality, input, output) => ['-Q', '-q', String(quality), '-o', output, input],
  decoder: { command: 'oggdec', version: [['--version'], /vorbis-tools ([\d.]+)/], package: 'vorbis-tools' },
  decode: (input, output) => ['-Q', '-o', output, input],
})

export const vorbis: AudioPeer = {
  ...programs,
  open: async (options) => {
    settled('vorbis', options, {})
    return programs.open(options).catch((error) => {
      if (!(error instanceof MissingError)) throw error
      return packaged()
    })
  },
}

async function packaged(): Promise<Coder<AudioData>> {
  const [{ createOggEncoder }, { OggVorbisDecoder }] = await Promise.all([
    import('wasm-media-encoders'),
    import('@wasm-audio-decoders/ogg-vorbis'),
  ])
  const encoder = await createOggEncoder()
  return {
    label: 'Vorbis (wasm-media-encoders)',
    encode: async (sound, quality) => {
      const { sampleRateHz } = sound
      const channels = floatChannels(sound)
      if (channels.length > 2) throw new RangeError(`vorbis: ${channels.length} channels want oggenc, from the package vorbis-tools`)
      const [bytes, spent] = await timed(async () => {
        encoder.configure({ sampleRate: sampleRateHz, channels: channels.length as 1 | 2, vbrQuality: quality })
        // what it hands out is its own memory
        const parts = [encoder.encode(channels).slice(), encoder.finalize().slice()]
        return new Uint8Array(Buffer.concat(parts))
      })
      return { bytes, ...spent }
    },
    decode: async (bytes, original) => {
      const decoder = new OggVorbisDecoder()
      await decoder.ready
      try {
        const [{ channelData, sampleRate }, spent] = await timed(() => decoder.decodeFile(bytes))
        return { media: { ...original, sampleRateHz: sampleRate, channels: channelData.map((channel) => channel.slice()) }, ...spent }
      } finally {
        decoder.free()
      }
    },
  }
}
