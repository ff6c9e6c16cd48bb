/** Speed of the block transforms: nanoseconds per sample, best of several runs. `npx tsx bench/transform.ts` */
import { kernel } from '../test/stages.js'

const { exports, memory } = kernel

/** Nanoseconds per call: the best of 7 runs of at least 20 ms. */
function nanoseconds(work: () => void): number {
  const warm = performance.now()
  while (performance.now() - warm < 20) work()
  let best = Infinity
  for (let run = 0; run < 7; run++) {
    let calls = 0
    const start = performance.now()
    while (performance.now() - start < 20) for (let i = 0; i < 5; i++, calls++) work()
    best = Math.min(best, ((performance.now() - start) * 1e6) / calls)
  }
  return best
}

const row = (name: string, ...figures: number[]) => console.log(name.padEnd(10), ...figures.map((x) => x.toFixed(2).padStart(8)))

const samples = exports.allocate(64 * 64 * 4)
const coefficients = exports.allocate(64 * 64 * 4)
const view = new Int32Array(memory.buffer, samples, 64 * 64)
for (let i = 0; i < view.length; i++) view[i] = ((i * 7919) % 16384) - 8192

console.log('DCT           forward  inverse  quarter       DC   (ns per sample; quarter: a quarter of each side is not zero)')
for (const [w, h] of [
  [2, 2],
  [3, 3],
  [4, 4],
  [5, 5],
  [6, 6],
  [3, 4],
  [5, 4],
  [6, 5],
]) {
  const count = 1 << (w + h)
  const [width, height] = [Math.min(1 << w, 32), Math.min(1 << h, 32)]
  const inverse = (across: number, down: number) =>
    nanoseconds(() => exports.inverseDct(coefficients, w, h, samples, 64, across, down)) / count
  row(
    `${1 << w}x${1 << h}`,
    nanoseconds(() => exports.forwardDct(samples, 64, w, h, coefficients)) / count,
    inverse(width, height),
    inverse(width / 4, height / 4),
    inverse(1, 1),
  )
}

console.log('\nDST')
for (const side of [2, 3, 4]) {
  row(
    `${1 << side}x${1 << side}`,
    nanoseconds(() => exports.forwardBlock(1, samples, 64, side, side, coefficients)) / (1 << (2 * side)),
    nanoseconds(() => exports.inverseBlock(1, coefficients, side, side, samples, 64, 1 << side, 1 << side)) / (1 << (2 * side)),
  )
}

console.log('\ncolour           load    store   (ns per pixel)')
const pixels = exports.allocate(512 * 512 * 8)
const planes = exports.allocate(512 * 512 * 16)
for (const [name, channels, bitDepth] of [
  ['RGB 8', 3, 8],
  ['RGBA 8', 4, 8],
  ['grey 8', 1, 8],
  ['RGB 16', 3, 16],
] as const) {
  row(
    name,
    nanoseconds(() => exports.loadPlanes(pixels, 512, 64, channels, bitDepth, planes, 512 * 512 * 4, 512, 64)) / (512 * 64),
    nanoseconds(() => exports.storePlanes(planes, 512 * 512 * 4, 512, 512, 64, channels, bitDepth, pixels)) / (512 * 64),
  )
}

console.log('\nwavelet       forward  inverse   (5 levels of 1024 x 1024, ns per sample)')
const plane = exports.allocate(1040 * 1025 * 4)
for (const reversible of [false, true]) {
  row(
    reversible ? '5/3' : '9/7',
    nanoseconds(() => exports.forwardWavelet(plane, 1040, 1024, 1024, 5, reversible)) / 2 ** 20,
    nanoseconds(() => exports.inverseWavelet(plane, 1040, 1024, 1024, 5, reversible)) / 2 ** 20,
  )
}
