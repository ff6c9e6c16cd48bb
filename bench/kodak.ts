/**
 * Rate against distortion on a set of pictures: BD-rate of laq against the other codecs, or against a former run of its own.
 *
 *   npx tsx bench/kodak.ts --corpus ../shared/corpus [--set kodak] [--images 01,05] [--tune psnr] [--transform dct]
 *     [--effort 5] [--laq 1] [--qualities 12,27,...] [--json out.json] [--against former.json] [--plot chart] [--verbose]
 *
 * --plot writes chart.svg and chart.png: means over the pictures, with the peers whose points cover them all.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { EncodeImageOptions } from '../src/index.js'
import { bdRate } from '../src/metrics/bdrate.js'
import { drawRateDistortion } from '../src/plot/ratedistortion.js'
import { peerPoints } from './peers.js'
import { megapixels, type Point, readSet, runLaq, type TimedPoint } from './pictures.js'
import { mean, percent, table } from './table.js'

const { values: options } = parseArgs({
  options: {
    corpus: { type: 'string', default: '../shared/corpus' },
    set: { type: 'string', default: 'kodak' },
    images: { type: 'string' },
    tune: { type: 'string', default: 'psnr' },
    transform: { type: 'string', default: 'dct' },
    effort: { type: 'string', default: '5' },
    laq: { type: 'string', default: '1' },
    // from below the worst of the peers' points to above their best, some 3 dB apart
    qualities: { type: 'string', default: '12,27,40,52,63,73,82,89' },
    json: { type: 'string' },
    against: { type: 'string' },
    plot: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
})

const encodeOptions = {
  tune: options.tune as NonNullable<EncodeImageOptions['tune']>,
  transform: options.transform as NonNullable<EncodeImageOptions['transform']>,
  effort: Number(options.effort),
  laq: Number(options.laq),
}
const qualities = options.qualities.split(',').map(Number)
const pictures = await readSet(options.corpus, options.set, options.images?.split(','))

await runLaq(pictures[0], { ...encodeOptions, quality: qualities[0] }) // kernels compile in the first run
const points: TimedPoint[] = []
for (const picture of pictures) {
  for (const quality of qualities) {
    const point = await runLaq(picture, { ...encodeOptions, quality })
    points.push(point)
    if (options.verbose) {
      const { bpp, psnrYDb, psnrRgbDb } = point
      console.log(`${picture.name} q ${quality}: ${bpp.toFixed(4)} bpp, ${psnrYDb.toFixed(2)} dB Y, ${psnrRgbDb.toFixed(2)} dB RGB`)
    }
  }
}
if (options.json) writeFileSync(options.json, `${JSON.stringify({ set: options.set, ...encodeOptions, points }, undefined, 1)}\n`)

/** Mean over the pictures of the BD-rate of our points against `reference`; undefined for pictures that it has not. */
function against(reference: Point[], metric: 'psnrYDb' | 'psnrRgbDb'): number[] {
  const curve = (from: Point[], name: string) =>
    from.filter(({ image }) => image === name).map((point) => ({ rate: point.bpp, quality: point[metric] }))
  return pictures.map(({ name }) => [curve(reference, name), curve(points, name)]).flatMap(([a, b]) => (a.length ? [bdRate(a, b)] : []))
}

const { tune, transform, effort } = encodeOptions
console.log(
  `laq ${transform}, tune ${tune}, effort ${effort}, ${pictures.length} pictures of ${options.set}; bits against, at equal PSNR:\n`,
)
function row(name: string, reference: Point[]): string[] {
  const luma = against(reference, 'psnrYDb')
  return [name, percent(mean(luma)), percent(mean(against(reference, 'psnrRgbDb'))), percent(Math.max(...luma)), String(luma.length)]
}
const head = ['against', 'BD-rate PSNR-Y', 'PSNR-RGB', 'worst Y', 'pictures']
const peers = new Map<string, Point[]>()
for (const point of await peerPoints(options.corpus, options.set, pictures)) {
  peers.set(point.codec, [...(peers.get(point.codec) ?? []), point])
}
const references = options.against ? [[options.against, JSON.parse(readFileSync(options.against, 'utf8')).points] as const] : [...peers]
console.log(
  table(
    head,
    references.map(([name, reference]) => row(name, reference)),
  ),
)

const area = pictures.reduce((sum, { image }) => sum + megapixels(image), 0) / pictures.length
console.log()
console.log(
  table(
    ['quality', 'bpp', 'PSNR-Y', 'PSNR-RGB', 'encode s/MP', 'decode s/MP'],
    qualities.map((quality) => {
      const at = points.filter(({ setting }) => setting === quality)
      const average = (key: keyof TimedPoint) => mean(at.map((point) => point[key] as number))
      return [
        String(quality),
        average('bpp').toFixed(4),
        `${average('psnrYDb').toFixed(2)} dB`,
        `${average('psnrRgbDb').toFixed(2)} dB`,
        (average('encodeSeconds') / area).toFixed(3),
        (average('decodeSeconds') / area).toFixed(3),
      ]
    }),
  ),
)

/** Mean bits per pixel and PSNR-Y of all pictures at each setting. */
function meanCurve(from: Point[]) {
  return [...new Set(from.map(({ setting }) => setting))].map((setting) => {
    const at = from.filter((point) => point.setting === setting)
    return { bitsPerPixel: mean(at.map(({ bpp }) => bpp)), quality: mean(at.map(({ psnrYDb }) => psnrYDb)) }
  })
}

if (options.plot) {
  const covering = [...peers].filter(([, reference]) => new Set(reference.map(({ image }) => image)).size === pictures.length)
  const { svg, png } = await drawRateDistortion(
    [
      { name: `laq ${transform}`, points: meanCurve(points) },
      ...covering.map(([name, reference]) => ({ name, points: meanCurve(reference), peer: true })),
    ],
    {
      title: `Rate and distortion on ${options.set}`,
      subtitle: `mean of ${pictures.length} pictures; laq: tune ${tune}, effort ${effort}`,
    },
  )
  writeFileSync(`${options.plot}.svg`, svg)
  writeFileSync(`${options.plot}.png`, png)
}
