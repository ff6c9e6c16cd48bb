/**
 * What each element of the image codec gives and costs, at default effort and tune: bits that laq takes more without it, by each
 * metric, and the share of its CPU time that is left.
 *
 *   npx tsx bench/ablation.ts [--all] [--qualities 30,50,65,80,90]
 *
 * On every third picture of Kodak and every fourth of the other photographs; with `--all` on all. Writes results/ablation.md.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { METRICS, type MetricName } from '../src/rd/metricnames.js'
import { bdAgainst } from '../src/rd/report/bd.js'
import { secondsPerAmount } from '../src/rd/report/speed.js'
import { filesOf, PHOTOS } from './lib/pictures.js'
import { root, SWEEP_OPTIONS, sweep } from './lib/sweep.js'
import { percent, table } from './lib/table.js'

const { values: options } = parseArgs({
  options: {
    ...SWEEP_OPTIONS,
    all: { type: 'boolean', default: false },
    // every so many pictures of each set, for quick looks
    step: { type: 'string' },
    qualities: { type: 'string', default: '30,50,65,80,90' },
  },
})

/** What is left out or held back, and the codec that does so. */
const ELEMENTS: Record<string, string> = {
  'step field off': 'laq:laq=0',
  'frequency weighting off': 'element:weighting=0',
  'no rectangles': 'element:halves=0',
  'blocks from 8': 'element:smallest=3',
  'blocks up to 32': 'element:largest=5',
  'blocks up to 16': 'element:largest=4',
  'DCT only': 'element:types=0',
  'one finalist': 'element:finalists=1',
  'chroma without a vote in the partition': 'element:chroma=0',
  'untrained models': 'element:priors=0',
  'chroma 4:2:0': 'laq:chroma=4:2:0',
}
const SHOWN: MetricName[] = ['ssimulacra2', 'butteraugli3Norm', 'psnrYDb']

const codecs = ['laq', ...Object.values(ELEMENTS)]
const qualities = options.qualities.split(',').map(Number)
const steps = { kodak: 3, photos: 4 }
const parts: string[] = []
for (const set of ['kodak', 'photos'] as const) {
  const items = filesOf(options.corpus, PHOTOS[set], options.step ? Number(options.step) : options.all ? 1 : steps[set])
  const settings = Object.fromEntries(codecs.map((codec) => [codec, qualities]))
  const { run, points } = await sweep({ ...options, items, codecs, settings, metrics: SHOWN })
  const own = (codec: string) => points.filter((point) => point.codec === codec)
  const seconds = (codec: string, time: 'encodeCpuSeconds' | 'decodeCpuSeconds') => secondsPerAmount(run, own(codec), time)
  const share = (codec: string, time: 'encodeCpuSeconds' | 'decodeCpuSeconds') => (seconds(codec, time) / seconds('laq', time)).toFixed(2)
  const rows = Object.entries(ELEMENTS).map(([name, codec]) => [
    name,
    ...SHOWN.map((metric) => percent(bdAgainst(points, 'laq', codec, metric).mean)),
    share(codec, 'encodeCpuSeconds'),
    share(codec, 'decodeCpuSeconds'),
  ])
  const [encode, decode] = [seconds('laq', 'encodeCpuSeconds'), seconds('laq', 'decodeCpuSeconds')]
  parts.push(
    `## ${set}: ${items.length} pictures of ${PHOTOS[set].join(', ')}`,
    table(['against the default', ...SHOWN.map((metric) => METRICS[metric].label), 'encode CPU', 'decode CPU'], rows),
    `CPU of the default: ${encode.toFixed(3)} s/MP to encode, ${decode.toFixed(4)} s/MP to decode.`,
  )
}
const text = parts.join('\n\n')
console.log(text)
if (!options.step) {
  writeFileSync(
    join(root, 'bench/results/ablation.md'),
    `# What each element gives and costs

Made by \`npx tsx bench/ablation.ts${options.all ? ' --all' : ''}\`. BD-rates of laq without an element against laq with all of them, qualities ${options.qualities}: above zero
are the bits that the element saves. Nothing is fitted anew where one is missing: what it saves beyond what the others could make up for is less.

${text}
`,
  )
}
