/** Sound that is recorded: the first signal finishes its file, the second one leaves none. */
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type AudioData, decodeAudio, encodeAudio } from '../../src/index.js'
import { readWav, writeWav } from '../../src/io/wav/wav.js'
import { whole } from '../audio/stream/sounds.js'
import { folder, MAIN } from './laq.js'

const audio: AudioData = whole(24_000)
const wav = Buffer.from(writeWav(audio))

/** Gives a command a part of what it waits for, and signals when there is something of its output. */
async function record(cwd: string, words: string[], input: Uint8Array, signals: NodeJS.Signals[]) {
  const child = spawn(process.execPath, [MAIN, ...words], { cwd })
  let stderr = ''
  child.stderr.on('data', (part) => {
    stderr += part
    // the first signal is heard; the second comes later than an echo of it
    if (String(part).includes('stopped') && signals.length > 1) setTimeout(() => child.kill(signals[1]), 60)
  })
  child.stdin.on('error', () => undefined)
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  child.stdin.write(input)
  const outputs = () => readdirSync(cwd).filter((name) => name.endsWith('.part') && statSync(join(cwd, name)).size > 0)
  for (let i = 0; i < 400 && outputs().length === 0; i++) await new Promise((resolve) => setTimeout(resolve, 25))
  child.kill(signals[0])
  const code = await ended
  return { code, stderr, left: readdirSync(cwd) }
}

test.each([
  ['SIGINT', ['encode', '--lossless', '-e', '1', '-', '-o', 'r.laq']],
  ['SIGTERM', ['encode', '--lossless', '--raw', 's16le,2,8000', '--quiet', '-', '-o', 'r.laq']],
] as const)('%s finishes the file: %j', async (signal, words) => {
  const cwd = folder()
  const isRaw = words.includes('--raw' as never)
  // a frame is cut, as pipes may
  const { code, stderr, left } = await record(cwd, [...words], wav.subarray(isRaw ? 44 : 0, 44 + 4 * 20_000 + 3), [signal])
  expect([code, left]).toEqual([0, ['r.laq']])
  expect(stderr).toMatch(
    isRaw
      ? /^$/
      : /^laq: standard input: stopped, what has come is finished; a second signal drops it\n(laq: warning: .*\n)?- -> r\.laq {2}2\.5 s/,
  )
  const back = await decodeAudio(readFileSync(join(cwd, 'r.laq')), { exact: true })
  expect(back.channels).toEqual(audio.channels.map((channel) => channel.subarray(0, 20_000)))
})

test('a second signal leaves no file', async () => {
  const cwd = folder()
  // what takes long to be finished
  const slow = Buffer.from(writeWav(whole(1_000_000)))
  expect(await record(cwd, ['encode', '--lossless', '-e', '9', '-', '-o', 'r.laq'], slow, ['SIGTERM', 'SIGTERM'])).toMatchObject({
    code: 143,
    left: [],
  })
})

test('a stream that is received is finished as WAV, with whole segments', async () => {
  const cwd = folder()
  const file = await encodeAudio(audio, { lossless: true })
  writeFileSync(join(cwd, 'whole.laq'), file)
  const { code, left } = await record(cwd, ['decode', '-', '-o', 'r.wav'], file.subarray(0, file.length - 100), ['SIGTERM'])
  expect([code, left]).toEqual([0, ['r.wav', 'whole.laq']])
  const back = await readWav(readFileSync(join(cwd, 'r.wav')), undefined, { exact: true })
  expect(back.channels).toEqual(audio.channels.map((channel) => channel.subarray(0, 8000)))
  expect(readFileSync(join(cwd, 'r.wav')).readUInt32LE(4)).toBe(statSync(join(cwd, 'r.wav')).size - 8)
})
