/** The manners of work in a thread: others have their turns, calls do not mix, and a signal ends what it belongs to. */
import { beforeAll, describe, expect, test } from 'vitest'
import { decodeAudio, decodeBlocks, decodeImage, encodeAudio, encodeBlocks, encodeImage, inspect, LaqError } from '../src/index.js'
import { inThisThread } from '../src/threads/runner.js'
import { pattern } from './pictures.js'

const sound = {
  sampleRateHz: 16_000,
  sampleFormat: 's16' as const,
  channels: [0, 1].map((c) =>
    Float32Array.from({ length: 60_000 }, (_, i) => Math.round(9000 * Math.sin(i / (9 + c)) + ((i * i) % 991)) / 32768),
  ),
}

/** Calls of every kind: what each does, and what it came to while nothing else ran. */
const encoders: [name: string, call: () => Promise<Uint8Array<ArrayBuffer>>][] = [
  ['blocks', () => encodeImage(pattern(200, 140), { tileSize: 64 })],
  ['blocks of effort 1, grey', () => encodeImage(pattern(160, 100, 1), { effort: 1 })],
  ['blocks of another picture', () => encodeImage(pattern(130, 150, 4), { quality: 40 })],
  ['wavelets', () => encodeImage(pattern(200, 140), { transform: 'wavelet' })],
  ['wavelets with alpha', () => encodeImage(pattern(120, 190, 4), { transform: 'wavelet', quality: 50 })],
  ['sound', () => encodeAudio(sound, { quality: 60 })],
  ['sound at a rate', () => encodeAudio({ ...sound, channels: sound.channels.slice(1) }, { bitrate: 40 })],
  ['lossless sound', () => encodeAudio(sound, { lossless: true, effort: 3 })],
  ['hybrid sound', () => encodeAudio(sound, { lossless: true, lossyQuality: 40 })],
]
const files: Uint8Array<ArrayBuffer>[] = []
const isSound = (i: number) => encoders[i][0].includes('sound')
const decode = (i: number) => (isSound(i) ? decodeAudio(files[i], { exact: true }) : decodeImage(files[i]))

beforeAll(async () => {
  for (const [, call] of encoders) files.push(await call())
}, 120_000)

describe('calls at the same time in one thread', () => {
  test('give the bytes of calls one after another', async () => {
    const order = [...encoders.keys(), ...encoders.keys()].sort((a, b) => ((a * 7) % 5) - ((b * 7) % 5))
    const found = await Promise.all(order.map((i) => encoders[i][1]()))
    for (const [at, i] of order.entries()) expect(found[at], encoders[i][0]).toEqual(files[i])
  })

  test('give the samples of calls one after another, also while others encode', async () => {
    const alone: unknown[] = []
    for (const i of files.keys()) alone.push(await decode(i))
    const detail = await inspect(files[0], { detail: true })
    const together = await Promise.all([
      ...[...files.keys()].map(decode),
      ...encoders.map(([, call]) => call()),
      inspect(files[0], { detail: true }),
    ])
    expect(together).toEqual([...alone, ...files, detail])
  })

  test('all come on: none waits until the others are done', async () => {
    const left: number[] = []
    const calls = Array.from({ length: 8 }, (_, i) =>
      encodeImage(pattern(256, 256, 1), { tileSize: 64, effort: 2, tune: 'psnr', onProgress: (done) => left.push(done === 1 ? i : -1) }),
    )
    await Promise.all(calls)
    // 16 tiles each: at the first that is done, the others are almost
    expect(left.indexOf(left.find((i) => i >= 0)!)).toBeGreaterThan(0.8 * left.length)
  })
})

describe('the event loop', () => {
  /** Milliseconds of work between turns of a timer: those of the processor, since others may be at it as well. */
  async function gaps(work: () => Promise<unknown>): Promise<number[]> {
    const spent = () => (process.cpuUsage().user + process.cpuUsage().system) / 1000
    const times: number[] = [spent()]
    const timer = setInterval(() => times.push(spent()), 1)
    await work()
    clearInterval(timer)
    times.push(spent())
    return times.slice(1).map((time, i) => time - times[i])
  }

  test.each<[string, () => Promise<unknown>]>([
    ['a tile', () => encodeImage(pattern(300, 300), { effort: 5 })],
    ['a tile of wavelets', () => encodeImage(pattern(600, 600), { transform: 'wavelet' })],
    ['a lossless segment', () => encodeAudio(sound, { lossless: true, effort: 7 })],
    ['many gains', () => encodeAudio(sound, { bitrate: 60, effort: 9 })],
  ])('has turns within %s', async (_, work) => {
    // kernels are compiled and have their memory
    await work()
    const found = await gaps(work)
    const total = found.reduce((sum, gap) => sum + gap)
    // turns are due every 15 ms and a step
    const late = found.filter((gap) => gap > 50).reduce((sum, gap) => sum + gap, 0)
    expect(total).toBeGreaterThan(60)
    expect(late / total).toBeLessThan(0.3)
  })
})

describe('a signal', () => {
  const long = (signal?: AbortSignal) => encodeImage(pattern(256, 256), { effort: 9, tune: 'psnr', ...(signal && { signal }) })

  test('that fires within a tile ends the work at once, with its reason', async () => {
    const aborter = new AbortController()
    const call = long(aborter.signal)
    let fired = 0
    setTimeout(() => {
      fired = performance.now()
      aborter.abort(new RangeError('enough'))
    }, 60)
    await expect(call).rejects.toThrow(new RangeError('enough'))
    // 100 ms on a machine that does nothing else
    expect(performance.now() - fired).toBeLessThan(500)
    expect(fired).toBeGreaterThan(0)
    // and the kernel is as it was
    expect(await encoders[0][1]()).toEqual(files[0])
  })

  test('without a reason gives an AbortError whose code is aborted', async () => {
    const aborter = new AbortController()
    const call = long(aborter.signal)
    setTimeout(() => aborter.abort(), 20)
    const error = await call.catch((thrown) => thrown)
    expect(error).toBeInstanceOf(LaqError)
    expect(error).toMatchObject({ name: 'AbortError', code: 'aborted', cause: aborter.signal.reason })
  })

  test('of a time limit gives a TimeoutError', async () => {
    await expect(long(AbortSignal.timeout(20))).rejects.toMatchObject({ name: 'TimeoutError' })
  })

  test('ends those that wait, while the others go on', async () => {
    const aborter = new AbortController()
    const before = long()
    const waiting = Array.from({ length: 20 }, () => encodeImage(pattern(64, 64), { effort: 1, signal: aborter.signal }))
    const behind = encoders[0][1]()
    setTimeout(() => aborter.abort('no more'), 30)
    expect(new Set(await Promise.all(waiting.map((call) => call.catch((reason) => reason))))).toEqual(new Set(['no more']))
    expect(await behind).toEqual(files[0])
    expect(await before).toEqual(await long())
  })

  test('ends streams that wait for their source, and closes it', async () => {
    let closed = 0
    async function* silent(): AsyncGenerator<never> {
      await new Promise(() => undefined)
    }
    const source = () => {
      const waiting = silent()
      const close = async () => {
        closed++
        return { done: true, value: 0 }
      }
      return { [Symbol.asyncIterator]: () => ({ next: () => waiting.next(), return: close }) }
    }
    const { sampleRateHz, sampleFormat } = sound
    for (const stream of [
      (signal: AbortSignal) => encodeBlocks(source() as AsyncIterable<never>, { sampleRateHz, sampleFormat, channels: 2 }, { signal }),
      (signal: AbortSignal) => decodeBlocks(source() as AsyncIterable<never>, { signal }),
    ]) {
      const aborter = new AbortController()
      setTimeout(() => aborter.abort('no more'), 20)
      await expect(stream(aborter.signal).next()).rejects.toBe('no more')
    }
    expect(closed).toBe(2)
  })

  test('that has fired before lets nothing begin', async () => {
    const signal = AbortSignal.abort('never')
    const task = { task: 'decodeImageTile' } as never
    await expect(inThisThread.run(task, { signal })).rejects.toBe('never')
    await expect(encodeImage(pattern(64, 64), { signal })).rejects.toBe('never')
    await expect(encodeAudio(sound, { signal })).rejects.toBe('never')
    await expect(decodeAudio(files[5], { signal })).rejects.toBe('never')
  })
})
