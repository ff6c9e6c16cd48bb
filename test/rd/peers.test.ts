import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AudioData } from '../../src/audio.js'
import type { ImageData } from '../../src/image.js'
import { psnr } from '../../src/metrics/psnr.js'
import { Peers } from '../../src/rd/codecspec.js'
import { MissingError } from '../../src/rd/peers/peer.js'
import { readPnm, writePnm } from '../../src/rd/peers/pnm.js'
import { versionOf } from '../../src/rd/peers/program.js'
import { pattern } from '../pictures.js'

const peers = await Peers.load()

/** PSNR-Y at the settings, and bytes. */
async function points(name: string, image: ImageData, settings: number[]) {
  const coder = await peers.find('image', name).open({})
  const found: { bytes: number; db: number }[] = []
  for (const setting of settings) {
    const { bytes, cpuSeconds, wallSeconds } = await coder.encode(image, setting)
    expect(cpuSeconds).toBeGreaterThanOrEqual(0)
    expect(wallSeconds).toBeGreaterThan(0)
    const { media } = await coder.decode(bytes, image)
    found.push({ bytes: bytes.length, db: psnr(image, media).lumaDb })
  }
  return { found, label: coder.label }
}

describe('images', () => {
  test.each([
    ['laq', 30, 80, /^laq [\d.]+, effort 5, tune perceptual, chroma 4:4:4, transform dct, laq 1$/],
    ['mozjpeg', 30, 80, /^JPEG, 4:2:0 \(mozjpeg \S+, sharp [\d.]+\)$/],
    ['webp', 30, 80, /^WebP, effort 6 \(webp [\d.]+, sharp [\d.]+\)$/],
    ['avif', 30, 80, /^AVIF, effort 4, tune iq, 4:4:4 \(aom [\d.]+, sharp [\d.]+\)$/],
    ['jxl', 5, 1, /^JPEG XL \((cjxl [\d.]+|@jsquash\/jxl)\), effort 7$/],
  ] as const)('%s: more bytes, more quality', async (name, low, high, words) => {
    const { found, label } = await points(name, pattern(120, 90, 1), [low, high])
    expect(label).toMatch(words)
    expect(found[1].bytes).toBeGreaterThan(found[0].bytes)
    expect(found[1].db).toBeGreaterThan(found[0].db + 3)
  })

  test.each<[ImageData['channels'], number]>([
    [1, 8],
    [2, 8],
    [4, 8],
    [3, 16],
  ])('of %d channels and %d bits come back', async (channels, depth) => {
    const image = pattern(40, 30, channels, depth)
    const { found } = await points('png', image, [9])
    expect(found[0].db).toBe(Infinity)
    for (const name of ['avif', 'webp']) expect((await points(name, image, [90])).found[0].db).toBeGreaterThan(20)
  })

  test('PGM and PPM files hold them exactly', () => {
    const sides = fc.integer({ min: 1, max: 20 })
    fc.assert(
      fc.property(sides, sides, fc.constantFrom(1, 3), fc.constantFrom(8, 10, 16), (width, height, channels, bitDepth) => {
        const image = pattern(width, height, channels as 1, bitDepth)
        expect(readPnm(writePnm(image))).toEqual(image)
      }),
    )
    for (const length of [0, 10, 200]) expect(() => readPnm(writePnm(pattern(20, 20)).subarray(0, length))).toThrow('PPM')
  })
})

describe('sounds', () => {
  const tone = (channel: number) => Float32Array.from({ length: 24000 }, (_, i) => Math.sin(i * 0.05 * (channel + 1)) / 3)
  const sound: AudioData = { sampleRateHz: 48000, sampleFormat: 's16', channels: [tone(0), tone(1)] }
  const installed = (command: string) => {
    try {
      execFileSync('/bin/sh', ['-c', `command -v ${command}`], { stdio: 'ignore' })
      return true
    } catch {
      return false
    }
  }

  test('Vorbis needs no installation', async () => {
    const { PATH } = process.env
    process.env.PATH = ''
    try {
      const coder = await peers.find('audio', 'vorbis').open({})
      expect(coder.label).toBe('Vorbis (wasm-media-encoders)')
      const { bytes } = await coder.encode(sound, 3)
      expect(Buffer.from(bytes.subarray(0, 4)).toString()).toBe('OggS')
      const { media } = await coder.decode(bytes, sound)
      expect(media.channels.map((channel) => channel.length)).toEqual([24000, 24000])
    } finally {
      process.env.PATH = PATH
    }
  })

  test.each([
    ['opus', 'opusenc', 64],
    ['vorbis', 'oggenc', 3],
    ['mp3', 'lame', 4],
    ['aac', 'ffmpeg', 96],
    ['flac', 'flac', 5],
    ['wavpack', 'wavpack', 0],
  ])('%s', async (name, command, setting) => {
    const peer = peers.find('audio', name)
    if (!installed(command) && name !== 'vorbis') {
      await expect(peer.open({})).rejects.toThrow(new RegExp(`^${name} needs ${command}, from the package \\S+$`))
      return
    }
    const coder = await peer.open({})
    const { bytes, cpuSeconds } = await coder.encode(sound, setting)
    expect(cpuSeconds).toBeLessThan(5)
    const { media } = await coder.decode(bytes, sound)
    expect(media.channels.length).toBe(2)
    expect(Math.abs(media.channels[0].length - 24000)).toBeLessThan(4000)
    if (name === 'flac' || name === 'wavpack') expect(media.channels[1][777]).toBeCloseTo(sound.channels[1][777], 4)
  })
})

test('a program that is not there is named, with what brings it', async () => {
  const program = { command: 'no-such-codec', version: [['--version'], /(\d+)/] as [string[], RegExp], package: 'codec-tools' }
  await expect(versionOf('own', program)).rejects.toThrow(new MissingError('own needs no-such-codec, from the package codec-tools'))
})
