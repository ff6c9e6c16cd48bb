/**
 * ICC profiles: whether one fits its picture, and small ones made of primaries and a curve.
 *
 * A header of 128 bytes, a table of tags, tags: ICC.1:2022, sections 7 to 10. Colours are relative to D50, to which white is adapted by
 * Bradford's matrix (annex E).
 */
import type { Metadata } from '../../codecs/container/container.js'
import type { WarningCode } from '../calls/warnings.js'

/** Chromaticities x, y of red, green, blue and white. */
export type Primaries = readonly [Pair, Pair, Pair, Pair]
type Pair = readonly [number, number]

/** Light of an encoded value x in 0..1: (a x + b)^gamma from d on, c x below. Without a, b, c and d it is x^gamma. */
export interface Curve {
  gamma: number
  a?: number
  b?: number
  c?: number
  d?: number
}

type Matrix = readonly (readonly number[])[]

const BRADFORD: Matrix = [
  [0.8951, 0.2664, -0.1614],
  [-0.7502, 1.7135, 0.0367],
  [0.0389, -0.0685, 1.0296],
]
/** The profile connection space's white. */
const D50 = [0.9642, 1, 0.8249]

const times = (matrix: Matrix, vector: readonly number[]) => matrix.map((row) => row.reduce((sum, value, i) => sum + value * vector[i], 0))
const product = (a: Matrix, b: Matrix): number[][] =>
  a.map((row) => b[0].map((_, j) => row.reduce((sum, value, k) => sum + value * b[k][j], 0)))

function inverse(m: Matrix): number[][] {
  const minor = (r: number, c: number) => {
    const [r1, r2] = [0, 1, 2].filter((i) => i !== r)
    const [c1, c2] = [0, 1, 2].filter((i) => i !== c)
    return (m[r1][c1] * m[r2][c2] - m[r1][c2] * m[r2][c1]) * ((r + c) % 2 ? -1 : 1)
  }
  const determinant = [0, 1, 2].reduce((sum, c) => sum + m[0][c] * minor(0, c), 0)
  return [0, 1, 2].map((r) => [0, 1, 2].map((c) => minor(c, r) / determinant))
}

const xyz = ([x, y]: Pair) => [x / y, 1, (1 - x - y) / y]

/** @returns a profile for displays, version 4.3 */
export function makeProfile([red, green, blue, white]: Primaries, curve: Curve, isGrey: boolean): Uint8Array<ArrayBuffer> {
  const whiteXyz = xyz(white)
  const scale = times(BRADFORD, D50).map((value, i) => value / times(BRADFORD, whiteXyz)[i])
  const adaptation = product(
    inverse(BRADFORD),
    BRADFORD.map((row, i) => row.map((value) => value * scale[i])),
  )
  const tags: [string, Uint8Array][] = [
    ['desc', textTag(`laq: ${isGrey ? 'grey' : 'RGB'} by its numbers`)],
    ['cprt', textTag('CC0')],
    ['wtpt', xyzTag(D50)],
    ['chad', numbersTag('sf32', adaptation.flat())],
  ]
  if (isGrey) tags.push(['kTRC', curveTag(curve)])
  else {
    // columns that are x : y : z have y = 0 where a primary has no light of its own
    const columns = [red, green, blue].map(([x, y]) => [x, y, 1 - x - y])
    const rows = [0, 1, 2].map((i) => columns.map((column) => column[i]))
    const lights = times(inverse(rows), whiteXyz)
    for (const [i, name] of ['rXYZ', 'gXYZ', 'bXYZ'].entries()) {
      tags.push([
        name,
        xyzTag(
          times(
            adaptation,
            columns[i].map((value) => value * lights[i]),
          ),
        ),
      ])
    }
    for (const name of ['rTRC', 'gTRC', 'bTRC']) tags.push([name, curveTag(curve)])
  }
  return assembled(isGrey ? 'GRAY' : 'RGB ', tags)
}

function assembled(space: string, tags: [string, Uint8Array][]): Uint8Array<ArrayBuffer> {
  const bodies = [...new Map(tags.map(([, body]) => [body.join(), body])).entries()]
  const start = 132 + 12 * tags.length
  const places = new Map<string, number>()
  let length = start
  for (const [key, body] of bodies) {
    places.set(key, length)
    length += body.length
  }
  const profile = new Uint8Array(length)
  const view = new DataView(profile.buffer)
  const letters = (at: number, text: string) => {
    for (let i = 0; i < text.length; i++) profile[at + i] = text.charCodeAt(i)
  }
  view.setUint32(0, length)
  view.setUint32(8, 0x04300000)
  letters(12, 'mntr')
  letters(16, space)
  letters(20, 'XYZ ')
  // a date that is the same for all: 1 January 2000
  for (const [i, value] of [2000, 1, 1].entries()) view.setUint16(24 + 2 * i, value)
  letters(36, 'acsp')
  for (const [i, value] of D50.entries()) view.setInt32(68 + 4 * i, Math.round(value * 65536))
  view.setUint32(128, tags.length)
  for (const [i, [name, body]] of tags.entries()) {
    letters(132 + 12 * i, name)
    view.setUint32(136 + 12 * i, places.get(body.join()) as number)
    view.setUint32(140 + 12 * i, body.length)
  }
  for (const [key, body] of bodies) profile.set(body, places.get(key))
  return profile
}

/** A tag of s15Fixed16 numbers behind its type. */
function numbersTag(type: string, numbers: readonly number[], more = 0): Uint8Array {
  const bytes = new Uint8Array(8 + more + 4 * numbers.length)
  for (let i = 0; i < 4; i++) bytes[i] = type.charCodeAt(i)
  const view = new DataView(bytes.buffer)
  for (const [i, value] of numbers.entries()) view.setInt32(8 + more + 4 * i, Math.round(value * 65536))
  return bytes
}

const xyzTag = (values: readonly number[]) => numbersTag('XYZ ', values)

function curveTag({ gamma, a, b, c, d }: Curve): Uint8Array {
  const bytes = a === undefined ? numbersTag('para', [gamma], 4) : numbersTag('para', [gamma, a, b ?? 0, c ?? 0, d ?? 0], 4)
  new DataView(bytes.buffer).setUint16(8, a === undefined ? 0 : 3)
  return bytes
}

/** A text in one language, padded to four bytes. */
function textTag(text: string): Uint8Array {
  const bytes = new Uint8Array(28 + 4 * Math.ceil(text.length / 2))
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < 4; i++) bytes[i] = 'mluc'.charCodeAt(i)
  for (const [at, value] of [
    [8, 1],
    [12, 12],
    [20, 2 * text.length],
    [24, 28],
  ]) {
    view.setUint32(at, value)
  }
  bytes.set([0x65, 0x6e, 0x55, 0x53], 16)
  for (let i = 0; i < text.length; i++) view.setUint16(28 + 2 * i, text.charCodeAt(i))
  return bytes
}

const SPACES: Record<string, string> = { 'RGB ': 'RGB', GRAY: 'grey', CMYK: 'CMYK', 'Lab ': 'Lab' }

/** Why a profile cannot describe a picture of so many channels, for people; nothing if it can. Grey may have one of RGB, as browsers have it. */
function profileFault(profile: Uint8Array, channels: number): string | undefined {
  const view = new DataView(profile.buffer, profile.byteOffset, profile.byteLength)
  const text = (at: number) => String.fromCharCode(...profile.subarray(at, at + 4))
  if (profile.length < 132 || text(36) !== 'acsp') return `is none (${profile.length} bytes)`
  if (view.getUint32(0) > profile.length) return `is cut: ${profile.length} of ${view.getUint32(0)} bytes`
  const count = view.getUint32(128)
  if (132 + 12 * count > profile.length) return `is damaged: ${count} tags in ${profile.length} bytes`
  for (let i = 0; i < count; i++) {
    if (view.getUint32(136 + 12 * i) + view.getUint32(140 + 12 * i) > profile.length) return `is damaged: a tag lies outside`
  }
  const space = text(16)
  if (space === 'RGB ' || (space === 'GRAY' && channels < 3)) return undefined
  return `is of ${SPACES[space] ?? space.replaceAll(/[^ -~]/g, '?').trim()}, the picture ${channels < 3 ? 'grey' : 'RGB'}`
}

/** The metadata without a profile that does not describe a picture of so many channels, which is told. */
export function fittingProfile(
  metadata: readonly Metadata[],
  channels: number,
  warn: (code: WarningCode, message: string) => void,
): Metadata[] {
  return metadata.filter(({ type, bytes }) => {
    const fault = type === 'icc' ? profileFault(bytes, channels) : undefined
    if (fault) warn('colour', `the ICC profile ${fault}: it is dropped`)
    return !fault
  })
}
