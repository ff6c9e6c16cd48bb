/**
 * Searches for a target: of bytes, or of a metric. Size and quality go smoothly with the base step, so that secants find the
 * step in a handful of codings.
 */
import { MAX_STEP, type Transform } from '../../codecs/image/header.js'
import type { ImageData } from '../../codecs/image/picture.js'
import { stepForQuality } from '../../codecs/image/settings.js'
import { number, type Rules } from '../calls/options.js'
import type { Runner } from '../threads/runner.js'

/** What may be wanted instead of a quality; one of these at most. */
export interface ImageTargets {
  /** Bytes of the whole file: never above, and at most 1 % below where steps and prices can come that close. */
  targetSize?: number
  /** The same in bits per pixel of the whole file. */
  targetBpp?: number
  /** The coarsest step at which SSIMULACRA2 is at least this, up to 100. With alpha, the worse of what it is on white and on black, here and below. */
  targetSsimulacra2?: number
  /** The coarsest step at which PSNR of all colour samples together (of grey, the samples) is at least so many dB. */
  targetPsnr?: number
  /** The coarsest step at which Butteraugli's 3-norm is at most this. */
  targetButteraugli?: number
}

/** Codes the picture at a base step, with bits `price` times as dear as usual, and steps that rise over frequency by `slope`/32 more. */
export type Code = (step: number, price: number, slope?: number) => Promise<Uint8Array<ArrayBuffer>>
/** Where, and until when, pictures are measured. */
export type MeasureOptions = { runner: Runner; signal: AbortSignal | undefined }
type Measure = (original: ImageData, decoded: ImageData, options: MeasureOptions) => Promise<number>

/** Bytes may be this part below a target. */
const SLACK = 0.01
/** After so many codings the largest file that fits must do: of files below a few hundred bytes one byte is much. */
const MOST_CODINGS = 64
/** Tried after one another: where no step and price come close enough, another slope makes other files. */
const SLOPES = [0, 3, -3, 6, -6, 9, -9]

/**
 * The finest step that is tried. Of the DCT a twentieth of an 8-bit grey level: below, roundings of its transform and colours cost
 * more than finer steps bring (78 dB here, 67 dB at step 0). The 9/7 wavelet is exact from step 40 down.
 */
const FINEST: Record<Transform, number> = { dct: 40, wavelet: 0 }

/** Bytes fall by half about every 29 steps; octaves per step. */
const OCTAVES_PER_STEP = 1 / 29
/** Octaves of bytes per octave of price: 0.1 at 2 bits per pixel, 0.25 at 1, 0.45 at 0.2. */
const OCTAVES_PER_PRICE = 0.25

/** Points of a function that grows, of which a zero is sought. */
class Crossing {
  private points: { x: number; margin: number }[] = []
  /** The greatest x known to be below zero, and the least known not to be. */
  low = Number.NEGATIVE_INFINITY
  high = Number.POSITIVE_INFINITY

  /**
   * @param slope expected growth, until two points tell
   * @param unit what is little on the way
   */
  constructor(
    private readonly slope: number,
    private readonly unit: number,
  ) {}

  has(x: number): boolean {
    return this.points.some((point) => point.x === x)
  }

  add(x: number, margin: number): void {
    this.points.push({ x, margin })
    this.points.sort((a, b) => Math.abs(a.margin) - Math.abs(b.margin))
    if (margin < 0) this.low = Math.max(this.low, x)
    else this.high = Math.min(this.high, x)
  }

  /** Where the line through the two points nearest to zero meets it; never outside low and high. */
  root(): number {
    const [a, b] = this.points
    const slope = b ? (a.margin - b.margin) / (a.x - b.x) : this.slope
    const root = a.x - a.margin / (slope > this.slope / 8 && slope < this.slope * 8 ? slope : this.slope)
    const bracketed = Number.isFinite(this.low + this.high)
    if (root > this.low && root < this.high && !(bracketed && this.points.length > 8)) return root
    if (bracketed) return (this.low + this.high) / 2
    // where it is flat, ever further
    const far = this.unit * 2 ** this.points.length
    return Number.isFinite(this.low) ? this.low + far : this.high - far
  }
}

const clip = (x: number, least: number, most: number) => Math.min(Math.max(x, least), most)

/**
 * The largest file of at most `allowed` bytes that is found: first the step, in 1/24 octave or some 2.5 % of bytes, then the
 * price of a bit, which moves bytes by less, and at last the slope of steps over frequency.
 *
 * @param name of the option, for the error
 * @throws RangeError if the coarsest step takes more
 */
async function searchSize(code: Code, allowed: number, first: number, finest: number, name: string): Promise<Uint8Array<ArrayBuffer>> {
  let best: Uint8Array<ArrayBuffer> | undefined
  let smallest = Number.POSITIVE_INFINITY
  let codings = 0
  /** How much there is to spare, in octaves, from the middle of what is good enough. */
  const spare = async (step: number, price: number, slope = 0) => {
    const file = await code(step, price, slope)
    codings++
    smallest = Math.min(smallest, file.length)
    if (file.length <= allowed && file.length > (best?.length ?? 0)) best = file
    return Math.log2((allowed * (1 - SLACK / 2)) / file.length)
  }
  const found = () => best !== undefined && best.length >= allowed * (1 - SLACK)

  const steps = new Crossing(OCTAVES_PER_STEP, 1)
  const margins = new Map<number, number>()
  const atStep = async (step: number) => {
    const margin = margins.get(step) ?? (await spare(step, 1))
    if (!margins.has(step)) steps.add(step, margin)
    margins.set(step, margin)
    return margin
  }
  let step = clip(first, finest, MAX_STEP)
  for (let next = step; !steps.has(next); next = clip(Math.round(steps.root()), finest, MAX_STEP)) {
    step = next
    await atStep(step)
    if (found()) return best!
  }
  const nearest = [...margins.keys()].sort((a, b) => Math.abs(margins.get(a)!) - Math.abs(margins.get(b)!))[0]
  const enough = () => found() || codings >= MOST_CODINGS
  for (const slope of SLOPES) {
    for (step of [nearest, nearest + 1, nearest - 1]) {
      if (enough() || (slope !== 0 && step !== nearest)) break
      if (step < finest || step > MAX_STEP || (nearest === finest && best)) continue
      const prices = new Crossing(OCTAVES_PER_PRICE, 1 / 32)
      prices.add(0, slope === 0 ? await atStep(step) : await spare(step, 1, slope))
      for (let octave = clip(prices.root(), -1, 1); !prices.has(octave); octave = clip(prices.root(), -1, 1)) {
        if (enough() || prices.high - prices.low < 0.005) break
        prices.add(octave, await spare(step, 2 ** octave, slope))
      }
    }
  }
  if (!best) throw new RangeError(`${name}: ${Math.floor(allowed)} bytes are less than the ${smallest} that this picture comes to at least`)
  return best
}

interface Metric {
  /** Unit for messages. */
  unit: string
  least: number
  most: number
  /** Loaded when first asked for. */
  measure: Measure
  /** A number that grows with quality, some `perStep` per step. */
  rising: (value: number) => number
  perStep: number
  /** Quality to begin with. */
  quality: (target: number) => number
}

const METRICS = {
  targetSsimulacra2: {
    unit: '',
    least: 0,
    most: 100,
    measure: (original, decoded, { runner, signal }) =>
      runner.run({ domain: 'metrics', task: 'measureImage', metric: 'ssimulacra2', original, decoded }, { signal }),
    rising: (score) => score,
    perStep: 0.5,
    quality: (target) => target,
  },
  targetPsnr: {
    unit: ' dB',
    least: 0,
    most: 200,
    measure: async (original, decoded) => {
      const [{ psnr }, { groundsOf }] = await Promise.all([import('../metrics/psnr.js'), import('../metrics/grounds.js')])
      return Math.min(...groundsOf(original, decoded).map((background) => psnr(original, decoded, { background }).colourDb))
    },
    rising: (decibels) => Math.min(decibels, 200),
    perStep: 0.15,
    quality: (target) => clip(5 * target - 115, 0, 100),
  },
  targetButteraugli: {
    unit: '',
    least: 0.001,
    most: 1000,
    measure: (original, decoded, { runner, signal }) =>
      runner.run({ domain: 'metrics', task: 'measureImage', metric: 'butteraugli', original, decoded }, { signal }),
    rising: (norm) => -Math.log2(Math.max(norm, 1e-6)),
    perStep: 0.03,
    quality: (target) => clip(75 - 30 * Math.log2(target), 0, 100),
  },
} satisfies Record<string, Metric>

const rangeOf = ({ least, most }: Metric) => [least, most] as const
const SIZES = { targetSize: [1, Number.MAX_SAFE_INTEGER], targetBpp: [0.001, 64] } as const
const TARGETS = [...Object.keys(SIZES), ...Object.keys(METRICS)] as (keyof ImageTargets)[]

/**
 * The file of the coarsest step that reaches a metric's target.
 *
 * @throws RangeError if the finest does not
 */
async function searchMetric(
  code: Code,
  decode: (file: Uint8Array) => Promise<ImageData>,
  image: ImageData,
  { measure, rising, perStep, unit }: Metric,
  target: number,
  first: number,
  finest: number,
  name: string,
  options: MeasureOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  // fineness, the negative of the step, makes it grow
  const crossing = new Crossing(perStep, 1)
  let best: Uint8Array<ArrayBuffer> | undefined
  let highest = { rank: Number.NEGATIVE_INFINITY, value: 0 }
  for (let step = clip(first, finest, MAX_STEP); crossing.high - crossing.low > 1; ) {
    const file = await code(step, 1)
    const value = await measure(image, await decode(file), options)
    const rank = rising(value)
    if (rank > highest.rank) highest = { rank, value }
    crossing.add(-step, rank - rising(target))
    if (crossing.high === -step) best = file
    if (step === finest && !best) break
    if (step === MAX_STEP && best) break
    // no further at once, since metrics flatten towards both ends
    const next = clip(-Math.ceil(crossing.root()), step - 64, step + 64)
    step = clip(next, Math.max(-crossing.high + 1, finest), Math.min(-crossing.low - 1, MAX_STEP))
  }
  if (!best) {
    const found = Number(highest.value.toFixed(3))
    throw new RangeError(`${name} ${target}${unit}: the best that this picture comes to is ${found}${unit}`)
  }
  return best
}

export interface Target {
  name: keyof ImageTargets
  value: number
}

export const TARGET_RULES: Rules<ImageTargets> = {
  targetSize: number(...SIZES.targetSize),
  targetBpp: number(...SIZES.targetBpp),
  targetSsimulacra2: number(...rangeOf(METRICS.targetSsimulacra2)),
  targetPsnr: number(...rangeOf(METRICS.targetPsnr)),
  targetButteraugli: number(...rangeOf(METRICS.targetButteraugli)),
}

/** The target among the options, if there is one. @throws TypeError if there are two, or one and a quality */
export function targetOf(options: ImageTargets & { quality?: number }): Target | undefined {
  const given = TARGETS.filter((name) => options[name] !== undefined)
  const wanted = [...(options.quality === undefined ? [] : ['quality']), ...given]
  if (wanted.length > 1 && given.length > 0) throw new TypeError(`${wanted.join(' and ')} exclude each other`)
  const [name] = given
  if (name === undefined) return undefined
  return { name, value: options[name]! }
}

/**
 * The file that keeps to a target: of those that do, the largest (sizes) or the coarsest (metrics).
 *
 * @throws RangeError if none does
 */
export async function searchTarget(
  { name, value }: Target,
  image: ImageData,
  transform: Transform,
  code: Code,
  decode: (file: Uint8Array) => Promise<ImageData>,
  options: MeasureOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  if (name === 'targetSize' || name === 'targetBpp') {
    const pixels = image.width * image.height
    const allowed = name === 'targetSize' ? value : (value * pixels) / 8
    // photographs have some 1.2 bits per pixel at quality 75
    const first = stepForQuality(75, transform) - Math.round(Math.log2((allowed * 8) / pixels / 1.2) / OCTAVES_PER_STEP)
    return searchSize(code, allowed, first, FINEST[transform], `${name} ${value}`)
  }
  const metric: Metric = METRICS[name]
  return searchMetric(
    code,
    decode,
    image,
    metric,
    value,
    stepForQuality(metric.quality(value), transform),
    FINEST[transform],
    name,
    options,
  )
}
