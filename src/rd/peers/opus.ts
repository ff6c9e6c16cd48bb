import { soundProgram } from './soundprogram.js'

/** Opus by opusenc, variable rate. Sounds at 48 kHz, or at the original's rate as opusdec gives it back. */
export const opus = soundProgram({
  name: 'opus',
  label: 'Opus (opusenc VERSION)',
  setting: 'kb/s',
  settings: [24, 32, 48, 64, 80, 96, 128, 160],
  suffix: 'opus',
  encoder: { command: 'opusenc', version: [['--version'], /opusenc opus-tools ([^\n]+)/], package: 'opus-tools' },
  encode: (bitrate, input, output) => ['--quiet', '--bitrate', String(bitrate), input, output],
  decoder: { command: 'opusdec', version: [['--version'], /opusdec opus-tools ([^\n]+)/], package: 'opus-tools' },
  decode: (input, output) => ['--quiet', '--force-wav', input, output],
})
