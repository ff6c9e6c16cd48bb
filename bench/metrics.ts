/**
 * Metrics: how far from the reference values they are, and how fast.
 *
 *   npx tsx bench/metrics.ts --corpus ../shared/corpus
 *
 * References are `reference/image-metrics` and `reference/audio-metrics` beside the corpus.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { AudioData } from '../src/audio.js'
import type { ImageData } from '../src/image.js'
import { readPng } from '../src/io/image/png.js'
import { readWav } from '../src/io/wav/wav.js'
import { audioMetrics, butteraugli, imageMetrics, msSsim, peaq, psnr, ssim, ssimulacra2 } from '../src/metrics.js'
import { cpuSeconds, megapixels } from './lib/pictures.js'
import { table } from './lib/table.js'

const { values: options } = parseArgs({ options: { corpus: { type: 'string', default: '../shared/corpus' } } })
const reference = join(options.corpus, '..', 'reference')
const REPEATS = 8

const pairsOf = (set: string) => JSON.parse(readFileSync(join(reference, set, 'values.json'), 'utf8')).pairs as Record<string, never>[]

/** Largest deviations of each value. */
const deviations = new Map<string, { most: number; where: string; pairs: number }>()
function deviate(name: string, deviation: number, where: string): void {
  const known = deviations.get(name) ?? { most: 0, where: '', pairs: 0 }
  known.pairs++
  if (!(deviation <= known.most)) Object.assign(known, { most: deviation, where })
  deviations.set(name, known)
}

for (const pair of pairsOf('image-metrics')) {
  const [a, b] = await Promise.all(
    [pair.reference, pair.distorted].map(async (name) => readPng(readFileSync(join(reference, 'image-metrics', name)))),
  )
  const found = await imageMetrics(a, b, ['psnrRgbDb', 'ssimulacra2', 'butteraugli3Norm', 'butteraugliMax'])
  const relative = (value = 0, expected = 0) => (expected === 0 ? Math.abs(value) : 100 * Math.abs(value / expected - 1))
  if (pair.psnrRgbDb !== null) deviate('PSNR-RGB, dB', Math.abs(found.psnrRgbDb! - pair.psnrRgbDb), pair.distorted)
  deviate('SSIMULACRA2', Math.abs(found.ssimulacra2! - pair.ssimulacra2), pair.distorted)
  deviate('Butteraugli 3-norm, %', relative(found.butteraugli3Norm, pair.butteraugli3Norm), pair.distorted)
  deviate('Butteraugli max, %', relative(found.butteraugliMax, pair.butteraugliMax), pair.distorted)
}
for (const pair of pairsOf('audio-metrics')) {
  const [a, b] = await Promise.all(
    [pair.reference, pair.degraded].map((name) => readWav(readFileSync(join(reference, 'audio-metrics', name)))),
  )
  const { values } = await audioMetrics(a, b)
  deviate('PEAQ basic ODG', Math.abs(values.odgBasic! - pair.peaqBasicOdg), pair.degraded)
  deviate('PEAQ basic DI', Math.abs(values.diBasic! - pair.peaqBasicDi), pair.degraded)
  deviate('PEAQ advanced ODG', Math.abs(values.odgAdvanced! - pair.peaqAdvancedOdg), pair.degraded)
  deviate('PEAQ advanced DI', Math.abs(values.diAdvanced! - pair.peaqAdvancedDi), pair.degraded)
}
const rows = [...deviations].map(([name, { most, where, pairs }]) => [name, most.toExponential(1), where, String(pairs)])
console.log(table(['largest deviation', 'of any pair', 'pair', 'pairs'], rows))

/** CPU seconds of one run, when warm. */
async function seconds(work: () => Promise<unknown>): Promise<number> {
  for (let i = 0; i < 2; i++) await work()
  const [, spent] = await cpuSeconds(async () => {
    for (let i = 0; i < REPEATS; i++) await work()
  })
  return spent / REPEATS
}

const picture: ImageData = await readPng(readFileSync(join(options.corpus, 'images/kodak/kodim05.png')))
const worse: ImageData = { ...picture, data: Uint8Array.from(picture.data, (value) => value & 0xf8) }
const imageWork: [string, () => Promise<unknown>][] = [
  ['PSNR', async () => psnr(picture, worse)],
  ['SSIM', () => ssim(picture, worse)],
  ['MS-SSIM', () => msSsim(picture, worse)],
  ['SSIMULACRA2', () => ssimulacra2(picture, worse)],
  ['Butteraugli', () => butteraugli(picture, worse)],
]
const speeds: string[][] = []
for (const [name, work] of imageWork) speeds.push([name, `${(megapixels(picture) / (await seconds(work))).toFixed(2)} MP/s`])

const [sound, degraded]: AudioData[] = await Promise.all(
  ['castanets48.wav', 'castanets48-opus48.wav'].map((name) => readWav(readFileSync(join(reference, 'audio-metrics', name)))),
)
const length = sound.channels[0].length / sound.sampleRateHz
for (const model of ['basic', 'advanced'] as const) {
  speeds.push([`PEAQ ${model}`, `${(length / (await seconds(() => peaq(sound, degraded, { model })))).toFixed(1)} x realtime, stereo`])
}
console.log()
console.log(table(['one core, CPU time', 'speed'], speeds))
