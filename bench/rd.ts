/**
 * Where laq stands: sweeps of its variants and of every peer over two sets of photographs, and tables of what laq takes more or
 * less than each.
 *
 *   npm run build && npx tsx bench/rd.ts --corpus ../shared/corpus [--work bench/.cache/rd] [--jobs 2]
 *
 * Goes on where it was ended. Writes results/rd.md, and the charts beside it; reports of the sweeps stay in the work folder.
 */
import { spawnSync } from 'node:child_process'
import { copyFileSync, readdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { METRICS, type MetricName } from '../src/rd/metricnames.js'
import { bdAgainst } from '../src/rd/report/bd.js'
import { readPoints, readRun } from '../src/rd/results.js'
import type { OperatingPoint, Run } from '../src/rd/run.js'
import { mean, percent, table } from './table.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const { values: options } = parseArgs({
  options: {
    corpus: { type: 'string', default: '../shared/corpus' },
    work: { type: 'string', default: join(root, 'bench/.cache/rd') },
    jobs: { type: 'string', default: String(cpus().length) },
  },
})

const SETS: Record<string, string[]> = { kodak: ['kodak'], photos: ['cid22', 'clic2025', 'gb82'] }
const VARIANTS = ['laq', 'laq:laq=0', 'laq:tune=psnr', 'laq:transform=wavelet', 'laq:transform=wavelet:tune=psnr']
const PEERS = ['avif', 'avif:tune=psnr', 'jxl', 'webp', 'mozjpeg']
const SHOWN: MetricName[] = ['ssimulacra2', 'butteraugli3Norm', 'psnrYDb', 'psnrRgbDb', 'msSsim']

function measure(set: string, out: string): void {
  const files = SETS[set].flatMap((name) => {
    const folder = join(options.corpus, 'images', name)
    return readdirSync(folder)
      .filter((file) => file.endsWith('.png'))
      .map((file) => join(folder, file))
  })
  const words = [
    'rd',
    ...files,
    '--codecs',
    [...VARIANTS, ...PEERS].join(','),
    '--anchor',
    'avif',
    '--out',
    out,
    '--jobs',
    options.jobs,
    '--resume',
  ]
  const { status } = spawnSync(process.execPath, [join(root, 'dist/src/cli/main.js'), ...words], { stdio: ['ignore', 'ignore', 'inherit'] })
  if (status !== 0) throw new Error(`the sweep over ${set} ended with ${status}`)
}

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
    const perMegapixel = (key: 'encodeCpuSeconds' | 'decodeCpuSeconds') =>
      mean(own.map((point) => (point[key] ?? 0) / ((run.items[point.item].width! * run.items[point.item].height!) / 1e6)))
    return [codec, perMegapixel('encodeCpuSeconds').toFixed(3), perMegapixel('decodeCpuSeconds').toFixed(3)]
  })
  return table(['CPU s/MP, mean of all points', 'encode', 'decode'], rows)
}

const parts: string[] = []
for (const [set, folders] of Object.entries(SETS)) {
  const out = join(options.work, set)
  measure(set, out)
  const [run, points] = [await readRun(out), await readPoints(out)]
  if (!run) throw new Error(`${out} has no run.json`)
  const peers = PEERS.filter((peer) => peer in run.codecs)
  parts.push(
    `## ${set}: ${folders.join(', ')}, ${Object.keys(run.items).length} pictures`,
    Object.entries(run.codecs)
      .map(([codec, { label }]) => `- ${codec}: ${label}`)
      .join('\n'),
    ...SHOWN.map((metric) => against(points, peers, metric)),
    worthOfSteps(points),
    speeds(run, points),
    `![SSIMULACRA2 over bits per pixel](${set}-ssimulacra2.svg)`,
    `![Butteraugli over bits per pixel](${set}-butteraugli3Norm.svg)`,
  )
  for (const metric of ['ssimulacra2', 'butteraugli3Norm']) {
    copyFileSync(join(out, `curves-${metric}.svg`), join(root, `bench/results/${set}-${metric}.svg`))
  }
}
writeFileSync(
  join(root, 'bench/results/rd.md'),
  `# Where laq stands

Made by \`npm run build && npx tsx bench/rd.ts --corpus ../shared/corpus\`. BD-rates: mean over pictures of PCHIP of log rate over
quality, whole files; below zero, laq takes fewer bits.

${parts.join('\n\n')}
`,
)
