import { soundProgram } from './soundprogram.js'

/** WavPack without loss: -h with the level of its extra search. */
export const wavpack = soundProgram({
  name: 'wavpack',
  label: 'WavPack (wavpack VERSION, -h -x)',
  setting: 'level',
  settings: [0, 3, 6],
  suffix: 'wv',
  encoder: { command: 'wavpack', version: [['--version'], /wavpack ([\d.]+)/], package: 'wavpack' },
  encode: (level, input, output) => ['-q', '-y', '-h', `-x${level}`, input, '-o', output],
  decoder: { command: 'wvunpack', version: [['--version'], /wvunpack ([\d.]+)/], package: 'wavpack' },
  decode: (input, output) => ['-q', '-y', input, '-o', output],
})
