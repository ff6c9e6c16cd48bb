import { expect, test } from 'vitest'
import { inspectAudio } from '../../src/audio.js'
import { encodeAudio } from '../../src/index.js'
import { sound } from './sounds.js'

test('steps follow the loudness of the bands with strength 1, and are one with strength 0', async () => {
  const audio = sound(44100, 1)
  const { audio: adaptive } = await inspectAudio(await encodeAudio(audio), { detail: true })
  const field = adaptive.stepField
  expect(field?.values.length).toBe((field?.frames ?? 0) * (field?.bandHz.length ?? 0))
  const row = [...(field?.values.subarray(10 * (field?.bandHz.length ?? 0), 11 * (field?.bandHz.length ?? 0)) ?? [])]
  const at = (hz: number) => row[(field?.bandHz.findIndex((start) => start > hz) ?? 0) - 1]
  expect(at(440)).toBeGreaterThan(at(8000) + 64)
  const { audio: flat } = await inspectAudio(await encodeAudio(audio, { laq: 0 }), { detail: true })
  expect(new Set(flat.stepField?.values)).toEqual(new Set([0]))
})

test('the bits of the parts add up to the file', async () => {
  const file = await encodeAudio(sound(44100 * 2))
  const { audio } = await inspectAudio(file, { detail: true })
  const { switching = 0, stereo = 0, envelope = 0, bands = [] } = audio.bits ?? {}
  const bytes = (switching + stereo + envelope + bands.reduce((a, b) => a + b, 0)) / 8
  expect(file.length - bytes).toBeGreaterThan(0)
  expect(file.length - bytes).toBeLessThan(40 + audio.segments * 14)
})
