/** Samples of fewer bits than their bytes have: these bits come back, by way of .laq files, and plain samples stay plain. */
import { expect, test } from 'vitest'
import { decodeAudio, encodeAudio } from '../../../src/audio.js'
import { parseSound } from '../../../src/io/sound/sound.js'
import { chunkOf } from '../../../src/io/wav/chunks.js'
import { WavParser } from '../../../src/io/wav/parser.js'
import { writeWav } from '../../../src/io/wav/wav.js'
import { joined } from '../joined.js'

const BYTES = { 5: 1, 12: 2, 14: 2, 18: 3, 20: 3, 24: 4 }
const samplesOf = (bits: number) => Int32Array.from({ length: 3000 }, (_, i) => Math.round((2 ** (bits - 1) - 1) * Math.sin(i * 0.01)))

/** Format 1, with fewer bits than the block has. */
function wav(bits: keyof typeof BYTES): Uint8Array {
  const bytes = BYTES[bits]
  const plain = (['u8', 's16', 's24', 's32'] as const)[bytes - 1]
  const file = writeWav({
    sampleRateHz: 8000,
    sampleFormat: plain,
    channels: [samplesOf(bits).map((value) => value << (8 * bytes - bits))],
  })
  new DataView(file.buffer).setUint16(34, bits, true)
  return file
}

function aiff(bits: number): Uint8Array {
  const samples = samplesOf(bits)
  const common = [0, 1, 0, 0, samples.length >> 8, samples.length & 255, 0, bits, 0x40, 0x0b, 0xfa, 0, 0, 0, 0, 0, 0, 0]
  const data = Array.from(samples, (value) => value << (16 - bits)).flatMap((value) => [(value >> 8) & 255, value & 255])
  const big = (id: string, body: number[]) => [...Buffer.from(id), 0, 0, body.length >> 8, body.length & 255, ...body]
  return Uint8Array.from([...Buffer.from('FORM\0\0\0\0AIFF'), ...big('COMM', common), ...big('SSND', [0, 0, 0, 0, 0, 0, 0, 0, ...data])])
}

function headerOf(file: Uint8Array) {
  const parser = new WavParser()
  parser.push(file)
  const tag = new DataView(file.buffer, file.byteOffset).getUint16(20, true)
  return { ...parser.header, isExtensible: tag === 0xfffe }
}

test('valid bits come back from WAV and AIFF, lossless and lossy', async () => {
  for (const [bits, file] of [...([5, 12, 14, 18, 20, 24] as const).map((bits) => [bits, wav(bits)] as const), [12, aiff(12)] as const]) {
    const sound = await parseSound(file, undefined, { exact: true })
    const exact = await decodeAudio(await encodeAudio(sound, { lossless: true }), { exact: true })
    expect(exact.channels, `${bits}`).toEqual(sound.channels)
    const written = writeWav(exact)
    expect(headerOf(written), `${bits}`).toMatchObject({ validBits: bits, sampleFormat: sound.sampleFormat, isExtensible: true })
    expect((await parseSound(written, undefined, { exact: true })).channels).toEqual(sound.channels)
    const lossy = writeWav(await decodeAudio(await encodeAudio(sound, { quality: 60 })))
    expect(headerOf(lossy), `${bits}`).toMatchObject({ validBits: bits })
    const { channels, sampleFormat } = await parseSound(lossy, undefined, { exact: true })
    const spare = 8 * { u8: 1, s16: 2, s24: 3, s32: 4, f32: 4, f64: 8 }[sampleFormat] - bits
    expect([...channels[0]].every((value) => value % 2 ** spare === 0)).toBe(true)
    const kept = await parseSound(file, undefined, { exact: true, keepChunks: true })
    if (file[0] === 0x52) expect(writeWav(kept)).toEqual(file)
    const part = await decodeAudio(await encodeAudio(kept, { lossless: true }), { exact: true, to: 100, unit: 'samples' })
    expect(headerOf(writeWav(part))).toMatchObject({ validBits: bits })
  }
})

test('plain mono and stereo are of format 1, others extensible, as their source was', async () => {
  for (const sampleFormat of ['u8', 's16', 's24', 's32'] as const)
    for (const count of [1, 2, 3])
      for (const channelMask of [undefined, 3]) {
        const sound = {
          sampleRateHz: 8000,
          sampleFormat,
          channels: Array.from({ length: count }, () => new Int32Array(50)),
          ...(channelMask && { channelMask }),
        }
        const decoded = await decodeAudio(await encodeAudio(sound, { lossless: true }), { exact: true })
        expect(headerOf(writeWav(decoded)).isExtensible).toBe(count > 2 || channelMask !== undefined)
      }
})

test('a chunk that is called as the tag of ours is no such tag', async () => {
  const file = wav(12)
  const other = joined(file, chunkOf('laqB', Uint8Array.of(3), 'RIFF'))
  expect((await parseSound(other)).metadata).toEqual((await parseSound(file)).metadata)
})
