import { expect, test } from 'vitest'
import { middleOf, type Tuning, tune } from '../../src/image/encode/tuning.js'
import { decodeImage, encodeImage } from '../../src/index.js'
import { pattern } from '../pictures.js'

const first: Tuning = { luma: 72, chroma: 104, strength: 10, chromaStep: 8, chromaBalance: 0, price: 100 }

/** A codec whose score falls off from a best tuning, and whose bytes and score follow the step. */
const codec = (best: Tuning) => {
  const tried: Tuning[] = []
  const trial = async (tuning: Tuning, step: number) => {
    tried.push(tuning)
    const miss =
      Math.abs(Math.log(tuning.luma / best.luma)) +
      Math.abs(Math.log(tuning.chroma / best.chroma)) +
      Math.abs(tuning.strength - best.strength) / 10 +
      Math.abs(tuning.chromaStep - best.chromaStep) / 20
    return { file: new Uint8Array(Math.round(1e5 * 2 ** (-step / 29))), score: 150 - step / 2 - 3 * miss }
  }
  return { tried, trial }
}

test('trials find what suits a picture, within their number', async () => {
  const best: Tuning = { luma: 140, chroma: 70, strength: 6, chromaStep: 15, chromaBalance: -6, price: 100 }
  for (const trials of [14, 30]) {
    const { tried, trial } = codec(best)
    const { tuning, file } = await tune(first, 220, trials, trial)
    expect(tried.length).toBeLessThanOrEqual(trials)
    expect(tuning.luma).toBeGreaterThan(first.luma)
    expect(tuning.chroma).toBeLessThan(first.chroma)
    expect(tuning.strength).toBe(6)
    expect(tuning.chromaStep).toBe(15)
    // at the step asked for
    expect(file.length).toBe((await trial(first, 220)).file.length)
  }
})

test('what suits already stays, and a flat field stays flat', async () => {
  const suited = codec(first)
  expect((await tune(first, 220, 20, suited.trial)).tuning).toEqual(first)
  const flat = codec({ ...first, strength: 10 })
  const { tuning } = await tune({ ...first, strength: 0 }, 220, 20, flat.trial)
  expect(tuning.strength).toBe(0)
})

test('of grey pictures chroma is not tried', async () => {
  const { tried, trial } = codec({ ...first, chroma: 70, chromaStep: 15 })
  await tune(first, 220, 20, trial, true)
  for (const { chroma, chromaStep, chromaBalance } of tried) expect([chroma, chromaStep, chromaBalance]).toEqual([104, 8, 0])
})

test('large pictures are tried by their middle', () => {
  const picture = pattern(900, 800)
  const middle = middleOf(picture)
  expect([middle.width, middle.height]).toEqual([768, 768])
  const at = ((16 * 900 + 66) * 3) as number
  expect([...middle.data.slice(0, 6)]).toEqual([...picture.data.slice(at, at + 6)])
  expect(middleOf(pattern(40, 30))).toEqual(pattern(40, 30))
})

test('effort 9 makes the same file each time, and reports progress to the end', async () => {
  const picture = pattern(96, 80)
  const done: number[] = []
  const file = await encodeImage(picture, { quality: 60, effort: 9, onProgress: (part) => done.push(part) })
  expect(await encodeImage(picture, { quality: 60, effort: 9 })).toEqual(file)
  expect(done).toEqual([...done].sort((a, b) => a - b))
  expect(done.at(-1)).toBe(1)
  expect((await decodeImage(file)).data.length).toBe(picture.data.length)
})
