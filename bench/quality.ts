/**
 * What quality means: SSIMULACRA2 of photographs at each quality. The median is to be the quality, within 2 from 30 to 90; no picture
 * is to lie more than 15 below the median; each picture's is to rise with quality.
 *
 *   npx tsx bench/quality.ts [--sets kodak,cid22,clic2025,gb82] [--qualities 30,50,70] [--step 4] [--codec laq:effort=7]
 *
 * Writes results/quality.md if all pictures and qualities are measured.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { filesOf, PHOTOS } from './lib/pictures.js'
import { curvesOf, root, SWEEP_OPTIONS, sweep } from './lib/sweep.js'
import { median, table } from './lib/table.js'

const { values: options } = parseArgs({
  options: {
    ...SWEEP_OPTIONS,
    sets: { type: 'string' },
    qualities: { type: 'string' },
    step: { type: 'string', default: '1' },
    codec: { type: 'string', default: 'laq' },
  },
})

const QUALITIES = [30, 40, 50, 60, 70, 80, 90, 95]
const sets = options.sets?.split(',') ?? Object.values(PHOTOS).flat()
const qualities = options.qualities?.split(',').map(Number) ?? QUALITIES
const items = filesOf(options.corpus, sets, Number(options.step))
const { codec } = options
const { points } = await sweep({ ...options, items, codecs: [codec], settings: { [codec]: qualities } })

const score = (point: (typeof points)[number]) => point.ssimulacra2 as number
const rows = qualities.map((quality) => {
  const here = points.filter(({ setting }) => setting === quality).sort((a, b) => score(a) - score(b))
  const middle = median(here.map(score))
  const off = middle - quality
  const below = middle - score(here[0])
  return [
    String(quality),
    middle.toFixed(2),
    `${off.toFixed(2)}${quality <= 90 && Math.abs(off) > 2 ? ' (!)' : ''}`,
    `${below.toFixed(2)}${below > 15 ? ' (!)' : ''}`,
    here[0].item,
    median(here.map(({ bpp }) => bpp as number)).toFixed(3),
  ]
})
const falls = [...curvesOf(points, codec)].flatMap(([item, curve]) =>
  curve
    .slice(1)
    .flatMap((point, i) =>
      score(point) > score(curve[i])
        ? []
        : [`${item}: ${score(curve[i]).toFixed(2)} at ${curve[i].setting}, ${score(point).toFixed(2)} at ${point.setting}`],
    ),
)
const text = `${table(['quality', 'median SSIMULACRA2', 'off', 'lowest below it', 'of', 'median bpp'], rows)}

${items.length} pictures of ${sets.join(', ')}, ${codec}. SSIMULACRA2 rises from each of these qualities to the next ${falls.length === 0 ? 'for every picture.' : `but for\n\n${falls.map((line) => `- ${line}`).join('\n')}`}`
console.log(text)
if (!options.sets && !options.qualities && options.step === '1' && codec === 'laq') {
  const file = join(root, 'bench/results/quality.md')
  writeFileSync(
    file,
    `# What quality means\n\nMade by \`npx tsx bench/quality.ts\`. To hold: off by at most 2 up to 90, lowest at most 15 below.\n\n${text}\n`,
  )
}
