/**
 * The decoder of FORMAT.md, "Wavelet images", in plain TypeScript: as slow as it is short. It takes the parts of one tile to the
 * interleaved samples of the picture at 1:2^n.
 */
import type { ImageHeader } from '../../codecs/image/header.js'
import { Decoder } from '../entropy/twin.js'
import { clip, Mixers, Raster, readField, samplesOf, Table } from './twinparts.js'

const classOf = (limits: number[]) => (v: number) => limits.findIndex((limit) => v <= limit)
const q = classOf([0, 2, 5, 10, 18, 31, 59, Number.POSITIVE_INFINITY])
const f = classOf([0, 1, 2, 4, 8, Number.POSITIVE_INFINITY])
const THRESHOLDS = [2, 4, 7, 11, 16, 22, 30, 41, 56, 76, 104, 144, 200, 290, 460]
const FACTORS = [
  [72, 26, 48, 6, 16, 26, 8, 0, 0],
  [42, 8, 38, 6, 18, 14, 46, 0, 0],
  [90, 20, 31, 0, 5, 6, 16, 9, 0],
  [30, 0, 28, 1, 11, 2, 50, 7, 0],
  [94, 14, 28, 0, 2, 7, 11, 6, 68],
  [33, 0, 22, 0, 10, 3, 37, 3, 66],
]
const NORMS = [
  [1.01, 1.0, 1.04, 1.07, 1.07],
  [1.04, 0.97, 1.04, 1.07, 1.08],
]
const LEVELS_OF_PART = [[5, 4], [3], [2], [1]]
const [A, C] = [0, 2]

/** A detail band: magnitudes, signs, `around`, and the sums of groups. */
class Band {
  readonly m: Raster
  readonly s: Raster
  readonly around: Raster
  readonly groups: Raster

  constructor(
    readonly x: number,
    readonly y: number,
    readonly width: number,
    readonly height: number,
  ) {
    this.m = new Raster(width, height)
    this.s = new Raster(width, height)
    this.around = new Raster(width, height)
    this.groups = new Raster(Math.ceil(width / 4), Math.ceil(height / 4))
  }
}

export function decodeWaveletTwin(header: ImageHeader, width: number, height: number, parts: Uint8Array[], n: number): number[] {
  const { channels, bitDepth } = header
  const planes = Array.from({ length: channels }, () => new Raster(width, height))
  const isChroma = (p: number) => p > 0
  const w = (k: number) => Math.ceil(width / 2 ** k)
  const h = (k: number) => Math.ceil(height / 2 ** k)
  const bands = planes.map(() =>
    [1, 2, 3, 4, 5].map((k) => [
      new Band(w(k), 0, w(k - 1) - w(k), h(k)),
      new Band(0, h(k), w(k), h(k - 1) - h(k)),
      new Band(w(k), h(k), w(k - 1) - w(k), h(k - 1) - h(k)),
    ]),
  )
  const tables = {
    group: new Table(),
    expected: new Table(),
    local: new Table(),
    scale: new Table(),
    cross: new Table(),
    sign: new Table(),
  }
  const low = new Table()
  const [groupMixers, levelMixers, signMixers] = [new Mixers(), new Mixers(), new Mixers()]
  const field = new Raster(Math.ceil(width / 32), Math.ceil(height / 32))
  let decoder = new Decoder(parts[0])

  /** Step of a coefficient in 1/16; level 0 is the low-pass band. */
  function step(p: number, level: number, orientation: number, x: number, y: number): number {
    const k = level || 5
    const region = field.at(Math.min(x >> (5 - k), field.width - 1), Math.min(y >> (5 - k), field.height - 1))
    const e = clip(header.step + 4 * region + (isChroma(p) ? header.chromaStep : 0), 0, 479)
    const unit = 0.25 * 2 ** (1 - k)
    const u = level > 0 && orientation !== 1 ? 3 * unit : unit
    const v = level > 0 && orientation !== A ? 3 * unit : unit
    const norm = level === 0 ? 1.06 : NORMS[orientation === C ? 1 : 0][k - 1]
    const slope = header.weighting[isChroma(p) ? 1 : 0] / 32
    const weight = Math.round((256 * (1 + slope * Math.sqrt((u * u + v * v) / 2))) / norm)
    return Math.max(1, Math.floor((Math.round(16 * 2 ** (e / 24)) * weight) / 256))
  }

  const dequantize = (level: number, size: number, offset: number) =>
    Math.sign(level) * (((32 * Math.abs(level) - offset) * size + 256) >> 9)

  function readLowPass(p: number): void {
    const plane = planes[p]
    for (let y = 0; y < h(5); y++) {
      let last = 0
      for (let x = 0; x < w(5); x++) {
        let [west, north, corner] = [plane.at(x - 1, y), plane.at(x, y - 1), plane.at(x - 1, y - 1)]
        if (x === 0) west = corner = north
        else if (y === 0) north = corner = west
        const predicted = clip(west + north - corner, Math.min(west, north), Math.max(west, north))
        const context = 3 * p + (last === 0 ? 0 : last <= 3 ? 1 : 2)
        const level = decoder.signed(Array.from({ length: 24 }, (_, i) => low.at(24 * context + i)))
        last = Math.abs(level)
        plane.set(x, y, predicted + dequantize(level, step(p, 0, 0, x, y), 0))
      }
    }
  }

  function readBand(p: number, level: number, orientation: number): void {
    const band = bands[p][level - 1][orientation]
    const parent = level < 5 ? bands[p][level][orientation] : undefined
    const sisters = bands[p][level - 1].slice(0, orientation)
    const plane0 = isChroma(p) ? bands[0][level - 1][orientation] : undefined
    const cb = p === 2 ? bands[1][level - 1][orientation] : undefined
    const kind = 3 * (5 * p + level - 1) + orientation
    if (parent) {
      tables.group.inherit(256 * kind, 256 * (kind + 3), 256)
      tables.expected.inherit(64 * kind, 64 * (kind + 3), 64)
      tables.scale.inherit(192 * kind, 192 * (kind + 3), 192)
      tables.cross.inherit(1024 * kind, 1024 * (kind + 3), 1024)
    }

    function readGroup(gx: number, gy: number): void {
      const { groups } = band
      const [W, N, NW, NE] = [groups.at(gx - 1, gy), groups.at(gx, gy - 1), groups.at(gx - 1, gy - 1), groups.at(gx + 1, gy - 1)]
      const flag = (v: number) => (v > 0 ? 1 : 0)
      const g = flag(W) + 2 * flag(N) + 4 * flag(NW) + 8 * flag(NE)
      let above = 0
      for (const [x, y] of [
        [0, 0],
        [1, 0],
        [0, 1],
        [1, 1],
      ])
        above += parent?.around.at(2 * gx + x, 2 * gy + y) ?? 0
      const P = parent ? q(Math.min(255, (above + 1) >> 1)) : 0
      const S = f(
        Math.min(
          255,
          sisters.reduce((sum, sister) => sum + sister.groups.at(gx, gy), 0),
        ),
      )
      const L = plane0 ? Math.min(7, f(plane0.groups.at(gx, gy)) + (cb && cb.groups.at(gx, gy) > 0 ? 2 : 0)) : Math.min(7, N >> 1)
      const R = q(Math.min(255, 4 * flag(W) + N + ((NW + NE) >> 1)))
      if (g + P + S + L === 0) {
        groups.set(gx, gy, decoder.adaptive(tables.group.at(256 * kind)))
        return
      }
      const contexts = [4 * g + Math.min(3, (P + 1) >> 1), 64 + 8 * P + S, 128 + 8 * R + L, 192 + 8 * L + S]
      const states = contexts.map((context) => tables.group.at(256 * kind + context))
      groups.set(gx, gy, decoder.mixed(states, groupMixers.at(Math.min(7, (P + R + 1) >> 1) + (plane0 ? 8 : 0))))
    }

    function readLevel(x: number, y: number): number {
      const { m, s } = band
      const [west, north] = [m.at(x - 1, y), m.at(x, y - 1)]
      const [west2, north2] = [m.at(x - 2, y), m.at(x, y - 2)]
      const [along, across, along2, across2] = orientation === A ? [north, west, north2, west2] : [west, north, west2, north2]
      const D = m.at(x - 1, y - 1) + m.at(x + 1, y - 1)
      const pa = parent?.around.at(x >> 1, y >> 1) ?? 0
      const beside = sisters.map((sister) => sister.around.at(x, y))
      const sa = beside.length === 2 ? (beside[0] + beside[1] + 1) >> 1 : (beside[0] ?? 0)
      const la = plane0?.around.at(x, y) ?? 0
      const ca = cb?.around.at(x, y) ?? 0
      const F = FACTORS[2 * (p % 3) + (orientation === C ? 1 : 0)]
      const near = F[0] * along + F[1] * along2 + F[2] * across + F[3] * across2 + F[4] * D
      const e = (near + ((F[5] * pa + F[6] * sa + F[7] * la + F[8] * ca) >> 4)) >> 2
      const E = THRESHOLDS.filter((threshold) => e >= threshold).length
      const wide = west2 + north2 + m.at(x - 2, y - 1) + m.at(x + 2, y - 1) + m.at(x - 1, y - 2) + m.at(x + 1, y - 2)
      const cross = plane0
        ? 9 * (4 * Math.min(5, q(la)) + Math.min(3, plane0.m.at(x, y))) + 3 * Math.min(2, cb?.m.at(x, y) ?? 0) + Math.min(2, along + across)
        : 4 * (6 * f(wide) + f(along + across + D)) + Math.min(3, q(pa) >> 1)
      const local = 3 * (2 * p + (orientation === C ? 1 : 0)) + Math.min(level, 3) - 1
      const contexts = [
        [tables.expected, 16 * kind + E],
        [tables.local, 64 * local + 16 * Math.min(3, along) + 4 * Math.min(3, across) + Math.min(3, D)],
        [tables.scale, 48 * kind + 6 * q(pa) + Math.min(5, q(sa))],
        [tables.cross, 256 * kind + cross],
      ] as const
      let value = 0
      while (value < 15) {
        const bin = Math.min(3, value)
        const states = contexts.map(([table, context]) => table.at(4 * context + bin))
        if (!decoder.mixed(states, levelMixers.at(16 * bin + E + (plane0 ? 64 : 0)))) break
        value++
      }
      if (value === 15) value += decoder.expGolombBypass(0)
      m.set(x, y, Math.min(15, value))
      if (value === 0) return 0

      const [a, b] =
        orientation === A
          ? [
              [x, y - 1],
              [x - 1, y],
            ]
          : [
              [x - 1, y],
              [x, y - 1],
            ]
      const v = ([i, j]: number[]) => 2 + (s.at(i, j) === 2 ? -1 : 1) * Math.min(2, m.at(i, j))
      const nearSigns = 3 * s.at(a[0], a[1]) + s.at(b[0], b[1])
      let last = (x & 1) + 2 * (y & 1) + 4 * (parent?.s.at(x >> 1, y >> 1) ?? 0)
      if (!parent) last = 0
      last += 12 * (sisters[0]?.s.at(x, y) ?? 0) + 36 * (sisters[1]?.s.at(x, y) ?? 0)
      if (plane0) last = 9 * nearSigns + 3 * plane0.s.at(x, y) + (cb?.s.at(x, y) ?? 0)
      const signs = [
        5 * v(a) + v(b),
        25 + 9 * nearSigns + 3 * s.at(x, y - 2) + s.at(x - 2, y),
        106 + 9 * nearSigns + 3 * s.at(x - 1, y - 1) + s.at(x + 1, y - 1),
        187 + last,
      ]
      const set = 3 * p + orientation
      const states = signs.map((context) => tables.sign.at(320 * set + context))
      const negative = decoder.mixed(states, signMixers.at(set))
      s.set(x, y, 1 + negative)
      return negative ? -value : value
    }

    for (let y0 = 0; y0 < band.height; y0 += 4) {
      const gy = y0 / 4
      for (let gx = 0; gx < band.groups.width; gx++) readGroup(gx, gy)
      const sums = new Array<number>(band.groups.width).fill(0)
      for (let y = y0; y < Math.min(band.height, y0 + 4); y++) {
        for (let x = 0; x < band.width; x++) {
          if (band.groups.at(x >> 2, gy) === 0) continue
          const value = readLevel(x, y)
          sums[x >> 2] += band.m.at(x, y)
          const offset = header.reconstruction[Math.abs(value) === 1 ? 0 : 1]
          if (value !== 0) planes[p].set(band.x + x, band.y + y, dequantize(value, step(p, level, orientation, x, y), offset))
        }
      }
      // a flagged group counts at least 1, whatever a damaged file says
      for (const [gx, sum] of sums.entries()) band.groups.set(gx, gy, Math.max(band.groups.at(gx, gy), sum))
    }
    for (let y = 0; y < band.height; y++) {
      for (let x = 0; x < band.width; x++) {
        let sum = 0
        for (const dy of [-1, 0, 1]) for (const dx of [-1, 0, 1]) sum += (2 - Math.abs(dx)) * (2 - Math.abs(dy)) * band.m.at(x + dx, y + dy)
        band.around.set(x, y, sum)
      }
    }
  }

  function unlift(line: number[]): number[] {
    const half = Math.ceil(line.length / 2)
    const [s, d] = [line.slice(0, half), line.slice(half)]
    if (d.length === 0) return [s[0] + ((-3066 * s[0] + 8192) >> 14)]
    const term = (factor: number, sum: number) => Math.floor((factor * sum + 2048) / 4096)
    const U = (factor: number) => {
      for (let j = 0; j < s.length; j++) s[j] -= term(factor, d[Math.max(0, j - 1)] + d[Math.min(d.length - 1, j)])
    }
    const T = (factor: number) => {
      for (let j = 0; j < d.length; j++) d[j] -= term(factor, s[j] + s[Math.min(s.length - 1, j + 1)])
    }
    U(1817)
    T(3616)
    U(-217)
    T(-6496)
    return line.map((_, i) => (i % 2 === 0 ? s : d)[i >> 1])
  }

  function inverse(plane: Raster): void {
    for (let k = 5; k > n; k--) {
      const [across, down] = [w(k - 1), h(k - 1)]
      for (let y = 0; y < down; y++) {
        for (let x = 0; x < across; x++) {
          const highs = (x >= w(k) ? 1 : 0) + (y >= h(k) ? 1 : 0)
          const value = plane.at(x, y)
          if (highs !== 1) plane.set(x, y, value + (((highs === 0 ? -3987 : 5269) * value + 8192) >> 14))
        }
      }
      for (let x = 0; x < across; x++) {
        const column = unlift(Array.from({ length: down }, (_, y) => plane.at(x, y)))
        for (const [y, value] of column.entries()) plane.set(x, y, value)
      }
      for (let y = 0; y < down; y++) {
        const row = unlift(Array.from({ length: across }, (_, x) => plane.at(x, y)))
        for (const [x, value] of row.entries()) plane.set(x, y, value)
      }
    }
  }

  for (const [part, payload] of parts.entries()) {
    decoder = new Decoder(payload)
    if (part === 0) {
      if (header.hasStepField) readField(decoder, field)
      for (let p = 0; p < channels; p++) readLowPass(p)
    }
    for (const level of LEVELS_OF_PART[part]) {
      for (let orientation = 0; orientation < 3; orientation++) for (let p = 0; p < channels; p++) readBand(p, level, orientation)
    }
    decoder.checkEnd()
  }
  for (const plane of planes) inverse(plane)

  const scaled = planes.map((plane) => {
    const out = new Raster(w(n), h(n))
    for (let y = 0; y < h(n); y++) for (let x = 0; x < w(n); x++) out.set(x, y, (plane.at(x, y) + ((1 << n) >> 1)) >> n)
    return out
  })
  return samplesOf(scaled, w(n), h(n), bitDepth)
}
