import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { writePng } from '../../src/io/image/png.js'
import type { OperatingPoint } from '../../src/rd/run.js'
import type { SweepEvent, SweepOptions } from '../../src/rd/sweep.js'
import { folder, laq, laqProcess, MAIN } from '../cli/laq.js'
import { pattern } from '../pictures.js'

const STUB = fileURLToPath(new URL('stubpeer.mjs', import.meta.url))

// processes run compiled files: the library is that of dist
let rd: typeof import('../../src/rd.js')
let png: Buffer
beforeAll(async () => {
  rd = await import(String(new URL('../../dist/src/rd.js', import.meta.url)))
  png = await writePng(pattern(24, 16))
})

function pictures(count: number): string {
  const cwd = folder()
  for (let i = 0; i < count; i++) writeFileSync(join(cwd, `${i}.png`), png)
  return cwd
}

async function all(options: SweepOptions): Promise<SweepEvent[]> {
  const events: SweepEvent[] = []
  for await (const event of rd.sweep({ peers: [STUB], metrics: ['psnrYDb', 'ssimulacra2'], ...options })) events.push(event)
  return events
}

const pointsIn = (cwd: string): OperatingPoint[] =>
  readFileSync(join(cwd, 'out/results.jsonl'), 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))

/** What a point is of, and what must be the same however it came about. */
const facts = (points: OperatingPoint[]) =>
  points.map(({ codec, item, setting, bytes, ssimulacra2 }) => `${codec} ${item} ${setting}: ${bytes}, ${ssimulacra2}`).sort()

describe('the library', () => {
  test('hands out each point once, as an iterator', async () => {
    const cwd = pictures(2)
    const events = await all({
      items: [join(cwd, '0.png'), join(cwd, '1.png')],
      codecs: ['stub', 'stub:scale=2'],
      settings: { stub: [1, 3] },
    })
    const points = events.flatMap((event) => ('point' in event ? [event.point] : []))
    expect(points.length).toBe(events.length)
    expect(facts(points).map((fact) => fact.split(',')[0])).toEqual(
      ['stub 0.png 1: 1000', 'stub 0.png 3: 333', 'stub 1.png 1: 1000', 'stub 1.png 3: 333']
        .concat([1, 2, 4, 8].flatMap((setting) => [0, 1].map((item) => `stub:scale=2 ${item}.png ${setting}: ${2000 / setting}`)))
        .sort(),
    )
    for (const point of points) {
      expect(point.bpp).toBeCloseTo((8 * point.bytes) / (24 * 16), 4)
      expect(point).toMatchObject({ encodeCpuSeconds: 0.001, decodeWallSeconds: 0.002 })
      expect(point.ssimulacra2).toBeLessThan(100)
    }
  })

  test('a process that dies, a codec that fails and a file that is none spoil only their own points', async () => {
    const cwd = pictures(1)
    writeFileSync(join(cwd, 'none.png'), 'nothing')
    const items = [join(cwd, 'none.png'), join(cwd, '0.png')]
    const events = await all({ items, codecs: ['stub'], settings: [1, 666, 2, 667, 4], jobs: 1 })
    const failures = events.flatMap((event) => ('failure' in event ? [event.failure] : []))
    expect(events.flatMap((event) => ('point' in event ? [event.point.setting] : []))).toEqual([1, 2, 4])
    expect(failures).toEqual([
      { item: items[0], message: expect.stringMatching(/./) },
      { codec: 'stub', item: '0.png', setting: 666, message: 'the process ended with 3' },
      { codec: 'stub', item: '0.png', setting: 667, message: 'stub fails' },
    ])
  })

  test('names that are none are refused before any work', async () => {
    const items = [join(pictures(1), '0.png')]
    await expect(all({ items, codecs: ['nope'] })).rejects.toThrow('no image codec nope; there are stub, laq')
    await expect(all({ items, codecs: ['stub:speed=1'] })).rejects.toThrow('stub has no option speed')
    await expect(all({ items, codecs: ['stub'], metrics: ['odgBasic'] })).rejects.toThrow('no image metric odgBasic')
    await expect(all({ items, codecs: ['stub'], anchor: 'avif' })).rejects.toThrow('the anchor avif is not one of the codecs stub')
    await expect(all({ items: ['/nowhere/a.png'], codecs: ['stub'] })).rejects.toThrow('none of 1 files can be read')
  })

  test('a signal ends it', async () => {
    const items = [join(pictures(1), '0.png')]
    const events = rd.sweep({ items, codecs: ['stub'], peers: [STUB], metrics: ['psnrYDb'], signal: AbortSignal.abort() })
    await expect(events.next()).rejects.toMatchObject({ code: 'aborted' })
  })
})

describe('laq rd', () => {
  const words = (more: string[]) => ['rd', '--peer', STUB, '--metrics', 'psnrYDb,ssimulacra2', '--out', 'out', '--quiet', ...more]
  const files = ['0.png', '1.png', '2.png', '3.png']
  const codecs = ['--codecs', 'stub,stub:scale=2']

  test('ended at ten moments, it resumes to the points of an unbroken run', async () => {
    const whole = pictures(4)
    expect(await laq(words([...codecs, ...files]), { cwd: whole })).toMatchObject({ code: 0, stderr: '' })
    const expected = facts(pointsIn(whole))
    expect(expected.length).toBe(32)

    const cwd = pictures(4)
    const env = { ...process.env, STUB_DELAY_MS: '60' }
    const results = join(cwd, 'out/results.jsonl')
    const known = () => (existsSync(results) ? pointsIn(cwd).length : 0)
    for (let kill = 0; kill < 10; kill++) {
      const child = spawn(process.execPath, [MAIN, ...words([...codecs, ...files, '-j', '2', '--resume'])], { cwd, env, stdio: 'ignore' })
      const ended = once(child, 'exit')
      // twice before anything is known, then after a few points more, at any moment of the work on the next ones
      const wanted = kill < 2 ? 0 : known() + (kill % 4)
      const began = Date.now()
      while (known() < wanted && child.exitCode === null && Date.now() - began < 20_000) await sleep(5)
      await sleep(kill < 2 ? 150 * (kill + 1) : (kill * 37) % 90)
      child.kill('SIGKILL')
      await ended
      if (!existsSync(results)) continue
      const points = pointsIn(cwd)
      expect(points.length).toBeGreaterThanOrEqual(wanted)
      expect(new Set(facts(points)).size).toBe(points.length)
      expect(expected).toEqual(expect.arrayContaining(facts(points)))
    }
    expect(known()).toBeGreaterThan(0)
    expect((await laq(words(['--resume']), { cwd })).code).toBe(0)
    expect(facts(pointsIn(cwd))).toEqual(expected)
  })

  test('leaves a report, keeps results unless told, appends codecs, plots again', async () => {
    const cwd = pictures(2)
    const first = await laq(['rd', '0.png', '1.png', '--codecs', 'laq,mozjpeg', '--settings', '30,60,90', '--out', 'out'], { cwd })
    expect(first.code).toBe(0)
    expect(first.stdout.toString()).toContain('| mozjpeg |')
    expect(first.stderr).toMatch(/^12 points in out: table\.txt, bd\.md/)
    expect(readdirSync(join(cwd, 'out'))).toEqual(
      expect.arrayContaining(['bd.md', 'curves.svg', 'curves.png', 'speed.svg', 'table.txt', 'worst.md', 'codec-compare.json', 'run.json']),
    )
    expect(readdirSync(join(cwd, 'out/files/laq')).length).toBe(6)

    expect(await laq(['rd', '0.png', '--out', 'out'], { cwd })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('out has results: --resume finishes them'),
    })
    const before = readFileSync(join(cwd, 'out/results.jsonl'), 'utf8')
    expect((await laq(['rd', '--append', '--codecs', 'webp', '--settings', 'webp=50,80', '--out', 'out'], { cwd })).code).toBe(0)
    expect(readFileSync(join(cwd, 'out/results.jsonl'), 'utf8').startsWith(before)).toBe(true)
    expect(pointsIn(cwd).filter(({ codec }) => codec === 'webp').length).toBe(4)

    const table = readFileSync(join(cwd, 'out/bd.md'))
    const again = await laq(['rd', '--plot-only', 'out'], { cwd })
    expect(again.stdout.equals(table)).toBe(true)
    expect((await laq(['rd', '--plot-only', 'out', '--anchor', 'mozjpeg'], { cwd })).stdout.toString()).toContain(
      'BD-rates against mozjpeg',
    )
  })

  test('a codec that is not installed is named, and the rest goes on', async () => {
    const cwd = pictures(1)
    // no program is on the path; Vorbis comes with laq
    const { writeWav } = await import('../../src/io/wav/wav.js')
    const channels = [Float32Array.from({ length: 48000 }, (_, i) => Math.sin(i * i * 1e-5) / 2)]
    writeFileSync(join(cwd, 'a.wav'), writeWav({ sampleRateHz: 48000, sampleFormat: 's16', channels }))
    const { code, stderr } = await laqProcess(
      ['rd', 'a.wav', '--out', 'out', '--settings', '48,64', '--metrics', 'snrDb', '--codecs', 'laq,opus'],
      { cwd, env: { PATH: '' } },
    )
    expect(code).toBe(1)
    expect(readFileSync(join(cwd, 'out/worst.md'), 'utf8')).toMatch(/from 0\.00 s to 1\.00 s: \[original\]\(worst\/01-1-original\.wav\)/)
    expect(existsSync(join(cwd, 'out/worst/01-1-decoded.wav'))).toBe(true)
    expect(stderr).toContain('laq: opus: opus needs opusenc, from the package opus-tools\n')
    expect(
      pointsIn(cwd)
        .map(({ codec, setting }) => `${codec} ${setting}`)
        .sort(),
    ).toEqual(['laq 48', 'laq 64'])
  })

  test.each([
    [['rd'], 'no files: name pictures or WAV files'],
    [['rd', '0.png', '--codecs', 'nope'], 'no image codec nope'],
    [['rd', '0.png', '--codecs', 'laq', '--settings', 'a'], '--settings a: a is not a number'],
    [['rd', '0.png', '--codecs', 'laq', '--settings', 'webp=5'], '--settings webp=5: webp is not one of the codecs laq'],
    [['rd', '0.png', '--append'], '--append needs --codecs'],
  ])('%j: %s', async (given, message) => {
    const { code, stderr } = await laq(given, { cwd: pictures(1) })
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)])
    expect(stderr.split('\n').length).toBe(2)
  })

  test('of a folder without points nothing can be drawn', async () => {
    expect(await laq(['rd', '--plot-only', 'nowhere'], { cwd: folder() })).toMatchObject({
      code: 1,
      stderr: 'laq: nowhere: has no operating points\n',
    })
  })
})
