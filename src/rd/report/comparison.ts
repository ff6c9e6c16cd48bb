/** Pictures that the page shows beside each other: windows of originals and of what codecs make of them at about equal rates. */
import { ssimulacra2 } from '../../metrics/ssimulacra2.js'
import { METRICS, type MetricName } from '../metricnames.js'
import { type OperatingPoint, type Run, rateOf } from '../run.js'
import { bdAgainst } from './bd.js'
import { fullScale, heatOf } from './heat.js'
import { commonRates, nearestPoints, RATE_NAMES, type RateName } from './matched.js'
import type { ReportPictures } from './media.js'
import { codecsOf, inOrder, itemsOf, mainMetric, metricsOf } from './order.js'
import { cut, errorGrid, type Rgb, rgbOf, type Window, webpOf, worstWindow } from './pixels.js'

/** Sides of the windows: as large as lets every item have all its rates, within these. */
const SIDES = { least: 320, most: 512 }
/** What a pixel takes in the page: 1.2 bytes of lossless WebP and its map (measured on decoded photographs), as base64. */
const BYTES_PER_PIXEL = 1.6
/** Part of the budget that the middle rates of all items may take before the low and high ones of any. */
const MIDDLE_SHARE = 0.65
/** Part of the budget from which on no item begins its other rates: one takes about the rest. */
const FULL_SHARE = 0.93

export interface ComparedPicture {
  codec: string
  setting: number
  bytes: number
  rate: number
  /** Metrics of the whole picture, as tables show them. */
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

/** Metrics of a point as tables show them. */
function shownMetrics(point: OperatingPoint, metrics: readonly MetricName[]): ComparedPicture['metrics'] {
  const values = metrics.flatMap((metric): [MetricName, string][] => {
    const value = point[metric]
    return value === undefined ? [] : [[metric, value === null ? 'inf' : value.toFixed(METRICS[metric].digits)]]
  })
  return Object.fromEntries(values)
}

const image = ({ width, height, data }: Rgb) => ({ width, height, channels: 3 as const, bitDepth: 8, data })

/** What is kept of an item between its middle rate and the others. */
interface Begun {
  compared: ComparedItem
  points: OperatingPoint[]
  rates: Map<RateName, number>
  original: Rgb
}

/** Collects the files, and what is missing. */
class Collector {
  readonly files: Uint8Array[] = []
  readonly leftOut: string[] = []
  /** Bytes of base64. */
  spent = 0
  private readonly coded = new Map<OperatingPoint, ComparedPicture>()
  private readonly points = new Map<string, OperatingPoint>()

  constructor(
    private readonly pictures: ReportPictures,
    private readonly metrics: readonly MetricName[],
    private readonly anchor: string,
    private readonly side: number,
  ) {}

  private keep(file: Uint8Array): number {
    this.spent += Math.ceil(file.length / 3) * 4
    return this.files.push(file) - 1
  }

  /** A decoded picture, or a window of it; or nothing, and it is said why. */
  private async decode(point: OperatingPoint, window?: Window): Promise<Rgb | undefined> {
    try {
      const whole = rgbOf(await this.pictures.decoded(point))
      return window ? cut(whole, window) : whole
    } catch (error) {
      this.leftOut.push(`${point.item} by ${point.codec} at ${point.setting}: ${(error as Error).message}`)
      return undefined
    }
  }

  /**
   * Chooses the window of an item: where the anchor's middle rate is worst, or another codec's if the anchor has no picture.
   *
   * @returns nothing if the item has no pictures; then it is said why
   */
  async begin(item: string, points: OperatingPoint[]): Promise<Begun | undefined> {
    const codecs = codecsOf(points)
    const reference = codecs.includes(this.anchor) ? this.anchor : codecs[0]
    const rates = commonRates(points, reference)
    const found = nearestPoints(points, rates.get('middle') as number)
    found.sort((a, b) => Number(b.codec === reference) - Number(a.codec === reference))
    try {
      const whole = rgbOf(await this.pictures.original(item))
      for (const point of found) {
        const decoded = await this.decode(point)
        if (!decoded) continue
        const window = worstWindow(errorGrid(whole, decoded), whole, this.side)
        const original = cut(whole, window)
        const isWhole = window.width === whole.width && window.height === whole.height
        const compared: ComparedItem = { item, window, whole: isWhole, original: this.keep(await webpOf(original)), rates: [] }
        return { compared, points, rates, original }
      }
    } catch (error) {
      this.leftOut.push(`${item}: ${(error as Error).message}`)
    }
    return undefined
  }

  /** The reference's point nearest to a rate, then of each other codec the one that comes nearest to its bytes. */
  private async found(points: OperatingPoint[], rate: number): Promise<OperatingPoint[]> {
    const nearest = nearestPoints(points, rate)
    const { matched } = this.pictures
    const reference = nearest.find(({ codec }) => codec === this.anchor)
    if (!matched || !reference) return nearest
    const made: OperatingPoint[] = []
    for (const point of nearest) {
      const own = points.filter(({ codec }) => codec === point.codec)
      made.push(point === reference ? point : await this.once(await matched(own, reference.bytes)))
    }
    return made
  }

  /** One object for each point, however often it is found. */
  private once(point: OperatingPoint): OperatingPoint {
    const key = JSON.stringify([point.codec, point.item, point.setting])
    const known = this.points.get(key) ?? point
    this.points.set(key, known)
    return known
  }

  /** Codes each codec's picture at one rate. A point that stands for two rates is coded once. */
  async addRate({ compared, points, rates, original }: Begun, name: RateName): Promise<void> {
    const rate = rates.get(name) as number
    const found = await this.found(points, rate)
    const cuts: { point: OperatingPoint; decoded: Rgb }[] = []
    for (const point of found) {
      const decoded = this.coded.has(point) ? undefined : await this.decode(point, compared.window)
      if (decoded) cuts.push({ point, decoded })
    }
    const maps = await Promise.all(cuts.map(({ decoded }) => ssimulacra2(image(original), image(decoded), { map: true })))
    const full = fullScale(maps.map(({ map }) => map!))
    for (const [i, { point, decoded }] of cuts.entries()) {
      const { codec, setting, bytes } = point
      const picture = this.keep(await webpOf(decoded))
      const map = this.keep(await webpOf(heatOf(maps[i].map!, full), 80))
      const metrics = shownMetrics(point, this.metrics)
      this.coded.set(point, { codec, setting, bytes, rate: rateOf(point), metrics, picture, map })
    }
    const codecs = found.flatMap((point) => this.coded.get(point) ?? [])
    const shown = found.find(({ codec }) => codec === this.anchor)
    if (codecs.length > 0) compared.rates.push({ name, rate: shown ? rateOf(shown) : rate, codecs })
  }
}

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
  const items = byInterest(run, points)
  const side = windowSide(items.length * (1 + codecsOf(points).length * RATE_NAMES.length), budget)
  const collector = new Collector(pictures, metricsOf(run, points), run.anchor, side)
  const begun: Begun[] = []
  let seen = 0
  for (const item of items) {
    if (collector.spent > budget * MIDDLE_SHARE) break
    seen++
    const own = points.filter((point) => point.item === item)
    const next = await collector.begin(item, own)
    if (!next) continue
    await collector.addRate(next, 'middle')
    begun.push(next)
  }
  let middleOnly = 0
  for (const each of begun) {
    const others = [...each.rates.keys()].filter((name) => name !== 'middle')
    if (others.length > 0 && collector.spent > budget * FULL_SHARE) middleOnly++
    else for (const name of others) await collector.addRate(each, name)
    each.compared.rates.sort((a, b) => a.rate - b.rate)
  }

  const { files, leftOut } = collector
  const large = 'or the page would be too large'
  if (seen < items.length) leftOut.push(`${items.length - seen} of ${items.length} images: no pictures, ${large}`)
  if (middleOnly > 0) leftOut.push(`${middleOnly} of ${items.length} images: the middle rate only, ${large}`)
  const places = new Map(itemsOf(points).map((item, i) => [item, i]))
  const compared = begun.map(({ compared }) => compared).filter(({ rates }) => rates.length > 0)
  compared.sort((a, b) => (places.get(a.item) as number) - (places.get(b.item) as number))
  return { items: compared, pictures: files, leftOut: [...new Set(leftOut)] }
}
