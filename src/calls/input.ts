/** What callers hold bytes in, as bytes. */
import type { Metadata } from '../../codecs/container/container.js'

/** Bytes of a file, or what gives them. */
export type Bytes = Uint8Array | Uint8ClampedArray | ArrayBuffer | SharedArrayBuffer | DataView | BytesLater

/** A Blob, a File or a Response. */
export interface BytesLater {
  /** All of its bytes. */
  arrayBuffer(): Promise<ArrayBuffer>
}

/** What a value is, for messages: a Float32Array, a string, undefined. */
export function nameOf(value: unknown): string {
  if (value === null || value === undefined || typeof value === 'boolean' || typeof value === 'number') return String(value)
  if (Array.isArray(value)) return 'an array'
  if (typeof value !== 'object') return `a ${typeof value}`
  const { name } = (Object.getPrototypeOf(value)?.constructor ?? {}) as { name?: string }
  if (!name || name === 'Object') return 'an object'
  return `${/^([AEIO]|U(?!int|RL))/.test(name) ? 'an' : 'a'} ${name}`
}

/** Bytes that are there, as a view on them; nothing if `value` holds none. */
export function bytesAt(value: unknown): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value
  // buffers of other realms are of other classes
  const kind = Object.prototype.toString.call(value).slice(8, -1)
  if (kind === 'ArrayBuffer' || kind === 'SharedArrayBuffer') return new Uint8Array(value as ArrayBuffer)
  if (kind !== 'Uint8Array' && kind !== 'Uint8ClampedArray' && kind !== 'DataView') return undefined
  const { buffer, byteOffset, byteLength } = value as DataView
  return new Uint8Array(buffer, byteOffset, byteLength)
}

/**
 * The bytes of a file: a view on those that are there, or what a Blob or a Response gives.
 *
 * @throws TypeError on anything else, by its name; RangeError on a Response that is an error
 */
export async function bytesOf(value: unknown, what = 'the file'): Promise<Uint8Array> {
  const there = bytesAt(value)
  if (there) return there
  const { arrayBuffer, ok, status } = (value ?? {}) as Partial<BytesLater> & { ok?: boolean; status?: number }
  if (typeof arrayBuffer === 'function') {
    if (ok === false) throw new RangeError(`${what} is a Response of status ${status}`)
    return new Uint8Array(await (value as BytesLater).arrayBuffer())
  }
  throw new TypeError(`${what} is ${nameOf(value)}, not a Uint8Array, ArrayBuffer, DataView, Blob or Response`)
}

/** As {@link bytesOf}, at once. */
export function bytesNow(value: unknown, what = 'the file'): Uint8Array {
  const there = bytesAt(value)
  if (!there) throw new TypeError(`${what} is ${nameOf(value)}, not a Uint8Array, ArrayBuffer or DataView`)
  return there
}

/** @throws TypeError unless it is a list of bytes with their types, or undefined */
export function checkMetadata(metadata: readonly Metadata[] | undefined): void {
  if (metadata === undefined) return
  if (!Array.isArray(metadata)) throw new TypeError(`metadata is ${nameOf(metadata)}, not an array`)
  for (const [i, item] of metadata.entries()) {
    if (!(item?.bytes instanceof Uint8Array)) throw new TypeError(`metadata ${i} has bytes of ${nameOf(item?.bytes)}, not a Uint8Array`)
  }
}
