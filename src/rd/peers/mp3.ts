import { soundProgram } from './soundprogram.js'

/** MP3 by LAME, variable rate; lower settings are better. */
export const mp3 = soundProgram({
  name: 'mp3',
  label: 'MP3 (LAME VERSION, -V)',
  setting: 'V',
  settings: [9, 7, 5, 4, 3, 2, 1],
  suffix: 'mp3',
  encoder: { command: 'lame', version: [['--version'], /LAME.*?version ([\d.]+)/], package: 'lame' },
  // the rate of the original, or low settings are not comparable
  encode: (quality, input, output) => ['--quiet', '-V', String(quality), input, output],
  decoder: { command: 'lame', version: [['--version'], /LAME.*?version ([\d.]+)/], package: 'lame' },
  decode: (input, output) => ['--quiet', '--decode', input, output],
})
