import { soundProgram } from './soundprogram.js'

/** Sample rates that MP3 has, in Hz. */
const RATES = [8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000]

/** MP3 by LAME, variable rate; lower settings are better. It keeps the sample rate, where MP3 has it. */
export const mp3 = soundProgram({
  name: 'mp3',
  label: 'MP3 (LAME VERSION, -V)',
  setting: 'V',
  settings: [9, 7, 5, 4, 3, 2, 1],
  suffix: 'mp3',
  encoder: { command: 'lame', version: [['--version'], /LAME.*?version ([\d.]+)/], package: 'lame' },
  // left to itself it lowers the sample rate with the quality
  encode: (quality, input, output, { sampleRateHz }) => {
    const kept = RATES.includes(sampleRateHz) ? ['--resample', String(sampleRateHz / 1000)] : []
    return ['--quiet', ...kept, '-V', String(quality), input, output]
  },
  decoder: { command: 'lame', version: [['--version'], /LAME.*?version ([\d.]+)/], package: 'lame' },
  decode: (input, output) => ['--quiet', '--decode', input, output],
})
