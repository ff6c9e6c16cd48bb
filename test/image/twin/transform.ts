/** FORMAT.md, "Inverse DCT" and "Inverse DST", in plain TypeScript; products wrap to 32 bits. */

import { Raster } from '../twinparts.js'

const rot = (a: number, c: number, b: number, d: number) => (Math.imul(a, c) + Math.imul(b, d) + 2048) >> 12
const cos = (t: number) => Math.round(4096 * Math.cos(t))
const sin = (t: number) => Math.round(4096 * Math.sin(t))
const even = <T>(x: T[]) => x.filter((_, i) => i % 2 === 0)
const odd = <T>(x: T[]) => x.filter((_, i) => i % 2 === 1)

function line(x: number[]): number[] {
  const n = x.length
  if (n === 2) {
    const r = (Math.imul(x[1], 2896) + 2048) >> 12
    return [x[0] + r, x[0] - r]
  }
  const [e, o] = [line(even(x)), four(odd(x))]
  return Array.from({ length: n }, (_, j) => (j < n / 2 ? e[j] + o[j] : e[n - 1 - j] - o[n - 1 - j]))
}

function two(x: number[]): number[] {
  const n = x.length
  if (n === 2) return [x[0] + x[1], (Math.imul(x[0] - x[1], 2896) + 2048) >> 12]
  const half = x.slice(0, n / 2)
  const [e, o] = [two(half.map((v, j) => v + x[n - 1 - j])), four(half.map((v, j) => v - x[n - 1 - j]))]
  return Array.from({ length: n }, (_, k) => (k % 2 === 0 ? e[k / 2] : o[(k - 1) / 2]))
}

function four(x: number[]): number[] {
  const n = x.length
  if (n === 2) return [rot(x[0], 3784, x[1], 1567), rot(x[0], 1567, x[1], -3784)]
  const h = n / 2
  const angle = (j: number) => (Math.PI * (2 * j + 1)) / (4 * n)
  const turned = Array.from({ length: h }, (_, j) => [x[j], x[n - 1 - j], cos(angle(j)), sin(angle(j))])
  const a = two(turned.map(([near, far, c, s]) => rot(near, c, far, s)))
  const b = two(turned.map(([near, far, c, s], j) => (j % 2 === 0 ? rot(far, c, near, -s) : rot(far, -c, near, s))))
  const out = new Array<number>(n)
  out[0] = a[0]
  out[n - 1] = -b[0]
  for (let k = 1; k < h; k++) {
    out[2 * k] = a[k] + b[h - k]
    out[2 * k - 1] = a[k] - b[h - k]
  }
  return out
}

const halved = (a: number, s: number) => (Math.imul(2896, a) + (Math.imul(79, a) >> 8) + 2 ** (11 + s)) >> (12 + s)
const shifted = (a: number, s: number) => (a + ((1 << s) >> 1)) >> s

type Line = (x: number[]) => number[]

/** Rows first, then columns; `coefficients` are at most 32 x 32. */
function inverse(coefficients: Raster, log2Width: number, log2Height: number, row: Line, column: Line): Raster {
  const out = new Raster(2 ** log2Width, 2 ** log2Height)
  const rows = Array.from({ length: out.height }, (_, y) => row(Array.from({ length: out.width }, (_, x) => coefficients.at(x, y))))
  for (let x = 0; x < out.width; x++) for (const [y, value] of column(rows.map((r) => r[x])).entries()) out.set(x, y, value)
  return out
}

/** FORMAT.md, "Inverse DCT": the block of the kept coefficients. */
function inverseDct(coefficients: Raster, log2Width: number, log2Height: number): Raster {
  const sides = log2Width + log2Height
  const oblong = sides % 2 === 1
  const first = Math.max(0, sides - 9)
  const rest = (sides >> 1) - 1 - first
  return inverse(
    coefficients,
    log2Width,
    log2Height,
    ([x0, ...x]) => line([halved(x0, 0), ...x]),
    ([x0, ...x]) => {
      const top = oblong ? shifted(x0, first + 1) : halved(x0, first)
      return line([top, ...x.map((a) => (oblong ? halved(a, first) : shifted(a, first)))]).map((a) => shifted(a, rest))
    },
  )
}

/** FORMAT.md, "Inverse DST". */
const sine = (n: number, k: number, j: number) =>
  Math.round((8192 / Math.sqrt(2 * n + 1)) * Math.sin((Math.PI * (2 * k + 1) * (j + 1)) / (2 * n + 1)))
const cosine = (n: number, k: number, j: number) =>
  Math.round(4096 * Math.sqrt((k === 0 ? 1 : 2) / n) * Math.cos((Math.PI * (2 * j + 1) * k) / (2 * n)))

function product(matrix: typeof sine): Line {
  return (x) => x.map((_, j) => x.reduce((sum, value, k) => (sum + Math.imul(value, matrix(x.length, k, j))) | 0, 2048) >> 12)
}

/** The block of the kept coefficients by transform type. */
export function inverseTransform(type: number, coefficients: Raster, log2Width: number, log2Height: number): Raster {
  if (type === 0) return inverseDct(coefficients, log2Width, log2Height)
  return inverse(coefficients, log2Width, log2Height, product(type === 3 ? cosine : sine), product(type === 2 ? cosine : sine))
}
