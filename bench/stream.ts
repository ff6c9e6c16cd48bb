/**
 * What streaming costs and keeps: an hour of 48 kHz stereo through encoder and decoder.
 *
 *     npx tsx bench/stream.ts [--minutes 60] [--modes lossy,lossless,hybrid] [--effort 5]
 *
 * Each mode runs in a process of its own: samples are made as they are taken, coded by `encodeBlocks` to a file of unknown length, and
 * decoded from it by `decodeBlocks`, which checks their MD5. Printed are how far the peak of the resident set is above what it was
 * before the first sample (kernels not yet compiled), the speed in CPU time, the bytes that were read when the first samples came, and over
 * 30 places how far samples of `decodeAudioFile` are from those of the whole, with what is read of the file for each. Then of 20
 * seconds: whether blocks of 1, 999 and 100,000 samples give the bytes of `encodeAudio`, and how far bitrates are off.
 */
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type AudioBlock, type Channels, decodeBlocks, type EncodeAudioOptions, encodeAudio, encodeBlocks } from '../src/index.js'
import { readNeededAudio } from '../src/io/needed.js'
import { decodeAudioFile } from '../src/node.js'
import { table } from './lib/table.js'

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    modes: { type: 'string', default: 'lossy,lossless,hybrid' },
    effort: { type: 'string', default: '5' },
    // how a mode is run in its process
    alone: { type: 'string' },
  },
})

const RATE = 48000
const BLOCK = 4800
const SETTINGS: Record<string, EncodeAudioOptions> = {
  lossy: { quality: 75 },
  lossless: { lossless: true },
  hybrid: { lossless: true, lossyBitrate: 96 },
}

/** Notes of a few partials over a noise floor, s16: sample i is always the same. */
function samplesAt(first: number, length: number): Channels {
  const left = new Int32Array(length)
  const right = new Int32Array(length)
  let note = -1
  let [step, level] = [0, 0]
  for (let k = 0; k < length; k++) {
    const i = first + k
    const now = Math.floor(i / 12000)
    if (now !== note) {
      note = now
      step = (2 * Math.PI * 110 * 2 ** ((Math.imul(now, 7919) % 36) / 12)) / RATE
      level = 3000 + (Math.imul(now, 104729) & 4095)
    }
    const fade = Math.exp(-(i % 12000) / 5000)
    const tone = Math.sin(step * i) + 0.5 * Math.sin(2 * step * i) + 0.3 * Math.sin(3.01 * step * i)
    const noise = ((Math.imul(i ^ (i >>> 7), 0x9e3779b1) >>> 16) & 255) - 128
    left[k] = Math.round(level * fade * tone + noise / 2)
    right[k] = Math.round(0.7 * level * fade * tone - 400 * Math.sin(step * 1.5 * i) + noise / 3)
  }
  return [left, right]
}

const cpuSeconds = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

interface Figures {
  growthMb: number
  encodeSpeed: number
  decodeSpeed: number
  kbps: number
  firstSoundBytes: number
  isWhole: boolean
  worstSeek: number
  readKb: number
}

/** Places that are sought, and samples that are compared at each. */
const PLACES = 30
const COMPARED = 500

async function run(mode: string, folder: string): Promise<Figures> {
  const seconds = 60 * Number(options.minutes)
  const length = seconds * RATE
  const path = join(folder, 'sound.laq')
  const before = process.memoryUsage.rss()
  let making = 0
  function* blocks(): Generator<Channels> {
    for (let at = 0; at < length; at += BLOCK) {
      const start = cpuSeconds()
      const block = samplesAt(at, Math.min(BLOCK, length - at))
      making += cpuSeconds() - start
      yield block
    }
  }
  const out = createWriteStream(path)
  const encodeStart = cpuSeconds()
  const format = { sampleRateHz: RATE, sampleFormat: 's16' as const, channels: 2 }
  for await (const piece of encodeBlocks(blocks(), format, { ...SETTINGS[mode], effort: Number(options.effort) })) {
    if (!out.write(piece)) await once(out, 'drain')
  }
  out.end()
  await once(out, 'close')
  const encodeCpu = cpuSeconds() - encodeStart - making

  const places = Array.from({ length: PLACES }, (_, i) => Math.floor(((i * 0.618 + 0.1) % 1) * (length - COMPARED)))
  const wanted = places.map(() => new Float64Array(COMPARED))
  let [read, firstSoundBytes, decoded] = [0, 0, 0]
  async function* pieces() {
    for await (const piece of createReadStream(path, { highWaterMark: 4096 })) {
      read += piece.length
      yield piece
    }
  }
  const decodeStart = cpuSeconds()
  for await (const { start, channels } of decodeBlocks(pieces(), { exact: true })) {
    if (decoded === 0) firstSoundBytes = read
    decoded = start + channels[0].length
    for (const [i, place] of places.entries()) {
      for (let k = Math.max(0, start - place); k < COMPARED && place + k < decoded; k++) wanted[i][k] = channels[1][place + k - start]
    }
  }
  const decodeCpu = cpuSeconds() - decodeStart
  const growthMb = (process.resourceUsage().maxRSS * 1024 - before) / 2 ** 20
  let [worstSeek, readBytes] = [0, 0]
  for (const [i, from] of places.entries()) {
    const part = { from, to: from + COMPARED, unit: 'samples' as const }
    const { channels } = await decodeAudioFile(path, { ...part, exact: true })
    worstSeek = Math.max(worstSeek, distance(wanted[i], channels[1]))
    readBytes += (await readNeededAudio(path, part)).reduce((sum, byte) => sum + (byte === 0 ? 0 : 1), 0)
  }
  return {
    growthMb,
    encodeSpeed: seconds / encodeCpu,
    decodeSpeed: seconds / decodeCpu,
    kbps: (statSync(path).size * 8) / seconds / 1000,
    firstSoundBytes,
    isWhole: decoded === length,
    worstSeek,
    readKb: readBytes / PLACES / 1000,
  }
}

/** By how many samples `found` is away from `wanted`, up to 100. */
function distance(wanted: ArrayLike<number>, found: ArrayLike<number>): number {
  for (let shift = 0; shift < 100; shift++) {
    for (const way of [shift, -shift]) {
      let isSame = true
      for (let i = 100; i < COMPARED - 100 && isSame; i++) isSame = wanted[i] === found[i + way]
      if (isSame) return shift
    }
  }
  return 100
}

async function bytesOf(blocks: Iterable<AudioBlock>, more: object, settings: EncodeAudioOptions): Promise<Buffer> {
  const parts: Uint8Array[] = []
  const format = { sampleRateHz: RATE, sampleFormat: 's16' as const, channels: 2, ...more }
  for await (const piece of encodeBlocks(blocks, format, settings)) parts.push(piece)
  return Buffer.concat(parts)
}

/** The sound in blocks, interleaved. */
function* inTurns([left, right]: Channels, size: number): Generator<AudioBlock> {
  for (let at = 0; at < left.length; at += size) {
    const block = new Int32Array(2 * Math.min(size, left.length - at))
    for (let i = 0; i < block.length; i++) block[i] = (i % 2 === 0 ? left : right)[at + (i >> 1)]
    yield block
  }
}

async function short(): Promise<string[]> {
  const length = 20 * RATE
  const channels = samplesAt(0, length)
  const said: string[] = []
  for (const [mode, settings] of Object.entries(SETTINGS)) {
    // the gain of a hybrid file's bitrate is sought over the whole
    const fixed = mode === 'hybrid' ? { lossless: true, lossyQuality: 50 } : settings
    const whole = await encodeAudio({ sampleRateHz: RATE, sampleFormat: 's16', channels }, fixed)
    const same = []
    for (const size of [1, 999, 100_000]) same.push((await bytesOf(inTurns(channels, size), { length }, fixed)).equals(whole))
    said.push(
      `${mode}: blocks of 1, 999, 100,000 samples give the bytes of encodeAudio: ${same.map((is) => (is ? 'yes' : 'NO')).join(', ')}`,
    )
  }
  for (const seconds of [2, 5, 20]) {
    const part = channels.map((samples) => samples.subarray(0, seconds * RATE)) as Channels
    const off = async (bitrate: number) => {
      const whole = await encodeAudio({ sampleRateHz: RATE, sampleFormat: 's16', channels: part }, { bitrate })
      const streamed = await bytesOf([part], {}, { bitrate })
      return [whole, streamed].map((file) => `${(100 * ((file.length * 8) / seconds / 1000 / bitrate - 1)).toFixed(2)} %`).join(' and ')
    }
    const told: string[] = []
    for (const bitrate of [32, 64, 128]) told.push(`${bitrate} kb/s ${await off(bitrate)}`)
    said.push(`${seconds} s, off the bitrate by encodeAudio and in a stream: ${told.join('; ')}`)
  }
  return said
}

if (options.alone) {
  const folder = mkdtempSync(join(tmpdir(), 'laq-stream-'))
  try {
    console.log(JSON.stringify(await run(options.alone, folder)))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
} else {
  const rows: string[][] = []
  for (const mode of options.modes.split(',')) {
    const program = [...process.execArgv, fileURLToPath(import.meta.url), '--alone', mode]
    const child = spawnSync(process.execPath, [...program, '--minutes', options.minutes, '--effort', options.effort], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    if (child.status !== 0) throw new Error(`${mode}: the process ended with ${child.status ?? child.signal}`)
    const found: Figures = JSON.parse(child.stdout)
    process.stderr.write(`${mode}: ${child.stdout}`)
    rows.push([
      mode,
      found.growthMb.toFixed(0),
      found.encodeSpeed.toFixed(1),
      found.decodeSpeed.toFixed(1),
      found.kbps.toFixed(0),
      found.firstSoundBytes.toLocaleString('en-US'),
      found.isWhole ? 'all' : 'NOT ALL',
      String(found.worstSeek),
      found.readKb.toFixed(0),
    ])
  }
  const head = ['mode', 'growth MB', 'encode x', 'decode x', 'kb/s', 'bytes to first sound', 'samples', 'seek error', 'kB read per seek']
  console.log(`${options.minutes} minutes of 48 kHz stereo; growth is to be at most 150 MB, the first sound within 100,000 bytes:\n`)
  console.log(table(head, rows))
  for (const line of await short()) console.log(line)
}
