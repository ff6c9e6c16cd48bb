/** FORMAT.md, "Palette" and "Palette blocks". */
import type { Decoder } from '../../entropy/twin.js'
import { clip, Mixers, Raster, Table } from '../twinparts.js'
import type { Cells, Shape } from './partition.js'

/** What the map of modes has for a palette block: 1 more than its number among the luma modes. */
export const PALETTE_CELL = 67

const HASH = 0x9e3779b97f4a7c15n
const HIGHER = 0xd6e8feb86659fd93n
const hashOf = (sum: bigint) => Number(BigInt.asUintN(64, sum) >> 46n)
/** A number whose bytes are the given ones, the first one lowest. */
const bytes = (...values: number[]) => values.reduceRight((sum, value) => (sum << 8n) | BigInt(value), 0n)

export class Palette {
  /** By colour, by plane. */
  readonly colours: number[][] = []
  readonly indices: Raster
  private readonly blockStates = new Table()
  private readonly hits = { wide: new Table(), middle: new Table(), narrow: new Table(), pattern: new Table() }
  private readonly after = { wide: new Map<number, number>(), middle: new Map<number, number>(), narrow: new Map<number, number>() }
  private readonly runs = new Map<number, number>()
  private readonly literals = { node: new Table(), left: new Table(), above: new Table(), both: new Table() }
  private readonly mixers = new Mixers()

  constructor(
    private readonly decoder: Decoder,
    private readonly planes: Raster[],
    private readonly cells: Cells,
    bitDepth: number,
  ) {
    const [{ width, height }] = planes
    this.indices = new Raster(width, height)
    const count = Math.min(decoder.bypass(8) + 1, 255)
    const states = [0, 1, 2].map(() => new Table())
    const row = (c: number) => Array.from({ length: 24 }, (_, i) => states[c].at(i))
    const most = 2 ** bitDepth - 1
    let [red, green, blue] = [0, 0, 0]
    for (let i = 0; i < count; i++) {
      const before = green
      green = Math.min(most, green + decoder.expGolomb(row(0)))
      const next = (value: number, c: number) => {
        const predicted = clip(value - before + green, 0, most)
        return clip(predicted + decoder.signed(row(c)), 0, most)
      }
      if (planes.length > 1) {
        red = next(red, 1)
        blue = next(blue, 2)
      }
      this.colours.push(planes.length > 1 ? colourOf(red, green, blue, bitDepth) : [greyOf(green, bitDepth)])
    }
  }

  /** Whether the block is a palette block. */
  isBlock({ x, y, log2Width, log2Height }: Shape): boolean {
    const { modes } = this.cells
    const near = [modes.at(x >> 2, (y >> 2) - 1), modes.at((x >> 2) - 1, y >> 2)].filter((mode) => mode === PALETTE_CELL).length
    return this.decoder.adaptive(this.blockStates.at(25 * near + 5 * (log2Width - 2) + log2Height - 2)) === 1
  }

  /** Reads a palette block into the planes. */
  readBlock(shape: Shape): void {
    for (let y = shape.y; y < shape.y + 2 ** shape.log2Height; y++) {
      for (let x = shape.x; x < shape.x + 2 ** shape.log2Width; x++) {
        const index = this.readIndex(shape, x, y)
        this.indices.set(x, y, index)
        for (const [p, plane] of this.planes.entries()) plane.set(x, y, this.colours[index][p])
      }
    }
  }

  /** Index of a sample that is decoded, or 0 beyond the tile; right of the block, of the block's last column. */
  private indexAt(shape: Shape, x: number, y: number): number {
    const column = Math.min(x, shape.x + 2 ** shape.log2Width - 1)
    if (column < 0 || y < 0) return 0
    const isHere = column >= shape.x && y >= shape.y
    if (isHere || this.cells.modes.at(column >> 2, y >> 2) === PALETTE_CELL) return this.indices.at(column, y)
    const distances = this.colours.map((colour) =>
      colour.reduce((sum, value, p) => sum + Math.abs(value - this.planes[p].at(column, y)), 0),
    )
    return distances.indexOf(Math.min(...distances))
  }

  private readIndex(shape: Shape, x: number, y: number): number {
    const { decoder, hits, after, runs } = this
    const at = (dx: number, dy: number) => this.indexAt(shape, x + dx, y + dy)
    const before = [-3, -2, -1].map((dx) => at(dx, 0))
    const above = [-2, -1, 0, 1, 2].map((dx) => at(dx, -1))
    const higher = [-1, 0, 1].map((dx) => at(dx, -2))
    const [, second, left] = before
    const [, corner, up, right, further] = above
    const numbers = {
      wide: hashOf(bytes(...before, ...above) * HASH + bytes(...higher) * HIGHER),
      middle: hashOf(bytes(second, left, corner, up, right, higher[1]) * HASH),
      narrow: hashOf(bytes(left, corner, up) * HASH),
    }
    const pairs = [
      [left, up],
      [up, corner],
      [up, right],
      [left, second],
      [up, higher[1]],
      [left, corner],
      [right, further],
    ]
    const pattern = pairs.reduce((sum, [a, b], i) => sum + (a === b ? 2 ** i : 0), 0)
    const run = runs.get(numbers.wide) ?? 0
    const asked: number[] = []
    const guesses: [guess: number | undefined, origin: number][] = [
      [after.wide.get(numbers.wide), run > 3 ? 3 : run > 1 ? 2 : 1],
      [after.middle.get(numbers.middle), 4],
      [after.narrow.get(numbers.narrow), 5],
      ...[left, up, right, corner].map((guess): [number, number] => [guess, 0]),
    ]
    let index: number | undefined
    for (const [guess, origin] of guesses) {
      if (guess === undefined || asked.includes(guess) || asked.length === 4) continue
      const n = asked.length
      asked.push(guess)
      const agreement = (guess === left ? 1 : 0) + (guess === up ? 2 : 0)
      const states = [
        hits.wide.at(numbers.wide ^ (935 * n)),
        hits.middle.at(numbers.middle ^ (935 * n)),
        hits.narrow.at(numbers.narrow ^ (935 * n)),
        hits.pattern.at(16 * (8 * pattern + origin) + 4 * agreement + n),
      ]
      if (decoder.mixed(states, this.mixers.at(8 * n + origin))) {
        index = guess
        break
      }
    }
    index ??= this.readLiteral(left, up)
    const last = after.wide.get(numbers.wide)
    runs.set(numbers.wide, last === index ? Math.min(255, run + 1) : last === undefined ? 1 : 0)
    for (const table of ['wide', 'middle', 'narrow'] as const) after[table].set(numbers[table], index)
    return index
  }

  private readLiteral(left: number, up: number): number {
    const { literals } = this
    const depth = Math.ceil(Math.log2(this.colours.length))
    let node = 1
    for (let bit = depth - 1; bit >= 0; bit--) {
      const both = ((node * 0x9e35) ^ ((256 * left + up) * 0x3571)) & 0xffff
      const states = [
        literals.node.at(node),
        literals.left.at(256 * left + node),
        literals.above.at(256 * up + node),
        literals.both.at(both),
      ]
      node = 2 * node + this.decoder.mixed(states, this.mixers.at(32 + bit))
    }
    return Math.min(node - 2 ** depth, this.colours.length - 1)
  }
}

function greyOf(sample: number, bitDepth: number): number {
  const centred = sample - 2 ** (bitDepth - 1)
  return bitDepth <= 14 ? centred * 2 ** (14 - bitDepth) : Math.floor(centred / 2 ** (bitDepth - 14) + 0.5)
}

function colourOf(red: number, green: number, blue: number, bitDepth: number): number[] {
  const sums = [
    4899 * red + 9617 * green + 1868 * blue - 2 ** (bitDepth + 13),
    -2765 * red - 5427 * green + 8192 * blue,
    8192 * red - 6860 * green - 1332 * blue,
  ]
  return sums.map((sum) => Math.floor((sum + 2 ** (bitDepth - 1)) / 2 ** bitDepth))
}
