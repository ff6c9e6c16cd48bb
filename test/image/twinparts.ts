/** What the twins of both image decoders share: rasters, tables of states, the step field and the way from planes to samples. */
import { type Decoder, fresh, Mixer, type State } from '../entropy/twin.js'

export const clip = (x: number, a: number, b: number) => Math.max(a, Math.min(b, x))

/** A raster of numbers, 0 outside. */
export class Raster {
  readonly values: Int32Array

  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.values = new Int32Array(width * height)
  }

  at(x: number, y: number): number {
    return x < 0 || y < 0 || x >= this.width || y >= this.height ? 0 : this.values[y * this.width + x]
  }

  set(x: number, y: number, value: number): void {
    this.values[y * this.width + x] = value
  }
}

/** States that come into being when they are asked for. */
export class Table {
  private readonly states = new Map<number, State>()

  at(index: number): State {
    let state = this.states.get(index)
    if (!state) {
      state = fresh()
      this.states.set(index, state)
    }
    return state
  }

  /** Copies `count` states, with the update counts clipped. */
  inherit(to: number, from: number, count: number): void {
    for (let i = 0; i < count; i++) {
      const { probability, updates } = this.at(from + i)
      this.states.set(to + i, { probability, updates: Math.min(updates, 20) })
    }
  }
}

export class Mixers {
  private readonly mixers = new Map<number, Mixer>()

  at(index: number): Mixer {
    let mixer = this.mixers.get(index)
    if (!mixer) {
      mixer = new Mixer()
      this.mixers.set(index, mixer)
    }
    return mixer
  }
}

/** FORMAT.md, "Step field". */
export function readField(decoder: Decoder, field: Raster): void {
  const states = new Table()
  for (let y = 0; y < field.height; y++) {
    for (let x = 0; x < field.width; x++) {
      const up = y > 0 ? field.at(x, y - 1) : x > 0 ? field.at(x - 1, y) : 0
      const left = x > 0 ? field.at(x - 1, y) : up
      const context = Math.min(2, Math.abs(left - up) >> 1)
      const difference = decoder.signed(Array.from({ length: 24 }, (_, i) => states.at(context * 24 + i)))
      field.set(x, y, clip(((left + up) >> 1) + difference, -24, 24))
    }
  }
}

/** FORMAT.md, "Planes". */
export function samplesOf(planes: Raster[], width: number, height: number, bitDepth: number): number[] {
  const samples: number[] = []
  const sample = (sum: number) => clip((sum + 2 ** 26 + 2 ** (26 - bitDepth)) >> (27 - bitDepth), 0, 2 ** bitDepth - 1)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [first, second, third] = planes.map((plane) => plane.at(x, y))
      if (planes.length === 1) samples.push(sample(8192 * first))
      else {
        samples.push(sample(8192 * first + 11485 * third), sample(8192 * first - 2819 * second - 5850 * third))
        samples.push(sample(8192 * first + 14516 * second))
      }
    }
  }
  return samples
}
