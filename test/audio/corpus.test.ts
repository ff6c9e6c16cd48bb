import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { decodeAudio, encodeAudio } from '../../src/index.js'
import { readWav, writeWav } from '../../src/io/wav/wav.js'
import { describeCorpus } from '../corpus.js'

for (const set of ['multichannel', 'hires', 'speech8']) {
  describeCorpus(`audio/${set}`, (folder) => {
    test('from WAV to WAV at its own rate, depth, channels and length', async () => {
      for (const file of readdirSync(folder).filter((name) => name.endsWith('.wav'))) {
        const audio = await readWav(readFileSync(`${folder}/${file}`))
        const facts = ({ sampleRateHz, sampleFormat, channelMask, channels, metadata }: typeof audio) => ({
          sampleRateHz,
          sampleFormat,
          channelMask,
          metadata,
          lengths: channels.map(({ length }) => length),
        })
        const back = await readWav(writeWav(await decodeAudio(await encodeAudio(audio))))
        expect(facts(back), file).toEqual(facts(audio))
      }
    })
  })
}
