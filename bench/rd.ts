/**
 * Where laq stands: sweeps of its variants and of every peer over two sets of photographs, and tables of what laq takes more or
 * less than each.
 *
 *   npx tsx bench/rd.ts [--efforts] [--step 4]
 *
 * Goes on where it was ended. Both tunes at default effort, written to results/rd.md with charts; with `--efforts` every effort of both tunes,
 * the flat field and wavelets, written to results/efforts.md (two hours on two cores). Efforts 8 and 9, the default tune's of some twenty
 * codings each, are on every sixth picture. `--step` takes every so many pictures, and prints alone.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { METRICS, type MetricName } from '../src/rd/metricnames.js'
import { bdAgainst } from '../src/rd/report/bd.js'
import { curvesChart } from '../src/rd/report/charts.js'
import { secondsPerAmount } from '../src/rd/report/speed.js'
import { filesOf, PHOTOS } from './lib/pictures.js'
import { nameOf, type OperatingPoint, type Run, root, SWEEP_OPTIONS, sweep } from './lib/sweep.js'
import { percent, table } from './lib/table.js'

const { values: options } = parseArgs({
  options: {
    ...SWEEP_OPTIONS,
    efforts: { type: 'boolean', default: false },
    step: { type: 'string' },
  },
})

const TUNES = ['laq', 'laq:tune=psnr']
const ofEfforts = (efforts: number[]) =>
  TUNES.flatMap((tune) => efforts.map((effort) => (effort === 5 ? tune : `${tune}:effort=${effort}`)))
const VARIANTS = options.efforts
  ? [...ofEfforts([1, 2, 3, 4, 5, 6, 7]), 'laq:laq=0', 'laq:transform=wavelet', 'laq:transform=wavelet:tune=psnr']
  : TUNES
/** On every SLOW_STEP-th picture. */
const SLOW = options.efforts ? ofEfforts([8, 9]) : []
const SLOW_STEP = 6
/** Qualities of laq. */
const QUALITIES = Object.fromEntries([...VARIANTS, ...SLOW].map((variant) => [variant, [28, 48, 66, 80, 91]]))
const PEERS = ['avif', 'avif:tune=psnr', 'jxl', 'webp', 'mozjpeg']
/** Curves that a chart shows. */
const DRAWN = [...TUNES, ...PEERS]
const SHOWN: MetricName[] = ['ssimulacra2', 'butteraugli3Norm', 'psnrYDb', 'psnrRgbDb', 'msSsim']

/** Variants of laq against each peer. */
function against(points: OperatingPoint[], variants: string[], metric: MetricName): string {
  const rows = variants.map((variant) => [variant, ...PEERS.map((peer) => percent(bdAgainst(points, peer, variant, metric).mean))])
  return table([METRICS[metric].label, ...PEERS], rows)
}

/** What the step field gives: laq against itself with one step for all. */
function worthOfSteps(points: OperatingPoint[]): string {
  const rows = SHOWN.map((metric) => {
    const { mean, deviation, worst, compared } = bdAgainst(points, 'laq:laq=0', 'laq', metric)
    return [
      METRICS[metric].label,
      percent(mean),
      deviation.toFixed(2),
      worst ? `${percent(worst.percent)} ${worst.item}` : '-',
      String(compared),
    ]
  })
  return table(['laq against laq:laq=0', 'mean', 'deviation', 'worst', 'pictures'], rows)
}

/** CPU time of all points, per megapixel. */
function speeds(run: Run, points: OperatingPoint[]): string {
  const rows = Object.keys(run.codecs).map((codec) => {
    const own = points.filter((point) => point.codec === codec)
    return [codec, secondsPerAmount(run, own, 'encodeCpuSeconds').toFixed(3), secondsPerAmount(run, own, 'decodeCpuSeconds').toFixed(3)]
  })
  return table(['CPU s/MP, mean of all points', 'encode', 'decode'], rows)
}

const step = Number(options.step ?? 1)
const parts: string[] = []
for (const set of ['kodak', 'photos'] as const) {
  const items = filesOf(options.corpus, PHOTOS[set], step)
  const measure = (some: string[], codecs: string[]) =>
    sweep({ ...options, items: some, codecs: [...codecs, ...PEERS], metrics: SHOWN, settings: QUALITIES })
  const { run, points } = await measure(items, VARIANTS)
  parts.push(
    `## ${set}: ${PHOTOS[set].join(', ')}, ${items.length} pictures`,
    Object.entries(run.codecs)
      .map(([codec, { label }]) => `- ${codec}: ${label}`)
      .join('\n'),
    ...SHOWN.map((metric) => against(points, VARIANTS, metric)),
    ...(options.efforts ? [worthOfSteps(points)] : []),
    speeds(run, points),
  )
  if (SLOW.length > 0) {
    const some = filesOf(options.corpus, PHOTOS[set], SLOW_STEP)
    const variants = [...TUNES, ...SLOW]
    const slow = await measure(some, variants)
    parts.push(
      `### Every sixth picture of ${set}: ${some.map(nameOf).join(', ')}`,
      ...SHOWN.map((metric) => against(slow.points, variants, metric)),
      speeds(slow.run, slow.points),
    )
  }
  if (options.step || options.efforts) continue
  parts.push(
    `![SSIMULACRA2 over bits per pixel](${set}-ssimulacra2.svg)`,
    `![Butteraugli over bits per pixel](${set}-butteraugli3Norm.svg)`,
  )
  const drawn = points.filter(({ codec }) => DRAWN.includes(codec))
  for (const metric of ['ssimulacra2', 'butteraugli3Norm'] as const) {
    const chart = await curvesChart(run, drawn, metric)
    writeFileSync(join(root, `bench/results/${set}-${metric}.svg`), chart!.svg)
  }
}
const text = parts.join('\n\n')
const [title, file] = options.efforts ? ['Every effort and tune', 'efforts.md'] : ['Where laq stands', 'rd.md']
if (options.step) console.log(text)
else {
  writeFileSync(
    join(root, 'bench/results', file),
    `# ${title}

Made by \`npx tsx bench/rd.ts${options.efforts ? ' --efforts' : ''}\`. BD-rates: mean over all pictures of PCHIP of log rate over quality, whole files; below zero,
laq takes fewer bits.

${text}
`,
  )
}
