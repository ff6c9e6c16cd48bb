/** The decoder of FORMAT.md, "Alpha", in plain TypeScript; and a tile's samples of colour and alpha together. */
import { ByteReader } from '../../codecs/container/bytes.js'
import type { ImageHeader } from '../../codecs/image/header.js'
import { Decoder } from '../entropy/twin.js'
import { decodeBlockTwin } from './blocktwin.js'
import { clip, Mixers, Table } from './twinparts.js'

/** First state of the table at `place`, far from those of others. */
const tableAt = (place: number) => place * 2 ** 24
const hash = (key: number, i: number) => Math.imul(key ^ Math.imul(i, 0x2545f491), 0x9e3779b1) >>> 14
const bitsOf = (v: number) => 32 - Math.clz32(v)

function readPlane(payload: Uint8Array, width: number, height: number, most: number, bound: number): number[] {
  const decoder = new Decoder(payload)
  const states = new Table()
  const mixers = new Mixers()
  const rows: number[][] = []
  const residuals: number[][] = []
  const errors: number[][][] = []
  const s = Math.max(0, bitsOf(most) - 8)
  /** Samples around: see FORMAT.md. */
  const at = (x: number, y: number): number => {
    if (y < 0) return 0
    if (x < 0) return at(0, y - 1)
    return rows[y][Math.min(x, width - 1)]
  }
  for (let y = 0; y < height; y++) {
    rows.push([])
    residuals.push([])
    errors.push([])
    for (let x = 0; x < width; x++) {
      const p = (i: number, j: number) => at(x + i, y + j)
      const [W, N, NW, NE, WW, NN] = [p(-1, 0), p(0, -1), p(-1, -1), p(1, -1), p(-2, 0), p(0, -2)]
      const candidates = [W, N, clip(W + N - NW, 0, most), clip(N + ((NE - NW + N - NN) >> 1), 0, most)]
      const right = Math.min(x + 1, width - 1)
      const weights = candidates.map((_, i) => {
        const near = [errors[y][x - 1], errors[y - 1]?.[x], errors[y - 1]?.[right]]
        const e = near.reduce((sum, of) => sum + (of?.[i] ?? 0), 0) >> s
        return Math.floor(2 ** 20 / (1 + e * e))
      })
      const total = weights.reduce((a, b) => a + b, 0)
      const P = Math.floor((weights.reduce((sum, weight, i) => sum + weight * candidates[i], 0) + (total >> 1)) / Math.max(1, total))
      const [r1, r2, r3] = [residuals[y][x - 1] ?? 0, residuals[y - 1]?.[x] ?? 0, residuals[y - 1]?.[right] ?? 0]
      const rough = Math.floor((Math.abs(W - NW) + Math.abs(NW - N) + Math.abs(N - NE)) / (4 * bound + 2))
      const disorder = 2 * (Math.abs(r1) + Math.abs(r2)) + Math.abs(r3) + rough
      const n = bitsOf(disorder)
      const E = disorder < 4 ? disorder : Math.min(15, 2 * n - 2 + ((disorder >> (n - 2)) & 1))
      const k = (v: number) => (v === 0 ? 0 : v === most ? 2 : 1)
      const K = 3 * k(W) + k(N)
      const shape = [W, N, NW, NE, WW, NN, p(-2, -1), p(2, -1), p(-1, -2), p(1, -2), p(-3, 0)].reduce((sum, v) => 3 * sum + k(v), 0)
      const equal = [W === N, N === NW, N === NE, W === WW, N === NN, W === NW, NE === p(2, -1)]
      const pattern = equal.reduce((sum, is, i) => sum + (is ? 2 ** i : 0), 0)
      const level = (P >> s) >> 2
      const corners = (shift: number, bits: number) => [W, N, NW, NE].reduce((sum, v) => (sum << bits) | ((v >> s) >> shift), 0)
      const mixed = (numbers: number[], first: number, set: number) =>
        decoder.mixed(
          numbers.map((number, i) => states.at(tableAt(first + i) + number)),
          mixers.at(set),
        )
      const flag = (f: number) =>
        mixed([hash(corners(0, 8), f), 177147 * f + shape, 16 * (64 * f + level) + E, 9 * (128 * f + pattern) + K], 0, 9 * f + K) === 1
      const t = (v: number) => clip(v, -3, 3) + 3
      const bit = (b: number) =>
        mixed(
          [16 * b + E, hash(corners(4, 4), b), 4 * (64 * b + level) + (E >> 2), 343 * b + 49 * t(r1) + 7 * t(r2) + t(r3)],
          4,
          36 + 4 * b + (E >> 2),
        )
      const residual = () => {
        let size = 0
        while (size < 17 && bit(size)) size++
        if (size === 0) return 0
        const negative = bit(17)
        if (size === 1) return negative ? -1 : 1
        const second = bit(18 + size)
        const magnitude = (2 + second) * 2 ** (size - 2) + decoder.bypass(size - 2)
        return negative ? -magnitude : magnitude
      }
      let [sample, q] = [W, 0]
      if (!flag(0)) {
        if (W !== N && flag(1)) sample = N
        else if (W !== 0 && N !== 0 && flag(2)) sample = 0
        else if (W !== most && N !== most && flag(3)) sample = most
        else {
          q = residual()
          sample = clip(P + q * (2 * bound + 1), 0, most)
        }
      }
      rows[y].push(sample)
      residuals[y].push(q)
      errors[y].push(candidates.map((candidate) => Math.abs(sample - candidate)))
    }
  }
  return rows.flat()
}

export function decodeAlphaTwin(header: ImageHeader, width: number, height: number, stream: Uint8Array): number[] {
  const input = new ByteReader(stream)
  const most = 2 ** header.bitDepth - 1
  const rest = () => stream.subarray(input.offset)
  const kind = input.u8()
  if (kind === 0) return new Array(width * height).fill(input.varint())
  if (kind === 1) {
    const bound = input.varint()
    return readPlane(rest(), width, height, most, bound)
  }
  if (kind === 2) {
    const bound = input.varint()
    const count = input.varint() + 2
    const levels: number[] = []
    for (let i = 0, level = -1; i < count; i++) {
      level += input.varint() + 1
      levels.push(level)
    }
    return readPlane(rest(), width, height, count - 1, bound).map((number) => levels[number])
  }
  const kinds = readPlane(input.raw(input.varint()), width, height, 2, 0)
  const coarser = input.u8()
  const weighting = input.varint()
  const corrections = new Map<number, number>()
  for (let left = input.varint(), place = -1; left > 0; left--) {
    place += input.varint() + 1
    const folded = input.varint()
    corrections.set(place, folded % 2 ? (folded + 1) / 2 : -folded / 2)
  }
  const blocks: ImageHeader = {
    ...header,
    channels: 1,
    transform: 'dct',
    hasStepField: false,
    step: clip(header.step + header.alphaStep + coarser, 0, 383),
    weighting: [weighting, weighting],
    chroma: '4:4:4',
  }
  return decodeBlockTwin(blocks, width, height, rest()).map((sample, i) => {
    const known = kinds[i] === 1 ? sample : kinds[i] === 0 ? 0 : most
    return clip(known + (corrections.get(i) ?? 0) * 2 ** (header.bitDepth - 5), 0, most)
  })
}

/**
 * Samples of a tile whose first payload begins with alpha, if the header has it.
 *
 * @param decodeColour of the header without alpha, and of the payload behind it
 */
export function withAlphaTwin(
  header: ImageHeader,
  width: number,
  height: number,
  payload: Uint8Array,
  scale: number,
  decodeColour: (header: ImageHeader, payload: Uint8Array) => number[],
): number[] {
  const { channels } = header
  if (channels % 2 === 1) return decodeColour(header, payload)
  const input = new ByteReader(payload)
  const alpha = decodeAlphaTwin(header, width, height, input.raw(input.varint()))
  const colour = decodeColour({ ...header, channels: channels - 1 }, payload.subarray(input.offset))
  const columns = Math.ceil(width / scale)
  return Array.from({ length: columns * Math.ceil(height / scale) }, (_, i) => {
    const [left, top] = [(i % columns) * scale, Math.floor(i / columns) * scale]
    const cell: number[] = []
    for (let y = top; y < Math.min(top + scale, height); y++)
      for (let x = left; x < Math.min(left + scale, width); x++) cell.push(alpha[y * width + x])
    const mean = Math.floor(cell.reduce((a, b) => a + b) / cell.length + 0.5)
    return [...colour.slice(i * (channels - 1), (i + 1) * (channels - 1)), mean]
  }).flat()
}
