/**
 * Where laq stands: sweeps of its variants and of every peer over two sets of photographs, and tables of what laq takes more or
 * less than each.
 *
 *   npx tsx bench/rd.ts [--efforts] [--step 4]
 *
 * Goes on where it was ended. Both tunes at default effort on all pictures, written to results/rd.md with charts; with `--efforts` the
 * efforts of both tunes (EFFORTS), the flat field and wavelets on every sixth picture, written to results/efforts.md. With another
 * `--step` either prints alone.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { METRICS, type MetricName } from '../src/rd/metricnames.js'
import { bdAgainst } from '../src/rd/report/bd.js'
import { curvesChart } from '../src/rd/report/charts.js'
import { secondsPerAmount } from '../src/rd/report/speed.js'
import { filesOf, PHOTOS } from './pictures.js'
import { type OperatingPoint, type Run, root, SWEEP_OPTIONS, sweep } from './sweep.js'
import { percent, table } from './table.js'

const { values: options } = parseArgs({
  options: {
    ...SWEEP_OPTIONS,
    efforts: { type: 'boolean', default: false },
    step: { type: 'string' },
  },
})

const TUNES = ['laq', 'laq:tune=psnr']
/** The default tune's efforts 8 and 9, a dozen codings each, are in the ladder alone. */
const EFFORTS: Record<string, number[]> = { laq: [1, 2, 3, 4, 5, 6, 7], 'laq:tune=psnr': [1, 2, 3, 4, 5, 6, 7, 8, 9] }
const VARIANTS = options.efforts
  ? [
      ...TUNES.flatMap((tune) => EFFORTS[tune].map((effort) => (effort === 5 ? tune : `${tune}:effort=${effort}`))),
      ...['laq:laq=0', 'laq:transform=wavelet', 'laq:transform=wavelet:tune=psnr'],
    ]
  : TUNES
/** Qualities of laq. */
const QUALITIES = Object.fromEntries(VARIANTS.map((variant) => [variant, [28, 48, 66, 80, 91]]))
const PEERS = ['avif', 'avif:tune=psnr', 'jxl', 'webp', 'mozjpeg']
/** Curves that a chart shows. */
const DRAWN = [...TUNES, ...PEERS]
const SHOWN: MetricName[] = ['ssimulacra2', 'butteraugli3Norm', 'psnrYDb', 'psnrRgbDb', 'msSsim']

/** laq's variants against each peer. */
function against(points: OperatingPoint[], peers: string[], metric: MetricName): string {
  const rows = VARIANTS.map((variant) => [variant, ...peers.map((peer) => percent(bdAgainst(points, peer, variant, metric).mean))])
  return table([METRICS[metric].label, ...peers], rows)
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

const step = options.step ?? (options.efforts ? '6' : '1')
/** Whether this is what the files of results show. */
const whole = step === (options.efforts ? '6' : '1')
const parts: string[] = []
for (const set of ['kodak', 'photos'] as const) {
  const items = filesOf(options.corpus, PHOTOS[set], Number(step))
  const { run, points } = await sweep({
    ...options,
    items,
    codecs: [...VARIANTS, ...PEERS],
    metrics: SHOWN,
    settings: QUALITIES,
  })
  parts.push(
    `## ${set}: ${PHOTOS[set].join(', ')}, ${items.length} pictures`,
    Object.entries(run.codecs)
      .map(([codec, { label }]) => `- ${codec}: ${label}`)
      .join('\n'),
    ...SHOWN.map((metric) => against(points, PEERS, metric)),
    ...(options.efforts ? [worthOfSteps(points)] : []),
    speeds(run, points),
  )
  if (!whole || options.efforts) continue
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
const which = options.efforts ? 'every sixth picture of each set' : 'all pictures'
if (!whole) console.log(text)
else {
  writeFileSync(
    join(root, 'bench/results', file),
    `# ${title}

Made by \`npx tsx bench/rd.ts${options.efforts ? ' --efforts' : ''}\`. BD-rates: mean over ${which} of PCHIP of log rate over quality, whole files; below zero,
laq takes fewer bits.

${text}
`,
  )
}
