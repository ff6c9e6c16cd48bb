import { createReadStream, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeAudio, encodeAudio } from '../../../src/index.js'
import { readNeededAudio } from '../../../src/io/needed.js'
import { readWav, writeWav } from '../../../src/io/wav/wav.js'
import { decodeAudioFile, decodeAudioStream, encodeAudioStream } from '../../../src/node.js'
import { MODES, whole } from '../../audio/stream/sounds.js'
import { folder } from '../../cli/laq.js'

const audio = whole(30_000)
const list = { type: 'tag' as const, bytes: Uint8Array.from(Buffer.from('LISTINFOIART\x04\0\0\0me\0\0', 'latin1')) }

test.each(MODES)('from WAV to .laq and back in pieces, with the bytes of the whole: %s', async (mode, options) => {
  const cwd = folder()
  const [wav, laq, back] = ['in.wav', 'sound.laq', 'back.wav'].map((name) => join(cwd, name))
  writeFileSync(wav, writeWav({ ...audio, metadata: [list] }))
  const told = await encodeAudioStream(wav, laq, options)
  expect(told).toEqual({ mode, sampleRateHz: 8000, sampleFormat: 's16', channels: 2, length: 30_000, bytes: statSync(laq).size })
  const exact = await readWav(readFileSync(wav), undefined, { exact: true })
  expect(Buffer.compare(readFileSync(laq), await encodeAudio(exact, options))).toBe(0)
  expect(await decodeAudioStream(laq, back)).toMatchObject({ mode, length: 30_000, bytes: told.bytes })
  const whole = writeWav(await decodeAudio(readFileSync(laq), { exact: true }))
  expect(Buffer.compare(readFileSync(back), whole)).toBe(0)
  if (options.lossless) expect(Buffer.compare(readFileSync(back), readFileSync(wav))).toBe(0)
})

test('through pipes, where the length is known at the end only', async () => {
  const cwd = folder()
  const wav = join(cwd, 'in.wav')
  writeFileSync(wav, writeWav(audio))
  const gather = async (work: (pipe: PassThrough) => Promise<unknown>) => {
    const pipe = new PassThrough()
    const done = work(pipe).then(() => pipe.end())
    const parts: Buffer[] = []
    for await (const part of pipe) parts.push(part)
    await done
    return Buffer.concat(parts)
  }
  const laq = await gather((pipe) => encodeAudioStream(createReadStream(wav, { highWaterMark: 100 }), pipe, { lossless: true }))
  expect((await decodeAudio(laq, { exact: true })).channels).toEqual(audio.channels)
  const back = await gather((pipe) => decodeAudioStream([laq] as never, pipe))
  expect((await readWav(back, undefined, { exact: true })).channels).toEqual(audio.channels)
  // a file gets its sizes in the end
  const path = join(cwd, 'back.wav')
  await decodeAudioStream([laq] as never, path)
  expect(await readWav(readFileSync(path), undefined, { exact: true })).toMatchObject({ channels: audio.channels })
  expect(readFileSync(path).readUInt32LE(4)).toBe(statSync(path).size - 8)
})

test('tags behind the samples are carried, and a WAV file that is cut off gives what it has', async () => {
  const cwd = folder()
  const wav = Buffer.from(writeWav(audio))
  const tail = Buffer.from('LIST\x10\0\0\0INFOIART\x04\0\0\0me\0\0', 'latin1')
  writeFileSync(join(cwd, 'late.wav'), Buffer.concat([wav, tail]))
  await encodeAudioStream(join(cwd, 'late.wav'), join(cwd, 'late.laq'))
  expect((await decodeAudio(new Uint8Array(readFileSync(join(cwd, 'late.laq'))))).metadata).toEqual([list])
  writeFileSync(join(cwd, 'cut.wav'), wav.subarray(0, 50_001))
  const { length } = await encodeAudioStream(join(cwd, 'cut.wav'), join(cwd, 'cut.laq'))
  expect(length).toBe(Math.floor((50_001 - 44) / 4))
  expect((await decodeAudio(readFileSync(join(cwd, 'cut.laq')))).channels[0].length).toBe(length)
})

test.each(MODES)('of a part only that part is read, and it is that part of the whole: %s', async (_, options) => {
  const long = whole(300_000)
  const path = join(folder(), 'sound.laq')
  const file = await encodeAudio({ ...long, metadata: [list, { type: 'tag', bytes: new Uint8Array(40_000).fill(66) }] }, options)
  writeFileSync(path, file)
  const { channels } = await decodeAudio(file, { exact: true })
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: 290_000 }), fc.nat({ max: 20_000 }), async (from, length) => {
      const part = { from, to: from + length, unit: 'samples' as const, exact: true }
      const found = await decodeAudioFile(path, part)
      expect(found.channels).toEqual(channels.map((samples) => samples.subarray(from, from + length)))
      expect(found.metadata).toHaveLength(2)
    }),
    { numRuns: 5 },
  )
  const holes = await readNeededAudio(path, { from: 250_000, to: 250_001, unit: 'samples' })
  const read = holes.reduce((sum, byte) => sum + (byte === 0 ? 0 : 1), 0)
  expect(read).toBeLessThan(16_384 + 32_768 + 40_000 + (options.lossless ? file.length / 2 : 20_000))
  expect(read).toBeLessThan(file.length)
})
