import { soundProgram } from './soundprogram.js'

const FFMPEG = { command: 'ffmpeg', version: [['-version'], /ffmpeg version (\S+)/] as [string[], RegExp], package: 'ffmpeg' }

/** AAC-LC by ffmpeg's own encoder. */
export const aac = soundProgram({
  name: 'aac',
  label: 'AAC-LC (ffmpeg VERSION)',
  setting: 'kb/s',
  settings: [32, 48, 64, 96, 128, 160],
  suffix: 'm4a',
  encoder: FFMPEG,
  encode: (bitrate, input, output) => ['-v', 'error', '-y', '-threads', '1', '-i', input, '-c:a', 'aac', '-b:a', `${bitrate}k`, output],
  decoder: FFMPEG,
  decode: (input, output) => ['-v', 'error', '-y', '-threads', '1', '-i', input, '-c:a', 'pcm_s16le', output],
})
