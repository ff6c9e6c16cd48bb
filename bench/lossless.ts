/**
 * Lossless sound: bytes of laq's three profiles against FLAC and WavPack, and seconds of sound per second of CPU, on one thread.
 *
 *   npx tsx bench/lossless.ts --corpus ../shared/corpus [--sets music48,hires] [--files NAME] [--efforts 2,5,8]
 *   npx tsx bench/lossless.ts --blocks 20000
 *
 * Every segment is decoded and compared with what it was made from. Bytes of laq are those of the segments, the first of 64 KB of samples or a
 * second and the others of 10 s, and HEAD_BYTES for the rest of a file. Speeds are of stereo with 44.1 kHz: samples of all channels per second of CPU
 * over 88,200. With --blocks, as many drawn blocks of samples of every depth and of float32 are coded and decoded instead.
 * Writes results/lossless.md if all sets and efforts are measured.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { decodeLosslessSegment, encodeLosslessSegment, type LosslessFormat } from '../codecs/audio/lossless/segment.js'
import { readWav } from '../src/io/wav/wav.js'
import { throughFiles } from '../src/rd/peers/program.js'
import { floatBlocks, integerBlocks } from '../test/audio/losslesssignals.js'
import { table } from './lib/table.js'

const ALL_SETS = 'music48,music44,loops44,hires,multichannel'
const ALL_EFFORTS = '2,5,8'
const { values: options } = parseArgs({
  options: {
    corpus: { type: 'string', default: '../shared/corpus' },
    sets: { type: 'string', default: ALL_SETS },
    files: { type: 'string', default: '' },
    efforts: { type: 'string', default: ALL_EFFORTS },
    blocks: { type: 'string' },
  },
})

const FIRST_BYTES = 65536
const SEGMENT_SECONDS = 10
/** Signature, header and end of a file. */
const HEAD_BYTES = 60

const cpuSeconds = () => process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6

interface Spent {
  bytes: number
  encodeSeconds: number
  decodeSeconds: number
}

/** Codes planar samples in segments, decodes them, and ends with an error if a sample differs. */
async function run(format: LosslessFormat, samples: Int32Array[], sampleRateHz: number, effort: number): Promise<Spent> {
  const spent: Spent = { bytes: HEAD_BYTES, encodeSeconds: 0, decodeSeconds: 0 }
  const length = samples[0].length
  const first = Math.min(sampleRateHz, Math.floor(FIRST_BYTES / (format.channels * Math.ceil(format.bits / 8))))
  for (let from = 0, to = Math.min(first, length); from < length; from = to, to = Math.min(to + SEGMENT_SECONDS * sampleRateHz, length)) {
    const planar = new Int32Array(format.channels * (to - from))
    for (const [c, channel] of samples.entries()) planar.set(channel.subarray(from, to), c * (to - from))
    const start = cpuSeconds()
    const { payload } = await encodeLosslessSegment({ format, effort, samples: planar })
    const middle = cpuSeconds()
    const decoded = await decodeLosslessSegment({ format, length: to - from, payload })
    spent.decodeSeconds += cpuSeconds() - middle
    spent.encodeSeconds += middle - start
    spent.bytes += payload.length
    if (Buffer.compare(Buffer.from(decoded.samples.buffer), Buffer.from(planar.buffer)) !== 0) throw new Error('samples differ')
  }
  return spent
}

async function checkBlocks(count: number): Promise<void> {
  const depths = new Map<string, number>()
  let done = 0
  const drawn = fc.tuple(fc.oneof({ weight: 3, arbitrary: integerBlocks }, { weight: 1, arbitrary: floatBlocks }), fc.constantFrom(1, 5, 9))
  await fc.assert(
    fc.asyncProperty(drawn, async ([{ format, samples, length }, effort]) => {
      if (length > 0) {
        const planes = Array.from({ length: format.channels }, (_, c) => samples.subarray(c * length, (c + 1) * length))
        await run(format, planes, 48000, effort)
      }
      const depth = format.float ? 'float32' : `${format.bits} bits`
      depths.set(depth, (depths.get(depth) ?? 0) + 1)
      done++
    }),
    { numRuns: count, seed: Number(process.env.LAQ_SEED ?? 20_261_123) },
  )
  const each = [...depths].sort(([a], [b]) => a.localeCompare(b, undefined, { numeric: true })).map(([depth, n]) => `${depth}: ${n}`)
  console.log(`${done} blocks are exact (${each.join(', ')})`)
}

const peers: Record<string, (path: Uint8Array) => ReturnType<typeof throughFiles>> = {
  'flac -8': (wav) =>
    throughFiles('flac', wav, ['in.wav', 'out.flac'], (input, output) => ['-8', '-s', '-f', '--channel-map=none', '-o', output, input]),
  'wavpack -hhx6': (wav) =>
    throughFiles('wavpack', wav, ['in.wav', 'out.wv'], (input, output) => ['-q', '-y', '-hhx6', input, '-o', output]),
}

async function measure(): Promise<void> {
  const efforts = options.efforts.split(',').map(Number)
  const names = [...efforts.map((effort) => `laq effort ${effort}`), ...Object.keys(peers)]
  const rows: string[][] = []
  const bytes = names.map(() => 0)
  const seconds = efforts.map(() => ({ encode: 0, decode: 0 }))
  let stereoSeconds = 0
  for (const set of options.sets.split(',')) {
    const folder = join(options.corpus, 'audio', set)
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.wav') && name.includes(options.files))) {
      const wav = readFileSync(join(folder, file))
      const { sampleRateHz, sampleFormat, channels } = await readWav(wav)
      const bits = Number(sampleFormat.slice(1))
      if (!Number.isInteger(bits) || sampleFormat[0] === 'f') throw new Error(`${file}: ${sampleFormat} is not measured here`)
      const samples = channels.map((channel) => Int32Array.from(channel, (x) => x * 2 ** (bits - 1)))
      stereoSeconds += (samples.length * samples[0].length) / 88_200
      const sizes: number[] = []
      for (const [i, effort] of efforts.entries()) {
        const spent = await run({ channels: samples.length, bits, float: false }, samples, sampleRateHz, effort)
        sizes.push(spent.bytes)
        seconds[i].encode += spent.encodeSeconds
        seconds[i].decode += spent.decodeSeconds
      }
      for (const peer of Object.values(peers)) sizes.push((await peer(wav)).bytes.length)
      for (const [i, size] of sizes.entries()) bytes[i] += size
      rows.push([`${set}/${file}`, ...sizes.map(String), ...efforts.map((_, i) => (sizes[i] / sizes[efforts.length]).toFixed(4))])
    }
  }
  const ratios = (base: number) => efforts.map((_, i) => (bytes[i] / bytes[efforts.length + base]).toFixed(4))
  rows.push(['total', ...bytes.map(String), ...ratios(0)])
  const report = [
    table(['file', ...names, ...efforts.map((effort) => `${effort} / flac -8`)], rows),
    '',
    table(
      ['effort', 'of flac -8', 'of wavpack -hhx6', 'encoding x', 'decoding x'],
      efforts.map((effort, i) => [
        String(effort),
        ratios(0)[i],
        ratios(1)[i],
        (stereoSeconds / seconds[i].encode).toFixed(1),
        (stereoSeconds / seconds[i].decode).toFixed(1),
      ]),
    ),
  ].join('\n')
  console.log(report)
  if (options.sets !== ALL_SETS || options.efforts !== ALL_EFFORTS || options.files !== '') return
  const root = join(dirname(fileURLToPath(import.meta.url)), '..')
  writeFileSync(
    join(root, 'bench/results/lossless.md'),
    `# Lossless sound\n\n\`npx tsx bench/lossless.ts\`: bytes of every file, and seconds of 44.1 kHz stereo per second of CPU on one core.\n\n${report}\n`,
  )
}

// the first call compiles the kernels
await run({ channels: 1, bits: 16, float: false }, [new Int32Array(100).map((_, i) => i * i)], 8000, 5)
if (options.blocks) await checkBlocks(Number(options.blocks))
else await measure()
