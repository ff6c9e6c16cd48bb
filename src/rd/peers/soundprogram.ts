/** Sound codecs that are a pair of programs between WAV and files of their own. */
import type { AudioData } from '../../../codecs/audio/sound.js'
import { type AudioPeer, settled } from './peer.js'
import { type Program, throughFiles, versionOf } from './program.js'

interface SoundProgram {
  name: string
  /** Name and, in brackets, `VERSION` stands for its version. */
  label: string
  setting: string
  settings: readonly number[]
  suffix: string
  encoder: Program
  encode: (setting: number, input: string, output: string, sound: AudioData) => string[]
  decoder: Program
  decode: (input: string, output: string) => string[]
}

export function soundProgram(program: SoundProgram): AudioPeer {
  const { name, label, setting, settings, suffix, encoder, encode, decoder, decode } = program
  return {
    kind: 'audio',
    name,
    setting,
    settings,
    suffix,
    open: async (options) => {
      settled(name, options, {})
      const version = await versionOf(name, encoder)
      await versionOf(name, decoder)
      const { readWav, writeWav } = await import('../../io/wav/wav.js')
      return {
        label: label.replace('VERSION', version),
        encode: (sound: AudioData, value) =>
          throughFiles(encoder.command, writeWav(sound), ['in.wav', `out.${suffix}`], (input, output) =>
            encode(value, input, output, sound),
          ),
        decode: async (bytes) => {
          const { bytes: wav, ...spent } = await throughFiles(decoder.command, bytes, [`in.${suffix}`, 'out.wav'], decode)
          return { media: await readWav(wav), ...spent }
        },
      }
    },
  }
}
