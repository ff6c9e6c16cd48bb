/** `limits.seconds`: a call that takes longer ends with LaqError 'limit', and leaves all as it was. */
import { describe, expect, test } from 'vitest'
import { decodeAudio, decodeBlocks, decodeImage, encodeAudio, encodeImage, inspect } from '../src/index.js'
import { whole } from './audio/stream/sounds.js'
import { laq } from './cli/laq.js'
import { pattern } from './pictures.js'

const image = await encodeImage(pattern(1000, 700), { effort: 1 })
const sound = await encodeAudio(whole(30_000), { lossless: true, effort: 7 })
const brief = { limits: { seconds: 0.02 } }
const late = { code: 'limit', message: 'it takes more than the limit of 0.02 seconds' }

describe('a limit of time', () => {
  test('ends decoding, and the next call is whole', async () => {
    const picture = await decodeImage(image, { limits: { seconds: 100 } })
    await expect(decodeImage(image, brief)).rejects.toMatchObject(late)
    await expect(inspect(image, { ...brief, detail: true })).rejects.toMatchObject(late)
    expect(Buffer.from((await decodeImage(image)).data).equals(Buffer.from(picture.data))).toBe(true)
    const samples = await decodeAudio(sound, { exact: true })
    await expect(decodeAudio(sound, { ...brief, exact: true })).rejects.toMatchObject(late)
    await expect(decodeAudio(sound, { ...brief, tolerant: true })).rejects.toMatchObject(late)
    expect(await decodeAudio(sound, { exact: true, limits: { seconds: 1e9 } })).toEqual(samples)
  })

  test('ends work in threads', async () => {
    // threads run compiled files
    const { createPool } = (await import(String(new URL('../dist/src/node.js', import.meta.url)))) as typeof import('../src/node.js')
    const runner = createPool(1)
    try {
      await decodeImage(image, { runner })
      await expect(decodeImage(image, { ...brief, runner })).rejects.toMatchObject(late)
    } finally {
      await runner.close()
    }
  })

  test('leaves out the time between blocks', async () => {
    const limits = { seconds: 10 }
    const file = await encodeAudio(whole(20_000), { lossless: true, effort: 1 })
    let blocks = 0
    for await (const _ of decodeBlocks([file], { limits: { seconds: 0.5 } })) {
      blocks++
      await new Promise((resolve) => setTimeout(resolve, 300))
    }
    expect(blocks).toBeGreaterThan(1)
    await expect(async () => {
      for await (const _ of decodeBlocks([sound], brief)) blocks++
    }).rejects.toMatchObject(late)
    expect((await decodeAudio(file, { limits })).channels[0]).toHaveLength(20_000)
  })

  test("heeds the caller's signal too", async () => {
    const controller = new AbortController()
    const reason = new Error('enough')
    const done = decodeImage(image, { limits: { seconds: 100 }, signal: controller.signal })
    controller.abort(reason)
    await expect(done).rejects.toBe(reason)
    await expect(decodeImage(image, { limits: { seconds: 100 }, signal: controller.signal })).rejects.toBe(reason)
  })

  test('is a number of seconds', async () => {
    for (const seconds of [0, -1, Number.NaN]) await expect(decodeImage(image, { limits: { seconds } })).rejects.toThrow(RangeError)
  })

  test('is --max-seconds of commands', async () => {
    const ended = await laq(['decode', '--max-seconds', '0.005', '-'], { input: image })
    expect(ended).toMatchObject({ code: 1, stderr: 'laq: standard input: it takes more than the limit of 0.005 seconds\n' })
    expect((await laq(['decode', '--max-seconds', '60', '-'], { input: image })).code).toBe(0)
    expect((await laq(['decode', '--max-seconds', '0', '-'], { input: image })).code).toBe(2)
  })
})
