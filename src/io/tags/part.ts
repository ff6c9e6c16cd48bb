/**
 * Tags of a part of a sound: what they say in samples of the whole, or seconds of it, is moved with the part's beginning, and what lies
 * outside is dropped.
 *
 *     'smpl'  36 bytes, of which the u32 at 28 counts loops   loop: id, type, first, last sample, fraction, times (u32 each)    then any
 *     'cue '  count (u32)   point: id, position (u32 each)  chunk (4)  its start, block, sample (u32 each)
 *     'plst'  count (u32)   segment: id of a cue, length, times (u32 each)
 *     'LIST'  'adtl', chunks of which labl, note, ltxt and file begin with the id of a cue; that of ltxt goes on with a length
 *     'bext'  time reference (u64 at 338): samples since midnight           'cart'  8 timers at 684: usage (4), sample (u32)
 *     'iXML'  the same time reference, as text           'PEAK', 'levl', 'MD5 '  about all samples: dropped
 *
 * Little-endian. Sources: IBM and Microsoft, "New Multimedia Data Types and Data Techniques 3.0"; EBU Tech 3285 and its supplement 3;
 * AES46; iXML specification 3.01.
 */
import type { Metadata } from '../../../codecs/container/container.js'
import { LaqError } from '../../../codecs/errors.js'
import type { WarningCode } from '../../calls/warnings.js'
import { text } from '../wav/chunks.js'
import { withoutKept } from '../wav/restore.js'
import { commentTag, tagOf } from './tags.js'
import { readVorbisComment, writeVorbisComment } from './vorbiscomment.js'

interface Part {
  /** First sample of the part. */
  start: number
  /** Sample behind its last. */
  end: number
  sampleRateHz: number
}

interface Cues {
  /** Ids of points outside the part. */
  lost: ReadonlySet<number>
  /** Samples from a point to the end of the part. */
  most: (id: number) => number
}

type Warn = (code: WarningCode, message: string) => void

/** @param warn is told of loops, points and timers that lie outside */
export function tagsOfPart(metadata: readonly Metadata[], part: Part, warn: Warn): Metadata[] {
  const loose = withoutKept(metadata)
  const bodies = loose.filter(({ type, bytes }) => type === 'tag' && text(bytes, 0, 4) === 'cue ').map(({ bytes }) => bytes.subarray(4))
  const cues = new Map(bodies.flatMap(cuesOf))
  const lost = new Set([...cues].filter(([, sample]) => !isIn(sample, part)).map(([id]) => id))
  if (lost.size > 0) warn('tags', `cue points outside the part are dropped: ${lost.size}`)
  // regions end with the part
  const most = (id: number) => part.end - (cues.get(id) ?? part.start)
  return loose.flatMap((item) => {
    if (item.type !== 'tag') return [item]
    const id = text(item.bytes, 0, 4)
    const body = changed(id, item.bytes.slice(4), part, { lost, most }, warn)
    // a list in which nothing is left
    if (!body || (/^(cue |plst|LIST)$/.test(id) && body.length <= 4 && body.length < item.bytes.length - 4)) return []
    return [id === 'vorb' ? commentTag(body) : tagOf(id, body)]
  })
}

const isIn = (sample: number, { start, end }: Part): boolean => sample >= start && sample < end
const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** The body of a tag in the part; nothing if it says nothing of that. `body` may be changed. */
function changed(id: string, body: Uint8Array, part: Part, { lost, most }: Cues, warn: Warn): Uint8Array | undefined {
  if (/^(PEAK|levl|MD5 )$/.test(id)) return
  if (id === 'smpl') return loops(body, part, warn)
  if (id === 'cue ') return records(body, 4, 24, (view, at) => !lost.has(view.getUint32(at, true)) && moved(view, part, at + 4, at + 20))
  if (id === 'plst') return records(body, 4, 12, (view, at) => !lost.has(view.getUint32(at, true)))
  if (id === 'LIST' && text(body, 0, 4) === 'adtl') return labels(body, lost, most)
  if (id === 'bext' && body.length >= 346) {
    const view = viewOf(body)
    view.setBigUint64(338, BigInt.asUintN(64, view.getBigUint64(338, true) + BigInt(part.start)), true)
  }
  if (id === 'cart' && body.length >= 748) timers(body, part)
  if (id === 'iXML') return timeReference(body, part)
  if (id === 'vorb') return comment(body, part)
  return body
}

function loops(body: Uint8Array, part: Part, warn: Warn): Uint8Array {
  if (body.length < 36) return body
  const before = viewOf(body).getUint32(28, true)
  let cut = 0
  const keep = (view: DataView, at: number) => {
    const [first, last] = [view.getUint32(at + 8, true), view.getUint32(at + 12, true)]
    const loop = cutTo(part, first, last + 1)
    if (!loop) return false
    if (loop[1] - loop[0] < last + 1 - first) cut++
    view.setUint32(at + 8, loop[0], true)
    view.setUint32(at + 12, loop[1] - 1, true)
    return true
  }
  const found = records(body, 36, 24, keep, 28)
  const lost = before - viewOf(found).getUint32(28, true)
  if (lost > 0) warn('tags', `loops outside the part are dropped: ${lost}`)
  if (cut > 0) warn('tags', `loops that reach beyond the part end with it: ${cut}`)
  return found
}

/** What of first..behind-1 lies in the part, from its beginning on; nothing if none of it does. */
function cutTo({ start, end }: Part, first: number, behind: number): [first: number, behind: number] | undefined {
  const [from, to] = [Math.max(start, first), Math.min(end, behind)]
  return from < to ? [from - start, to - start] : undefined
}

/** Moves sample numbers. @returns true */
function moved(view: DataView, { start }: Part, ...places: number[]): boolean {
  // a cue's place in a playlist may be 0 for any
  for (const at of places) view.setUint32(at, Math.max(0, view.getUint32(at, true) - start), true)
  return true
}

/** Keeps some of the records that stand from `from` on, counted at `countAt`, and all behind them. */
function records(body: Uint8Array, from: number, size: number, keep: (view: DataView, at: number) => boolean, countAt = 0): Uint8Array {
  if (body.length < from) return body
  const view = viewOf(body)
  const count = Math.min(view.getUint32(countAt, true), Math.floor((body.length - from) / size))
  let to = from
  let kept = 0
  for (let i = 0; i < count; i++) {
    const at = from + i * size
    if (!keep(view, at)) continue
    body.copyWithin(to, at, at + size)
    to += size
    kept++
  }
  view.setUint32(countAt, kept, true)
  body.copyWithin(to, from + count * size)
  return body.subarray(0, body.length - (count - kept) * size)
}

/** Sample of each point by its id. */
function cuesOf(body: Uint8Array): [id: number, sample: number][] {
  if (body.length < 4) return []
  const view = viewOf(body)
  const count = Math.min(view.getUint32(0, true), Math.floor((body.length - 4) / 24))
  return Array.from({ length: count }, (_, i) => [view.getUint32(4 + i * 24, true), view.getUint32(24 + i * 24, true)])
}

/** A list without the labels of points that are lost. */
function labels(body: Uint8Array, lost: ReadonlySet<number>, most: (id: number) => number): Uint8Array {
  const view = viewOf(body)
  let to = 4
  for (let at = 4; at + 8 <= body.length; ) {
    const size = view.getUint32(at + 4, true)
    const end = Math.min(body.length, at + 8 + size + (size & 1))
    const id = text(body, at, 4)
    const cue = /^(labl|note|ltxt|file)$/.test(id) && at + 12 <= body.length ? view.getUint32(at + 8, true) : undefined
    if (id === 'ltxt' && cue !== undefined && !lost.has(cue) && at + 16 <= body.length)
      view.setUint32(at + 12, Math.min(view.getUint32(at + 12, true), most(cue)), true)
    if (cue === undefined || !lost.has(cue)) {
      body.copyWithin(to, at, end)
      to += end - at
    }
    at = end
  }
  return body.subarray(0, to)
}

function timers(body: Uint8Array, part: Part): void {
  const view = viewOf(body)
  for (let at = 684; at < 748; at += 8) {
    if (view.getUint32(at) === 0) continue
    if (isIn(view.getUint32(at + 4, true), part)) moved(view, part, at + 4)
    else body.fill(0, at, at + 8)
  }
}

/** Two elements hold the lower and the upper 32 bits. */
function timeReference(body: Uint8Array, { start }: Part): Uint8Array {
  let xml = new TextDecoder().decode(body)
  for (const [low, high] of [
    ['BWF_TIME_REFERENCE_LOW', 'BWF_TIME_REFERENCE_HIGH'],
    ['TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO', 'TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI'],
  ]) {
    const numberOf = (name: string) => new RegExp(`<${name}>\\s*(\\d+)\\s*</${name}>`).exec(xml)?.[1]
    const [lowBits, highBits] = [numberOf(low), numberOf(high) ?? '0']
    if (lowBits === undefined) continue
    const sum = BigInt(lowBits) + (BigInt(highBits) << 32n) + BigInt(start)
    const put = (name: string, value: bigint) => {
      xml = xml.replace(new RegExp(`(<${name}>\\s*)\\d+(\\s*</${name}>)`), `$1${value}$2`)
    }
    put(low, sum & 0xffffffffn)
    put(high, sum >> 32n)
  }
  return new TextEncoder().encode(xml)
}

/** Loops as games have them, in samples, and chapters, in hours, minutes and seconds. */
function comment(body: Uint8Array, part: Part): Uint8Array {
  try {
    const { vendor, fields } = readVorbisComment(body)
    const numberOf = (name: string) => Number(fields.find(([other]) => other === name)?.[1] ?? Number.NaN)
    const first = numberOf('LOOPSTART')
    const behind = Number.isNaN(numberOf('LOOPEND')) ? first + numberOf('LOOPLENGTH') : numberOf('LOOPEND')
    const loop = cutTo(part, first, Number.isNaN(behind) ? first + 1 : behind)
    const kept = fields.flatMap(([name, value]): [string, string][] => {
      if (/^LOOP(START|END|LENGTH)$/.test(name)) {
        return loop ? [[name, String({ LOOPSTART: loop[0], LOOPEND: loop[1], LOOPLENGTH: loop[1] - loop[0] }[name])]] : []
      }
      const [, number] = /^CHAPTER(\d{3})(NAME|URL)?$/.exec(name) ?? []
      const time = number === undefined ? undefined : secondsOf(fields.find(([other]) => other === `CHAPTER${number}`)?.[1])
      if (time === undefined) return [[name, value]]
      if (!isIn(Math.round(time * part.sampleRateHz), part)) return []
      return [[name, /\d$/.test(name) ? clock(time - part.start / part.sampleRateHz) : value]]
    })
    return writeVorbisComment({ vendor, fields: kept })
  } catch (error) {
    // one that is damaged says nothing
    if (error instanceof LaqError) return body
    throw error
  }
}

function secondsOf(value: string | undefined): number | undefined {
  const found = /^(\d+):(\d\d):(\d\d(?:\.\d+)?)$/.exec(value ?? '')
  return found ? Number(found[1]) * 3600 + Number(found[2]) * 60 + Number(found[3]) : undefined
}

function clock(seconds: number): string {
  const milliseconds = Math.max(0, Math.round(seconds * 1000))
  return new Date(milliseconds % 86_400_000)
    .toISOString()
    .slice(11, 23)
    .replace(/^\d+/, (hours) => String(Number(hours) + 24 * Math.floor(milliseconds / 86_400_000)).padStart(2, '0'))
}
