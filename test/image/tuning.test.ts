import { expect, test } from 'vitest'
import { middleOf, mostTrials, type Tuning, tune } from '../../src/image/tuning.js'
import { decodeImage, encodeImage } from '../../src/index.js'
import { pattern } from '../pictures.js'

const first: Tuning = { luma: 72, chroma: 104, strength: 10, chromaStep: 8, price: 100 }

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
    return { bytes: 1e5 * 2 ** (-step / 29), score: 150 - step / 2 - 3 * miss }
  }
  return { tried, trial }
}

test('trials find what suits a picture, within the number that progress counts on', async () => {
  const best: Tuning = { luma: 140, chroma: 70, strength: 6, chromaStep: 15, price: 100 }
  for (const rounds of [1, 2]) {
    const { tried, trial } = codec(best)
    const { tuning, shift } = await tune(first, 220, rounds, trial)
    expect(tried.length).toBeLessThanOrEqual(mostTrials(rounds))
    expect(tuning.luma).toBeGreaterThan(first.luma)
    expect(tuning.chroma).toBeLessThan(first.chroma)
    expect(tuning.strength).toBe(6)
    expect(tuning.chromaStep).toBe(15)
    // a better score at the same step is given back as a coarser one
    expect(shift).toBeGreaterThan(0)
  }
})

test('what suits already stays, and a flat field stays flat', async () => {
  const suited = codec(first)
  expect(await tune(first, 220, 2, suited.trial)).toEqual({ tuning: first, shift: 0 })
  const flat = codec({ ...first, strength: 10 })
  const { tuning } = await tune({ ...first, strength: 0 }, 220, 2, flat.trial)
  expect(tuning.strength).toBe(0)
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
