import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import type { Task } from '../../src/threads/task.js'
import { sha256 } from '../hash.js'
import { pattern } from '../pictures.js'

// threads run compiled files: the pool and the codec are those of dist
let laq: typeof import('../../src/index.js')
let node: typeof import('../../src/node.js')
beforeAll(async () => {
  laq = await import(String(new URL('../../dist/src/index.js', import.meta.url)))
  node = await import(String(new URL('../../dist/src/node.js', import.meta.url)))
})

const picture = pattern(300, 200)
const tiled = { tileSize: 64 }

describe('a pool', () => {
  test('of 1, 2 and 4 threads gives the bytes and pixels of none', async () => {
    const bytes = await laq.encodeImage(picture, tiled)
    const pixels = await laq.decodeImage(bytes)
    for (const threads of [1, 2, 4]) {
      const pool = node.createPool(threads)
      expect(pool.concurrency).toBe(threads)
      expect(sha256(await laq.encodeImage(picture, { ...tiled, runner: pool }))).toBe(sha256(bytes))
      expect((await laq.decodeImage(bytes, { runner: pool })).data).toEqual(pixels.data)
      await pool.close()
    }
    expect(picture.data.length).toBe(300 * 200 * 3) // and the caller keeps its samples
  })

  test('codes wavelets and sounds as none does, too', async () => {
    const sound = {
      sampleRateHz: 8000,
      sampleFormat: 's16' as const,
      channels: [Float32Array.from({ length: 30_000 }, (_, i) => (((i * i) % 4001) / 4001 - 0.5) * 0.5)],
    }
    const wavelet = { ...tiled, transform: 'wavelet' as const }
    const picture = pattern(150, 100)
    const file = await laq.encodeImage(picture, wavelet)
    const recording = await laq.encodeAudio(sound, { bitrate: 40 })
    for (const threads of [2, 4]) {
      const pool = node.createPool(threads)
      expect(sha256(await laq.encodeImage(picture, { ...wavelet, runner: pool }))).toBe(sha256(file))
      expect((await laq.decodeImage(file, { runner: pool })).data).toEqual((await laq.decodeImage(file)).data)
      expect(sha256(await laq.encodeAudio(sound, { bitrate: 40, runner: pool }))).toBe(sha256(recording))
      expect((await laq.decodeAudio(recording, { runner: pool })).channels).toEqual((await laq.decodeAudio(recording)).channels)
      await pool.close()
    }
  })

  test('left open does not keep the process alive', () => {
    const code = `
      import { decodeImage, encodeImage } from 'laq'
      import { createPool } from 'laq/node'
      const image = { width: 64, height: 64, channels: 1, bitDepth: 8, data: new Uint8Array(4096) }
      console.log((await decodeImage(await encodeImage(image, { runner: createPool(2) }))).data.length)
    `
    const root = fileURLToPath(new URL('../..', import.meta.url))
    const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', code], { cwd: root, timeout: 20_000 })
    expect([status, stdout.toString()]).toEqual([0, '4096\n'])
  })

  test('serves several callers at once', async () => {
    const pool = node.createPool(2)
    const all = await Promise.all([20, 50, 80].map((quality) => laq.encodeImage(picture, { ...tiled, quality, runner: pool })))
    for (const [i, quality] of [20, 50, 80].entries()) expect(all[i]).toEqual(await laq.encodeImage(picture, { ...tiled, quality }))
    await pool.close()
  })

  test('passes errors on with their class and code', async () => {
    const pool = node.createPool(1)
    const bytes = await laq.encodeImage(picture, tiled)
    bytes[bytes.length - 6] ^= 1 // in the last tile: its CRC is read before a thread sees it
    await expect(laq.decodeImage(bytes, { runner: pool })).rejects.toMatchObject({ name: 'LaqError', code: 'malformed' })
    const task = { domain: 'image', task: 'decodeTile', header: {}, parts: [] } as unknown as Task
    await expect(pool.run(task)).rejects.toBeInstanceOf(TypeError)
    expect(await laq.encodeImage(picture, { ...tiled, runner: pool })).toBeInstanceOf(Uint8Array)
    await pool.close()
  })

  test('ends an encoding whose signal fires', async () => {
    const pool = node.createPool(2)
    const aborter = new AbortController()
    const encoding = laq.encodeImage(picture, { ...tiled, runner: pool, signal: aborter.signal, onProgress: () => aborter.abort() })
    await expect(encoding).rejects.toMatchObject({ code: 'aborted' })
    await pool.close()
  })

  test('lets go of what a signal ends at once, under way or waiting, and its threads go on', async () => {
    const pool = node.createPool(1)
    const aborter = new AbortController()
    const large = pattern(700, 700)
    const calls = [1, 2, 3].map(() => laq.encodeImage(large, { effort: 9, tune: 'psnr', runner: pool, signal: aborter.signal }))
    const other = laq.encodeImage(picture, { ...tiled, runner: pool })
    let fired = 0
    setTimeout(() => {
      fired = performance.now()
      aborter.abort(new RangeError('enough'))
    }, 300)
    for (const call of calls) await expect(call).rejects.toThrow(new RangeError('enough'))
    expect(performance.now() - fired).toBeLessThan(500)
    expect(await other).toEqual(await laq.encodeImage(picture, tiled))
    // one of the three takes many times as long as all that
    await pool.close()
  })

  test('measures what the encoder makes, and leaves the pictures with their owner', async () => {
    const pool = node.createPool(2)
    const run = vi.spyOn(pool, 'run')
    const options = { targetSsimulacra2: 60, effort: 1 } as const
    const here = await laq.encodeImage(picture, options)
    expect(sha256(await laq.encodeImage(picture, { ...options, runner: pool }))).toBe(sha256(here))
    expect(run.mock.calls.filter(([{ task }]) => task === 'measureImage').length).toBeGreaterThan(1)
    expect(picture.data.length).toBe(300 * 200 * 3)
    await pool.close()
  })

  test('fails what is under way and what comes later when it is closed', async () => {
    const pool = node.createPool(2)
    const encoding = laq.encodeImage(picture, { ...tiled, runner: pool, onProgress: () => void pool.close() })
    await expect(encoding).rejects.toMatchObject({ code: 'aborted' })
    await expect(laq.encodeImage(picture, { runner: pool })).rejects.toMatchObject({ code: 'aborted' })
  })

  test.each([0, 1.5, 257, Number.NaN])('of %d threads is refused', (threads) => {
    expect(() => node.createPool(threads)).toThrow(RangeError)
  })
})
