/** Pictures that the page shows beside each other: windows of originals and of what codecs make of them at about equal rates. */
import { ssimulacra2 } from '../../metrics/ssimulacra2.js'
import { METRICS, type MetricName } from '../metricnames.js'
import { type OperatingPoint, type Run, rateOf } from '../run.js'
import { bdAgainst, byItem } from './bd.js'
import { fullScale, heatOf } from './heat.js'
import { codecsOf, inOrder, itemsOf, mainMetric, metricsOf } from './order.js'
import { cut, errorGrid, type Rgb, rgbOf, type Window, webpOf, worstWindow } from './pixels.js'
import type { ReportPictures } from './report.js'

/** Sides of the windows: as large as lets every item have all its rates, within these. */
const SIDES = { least: 320, most: 512 }
/** What a pixel takes in the page: 1.2 bytes of lossless WebP and its map (measured on decoded photographs), as base64. */
const BYTES_PER_PIXEL = 1.6
/** Of the budget, what the middle rates of all items may take before the low and high ones of any. */
const MIDDLE_SHARE = 0.65
/** Where between the lowest and the highest common rate the pictures are, on a logarithmic scale. */
const PLACES = { middle: 0.5, low: 0.12, high: 0.88 } as const
type RateName = keyof typeof PLACES

export interface ComparedPicture {
  codec: string
  setting: number
  bytes: number
  rate: number
  /** Of the whole picture, as tables show them. */
  metrics: Partial<Record<MetricName, string>>
  /** Places in {@link Comparison.pictures}. */
  picture: number
  map: number
}

export interface ComparedItem {
  item: string
  window: Window
  /** The whole picture is what is in the window. */
  whole: boolean
  original: number
  rates: { name: RateName; rate: number; codecs: ComparedPicture[] }[]
}

export interface Comparison {
  items: ComparedItem[]
  /** WebP files. Pictures are exact, maps are not. */
  pictures: Uint8Array[]
  /** What is not there, in sentences. */
  leftOut: string[]
}

/** Rates to compare at, within what all codecs reach that have several points: a lossless codec's only point is no limit. */
function commonRates(points: readonly OperatingPoint[]): Map<RateName, number> {
  const ranges = codecsOf(points).map((codec) => points.filter((point) => point.codec === codec).map((point) => Math.log(rateOf(point))))
  const curves = ranges.filter((rates) => rates.length > 1)
  const used = curves.length > 0 ? curves : ranges
  const [low, high] = [Math.max(...used.map((rates) => Math.min(...rates))), Math.min(...used.map((rates) => Math.max(...rates)))]
  if (!(high > low)) return new Map([['middle', Math.exp((low + high) / 2)]])
  return new Map(Object.entries(PLACES).map(([name, place]) => [name as RateName, Math.exp(low + (high - low) * place)]))
}

/** Each codec's point whose rate is nearest, by ratio. */
function nearestPoints(points: readonly OperatingPoint[], rate: number): OperatingPoint[] {
  const distance = (point: OperatingPoint) => Math.abs(Math.log(rateOf(point) / rate))
  return codecsOf(points).map((codec) =>
    points.filter((point) => point.codec === codec).reduce((best, point) => (distance(point) < distance(best) ? point : best)),
  )
}

/** Side of the windows, a multiple of 16. @param count of pictures that there would be in all */
function windowSide(count: number, budget: number): number {
  const fitting = Math.floor(Math.sqrt(budget / count / BYTES_PER_PIXEL) / 16) * 16
  return Math.max(SIDES.least, Math.min(SIDES.most, fitting))
}

/** Items in the order in which they are to have a place: first the worst of each codec, then the rest as the run has them. */
function byInterest(run: Run, points: readonly OperatingPoint[]): string[] {
  const metric = mainMetric(metricsOf(run, points))
  const worst = codecsOf(points).flatMap((codec) => (metric && bdAgainst(points, run.anchor, codec, metric).worst?.item) || [])
  return [...new Set([...worst, ...itemsOf(points)])]
}

/** What is kept of an item between its middle rate and the others. */
interface Begun {
  compared: ComparedItem
  points: OperatingPoint[]
  rates: Map<RateName, number>
  original: Rgb
}

const image = ({ width, height, data }: Rgb) => ({ width, height, channels: 3 as const, bitDepth: 8, data })

/**
 * Cuts and codes the pictures, until they take about `budget` bytes as text in a page: the middle rate of as many items as two
 * thirds of it hold, then the low and the high one of these.
 *
 * @param budget in bytes of base64
 */
export async function comparisonOf(
  run: Run,
  allPoints: readonly OperatingPoint[],
  pictures: ReportPictures,
  budget: number,
): Promise<Comparison> {
  const points = inOrder(run, allPoints).filter((point) => rateOf(point) > 0 && rateOf(point) < Infinity)
  const files: Uint8Array[] = []
  const leftOut: string[] = []
  let spent = 0
  const keep = (file: Uint8Array) => {
    spent += Math.ceil(file.length / 3) * 4
    return files.push(file) - 1
  }
  const metrics = metricsOf(run, points)
  const coded = new Map<OperatingPoint, ComparedPicture>()

  /** Codes each codec's picture at one rate. */
  const addRate = async ({ compared, points: own, original }: Begun, name: RateName, rate: number) => {
    const found = nearestPoints(own, rate)
    const cuts: { point: OperatingPoint; decoded: Rgb }[] = []
    for (const point of found) {
      if (coded.has(point)) continue
      try {
        const decoded = rgbOf(await pictures.decoded(point))
        cuts.push({ point, decoded: cut(decoded, compared.window) })
      } catch (error) {
        leftOut.push(`${point.item} by ${point.codec} at ${point.setting}: ${(error as Error).message}`)
      }
    }
    const maps = await Promise.all(cuts.map(({ decoded }) => ssimulacra2(image(original), image(decoded), { map: true })))
    const full = fullScale(maps.flatMap(({ map }) => map ?? []))
    for (const [i, { point, decoded }] of cuts.entries()) {
      const { codec, setting, bytes } = point
      const values = metrics.flatMap((metric): [MetricName, string][] => {
        const value = point[metric]
        return value === undefined ? [] : [[metric, value === null ? 'inf' : value.toFixed(METRICS[metric].digits)]]
      })
      const picture = keep(await webpOf(decoded))
      const map = keep(await webpOf(heatOf(maps[i].map!, full), 80))
      coded.set(point, { codec, setting, bytes, rate: rateOf(point), metrics: Object.fromEntries(values), picture, map })
    }
    const codecs = found.flatMap((point) => coded.get(point) ?? [])
    if (codecs.length > 0) compared.rates.push({ name, rate, codecs })
  }

  const begun: Begun[] = []
  const items = byInterest(run, points)
  const side = windowSide(items.length * (1 + codecsOf(points).length * Object.keys(PLACES).length), budget)
  let unused = 0
  for (const [i, item] of items.entries()) {
    if (spent > budget * MIDDLE_SHARE) {
      unused = items.length - i
      break
    }
    const own = points.filter((point) => point.item === item)
    const rates = commonRates(own)
    try {
      const whole = rgbOf(await pictures.original(item))
      const reference = byItem(own, run.anchor).has(item) ? run.anchor : own[0].codec
      const middle = nearestPoints(own, rates.get('middle') as number).find(({ codec }) => codec === reference) as OperatingPoint
      const grid = errorGrid(whole, rgbOf(await pictures.decoded(middle)))
      const window = worstWindow(grid, whole, side)
      const original = cut(whole, window)
      const isWhole = window.width === whole.width && window.height === whole.height
      const compared: ComparedItem = { item, window, whole: isWhole, original: keep(await webpOf(original)), rates: [] }
      begun.push({ compared, points: own, rates, original })
    } catch (error) {
      leftOut.push(`${item}: ${(error as Error).message}`)
      continue
    }
    await addRate(begun[begun.length - 1], 'middle', rates.get('middle') as number)
  }
  let middleOnly = 0
  for (const each of begun) {
    if (spent > budget * 0.93 && each.rates.size > 1) {
      middleOnly++
      continue
    }
    for (const [name, rate] of each.rates) if (name !== 'middle') await addRate(each, name, rate)
    each.compared.rates.sort((a, b) => a.rate - b.rate)
  }
  const large = 'or the page would be too large'
  if (unused > 0) leftOut.push(`${unused} of ${items.length} images: no pictures, ${large}`)
  if (middleOnly > 0) leftOut.push(`${middleOnly} of ${items.length} images: the middle rate only, ${large}`)
  const places = new Map(itemsOf(points).map((item, i) => [item, i]))
  const compared = begun.map(({ compared }) => compared).filter(({ rates }) => rates.length > 0)
  compared.sort((a, b) => (places.get(a.item) as number) - (places.get(b.item) as number))
  return { items: compared, pictures: files, leftOut }
}
