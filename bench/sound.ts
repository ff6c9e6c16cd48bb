/**
 * Quality of sounds at equal bytes: laq against Opus, AAC (ffmpeg's and FDK's), Vorbis and MP3, by PEAQ basic and advanced.
 *
 *   LAQ_FDK_FFMPEG=/path/ffmpeg npx tsx bench/sound.ts [--quick] [--codec laq:effort=7] [--items]
 *
 * M is music48, music44 and loops44, S is speech16, speech48 and speech8. Points are kept as sweep.ts says. ODG at a rate is read off
 * each item's own curve, straight between its points over the logarithm of its file's rate, and held level beyond their ends.
 * On M, laq is also set against itself with one step for all (laq=0).
 * `--quick`: laq alone at 64 and 96 kb/s (S: 24), against those points of Opus that are there. Without it, results/sound.md is written.
 * Of xHE-AAC (exhale), which is not packaged, the stored points of the corpus's `reference/peers` are taken, on music48.
 * `--kept` measures laq alone and takes what points of peers there are. `--peers` names some of them; `--items` tells each item's ODG as well.
 */
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { bdAgainst } from '../src/rd/report/bd.js'
import { readPoints } from '../src/rd/results.js'
import { curvesOf, type OperatingPoint, root, SWEEP_OPTIONS, sweep } from './lib/sweep.js'
import { mean, percent, table } from './lib/table.js'

const { values: options } = parseArgs({
  options: {
    ...SWEEP_OPTIONS,
    quick: { type: 'boolean', default: false },
    codec: { type: 'string', default: 'laq' },
    items: { type: 'boolean', default: false },
    kept: { type: 'boolean', default: false },
    sets: { type: 'string', default: 'M,S' },
    peers: { type: 'string', default: 'opus,aac,fdk,vorbis,mp3' },
  },
})

const METRICS = ['odgBasic', 'odgAdvanced', 'nmrDb'] as const
type Metric = (typeof METRICS)[number]
const NAMES = { odgBasic: 'basic', odgAdvanced: 'advanced', nmrDb: 'NMR' }
const { codec } = options
/** The same codec with one step for all. */
const FLAT = `${codec}:laq=0`
/** Rates at which ODG is compared with that. */
const FLAT_RATES = [64, 96]

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
      [FLAT]: [48, 64, 96, 128],
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

/** laq against one step for all, at equal bytes. */
function againstFlat(points: readonly OperatingPoint[]): string {
  const rows = [codec, FLAT].map((id) => {
    const curves = [...curvesOf(points, id).values()]
    const odg = (rate: number, metric: Metric) => mean(curves.map((curve) => at(curve, rate, metric))).toFixed(2)
    return [id, ...FLAT_RATES.flatMap((rate) => [odg(rate, 'odgBasic'), odg(rate, 'odgAdvanced')])]
  })
  const [basic, advanced] = (['odgBasic', 'odgAdvanced'] as const).map((metric) => bdAgainst(points, FLAT, codec, metric))
  return `${codec} against ${FLAT}, mean ODG at equal bytes:\n
${table(['codec', ...FLAT_RATES.flatMap((rate) => [`basic ${rate}`, `advanced ${rate}`])], rows)}\n
Bits of ${codec} at equal ODG: ${percent(basic.mean)} basic (${basic.compared} sounds), ${percent(advanced.mean)} advanced (${advanced.compared} sounds).`
}

/** laq against exhale, its presets with eSBR (letters) and those without (digits), by the points stored beside the corpus. */
async function againstExhale(points: readonly OperatingPoint[]): Promise<string | undefined> {
  const known = await readPoints(join(options.corpus, '../reference/peers'), 'audio48.jsonl')
  const stored = known.filter((point) => point.codec === 'exhale')
  if (stored.length === 0) return undefined
  const kinds = { 'without eSBR': /[0-9]/, 'with eSBR': /[a-g]/ }
  const rows = Object.entries(kinds).map(([kind, settings]) => {
    const peer = stored.filter(({ setting }) => settings.test(String(setting)))
    const bd = (['odgBasic', 'odgAdvanced'] as const).map((metric) => bdAgainst([...points, ...peer], 'exhale', codec, metric))
    return [`exhale ${kind}`, ...bd.flatMap(({ mean, compared }) => [percent(mean), String(compared)])]
  })
  return `The same against stored points of xHE-AAC (exhale 1.2.1) on music48:\n\n${table(['against', 'basic', 'items', 'advanced', 'items'], rows)}`
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
  const peers = options.quick ? ['opus'] : options.peers.split(',')
  const codecs = [...new Set([codec, ...(FLAT in settings && !options.quick ? [FLAT] : []), ...peers])]
  const { points, run } = await sweep({ ...options, items, codecs, settings, metrics: METRICS, tolerant: true })
  const measured = codecs.filter((id) => points.some((point) => point.codec === id))
  const there = measured.filter((id) => id !== FLAT)
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
    const bd = measured
      .filter((id) => id !== codec)
      .map((id) => [
        id,
        ...(['odgBasic', 'odgAdvanced'] as const).flatMap((metric) => {
          const { mean: average, worst: most, compared } = bdAgainst(points, id, codec, metric)
          return [percent(average), most ? `${percent(most.percent)} ${most.item}` : '', String(compared)]
        }),
      ])
    say(`Bits of ${codec} at equal ODG (BD-rate, mean of items, below zero is fewer):\n
${table(['against', 'basic', 'worst', 'items', 'advanced', 'worst', 'items'], bd)}`)
    if (measured.includes(FLAT)) say(againstFlat(points))
    const exhale = name === 'M' && (await againstExhale(points))
    if (exhale) say(exhale)
    const missing = codecs.filter((id) => !measured.includes(id))
    if (missing.length > 0) say(`Not measured: ${missing.join(', ')}.`)
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
    `# Sounds at equal bytes\n\nMade by \`npx tsx bench/sound.ts${options.kept ? ' --kept' : ''}${options.items ? ' --items' : ''}\`. ${options.kept ? 'Points of peers were measured before by the same script. ' : ''}Its table of tools is [sound-tools.md](sound-tools.md).\n\n${parts.join('\n\n')}\n`,
  )
}
