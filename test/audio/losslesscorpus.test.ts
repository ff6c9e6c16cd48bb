/** Lossless segments of every readable WAV of the corpus's odd ones. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { decodeLosslessSegment, encodeLosslessSegment } from '../../codecs/audio/lossless/segment.js'
import { readWav } from '../../src/io/wav/wav.js'
import { describeCorpus } from '../corpus.js'

describeCorpus('audio/odd_wav', (folder) => {
  it('come back exactly', async () => {
    let exact = 0
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.wav'))) {
      const audio = await readWav(readFileSync(join(folder, file))).catch(() => undefined)
      // what is not readable is for test/io; f64 is not a format of segments
      if (!audio || audio.sampleFormat === 'f64') continue
      const bits = Number(audio.sampleFormat.slice(1))
      const float = audio.sampleFormat === 'f32'
      // enough of each to meet its depth and channels
      const length = Math.min(audio.channels[0].length, 8000)
      const samples = new Int32Array(audio.channels.length * length)
      for (const [c, channel] of audio.channels.entries()) {
        const wanted = Float32Array.from(channel.subarray(0, length))
        samples.set(
          float ? new Int32Array(wanted.buffer) : Array.from(wanted, (x) => Math.min(x * 2 ** (bits - 1), 2 ** (bits - 1) - 1)),
          c * length,
        )
      }
      const format = { channels: audio.channels.length, bits, float }
      for (const effort of [1, 5]) {
        const { payload } = await encodeLosslessSegment({ format, effort, samples: samples.slice() })
        const decoded = await decodeLosslessSegment({ format, length, payload })
        expect(decoded.samples, file).toEqual(samples)
      }
      exact++
    }
    expect(exact).toBeGreaterThan(25)
  }, 60_000)
})
