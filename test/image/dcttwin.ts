/** FORMAT.md, "Inverse DCT", in plain TypeScript. */

const rot = (a: number, c: number, b: number, d: number) => (a * c + b * d + 2048) >> 12
const cos = (t: number) => Math.round(4096 * Math.cos(t))
const sin = (t: number) => Math.round(4096 * Math.sin(t))
const even = <T>(x: T[]) => x.filter((_, i) => i % 2 === 0)
const odd = <T>(x: T[]) => x.filter((_, i) => i % 2 === 1)

function line(x: number[]): number[] {
  const n = x.length
  if (n === 2) {
    const r = (x[1] * 2896 + 2048) >> 12
    return [x[0] + r, x[0] - r]
  }
  const [e, o] = [line(even(x)), four(odd(x))]
  return Array.from({ length: n }, (_, j) => (j < n / 2 ? e[j] + o[j] : e[n - 1 - j] - o[n - 1 - j]))
}

function two(x: number[]): number[] {
  const n = x.length
  if (n === 2) return [x[0] + x[1], ((x[0] - x[1]) * 2896 + 2048) >> 12]
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

/** The block of side 2^log2, row by row, of its kept coefficients. */
export function inverseDctTwin(coefficients: Int32Array, log2: number): Int32Array {
  const [side, kept] = [2 ** log2, Math.min(32, 2 ** log2)]
  const first = Math.max(0, 2 * log2 - 9)
  const rest = log2 - 1 - first
  const halved = (a: number, s: number) => (2896 * a + ((79 * a) >> 8) + 2 ** (11 + s)) >> (12 + s)
  const shifted = (a: number, s: number) => (a + ((1 << s) >> 1)) >> s
  const rows = Array.from({ length: side }, (_, y) => {
    const row = Array.from({ length: side }, (_, x) => (x < kept && y < kept ? coefficients[y * kept + x] : 0))
    row[0] = halved(row[0], 0)
    return line(row)
  })
  const out = new Int32Array(side * side)
  for (let x = 0; x < side; x++) {
    const column = line(rows.map((row, y) => (y === 0 ? halved(row[x], first) : shifted(row[x], first))))
    for (let y = 0; y < side; y++) out[y * side + x] = shifted(column[y], rest)
  }
  return out
}
