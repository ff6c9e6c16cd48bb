/** The decoder of lossy segments of FORMAT.md once more in plain TypeScript. It takes undamaged payloads. */
import type { AudioHeader } from '../../codecs/audio/header.js'
import { Decoder, fresh, Mixer, type State } from '../entropy/twin.js'

const f32 = Math.fround
const clip = (x: number, low: number, high: number) => Math.max(low, Math.min(high, x))
const amplitude = (exponent: number) => f32(2 ** ((exponent - 512) / 64))
const sumOf = (values: number[]) => values.reduce((sum, value) => sum + value, 0)
const states = (count: number) => Array.from({ length: count }, fresh)

/** First lines of the bands of a block, and the end of the last. */
function bandEdges(lines: number, rate: number): number[] {
  const edges = [0]
  for (let start = 0; start < lines; start = edges[edges.length - 1]) {
    const end = start + Math.max(4, Math.floor((100 * lines) / rate), Math.floor(start / 10))
    edges.push(lines - end < 4 || edges.length > 94 ? lines : end)
  }
  return edges
}

const lastOf = (edges: number[]) => edges[edges.length - 1]

function counterpart(band: number, from: number[], to: number[]): number {
  const line = Math.floor(((from[band] + from[band + 1]) * lastOf(to)) / (2 * lastOf(from)))
  return to.findIndex((start, b) => start <= line && line < to[b + 1])
}

const differenceClass = (x: number): number => (x < 0 ? 6 - differenceClass(-x) : x === 0 ? 3 : x === 1 ? 4 : x <= 3 ? 5 : 6)
const SUM_CLASSES = [0, 1, 2, 3, 3, 4, 4, 4]
const sumClass = (x: number) => SUM_CLASSES[x] ?? (x <= 12 ? 5 : x <= 20 ? 6 : 7)
const wideClass = (x: number) =>
  x < 8 ? x : x < 12 ? 8 + ((x - 8) >> 1) : x < 20 ? 10 + ((x - 12) >> 2) : x < 32 ? 12 : x < 48 ? 13 : x < 80 ? 14 : 15

/** What a channel keeps from block to block. */
interface Channel {
  levels: number[]
  /** L - B of the last envelope; 0 in the first block. */
  changes: number[]
  steps: number[]
  /** Magnitudes of this block, the one before, and the one before that. */
  magnitudes: number[][]
  /** Of the first channel of a pair: mid/side bits. */
  sides: number[]
  values: number[]
  lines: Float32Array
}

class LineModels {
  readonly tables = [32 * 8, 8 * 64, 32 * 15, 2 * 96 * 8, 2 * 256, 4 * 4 * 9 * 2, 32 * 16].map((contexts) => states(4 * contexts))
  readonly mixers = Array.from({ length: 64 }, () => new Mixer([...new Array(7).fill(11000), 0]))
}

class SoundTwin {
  private readonly decoder: Decoder
  private readonly edges: number[][]
  private readonly channels: Channel[]
  private readonly splits = states(12)
  private readonly repeats = states(5)
  private readonly stereo = states(4)
  private readonly envelope = states(512 * 16)
  private readonly envelopeMixers = Array.from({ length: 16 }, () => new Mixer())
  private readonly lineModels = new LineModels()
  private readonly tilings: number[][] = []
  private readonly gain: number
  private classBefore = -1
  private random = 1

  constructor(
    private readonly header: AudioHeader,
    private readonly frames: number,
    payload: Uint8Array,
  ) {
    this.decoder = new Decoder(payload, 160)
    this.edges = [0, 1, 2, 3, 4].map((c) => bandEdges(header.lines >> c, header.sampleRateHz))
    this.channels = Array.from({ length: header.channels }, () => ({
      levels: [],
      changes: [],
      steps: [],
      magnitudes: [[], [], []],
      sides: [],
      values: [],
      lines: new Float32Array(0),
    }))
    this.gain = this.decoder.bypass(11)
    let before = 0
    const node = (depth: number): number[] => {
      const state = 3 * depth + (before > depth ? 2 : before === depth ? 1 : 0)
      if (depth < 4 && this.decoder.adaptive(this.splits[state])) return [...node(depth + 1), ...node(depth + 1)]
      before = depth
      return [depth]
    }
    for (let t = -1; t <= frames; t++) this.tilings.push(node(0))
  }

  /** Planar samples of full scale 1, (frames + 1) * lines per channel. */
  decode(): Float64Array[] {
    const { lines } = this.header
    const out = this.channels.map(() => new Float64Array((this.frames + 1) * lines))
    const blocks = this.tilings.flatMap((tiling, i) => tiling.map((now, block) => ({ now, t: i - 1, block })))
    let offset = 0
    for (const [i, { now, t, block }] of blocks.entries()) {
      if (t < 0 || t >= this.frames) continue
      if (block === 0) offset = 0
      this.readBlock(now, block)
      const n = lines >> now
      const slopes = [blocks[i - 1], blocks[i + 1]].map((beside) => Math.min(n, lines >> beside.now))
      const start = t * lines + lines / 2 + offset - n / 2
      for (const [c, samples] of this.synthesize(now, slopes).entries()) {
        for (const [j, sample] of samples.entries()) out[c][start + j] += sample / 32768
      }
      offset += n
    }
    this.decoder.checkEnd()
    return out
  }

  private startsPair(c: number): boolean {
    const count = this.channels.length
    return (c === 0 && count > 1) || (c === 4 && count >= 6) || (c === 6 && count >= 8)
  }

  private readBlock(now: number, block: number): void {
    const repeatable = block > 0 && this.classBefore === now
    const first = this.classBefore < 0
    if (!first && this.classBefore !== now) this.changeClass(now)
    this.classBefore = now
    for (let c = 0; c < this.channels.length; c++) {
      const repeats = repeatable && this.decoder.adaptive(this.repeats[now]) === 1
      const isPair = this.startsPair(c)
      if (!repeats) {
        if (isPair) this.readSides(this.channels[c], now)
        this.readEnvelope(c, now, first, false)
      }
      this.readLines(c, now, false)
      if (!isPair) continue
      c++
      if (!repeats) this.readEnvelope(c, now, first, true)
      this.readLines(c, now, true)
    }
  }

  /** Moves what blocks before have left to the bands and lines of another class. */
  private changeClass(now: number): void {
    const [from, to] = [this.edges[this.classBefore], this.edges[now]]
    const [lines, wanted] = [lastOf(from), lastOf(to)]
    const bands = to.slice(1).map((_, b) => counterpart(b, to, from))
    for (const channel of this.channels) {
      channel.levels = bands.map((b) => channel.levels[b])
      channel.sides = bands.map((b) => channel.sides[b])
      channel.magnitudes = channel.magnitudes.map((row) =>
        Array.from({ length: wanted }, (_, i) => {
          if (wanted > lines) return row[Math.floor((i * lines) / wanted)] ?? 0
          const share = lines / wanted
          return Math.max(0, ...row.slice(i * share, (i + 1) * share))
        }),
      )
    }
  }

  private readSides(channel: Channel, now: number): void {
    const before = channel.sides
    channel.sides = []
    for (let b = 0; b + 1 < this.edges[now].length; b++) {
      channel.sides.push(this.decoder.adaptive(this.stereo[2 * (channel.sides[b - 1] ?? 0) + (before[b] ?? 0)]))
    }
  }

  private readEnvelope(c: number, now: number, first: boolean, second: boolean): void {
    const channel = this.channels[c]
    const edges = this.edges[now]
    const count = edges.length - 1
    const s = now >= 2 ? 1 : 0
    const before = channel.levels
    channel.levels = []
    channel.changes = []
    let below = 0
    for (let b = 0; b < count; b++) {
      let rows: number[]
      let prediction: number
      if (first) {
        prediction = b > 0 ? channel.levels[b - 1] : 40
        const row = Math.min(b, 3) + 4 * s
        rows = [row, row, 200 + differenceClass(below), 8 + differenceClass(below)]
      } else {
        const [c1, c2] = [channel.changes[b - 1] ?? 0, channel.changes[b - 2] ?? 0]
        prediction = clip(before[b] + ((c1 + c2) >> 2), 0, 127)
        const beside = second ? clip(this.channels[c - 1].changes[b], -100, 100) : 0
        const rise = b + 1 < count ? before[b + 1] - before[b] : 0
        rows = [
          16 + 7 * differenceClass(c1) + differenceClass(c2),
          72 + Math.min(counterpart(b, edges, this.edges[0]), 63) + 64 * s,
          208 + 7 * differenceClass(rise) + differenceClass(c1),
          320 + 7 * differenceClass(beside) + differenceClass(c1) + (before[b] === 0 ? 49 : 0),
        ]
      }
      below = this.readDifference(rows)
      channel.levels.push(clip(prediction + below, 0, 127))
      channel.changes.push(first ? 0 : channel.levels[b] - before[b])
    }
    this.fillSteps(c, now, second)
  }

  private readDifference(rows: number[]): number {
    const bit = (bin: number) =>
      this.decoder.mixed(
        rows.map((row) => this.envelope[16 * row + bin]),
        this.envelopeMixers[bin],
      )
    if (bit(0)) return 0
    const sign = bit(1) ? -1 : 1
    let ones = 0
    while (ones < 14 && bit(2 + ones)) ones++
    return sign * (ones < 14 ? ones + 1 : 15 + this.decoder.expGolombBypass(0))
  }

  private fillSteps(c: number, now: number, second: boolean): void {
    const { sampleRateHz, alpha, tilt } = this.header
    const edges = this.edges[now]
    const { levels } = this.channels[c]
    this.channels[c].steps = levels.map((_, b) => {
      const spread = Math.max(...levels.map((level, m) => 16 * level - (b > m ? 80 * (b - m) : 144 * (m - b))))
      const middleHz = ((edges[b] + edges[b + 1]) * sampleRateHz) / (4 * lastOf(edges))
      const tilted = Math.floor(tilt * Math.log2(middleHz / 1000 + 0.3) + 0.5)
      const step = clip(this.gain + ((alpha * (spread - 1152)) >> 6) + tilted, 0, 2047)
      const mid = this.channels[c - 1]
      return second && mid.sides[b] ? Math.max(step, mid.steps[b]) : step
    })
  }

  private readLines(c: number, now: number, second: boolean): void {
    const channel = this.channels[c]
    const edges = this.edges[now]
    channel.magnitudes = [new Array(lastOf(edges)).fill(0), channel.magnitudes[0], channel.magnitudes[1]]
    channel.values = new Array(lastOf(edges)).fill(0)
    for (const [b, level] of channel.levels.entries()) {
      const ratio = 16 * level - channel.steps[b]
      if (level === 0 || ratio <= -192) continue
      const place = counterpart(b, edges, this.edges[0])
      const k = clip((ratio >> 6) - 2, 0, 16)
      for (let i = edges[b]; i < edges[b + 1]; i++) {
        const high = this.readHigh(c, i, ratio, place, now >= 2 ? 1 : 0, second)
        channel.magnitudes[0][i] = Math.min(high, 15)
        const size = high * 2 ** k + this.decoder.bypass(k)
        channel.values[i] = size && this.decoder.bypass(1) ? -size : size
      }
    }
  }

  private readHigh(c: number, i: number, ratio: number, place: number, s: number, second: boolean): number {
    const [here, before, older] = this.channels[c].magnitudes
    const [m1, m2, m3, m4] = [1, 2, 3, 4].map((j) => here[i - j] ?? 0)
    const p = (j: number) => before[i + j] ?? 0
    const o = (j: number) => older[i + j] ?? 0
    const q = (j: number) => this.channels[c - 1].magnitudes[0][i + j] ?? 0
    const E = clip((ratio + 192) >> 4, 0, 31)
    const near = sumClass(2 * m1 + m2)
    const around = sumClass(p(-1) + 2 * p(0) + p(1))
    const beside = second ? 1 + Math.min(3, q(0)) : 0
    const six = second ? 16 + 4 * Math.min(3, q(0)) + Math.min(3, q(-1) + q(1)) : 4 * Math.min(3, o(-1) + o(1)) + Math.min(3, o(0))
    const contexts = [
      8 * E + near,
      64 * (E >> 2) + 8 * around + near,
      15 * E + 3 * beside + Math.min(2, around),
      8 * (place + 96 * s) + sumClass(m1 + m2 + p(0)),
      256 * s + 16 * wideClass(sumOf([-2, -1, 0, 1, 2, 3].map(p)) + o(0)) + wideClass(2 * (m1 + m2) + m3 + m4),
      9 * (4 * (4 * s + Math.min(3, o(0))) + Math.min(3, p(0))) + 3 * Math.min(2, m1) + Math.min(2, p(1)),
      4 * six + Math.min(3, (m1 + p(0) + 1) >> 1),
    ]
    const { tables, mixers } = this.lineModels
    let ones = 0
    const bit = () => {
      const kind = Math.min(3, ones)
      const mixed: State[] = contexts.map((context, table) => tables[table][4 * context + kind])
      return this.decoder.mixed(mixed, mixers[16 * kind + (E >> 1)], 250)
    }
    while (ones < 15 && bit()) ones++
    return ones < 15 ? ones : 15 + this.decoder.expGolombBypass(0)
  }

  /** 2n samples of each channel, of full scale 2^15. */
  private synthesize(now: number, slopes: number[]): Float64Array[] {
    for (const channel of this.channels) this.dequantize(channel, now)
    for (const [c, channel] of this.channels.entries()) {
      if (!this.startsPair(c)) continue
      const other = this.channels[c + 1]
      for (const [b, side] of channel.sides.entries()) {
        for (let i = this.edges[now][b]; side && i < this.edges[now][b + 1]; i++) {
          const [x, y] = [channel.lines[i], other.lines[i]]
          channel.lines[i] = f32(f32(x + y) * f32(0.70710677))
          other.lines[i] = f32(f32(x - y) * f32(0.70710677))
        }
      }
    }
    const n = this.header.lines >> now
    const rise = (i: number, slope: number) =>
      i < 0 ? 0 : i >= slope ? 1 : Math.sin((Math.PI / 2) * Math.sin(((Math.PI / 2) * (i + 0.5)) / slope) ** 2)
    return this.channels.map(({ lines }) =>
      Float64Array.from({ length: 2 * n }, (_, j) => {
        const [i, slope] = j < n ? [j, slopes[0]] : [2 * n - 1 - j, slopes[1]]
        const window = rise(i - (n - slope) / 2, slope)
        if (window === 0) return 0
        let sum = 0
        for (const [k, line] of lines.entries()) sum += line * Math.cos((Math.PI / n) * (j + 0.5 + n / 2) * (k + 0.5))
        return window * Math.sqrt(2 / n) * sum
      }),
    )
  }

  private dequantize(channel: Channel, now: number): void {
    const edges = this.edges[now]
    channel.lines = new Float32Array(lastOf(edges))
    for (const [b, level] of channel.levels.entries()) {
      const [first, last] = [edges[b], edges[b + 1]]
      const size = amplitude(channel.steps[b])
      const rms = amplitude(16 * level)
      let coded = 0
      let zeros = 0
      for (let i = first; i < last; i++) {
        channel.lines[i] = channel.values[i] * size
        coded = f32(coded + f32(channel.lines[i] ** 2))
        if (channel.values[i] === 0) zeros++
      }
      if (level === 0 || zeros === 0) continue
      const rest = f32(Math.max(0, f32(f32(f32(rms * rms) * (last - first)) - coded)) / zeros)
      const most =
        zeros === last - first
          ? Math.min(f32(rms * f32(0.6666667)), f32(size * f32(0.16)))
          : Math.min(f32(Math.sqrt(rest)), f32(size * f32(0.2)))
      const sigma = f32(f32(most * f32(this.header.noise * f32(1.7320508))) * 0.0625)
      for (let i = first; i < last; i++) {
        if (channel.values[i] !== 0) continue
        this.random = (Math.imul(this.random, 1664525) + 1013904223) | 0
        channel.lines[i] = f32(this.random / 2 ** 31) * sigma
      }
    }
  }
}

/** Planar samples of full scale 1, (frames + 1) * lines per channel. */
export function decodeByTwin(header: AudioHeader, frames: number, payload: Uint8Array): Float64Array[] {
  return new SoundTwin(header, frames, payload).decode()
}
