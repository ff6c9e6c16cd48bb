import { describe, expect, test } from 'vitest'
import { kernel } from '../stages.js'

const { nextStateOf, stepsOfLevel } = kernel.exports
const states = [0, 1, 2, 3, 4, 5, 6, 7]

describe('dependent quantization', () => {
  test('the states follow each other as in the table of FORMAT.md', () => {
    for (const odd of [0, 1]) {
      const row = states.map((state) => nextStateOf(state, odd))
      expect(row).toEqual(odd ? [1, 2, 4, 7, 0, 3, 5, 6] : [0, 3, 5, 6, 1, 2, 4, 7])
      // only the lowest bit of a level counts, of negative ones too
      for (const level of [odd - 2, odd + 2, odd + 300, odd - 300]) expect(states.map((state) => nextStateOf(state, level))).toEqual(row)
    }
  })

  test('every state is reached from two, and reaches all in three levels', () => {
    const reached = states.flatMap((state) => [nextStateOf(state, 0), nextStateOf(state, 1)])
    expect(reached.sort()).toEqual(states.flatMap((state) => [state, state]))
    for (const state of states) {
      let after = [state]
      for (let i = 0; i < 3; i++) after = after.flatMap((s) => [nextStateOf(s, 0), nextStateOf(s, 1)])
      expect(after.sort()).toEqual(states)
    }
  })

  test('the two quantizers share the multiples of the step; each has one within a step of any number', () => {
    for (const state of states) {
      const values = Array.from({ length: 81 }, (_, i) => stepsOfLevel(state, i - 40))
      for (const [i, value] of values.entries()) {
        expect(value).toBe(0 - values[80 - i])
        if (i > 0) expect(value - values[i - 1]).toBeLessThanOrEqual(2)
        if (i !== 40) expect(Math.abs(value) % 2).toBe(state % 2)
      }
      expect(values[40]).toBe(0)
    }
  })
})
