/**
 * Quality of sounds at equal bytes: laq against Opus, AAC (ffmpeg's and FDK's), Vorbis and MP3, by PEAQ basic and advanced.
 *
 *   LAQ_FDK_FFMPEG=/path/ffmpeg npx tsx bench/sound.ts [--quick] [--codec laq:effort=7] [--items]
 *
 * M is music48, music44 and loops44, S is speech16, speech48 and speech8. Points are kept as sweep.ts says. ODG at a rate is read off
 * each item's own curve, straight between its points over the logarithm of its file's rate, and held level beyond their ends.
 * `--quick`: laq alone at 64 and 96 kb/s (S: 24), against those points of Opus that are there. Without it, results/sound.md is written.
 * `--peers` names some of them; `--items` tells each item's ODG as well.
 */
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { bdAgainst } from '../src/rd/report/bd.js'
import { curvesOf, type OperatingPoint, root, SWEEP_OPTIONS, sweep } from './sweep.js'
import { mean, percent, table } from './table.js'

const { values: options } = parseArgs({
  options: {
    ...SWEEP_OPTIONS,
    quick: { type: 'boolean', default: false },
    codec: { type: 'string', default: 'laq' },
    items: { type: 'boolean', default: false },
    sets: { type: 'string', default: 'M,S' },
    peers: { type: 'string', default: 'opus,aac,fdk,vorbis,mp3' },
  },
})

const METRICS = ['odgBasic', 'odgAdvanced', 'nmrDb'] as const
type Metric = (typeof METRICS)[number]
const NAMES = { odgBasic: 'basic', odgAdvanced: 'advanced', nmrDb: 'NMR' }
const { codec } = options

interface SoundSet {
  name: string
  folders: string[]
  rates: number[]
  settings: Record<string, number[]>
}

const SETS: SoundSet[] = [
  {
    name: 'M',
    folders: ['music48', 'music44', 'loops44'],
    rates: options.quick ? [64, 96] : [64, 96, 128],
    settings: {
      [codec]: options.quick ? [64, 96] : [40, 48, 64, 80, 96, 128],
      opus: [32, 40, 48, 64, 80, 96, 128],
      aac: [48, 64, 96, 128],
      fdk: [48, 64, 96, 128],
      vorbis: [0, 1, 2, 3, 4, 6],
      mp3: [9, 7, 5, 4, 3, 1],
    },
  },
  {
    name: 'S',
    folders: ['speech16', 'speech48', 'speech8'],
    rates: options.quick ? [16, 24] : [32, 24, 16],
    settings: {
      [codec]: options.quick ? [16, 24] : [12, 16, 24, 32, 48],
      opus: [8, 12, 16, 24, 32, 48],
      aac: [16, 24, 32, 48],
      fdk: [16, 24, 32, 48],
      vorbis: [-1, 0, 2, 4, 7],
      mp3: [9, 7, 5, 2],
    },
  },
].filter(({ name }) => options.sets.split(',').includes(name))

/** A metric of one item at a rate in kb/s, from its points by rising rate. */
function at(points: readonly OperatingPoint[], rate: number, metric: Metric): number {
  const curve = points.filter((point) => Number.isFinite(point[metric] ?? Number.NaN)).sort((a, b) => a.kbps! - b.kbps!)
  if (curve.length === 0) return Number.NaN
  const above = curve.findIndex(({ kbps }) => kbps! >= rate)
  if (above < 0) return curve[curve.length - 1][metric]!
  if (above === 0) return curve[0][metric]!
  const [a, b] = [curve[above - 1], curve[above]]
  const part = Math.log(rate / a.kbps!) / Math.log(b.kbps! / a.kbps!)
  return a[metric]! + part * (b[metric]! - a[metric]!)
}

const parts: string[] = []
const say = (text: string) => {
  parts.push(text)
  console.log(`${text}\n`)
}

for (const { name, folders, rates, settings } of SETS) {
  const items = folders.flatMap((folder) =>
    readdirSync(join(options.corpus, 'audio', folder))
      .filter((file) => file.endsWith('.wav'))
      .map((file) => join(options.corpus, 'audio', folder, file)),
  )
  const codecs = options.quick ? [codec, 'opus'] : [...new Set([codec, ...options.peers.split(',')])]
  const { points, run } = await sweep({ ...options, items, codecs, settings, metrics: METRICS, tolerant: true })
  const there = codecs.filter((id) => id in run.codecs)
  const own = curvesOf(points, codec)
  const opus = curvesOf(points, 'opus')
  const rows = there.map((id) => {
    const curves = [...curvesOf(points, id).values()]
    return [id, ...rates.flatMap((rate) => METRICS.map((metric) => mean(curves.map((curve) => at(curve, rate, metric))).toFixed(2)))]
  })
  say(`## ${name}: ${items.length} sounds of ${folders.join(', ')}\n\nMean at equal bytes, ODG basic and advanced and noise-to-mask in dB:\n
${table(['codec', ...rates.flatMap((rate) => METRICS.map((metric) => `${NAMES[metric]} ${rate}`))], rows)}`)
  const gaps = [...own].map(([item, curve]) => {
    const against = opus.get(item) ?? []
    return { item, gaps: rates.map((rate) => METRICS.map((metric) => at(curve, rate, metric) - at(against, rate, metric))) }
  })
  const worst = rates.map((rate, i) => {
    const least = gaps.reduce((a, b) => (b.gaps[i][1] < a.gaps[i][1] ? b : a))
    return `${least.gaps[i][1].toFixed(2)} at ${rate} kb/s (${least.item})`
  })
  say(`Worst item against Opus, ODG advanced: ${worst.join(', ')}.`)
  if (options.items) {
    const head = ['item', ...rates.flatMap((rate) => [`basic ${rate}`, 'to Opus', `adv ${rate}`, 'to Opus'])]
    const lines = gaps.map(({ item, gaps }) => [
      item,
      ...rates.flatMap((rate, i) => [0, 1].flatMap((m) => [at(own.get(item)!, rate, METRICS[m]).toFixed(2), gaps[i][m].toFixed(2)])),
    ])
    say(table(head, lines))
  }
  if (!options.quick) {
    const peers = there.filter((id) => id !== codec)
    const bd = peers.map((id) => [
      id,
      ...(['odgBasic', 'odgAdvanced'] as const).flatMap((metric) => {
        const { mean: average, worst: most, compared } = bdAgainst(points, id, codec, metric)
        return [percent(average), most ? `${percent(most.percent)} ${most.item}` : '', String(compared)]
      }),
    ])
    say(`Bits of ${codec} at equal ODG (BD-rate, mean of items, below zero is fewer):\n
${table(['against', 'basic', 'worst', 'items', 'advanced', 'worst', 'items'], bd)}`)
    const missing = codecs.filter((id) => !(id in run.codecs))
    if (missing.length > 0) say(`Not installed: ${missing.join(', ')}.`)
  }
  const timed = points.filter((point) => point.codec === codec)
  const seconds = (point: OperatingPoint) => run.items[point.item].seconds!
  const speed = (key: 'encodeCpuSeconds' | 'decodeCpuSeconds') =>
    timed.reduce((sum, point) => sum + seconds(point), 0) / timed.reduce((sum, point) => sum + point[key]!, 0)
  say(
    `${codec} encodes ${speed('encodeCpuSeconds').toFixed(1)} times and decodes ${speed('decodeCpuSeconds').toFixed(0)} times realtime, CPU time.`,
  )
}

if (!options.quick && options.codec === 'laq' && options.sets === 'M,S' && options.peers.split(',').length === 5) {
  writeFileSync(
    join(root, 'bench/results/sound.md'),
    `# Sounds at equal bytes\n\nMade by \`npx tsx bench/sound.ts\`.\n\n${parts.join('\n\n')}\n`,
  )
}
