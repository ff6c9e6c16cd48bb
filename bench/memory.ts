/**
 * Peak memory and threads on a 24 megapixel picture, through the command line:
 *
 *     npx tsx bench/memory.ts [picture.png]
 *
 * Prints, for 1 and 2 threads, the peak resident set of the whole process, the wall and CPU time of coding (of the fastest of
 * three runs, taken in turns), what two threads gain, and whether bytes and pixels are the same; then what regions cost of the whole.
 * Without an argument the picture is made: value noise of seven octaves with grain, which codes like a photograph of foliage.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writePng } from '../src/io/image/png.js'

const MAIN = fileURLToPath(new URL('../dist/src/cli/main.js', import.meta.url))
const WIDTH = 6000
const HEIGHT = 4000
/** Side of the regions, in pixels. */
const REGION = 512
/** Written by the program itself as it ends: Node tells a parent nothing of its child's memory. */
const TELL_PEAK = `process.on('exit', () => require('node:fs').writeSync(3, String(process.resourceUsage().maxRSS)))`

const hash = (x: number, y: number, octave: number) => {
  const mixed = Math.imul(Math.imul(x + 7919 * octave, 0x9e3779b1) ^ (y + 104729), 0x85ebca6b)
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32
}

/** Row `y` of value noise on a lattice of `side` pixels, smoothly interpolated, added to `row`. */
function addOctave(row: Float32Array, y: number, side: number, octave: number): void {
  const smooth = (t: number) => t * t * (3 - 2 * t)
  const cellY = Math.floor(y / side)
  const v = smooth(y / side - cellY)
  for (let cell = 0; cell * side < row.length; cell++) {
    const left = hash(cell, cellY, octave) * (1 - v) + hash(cell, cellY + 1, octave) * v
    const right = hash(cell + 1, cellY, octave) * (1 - v) + hash(cell + 1, cellY + 1, octave) * v
    for (let i = 0; i < side && cell * side + i < row.length; i++) {
      row[cell * side + i] += (left + (right - left) * smooth(i / side) - 0.5) * side ** 0.45
    }
  }
}

async function makePicture(): Promise<Buffer> {
  const data = new Uint8Array(WIDTH * HEIGHT * 3)
  const luma = new Float32Array(WIDTH)
  const tint = new Float32Array(WIDTH)
  for (let y = 0, i = 0; y < HEIGHT; y++) {
    luma.fill(0)
    tint.fill(0)
    for (const [octave, side] of [2, 4, 8, 16, 64, 256, 1024].entries()) addOctave(luma, y, side, octave)
    addOctave(tint, y, 300, 9)
    for (let x = 0; x < WIDTH; x++) {
      const grey = 122 + 4 * luma[x] + 30 * hash(x, y, 20)
      data[i++] = Math.max(0, Math.min(255, grey + tint[x]))
      data[i++] = Math.max(0, Math.min(255, grey))
      data[i++] = Math.max(0, Math.min(255, grey - tint[x]))
    }
  }
  return writePng({ width: WIDTH, height: HEIGHT, channels: 3, bitDepth: 8, data })
}

interface Run {
  peakMegabytes: number
  /** Seconds of coding. */
  wall: number
  cpu: number
  bpp: number
}

function run(...words: string[]): Run {
  const hook = [
    '--import',
    `data:text/javascript,import { createRequire } from 'node:module'; const require = createRequire('/'); ${TELL_PEAK}`,
  ]
  const child = spawnSync(process.execPath, [...hook, MAIN, ...words, '--json', '-f'], { stdio: ['ignore', 'pipe', 'inherit', 'pipe'] })
  if (child.status !== 0) throw new Error(`laq ${words.join(' ')} ended with ${child.status ?? child.signal}`)
  const { coding, bpp } = JSON.parse(child.stdout.toString())
  return { peakMegabytes: Number(child.output[3]!.toString()) / 1024, wall: coding.wallSeconds, cpu: coding.cpuSeconds, bpp }
}

const folder = mkdtempSync(join(tmpdir(), 'laq-memory-'))
try {
  const source = process.argv[2] ?? join(folder, 'source.png')
  if (!process.argv[2]) writeFileSync(source, await makePicture())
  console.log('            threads   peak RSS MB   coding s   CPU s   gain    bpp')
  const outputs: Record<string, Buffer[]> = { encode: [], decode: [] }
  // of the command before: in the end that of decoding
  let wholeCpu = 0
  for (const command of ['encode', 'decode']) {
    const output = (threads: number) => join(folder, `${threads}.${command === 'encode' ? 'laq' : 'png'}`)
    const input = command === 'encode' ? source : join(folder, '1.laq')
    const runs: Record<number, Run[]> = { 1: [], 2: [] }
    for (let repeat = 0; repeat < 3; repeat++) {
      for (const threads of [1, 2]) runs[threads].push(run(command, input, '-o', output(threads), '-j', String(threads)))
    }
    const fastest = (threads: number) => runs[threads].reduce((best, one) => (one.wall < best.wall ? one : best))
    for (const threads of [1, 2]) {
      const { wall, cpu, bpp } = fastest(threads)
      const peak = Math.max(...runs[threads].map(({ peakMegabytes }) => peakMegabytes))
      outputs[command].push(readFileSync(output(threads)))
      const cells = [command.padEnd(8), String(threads).padStart(10), peak.toFixed(0).padStart(13), wall.toFixed(2).padStart(10)]
      console.log(cells.join(' '), cpu.toFixed(2).padStart(7), (fastest(1).wall / wall).toFixed(2).padStart(6), bpp.toFixed(2).padStart(6))
    }
    wholeCpu = fastest(1).cpu
    console.log(
      `${command}: ${outputs[command][0].equals(outputs[command][1]) ? 'the same bytes' : 'DIFFERENT BYTES'} with 1 and 2 threads`,
    )
  }
  // both touch four tiles of the default size
  for (const [x, y] of [
    [1792, 1280],
    [300, 2300],
  ]) {
    const region = `${x},${y},${REGION},${REGION}`
    const runs = [1, 2, 3].map(() => run('decode', join(folder, '1.laq'), '-o', join(folder, 'region.png'), '-j', '1', '--region', region))
    const cpu = Math.min(...runs.map((one) => one.cpu))
    console.log(`region ${region}: CPU ${cpu.toFixed(3)} s, ${((100 * cpu) / wholeCpu).toFixed(1)} % of the whole (to be at most 8 %)`)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
