/**
 * Bits per second, signal-to-noise ratio and speed of sounds, on one thread.
 *
 *   npx tsx bench/audio.ts --corpus ../shared/corpus [--sets music44,music48,loops44] [--bitrates 64,96] [--qualities 75]
 *     [--effort 5] [--laq 1] [--files NAME] [--out DIR]
 *
 * kb/s is that of the whole file; off is its distance from the rate asked for; encoding and decoding are in seconds of sound per
 * second of CPU. With --out, decoded sounds are left there as WAV. Ends with an error if a rate is missed by more than 2 % on a
 * sound of 5 s or more.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type AudioData, decodeAudio, type EncodeAudioOptions, encodeAudio } from '../src/index.js'
import { readWav, writeWav } from '../src/io/wav/wav.js'
import { mean, table } from './lib/table.js'

const { values: options } = parseArgs({
  options: {
    corpus: { type: 'string', default: '../shared/corpus' },
    sets: { type: 'string', default: 'music44,music48,loops44' },
    files: { type: 'string', default: '' },
    bitrates: { type: 'string', default: '64,96' },
    qualities: { type: 'string', default: '' },
    effort: { type: 'string', default: '5' },
    laq: { type: 'string', default: '1' },
    out: { type: 'string' },
  },
})

const TOLERANCE = 0.02
const SHORTEST_SECONDS = 5

const numbers = (list: string) => list.split(',').filter(Boolean).map(Number)
const asked: { name: string; bitrate?: number; quality?: number }[] = [
  ...numbers(options.bitrates).map((bitrate) => ({ name: `${bitrate}k`, bitrate })),
  ...numbers(options.qualities).map((quality) => ({ name: `q${quality}`, quality })),
]

const cpuSeconds = () => process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6

/** In dB, over all channels. */
function snr(wanted: AudioData['channels'], got: AudioData['channels']): number {
  let signal = 1e-20
  let error = 1e-20
  for (const [c, channel] of wanted.entries()) {
    for (let i = 0; i < channel.length; i++) {
      signal += channel[i] ** 2
      error += (channel[i] - got[c][i]) ** 2
    }
  }
  return 10 * Math.log10(signal / error)
}

// the first call compiles the kernels
const brief = { sampleRateHz: 8000, sampleFormat: 's16', channels: [new Float32Array(8000)] } as const
await decodeAudio(await encodeAudio({ ...brief, channels: [...brief.channels] }))

const rows: string[][] = []
const speeds: { encode: number; decode: number }[] = []
let missed = 0
for (const set of options.sets.split(',')) {
  const folder = `${options.corpus}/audio/${set}`
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.wav') && name.includes(options.files))) {
    const audio = await readWav(readFileSync(`${folder}/${file}`))
    const seconds = audio.channels[0].length / audio.sampleRateHz
    for (const { name, ...rate } of asked) {
      const start = cpuSeconds()
      const settings: EncodeAudioOptions = { ...rate, effort: Number(options.effort), laq: Number(options.laq) }
      const bytes = await encodeAudio(audio, settings)
      const middle = cpuSeconds()
      const decoded = await decodeAudio(bytes)
      const end = cpuSeconds()
      const kbps = (bytes.length * 8) / seconds / 1000
      const off = rate.bitrate ? kbps / rate.bitrate - 1 : 0
      if (seconds >= SHORTEST_SECONDS && Math.abs(off) > TOLERANCE) missed++
      const speed = { encode: seconds / (middle - start), decode: seconds / (end - middle) }
      if (seconds >= SHORTEST_SECONDS && audio.channels.length === 2) speeds.push(speed)
      rows.push([
        `${set}/${file}`,
        `${audio.channels.length}`,
        seconds.toFixed(1),
        name,
        kbps.toFixed(2),
        rate.bitrate ? `${(off * 100).toFixed(2)} %` : '',
        snr(audio.channels, decoded.channels).toFixed(2),
        speed.encode.toFixed(1),
        speed.decode.toFixed(1),
      ])
      if (options.out) {
        mkdirSync(options.out, { recursive: true })
        writeFileSync(`${options.out}/${file.replace(/\.wav$/, '')}-${name}.wav`, writeWav(decoded))
      }
    }
  }
}
console.log(table(['file', 'channels', 's', 'asked', 'kb/s', 'off', 'SNR dB', 'encoding x', 'decoding x'], rows))
if (speeds.length > 0) {
  const [encode, decode] = (['encode', 'decode'] as const).map((key) => mean(speeds.map((speed) => speed[key])).toFixed(1))
  console.log(`\nstereo of ${SHORTEST_SECONDS} s or more, mean: encoding ${encode} x, decoding ${decode} x realtime`)
}
if (missed > 0) {
  console.log(`${missed} rates missed by more than ${TOLERANCE * 100} %`)
  process.exitCode = 1
}
