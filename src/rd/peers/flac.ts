import { soundProgram } from './soundprogram.js'

const FLAC = { command: 'flac', version: [['--version'], /flac ([\d.]+)/] as [string[], RegExp], package: 'flac' }

/** FLAC: what samples come to without loss, fast. */
export const flac = soundProgram({
  name: 'flac',
  label: 'FLAC (flac VERSION)',
  setting: 'level',
  settings: [0, 5, 8],
  suffix: 'flac',
  encoder: FLAC,
  encode: (level, input, output) => [`-${level}`, '-s', '-f', '-o', output, input],
  decoder: FLAC,
  decode: (input, output) => ['-d', '-s', '-f', '-o', output, input],
})
