/**
 * Bjontegaard's delta rate: how many per cent more bits one codec takes than another for the same quality, on average over
 * the qualities that both reach. G. Bjontegaard, ITU-T VCEG-M33 (2001); in place of his one cubic through all points, the
 * curves are piecewise cubics that keep to the order of the points (PCHIP: F. N. Fritsch and J. Butland, SIAM J. Sci. Stat.
 * Comput. 5, 1984), as standards bodies do today.
 */

export interface RatePoint {
  /** Above 0, in any unit that both curves share (bits per pixel, kb/s, bytes). */
  rate: number
  /** Quality in dB, or on any other scale that grows with it. Points that are not finite are left out. */
  quality: number
}

/** A function through the points (x[i], y[i]), x rising, with slope[i] there and a cubic between. */
interface Curve {
  x: number[]
  y: number[]
  slope: number[]
}

/** Log rate as a function of quality. Of points with the same quality the cheapest counts. */
function curveOf(points: readonly RatePoint[]): Curve {
  const usable = points.filter(({ rate, quality }) => Number.isFinite(quality) && Number.isFinite(rate) && rate > 0)
  usable.sort((a, b) => a.quality - b.quality || a.rate - b.rate)
  const distinct = usable.filter(({ quality }, i) => i === 0 || quality > usable[i - 1].quality)
  if (distinct.length < 2) throw new RangeError(`a curve needs 2 points of different quality, not ${distinct.length}`)
  const x = distinct.map(({ quality }) => quality)
  const y = distinct.map(({ rate }) => Math.log(rate))
  return { x, y, slope: slopes(x, y) }
}

/** Slopes that keep the cubics monotone wherever the points are. */
function slopes(x: number[], y: number[]): number[] {
  const width = x.slice(1).map((value, i) => value - x[i])
  const rise = width.map((value, i) => (y[i + 1] - y[i]) / value)
  const last = rise.length - 1
  if (last === 0) return [rise[0], rise[0]]
  const inner = width.slice(1).map((after, i) => {
    const before = width[i]
    if (rise[i] * rise[i + 1] <= 0) return 0
    // harmonic mean, weighted towards the shorter side
    const [w1, w2] = [2 * after + before, after + 2 * before]
    return (w1 + w2) / (w1 / rise[i] + w2 / rise[i + 1])
  })
  return [endSlope(width[0], width[1], rise[0], rise[1]), ...inner, endSlope(width[last], width[last - 1], rise[last], rise[last - 1])]
}

/** Slope at an end from the parabola through three points, held to where the cubic stays monotone. */
function endSlope(width: number, nextWidth: number, rise: number, nextRise: number): number {
  const slope = ((2 * width + nextWidth) * rise - width * nextRise) / (width + nextWidth)
  if (slope * rise <= 0) return 0
  return rise * nextRise < 0 && Math.abs(slope) > 3 * Math.abs(rise) ? 3 * rise : slope
}

/** Integral of a curve over [from, to], which lies inside of it: exact, one quartic per piece. */
function integral({ x, y, slope }: Curve, from: number, to: number): number {
  let sum = 0
  for (let i = 0; i + 1 < x.length; i++) {
    const width = x[i + 1] - x[i]
    // Hermite's four cubics, integrated from 0 to t
    const upTo = (t: number) =>
      y[i] * (t - t ** 3 + t ** 4 / 2) +
      y[i + 1] * (t ** 3 - t ** 4 / 2) +
      width * slope[i] * (t ** 2 / 2 - (2 * t ** 3) / 3 + t ** 4 / 4) +
      width * slope[i + 1] * (t ** 4 / 4 - t ** 3 / 3)
    const start = (Math.max(from, x[i]) - x[i]) / width
    const end = (Math.min(to, x[i + 1]) - x[i]) / width
    if (end > start) sum += width * (upTo(end) - upTo(start))
  }
  return sum
}

/**
 * Bits that `points` take more (positive) or less (negative) than `reference` at equal quality, in per cent.
 *
 * @returns NaN if no quality is reached by both
 * @throws RangeError if a curve has fewer than two usable points
 */
export function bdRate(reference: readonly RatePoint[], points: readonly RatePoint[]): number {
  const a = curveOf(reference)
  const b = curveOf(points)
  const from = Math.max(a.x[0], b.x[0])
  const to = Math.min(a.x[a.x.length - 1], b.x[b.x.length - 1])
  if (!(to > from)) return Number.NaN
  return 100 * Math.expm1((integral(b, from, to) - integral(a, from, to)) / (to - from))
}
