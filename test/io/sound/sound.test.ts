import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { LaqError } from '../../../codecs/errors.js'
import type { AudioData } from '../../../src/audio.js'
import type { Warning } from '../../../src/calls/warnings.js'
import { runProgram } from '../../../src/io/program.js'
import { rounded } from '../../../src/io/sound/pcm.js'
import { isSound, parseSound } from '../../../src/io/sound/sound.js'
import { writeId3 } from '../../../src/io/tags/id3.js'
import { readTags } from '../../../src/io/tags/tags.js'
import { writeWav } from '../../../src/io/wav/wav.js'
import { snr, sound } from '../../audio/sounds.js'
import { mutate } from '../../fuzz/mutate.js'
import { joined } from '../joined.js'
import { byFfmpeg, testWith } from '../programs.js'
import { bitsOf } from '../wav/kinds.js'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'laq-test-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const tones = sound(9000, 2, 44100)
const SAMPLES: Record<string, Int32Array[]> = {
  u8: (tones.channels as Float32Array[]).map((plane) => rounded(plane, 8)),
  s16: (tones.channels as Float32Array[]).map((plane) => rounded(plane, 16)),
  s24: (tones.channels as Float32Array[]).map((plane) => rounded(plane, 24)),
  s32: (tones.channels as Float32Array[]).map((plane) => rounded(plane, 32)),
}
// the ends of the range, which are where scales go wrong
for (const [format, planes] of Object.entries(SAMPLES)) {
  const bits = { u8: 8, s16: 16, s24: 24, s32: 32 }[format] as number
  planes[0].set([-(2 ** (bits - 1)), 2 ** (bits - 1) - 1, 0, -1, 1])
}

// of lossy codecs, what is louder comes out beyond full scale
const quiet = tones.channels.map((plane) => plane.map((x) => x / 2)) as Float32Array[]
SAMPLES.quiet = quiet.map((plane) => rounded(plane, 16))

/** A file of these samples that ffmpeg or flac wrote, with a few tags. */
function made(format: string, name: string, ...words: string[]): Uint8Array {
  const wav = join(folder, `${format}.wav`)
  const audio = {
    sampleRateHz: 44100,
    sampleFormat: (format === 'quiet' ? 's16' : format) as AudioData['sampleFormat'],
    channels: SAMPLES[format],
  }
  writeFileSync(wav, writeWav(audio))
  const path = join(folder, name)
  if (name.endsWith('.flac') && words.length === 0)
    execFileSync('flac', ['-s', '-f', '-T', 'TITLE=Tönchen', wav, '-o', path], { stdio: 'ignore' })
  else byFfmpeg(wav, path, '-metadata', 'title=Tönchen', '-metadata', 'artist=Somebody', ...words)
  return readFileSync(path)
}

const exactly = (bytes: Uint8Array) => parseSound(bytes, undefined, { exact: true })
/** Does something where no program is found. */
async function withoutPrograms<T>(work: () => Promise<T>): Promise<T> {
  vi.stubEnv('PATH', folder)
  try {
    return await work()
  } finally {
    vi.unstubAllEnvs()
  }
}

describe('FLAC', () => {
  testWith('flac')('gives the integers that went in, of every width, with its tags', async () => {
    for (const format of ['u8', 's16', 's24', 's32']) {
      const found = await exactly(made(format, `${format}.flac`))
      expect(found).toMatchObject({ sampleFormat: format, sampleRateHz: 44100 })
      expect(bitsOf(found.channels)).toEqual(bitsOf(SAMPLES[format]))
      expect(readTags(found.metadata ?? []).fields.title).toBe('Tönchen')
    }
  })

  testWith('flac')('wants a program only above 24 bits, and names it', async () => {
    const [narrow, wide] = [made('s24', 'a.flac'), made('s32', 'b.flac')]
    await withoutPrograms(async () => {
      expect(bitsOf((await exactly(narrow)).channels)).toEqual(bitsOf(SAMPLES.s24))
      await expect(exactly(wide)).rejects.toThrow('or the program flac or ffmpeg; none is installed')
    })
  })

  testWith('flac')('that is damaged or cut is refused by the one error', async () => {
    const whole = made('s16', 'c.flac')
    for (let seed = 0; seed < 30; seed++) {
      const damaged = seed % 3 === 0 ? whole.subarray(0, (seed * 401) % whole.length) : mutate(whole, seed * 4)
      const found = await parseSound(damaged, { samples: 100_000 }, { exact: true }).catch((error) => error)
      if (found instanceof Error) expect(found).toBeInstanceOf(LaqError)
      // what is not refused has the sum of its samples, or damage where none are
      else expect(bitsOf(found.channels)).toEqual(bitsOf(SAMPLES.s16))
    }
    await expect(parseSound(whole, { samples: 1000 })).rejects.toMatchObject({ code: 'limit' })
    const wrongSum = Uint8Array.from(whole)
    wrongSum[4 + 4 + 20] ^= 1
    await expect(parseSound(wrongSum)).rejects.toThrow('not those of its MD5')
  })
})

describe('Ogg and others', () => {
  testWith('ffmpeg')('of lossy codecs are near, with their tags; exact samples are integers', async () => {
    for (const name of ['a.ogg', 'a.mp3', 'a.m4a', 'a.opus']) {
      const bytes = made('quiet', name, ...(name === 'a.opus' ? ['-b:a', '256k', '-ar', '48000'] : ['-b:a', '256k']))
      expect(isSound(bytes)).toBe(true)
      const floats = await parseSound(bytes)
      expect(floats.sampleFormat, name).toBe('s16')
      expect(floats.channels[0], name).toBeInstanceOf(Float32Array)
      // one by a package, one by ffmpeg
      if (name === 'a.ogg' || name === 'a.mp3') {
        const integers = await exactly(bytes)
        expect(integers.channels[0], name).toBeInstanceOf(Int32Array)
        expect(bitsOf((floats.channels as Float32Array[]).map((plane) => rounded(plane, 16)))).toEqual(bitsOf(integers.channels))
      }
      expect(readTags(floats.metadata ?? []).fields, name).toMatchObject({ title: 'Tönchen', artist: 'Somebody' })
      if (name === 'a.opus') continue
      const { length } = tones.channels[0]
      const cut = (planes: AudioData['channels']) => planes.map((plane) => plane.slice(1000, 8000)) as Float32Array[]
      expect(floats.channels[0].length, name).toBeGreaterThanOrEqual(length)
      if (name !== 'a.m4a') expect(snr(cut(quiet), cut(floats.channels)), name).toBeGreaterThan(15)
    }
  })

  testWith('ffmpeg')('that were cut, or stand behind tags and junk, are read', async () => {
    const id3 = writeId3({ fields: [['TITLE', 'In front']], pictures: [] })
    const junk = new Uint8Array(900).fill(0x55)
    for (const [name, front, cut, ...words] of [
      ['c.mp3', junk, 701],
      ['c.aac', id3, 0],
      ['c.ac3', new Uint8Array(0), 701, '-b:a', '192k'],
    ] as const) {
      const bytes = joined(front, made('quiet', name, ...words).subarray(cut))
      const warnings: Warning[] = []
      const found = await parseSound(bytes, undefined, { onWarning: (warning) => warnings.push(warning) })
      expect(Math.abs(found.channels[0].length - quiet[0].length), name).toBeLessThan(5000)
      expect(warnings.map(({ code }) => code)).toEqual(front === id3 ? [] : ['damaged'])
      if (front === id3) expect(readTags(found.metadata ?? []).fields.title).toBe('In front')
    }
  })

  testWith('ffmpeg')('of lossy codecs keep what is beyond full scale, as f32', async () => {
    const wav = join(folder, 'hot.wav')
    const hot = Float32Array.from({ length: 20_000 }, (_, i) => 1.4 * Math.sin(i * 0.05))
    writeFileSync(wav, writeWav({ sampleRateHz: 44100, sampleFormat: 'f32', channels: [hot] }))
    for (const name of ['hot.mp3', 'hot.ogg', 'hot.opus']) {
      byFfmpeg(wav, join(folder, name), '-b:a', '128k')
      for (const exact of name === 'hot.ogg' ? [true, false] : [true]) {
        const found = await parseSound(readFileSync(join(folder, name)), undefined, { exact })
        expect(found.sampleFormat, name).toBe('f32')
        expect(Math.max(...found.channels[0].subarray(4000, 16_000)), name).toBeGreaterThan(1.3)
        expect(found.channels[0], name).toBeInstanceOf(Float32Array)
      }
    }
  })

  testWith('ffmpeg')('of lossless codecs are exact', async () => {
    for (const [format, name, ...words] of [
      ['s16', 'b.wv'],
      ['s24', 'b.m4a', '-c:a', 'alac'],
      ['s16', 'b.au'],
      ['s24', 'b.caf', '-c:a', 'pcm_s24be'],
    ]) {
      const found = await exactly(made(format, name, ...words))
      expect(found.sampleFormat, name).toBe(format)
      expect(bitsOf(found.channels), name).toEqual(bitsOf(SAMPLES[format]))
    }
  })

  testWith('ffmpeg')('in more channels than two stand in the order of WAV', async () => {
    const channels = Array.from({ length: 6 }, (_, c) =>
      Int32Array.from({ length: 20_000 }, (_, i) => Math.round(9000 * Math.sin(i * 0.01 * (c + 1)))),
    )
    const wav = join(folder, 'six.wav')
    writeFileSync(wav, writeWav({ sampleRateHz: 44100, sampleFormat: 's16', channelMask: 0x3f, channels }))
    const path = join(folder, 'six.ogg')
    byFfmpeg(wav, path, '-q:a', '8')
    const found = await exactly(readFileSync(path))
    expect(found.channelMask).toBe(0x3f)
    for (const c of [0, 1, 2, 4, 5])
      expect(snr([channels[c]], [found.channels[c].slice(0, 20_000) as Int32Array]), `${c}`).toBeGreaterThan(10)
  })

  testWith('ffmpeg')('that are damaged are read or refused, within the limits', async () => {
    const whole = made('s16', 'd.ogg')
    for (let seed = 0; seed < 40; seed++) {
      const damaged = seed % 3 === 0 ? whole.subarray(0, (seed * 97) % whole.length) : mutate(whole, seed * 4)
      const found = await parseSound(damaged, { samples: 100_000 }).catch((error) => error)
      if (found instanceof Error) expect(found).toBeInstanceOf(LaqError)
    }
    const mp3 = made('s16', 'd.mp3')
    await expect(parseSound(mp3, { samples: 1000 })).rejects.toMatchObject({ code: 'limit' })
    await expect(parseSound(mp3.subarray(0, 60))).rejects.toBeInstanceOf(LaqError)
  })

  test('want ffmpeg, and say so', async () => {
    const mp3 = Uint8Array.from([0xff, 0xfb, 0x90, 0x64, ...new Array(500).fill(0)])
    await withoutPrograms(async () => {
      await expect(parseSound(mp3)).rejects.toThrow('MPEG audio is read by ffmpeg, which is not installed')
      const adpcm = Uint8Array.from(writeWav({ sampleRateHz: 8000, sampleFormat: 's16', channels: [new Int32Array(4)] }))
      adpcm[20] = 2
      await expect(parseSound(adpcm)).rejects.toThrow(
        'WAV: samples of format 0x0002 (Microsoft ADPCM), not PCM or float; ffmpeg is not installed',
      )
    })
  })
})

test('a program that takes too long, or is not there, is an error', async () => {
  const nothing = { onOutput: () => undefined }
  await expect(runProgram('node', ['-e', 'setTimeout(() => 0, 60000)'], { ...nothing, seconds: 0.05 })).rejects.toMatchObject({
    code: 'limit',
  })
  await expect(runProgram('laq-no-such-program', [], nothing)).rejects.toThrow('laq-no-such-program is not installed')
  await expect(runProgram('node', ['-e', 'console.error("odd"); process.exit(3)'], nothing)).rejects.toThrow('node ended with 3: odd')
})
