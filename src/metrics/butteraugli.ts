/**
 * Butteraugli (J. Alakuijala et al., Google 2016: github.com/google/butteraugli), as libjxl 0.13 defines it: how much of the
 * difference of two pictures people see, from a model of the eye's early stages. At 1 a difference is just noticed by one who
 * looks for it from close by.
 */
import { isDue, turn } from '../../codecs/turns.js'
import type { Kernel, KernelExports } from '../../codecs/wasm/loader.js'
import { checkRules, number } from '../calls/options.js'
import type { ImageSource } from '../calls/picture.js'
import { checkPair, lightPlanes, WHITE } from './colour.js'
import { type ErrorMap, MAP_RULES, type MapOptions } from './errormap.js'
import { withKernel } from './kernels.js'

/** How visible errors are to Butteraugli: 0 if there is none, below 1 hardly anybody notices. */
export interface Butteraugli {
  /** Mean of the 3-, 6- and 12-norm over all pixels: what libjxl prints as 3-norm. 0 if equal. */
  threeNorm: number
  /** Value of the worst pixel. */
  max: number
  /** What is seen at each pixel, in the same unit. */
  map?: ErrorMap
}

/** Options of Butteraugli. */
export interface ButteraugliOptions extends MapOptions {
  /** Light of white on the display, in cd/m^2. Default: 80. */
  intensityTarget?: number
}

interface Exports extends KernelExports {
  planeBytes(columns: number, rows: number): number
  diffmap(a: number, b: number, columns: number, rows: number, intensity: number): void
  halve(source: number, width: number, height: number, target: number): void
  addHalf(map: number, half: number, columns: number, rows: number): void
  summarise(map: number, count: number, sums: number): number
}

/** Below this side nothing can be told; and what halves to less is looked at in one resolution only. */
const LEAST = 8

/**
 * Butteraugli of `decoded` against `original`, which may differ in depth and in having colours. Sides below 8 pixels are
 * extended to 8 by repeating the last row or column, where libjxl's program says 0 whatever the two are: a single pixel is
 * graded as a flat picture of its colour.
 *
 * @throws RangeError if the two differ in size; the reason of `signal`
 */
export async function butteraugli(original: ImageSource, decoded: ImageSource, options: ButteraugliOptions = {}): Promise<Butteraugli> {
  checkRules('butteraugli', options, { ...MAP_RULES, intensityTarget: number(0, 1e4) })
  const { map = false, background = WHITE, intensityTarget = 80, signal } = options
  checkPair(original, decoded)
  if (!(intensityTarget > 0 && intensityTarget <= 1e4)) throw new RangeError(`intensityTarget is ${intensityTarget}, not in 0..10000`)
  const light = [await lightPlanes(original, background, LEAST, { signal }), await lightPlanes(decoded, background, LEAST, { signal })]
  const measure = async (kernel: Kernel<Exports>): Promise<Butteraugli> => {
    const { exports, memory } = kernel
    const wide = Math.max(original.width, LEAST)
    const high = Math.max(original.height, LEAST)
    const [a, b] = light.map((planes) => placeLight(kernel, planes))
    const [halfWide, halfHigh] = [(wide + 1) >> 1, (high + 1) >> 1]
    let half = 0
    if (Math.min(halfWide, halfHigh) >= LEAST) {
      half = exports.allocate(halfWide * halfHigh * 4)
      const mark = exports.mark()
      const [apart, halfApart] = [exports.planeBytes(wide, high), exports.planeBytes(halfWide, halfHigh)]
      const [halfA, halfB] = [a, b].map((planes) => {
        const at = exports.allocate(3 * halfApart)
        for (let c = 0; c < 3; c++) exports.halve(planes + c * apart, wide, high, at + c * halfApart)
        return at
      })
      if (isDue()) await turn({ signal })
      exports.diffmap(halfA, halfB, halfWide, halfHigh, intensityTarget)
      new Uint8Array(memory.buffer).copyWithin(half, halfA, halfA + halfWide * halfHigh * 4)
      exports.release(mark)
    }
    if (isDue()) await turn({ signal })
    exports.diffmap(a, b, wide, high, intensityTarget)
    if (half) exports.addHalf(a, half, wide, high)

    const { width, height } = original
    if (width < wide || height < high) {
      // what has been added does not count
      const all = new Float32Array(memory.buffer, a, wide * high)
      for (let y = 0; y < height; y++) all.copyWithin(y * width, y * wide, y * wide + width)
    }
    const sums = exports.allocate(24)
    const max = exports.summarise(a, width * height, sums)
    const norms = [...new Float64Array(memory.buffer, sums, 3)].map((sum, i) => (sum / (width * height)) ** (1 / (3 * 2 ** i)))
    const threeNorm = norms.reduce((sum, norm) => sum + norm, 0) / 3
    if (!map) return { threeNorm, max }
    return { threeNorm, max, map: { width, height, data: new Float32Array(memory.buffer, a, width * height).slice() } }
  }
  return withKernel('butteraugli', measure, { signal })
}

/** Places three planes of linear light as the kernel wants them. */
function placeLight(kernel: Kernel<Exports>, { planes, width, height }: Awaited<ReturnType<typeof lightPlanes>>): number {
  const apart = kernel.exports.planeBytes(width, height)
  const at = kernel.exports.allocate(3 * apart)
  for (const [c, plane] of planes.entries()) new Float32Array(kernel.memory.buffer, at + c * apart, plane.length).set(plane)
  return at
}
