/** What searches for a target share: size and quality go smoothly with the base step, so that secants find it in a handful of codings. */

/**
 * Codes the picture.
 *
 * @param step base step in 1/24 octave
 * @param price of a bit, as a factor of the usual one
 * @param slope added to the slope of the step over frequency, in 1/32. Default 0
 * @returns the whole file
 */
export type Code = (step: number, price: number, slope?: number) => Promise<Uint8Array<ArrayBuffer>>

/** Points of a function that grows, of which a zero is sought. */
export class Crossing {
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

export const clip = (x: number, least: number, most: number) => Math.min(Math.max(x, least), most)
