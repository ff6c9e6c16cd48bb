import { dirname } from 'node:path'
import { type AudioPeer, MissingError } from './peer.js'
import { soundProgram } from './soundprogram.js'

/** Names an ffmpeg with libfdk_aac, which distributions leave out; libraries may lie in its folder. */
const VARIABLE = 'LAQ_FDK_FFMPEG'

/** AAC-LC by Fraunhofer's encoder, through the ffmpeg that the environment names. */
export const fdk: AudioPeer = {
  ...program('ffmpeg'),
  open: async (options) => {
    const ffmpeg = process.env[VARIABLE]
    if (!ffmpeg) throw new MissingError(`fdk needs an ffmpeg with libfdk_aac, named by ${VARIABLE}`)
    return program(ffmpeg).open(options)
  },
}

function program(ffmpeg: string): AudioPeer {
  const words = [`LD_LIBRARY_PATH=${dirname(ffmpeg)}`, ffmpeg]
  const coder = {
    command: 'env',
    version: [[...words, '-version'], /ffmpeg version (\S+)/] as [string[], RegExp],
    package: 'coreutils',
  }
  const common = [...words, '-v', 'error', '-y', '-threads', '1']
  return soundProgram({
    name: 'fdk',
    label: 'AAC-LC (FDK, ffmpeg VERSION)',
    setting: 'kb/s',
    settings: [32, 48, 64, 80, 96, 128, 160],
    suffix: 'mp4',
    encoder: coder,
    encode: (bitrate, input, output) => [...common, '-i', input, '-c:a', 'libfdk_aac', '-b:a', `${bitrate}k`, output],
    decoder: coder,
    decode: (input, output) => [...common, '-i', input, '-c:a', 'pcm_s16le', output],
  })
}
