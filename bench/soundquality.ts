/**
 * What quality means for sounds: mean ODG of PEAQ advanced over music and speech at each quality, and the gains that would make it
 * what codecs/audio/settings.ts promises.
 *
 *   npx tsx bench/soundquality.ts [--qualities 0,25,50] [--step 2]
 *
 * Writes results/soundquality.md if all sounds and qualities are measured. --step takes every so many sounds.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gainForQuality, ODG_AT_QUALITY } from '../codecs/audio/settings.js'
import { decodeAudio, encodeAudio } from '../src/index.js'
import { readWav } from '../src/io/wav/wav.js'
import { audioMetrics } from '../src/metrics/audiopair.js'
import { root } from './lib/sweep.js'
import { mean, table } from './lib/table.js'

const { values: options } = parseArgs({
  options: {
    corpus: { type: 'string', default: '../shared/corpus' },
    qualities: { type: 'string', default: ODG_AT_QUALITY.map(([quality]) => quality).join(',') },
    step: { type: 'string', default: '1' },
  },
})
const SETS = ['music48', 'music44', 'loops44', 'speech16', 'speech48', 'speech8']
const qualities = options.qualities.split(',').map(Number)

interface Measured {
  odg: number
  basic: number
  kbps: number
}
const measured = new Map<number, Measured[]>(qualities.map((quality) => [quality, []]))
const files = SETS.flatMap((set) => {
  const folder = join(options.corpus, 'audio', set)
  return readdirSync(folder)
    .filter((name) => name.endsWith('.wav'))
    .map((name) => join(folder, name))
}).filter((_, i) => i % Number(options.step) === 0)
/** Sounds on which ODG fell from one quality to the next. */
const falls: string[] = []
let sounds = 0
for (const file of files) {
  const audio = await readWav(readFileSync(file))
  const seconds = audio.channels[0].length / audio.sampleRateHz
  let before = -Infinity
  let graded = true
  for (const quality of qualities) {
    const bytes = await encodeAudio(audio, { quality })
    const grade = await audioMetrics(audio, await decodeAudio(bytes), ['odgAdvanced', 'odgBasic']).catch(() => undefined)
    if (!grade) {
      // silent, or too short for PEAQ
      graded = false
      break
    }
    const odg = grade.values.odgAdvanced as number
    measured
      .get(quality)
      ?.push({ odg, basic: grade.values.odgBasic as number, kbps: (bytes.length * 8) / seconds / 1000 / audio.channels.length })
    if (odg < before - 0.01) falls.push(`${file.split('/').at(-1)} at ${quality}: ${odg.toFixed(2)} after ${before.toFixed(2)}`)
    before = odg
  }
  if (graded) sounds++
}

const curve = qualities.map((quality) => {
  const here = measured.get(quality) as Measured[]
  return {
    quality,
    gain: gainForQuality(quality),
    odg: mean(here.map(({ odg }) => odg)),
    basic: mean(here.map(({ basic }) => basic)),
    kbps: mean(here.map(({ kbps }) => kbps)),
  }
})
/** Gain at which the mean is `wanted`, on straight lines through what was measured. */
function gainFor(wanted: number): number {
  const above = Math.max(
    1,
    curve.findIndex(({ odg }) => odg >= wanted),
  )
  const [a, b] = [curve[above - 1], curve[above]]
  return Math.round(a.gain + ((b.gain - a.gain) * (wanted - a.odg)) / (b.odg - a.odg))
}
const rows = curve.map(({ quality, gain, odg, basic, kbps }) => {
  const wanted = ODG_AT_QUALITY.find(([at]) => at === quality)?.[1]
  return [
    String(quality),
    wanted === undefined ? '' : wanted.toFixed(2),
    odg.toFixed(3),
    basic.toFixed(3),
    kbps.toFixed(1),
    String(gain),
    wanted === undefined ? '' : String(gainFor(wanted)),
  ]
})
const text = `${table(['quality', 'wanted', 'mean ODG advanced', 'basic', 'kb/s per channel', 'gain', 'gain wanted'], rows)}

${sounds} sounds of ${SETS.join(', ')}. ODG advanced rises from each of these qualities to the next by more than -0.01 ${falls.length === 0 ? 'on every sound.' : `but for\n\n${falls.map((line) => `- ${line}`).join('\n')}`}`
console.log(text)
if (options.step === '1' && qualities.length === ODG_AT_QUALITY.length) {
  writeFileSync(
    join(root, 'bench/results/soundquality.md'),
    `# What quality means for sounds\n\nMade by \`npx tsx bench/soundquality.ts\`.\n\n${text}\n`,
  )
}
