/**
 * SSIMULACRA 2.1 (J. Sneyers, Cloudinary 2022, 2023; github.com/cloudinary/ssimulacra2): structure, added edges and lost edges
 * of X, Y, B - Y at six scales, by their means and 4-norms, weighted to agree with what people said of CID22, TID2013, KADID-10k
 * and KonFiG-IQA. 100 is equal, 90 can hardly be told apart, 70 is high, 50 medium, 30 low quality; below 0 all is lost.
 */
import { isDue, turn } from '../../codecs/turns.js'
import { type Kernel, type KernelExports, place } from '../../codecs/wasm/loader.js'
import { checkRules } from '../calls/options.js'
import type { ImageSource } from '../calls/picture.js'
import { checkPair, lightPlanes, WHITE } from './colour.js'
import { type ErrorMap, MAP_RULES, type MapOptions } from './errormap.js'
import { withKernel } from './kernels.js'

/** SSIMULACRA 2.1. */
export interface Ssimulacra2 {
  /** At most 100, which is equal: 90 can hardly be told apart, 70 is high, 50 medium, 30 low quality. */
  score: number
  /** Errors of all scales at the place of each pixel, weighted as in the score. Their mean grows with 100 - score. */
  map?: ErrorMap
}

interface Exports extends KernelExports {
  toXyb(red: number, green: number, blue: number, count: number): void
  halve(source: number, width: number, height: number, target: number): void
  startStructure(width: number, height: number, constants: number, hasMap: number): number
  /** Returns 0 when all rows are compared. */
  compareRows(comparison: number, a: number, b: number, sums: number, map: number, weights: number, most: number): number
}

const SCALES = 6
/** Samples of a plane between turns: a millisecond or so. */
const STEP = 65_536
/** A scale with a side below this is the last. */
const LEAST = 8

/**
 * Weights of the published metric, per component (X, Y, B - Y) and scale: of the mean and of the 4-norm (rows) of the structure
 * error, of added edges and of lost edges. With fewer than six scales they are used up in the same order.
 */
const WEIGHTS = [
  // X
  [0, 0.0007376606707406586, 0, 0, 0.0007793481682867309, 0],
  [0, 0.0004371155730107379, 0, 1.1041726426657346, 0.00066284834129271, 0.00015231632783718752],
  [0, 0.0016406437456599754, 0, 1.8422455520539298, 11.441172603757666, 0],
  [0.0007989109436015163, 0.000176816438078653, 0, 1.8787594979546387, 10.94906990605142, 0],
  [0.0007289346991508072, 0.9677937080626833, 0, 0.00014003424285435884, 0.9981766977854967, 0.00031949755934435053],
  [0.0004550992113792063, 0, 0, 0.0013648766163243398, 0, 0],
  // Y
  [0, 0, 0, 7.466890328078848, 0, 17.445833984131262],
  [0.0006235601634041466, 0, 0, 6.683678146179332, 0.00037724407979611296, 1.027889937768264],
  [225.20515300849274, 0, 0, 19.213238186143016, 0.0011401524586618361, 0.001237755635509985],
  [176.39317598450694, 0, 0, 24.43300999870476, 0.28520802612117757, 0.0004485436923833408],
  [0, 0, 0, 34.77906344483772, 44.835625328877896, 0],
  [0, 0, 0, 0, 0, 0],
  // B - Y
  [0, 0.0008680556573291698, 0, 0, 0, 0],
  [0, 0.0005313191874358747, 0, 0.00016533814161379112, 0, 0],
  [0, 0, 0, 0.0004179171803251336, 0.0017290828234722833, 0],
  [0.0020827005846636437, 0, 0, 8.826982764996862, 23.19243343998926, 0],
  [95.1080498811086, 0.9863978034400682, 0.9834382792465353, 0.0012286405048278493, 171.2667255897307, 0.9807858872435379],
  [0, 0, 0, 0.0005130064588990679, 0, 0.00010854057858411537],
].flat()

/** From the weighted sum to the score: a cubic that makes it linear in what people said, then a power. */
function scoreOf(sum: number): number {
  const x = sum * 0.9562382616834844
  const cubic = 2.326765642916932 * x - 0.020884521182843837 * x ** 2 + 6.248496625763138e-5 * x ** 3
  return cubic > 0 ? 100 - 10 * cubic ** 0.6276336467831387 : 100
}

/**
 * Constants of the blur for kernel/imagecosines.ts: three cosines that end after the radius stand for a Gaussian of `sigma`.
 * D. Charalampidis, Recursive Implementation of the Gaussian Filter Using Truncated Cosine Functions, IEEE Trans. Signal
 * Processing 64 (2016); numbers in brackets are his equations.
 */
function cosineConstants(sigma: number): Float32Array {
  const radius = Math.round(3.2795 * sigma + 0.2546) // (57)
  const omega = [1, 3, 5].map((k) => (k * Math.PI) / (2 * radius))
  const sign = [1, -1, 1]
  const p = omega.map((w, i) => sign[i] / Math.tan(w / 2)) // (37)
  const r = omega.map((w, i) => (sign[i] * p[i] ** 2) / Math.sin(w)) // (44)
  const rho = omega.map((w) => Math.exp(-0.5 * sigma ** 2 * w ** 2) / radius) // (50)
  const d = (i: number, k: number) => p[i] * r[k] - r[i] * p[k]
  const zeta = [d(1, 2) / d(0, 1), d(2, 0) / d(0, 1)] // (52)
  const beta = solve3([p, r, [zeta[0], zeta[1], 1]], [1, radius ** 2 - sigma ** 2, zeta[0] * rho[0] + zeta[1] * rho[1] + rho[2]]) // (53)
  const n2 = omega.map((w, i) => -beta[i] * Math.cos(w * (radius + 1))) // (33)
  const d1 = omega.map((w) => -2 * Math.cos(w))
  const rows = n2.flatMap((n, i) => {
    // out = n sum - d before - beforeThat, put into itself for the next three outputs
    const one = [-d1[i]]
    const two = [-1]
    const input = [n]
    for (let k = 1; k < 4; k++) {
      one.push(-d1[i] * one[k - 1] - (k > 1 ? one[k - 2] : 1))
      two.push(-d1[i] * two[k - 1] - (k > 1 ? two[k - 2] : 0))
      input.push(-d1[i] * input[k - 1] - (k > 1 ? input[k - 2] : 0))
    }
    return [...input, ...one, ...two]
  })
  return Float32Array.from([...rows, ...n2, ...d1])
}

/** Cramer's rule. */
function solve3(rows: number[][], right: number[]): number[] {
  const det = ([a, b, c]: number[][]) =>
    a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0]) + a[2] * (b[0] * c[1] - b[1] * c[0])
  return [0, 1, 2].map((column) => det(rows.map((row, i) => row.map((value, j) => (j === column ? right[i] : value)))) / det(rows))
}

/** The kernel's rows and rings are made for this sigma: a radius of 5. */
const CONSTANTS = cosineConstants(1.5)

/** What one component at one scale came to: means and 4-norms, in the order of {@link WEIGHTS}. */
interface Norms {
  values: number[]
  component: number
  scale: number
}

/**
 * SSIMULACRA2 of `decoded` against `original`, which may differ in depth and in having colours. Pictures with a side below 8
 * pixels are extended to 8 by repeating their last row or column.
 *
 * @throws RangeError if the two differ in size; the reason of `signal`
 */
export async function ssimulacra2(original: ImageSource, decoded: ImageSource, options: MapOptions = {}): Promise<Ssimulacra2> {
  const { map: wanted = false, background = WHITE, signal } = options
  checkRules('ssimulacra2', options, MAP_RULES)
  checkPair(original, decoded)
  const pair = [await lightPlanes(original, background, LEAST, { signal }), await lightPlanes(decoded, background, LEAST, { signal })]
  const { width, height } = pair[0]
  const measure = async (kernel: Kernel<Exports>): Promise<Ssimulacra2> => {
    const { exports, memory } = kernel
    // whole vectors of 4 floats
    const planeBytes = (w: number, h: number) => ((w * h + 3) & ~3) * 4
    const load = () =>
      pair.map(({ planes }) => {
        const at = exports.allocate(3 * planeBytes(width, height) + 64)
        for (const [c, plane] of planes.entries())
          new Float32Array(memory.buffer, at + c * planeBytes(width, height), plane.length).set(plane)
        return at
      })
    const constants = place(kernel, CONSTANTS)
    const sums = exports.allocate(48)
    const weights = exports.allocate(24)
    const start = exports.mark()

    /** Goes through all scales; `weigh` says what of each pixel goes into the maps. */
    const walk = async (weigh?: (norms: { component: number; scale: number }) => number[]) => {
      exports.release(start)
      let planes = load()
      const all: Norms[] = []
      const maps: ErrorMap[] = []
      for (let scale = 0, w = width, h = height, more = true; scale < SCALES && more; scale++, w = (w + 1) >> 1, h = (h + 1) >> 1) {
        more = w >= LEAST && h >= LEAST
        const [nextW, nextH] = [(w + 1) >> 1, (h + 1) >> 1]
        const next = planes.map((from) => {
          const to = exports.allocate(3 * planeBytes(nextW, nextH) + 64)
          for (let c = 0; c < 3; c++) exports.halve(from + c * planeBytes(w, h), w, h, to + c * planeBytes(nextW, nextH))
          return to
        })
        for (const plane of planes) {
          for (let done = 0; done < w * h; done += STEP) {
            if (isDue()) await turn({ signal })
            const at = plane + 4 * done
            exports.toXyb(at, at + planeBytes(w, h), at + 2 * planeBytes(w, h), Math.min(STEP, w * h - done))
          }
        }
        const back = exports.mark()
        const map = weigh ? exports.allocate(planeBytes(w, h)) : 0
        if (map) new Float32Array(memory.buffer, map, w * h).fill(0)
        for (let component = 0; component < 3; component++) {
          const inner = exports.mark()
          new Float64Array(memory.buffer, sums, 6).fill(0)
          if (weigh) new Float32Array(memory.buffer, weights, 6).set(weigh({ component, scale }))
          const [a, b] = planes.map((at) => at + component * planeBytes(w, h))
          const comparison = exports.startStructure(w, h, constants, Number(map > 0))
          while (exports.compareRows(comparison, a, b, sums, map, weights, STEP)) if (isDue()) await turn({ signal })
          const [d, d4, more, more4, less, less4] = new Float64Array(memory.buffer, sums, 6).map((sum) => sum / (w * h))
          all.push({ component, scale, values: [d, more, less, d4 ** 0.25, more4 ** 0.25, less4 ** 0.25] })
          exports.release(inner)
        }
        if (map) maps.push({ width: w, height: h, data: new Float32Array(memory.buffer, map, w * h).slice() })
        exports.release(back)
        planes = next
      }
      return { all, maps }
    }

    const { all } = await walk()
    const scales = all.length / 3
    const weightsOf = ({ component, scale }: { component: number; scale: number }) => {
      const from = (component * scales + scale) * 6
      return WEIGHTS.slice(from, from + 6)
    }
    const score = scoreOf(
      all.reduce((sum, norms) => sum + weightsOf(norms).reduce((part, weight, i) => part + weight * norms.values[i], 0), 0),
    )
    if (!wanted) return { score }
    const { maps } = await walk((at) => {
      const { values } = all.find(({ component, scale }) => component === at.component && scale === at.scale)!
      const w = weightsOf(at)
      // the mean of e^4 / norm^3 is the 4-norm
      return [0, 1, 2].flatMap((kind) => [w[kind], values[kind + 3] > 0 ? w[kind + 3] / values[kind + 3] ** 3 : 0])
    })
    return { score, map: gather(maps, original.width, original.height) }
  }
  return withKernel('image-metrics', measure, { signal })
}

/** Adds the maps of all scales up at full size, the coarser ones smoothly. */
function gather(maps: ErrorMap[], width: number, height: number): ErrorMap {
  const data = new Float32Array(width * height)
  for (const [scale, map] of maps.entries()) {
    // centres of coarse pixels lie between those of fine ones
    const columns = Array.from({ length: width }, (_, x) => placed(x, scale, map.width))
    for (let y = 0, i = 0; y < height; y++) {
      const [above, below, down] = placed(y, scale, map.height)
      for (let x = 0; x < width; x++, i++) {
        const [left, right, over] = columns[x]
        const upper = map.data[above * map.width + left] * (1 - over) + map.data[above * map.width + right] * over
        const lower = map.data[below * map.width + left] * (1 - over) + map.data[below * map.width + right] * over
        data[i] += upper * (1 - down) + lower * down
      }
    }
  }
  return { width, height, data }
}

/** The two coarse pixels that a fine one lies between, and the part of the second. */
function placed(at: number, scale: number, size: number): [first: number, second: number, part: number] {
  const place = Math.min(Math.max((at + 0.5) / 2 ** scale - 0.5, 0), size - 1)
  const first = Math.floor(place)
  return [first, Math.min(first + 1, size - 1), place - first]
}
