/**
 * RIFF's own tags: a chunk LIST whose bytes are 'INFO' and then chunks, each an id and a text that ends in a zero byte. Source: IBM and
 * Microsoft, "Multimedia Programming Interface and Data Specifications 1.0"; names as ffmpeg and ExifTool use them.
 */
import { text } from '../wav/chunks.js'

/** Ids by the name that Vorbis comments have for the same. */
const IDS: Record<string, string> = {
  TITLE: 'INAM',
  ARTIST: 'IART',
  ALBUM: 'IPRD',
  DATE: 'ICRD',
  TRACKNUMBER: 'IPRT',
  GENRE: 'IGNR',
  COMMENT: 'ICMT',
  COMPOSER: 'IMUS',
  COPYRIGHT: 'ICOP',
  ENCODER: 'ISFT',
  ENGINEER: 'IENG',
  LANGUAGE: 'ILNG',
  KEYWORDS: 'IKEY',
  SUBJECT: 'ISBJ',
  PRODUCER: 'IPRO',
  ISRC: 'ISRC',
}
const NAMES: Record<string, string> = { ...Object.fromEntries(Object.entries(IDS).map(([name, id]) => [id, name])), ITRK: 'TRACKNUMBER' }

/** Whether a list can hold a field of this name. */
export const isInfoField = (name: string): boolean => name in IDS

/** Whether the bytes of a chunk LIST are such tags. */
export const isInfo = (body: Uint8Array): boolean => text(body, 0, 4) === 'INFO'

/** Fields by the names of Vorbis comments; unknown ids are left out, and so is what is cut off. */
export function readInfo(body: Uint8Array): [name: string, value: string][] {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  const fields: [string, string][] = []
  for (let at = 4; at + 8 <= body.length; ) {
    const size = view.getUint32(at + 4, true)
    const end = at + 8 + size
    if (end > body.length) break
    const name = NAMES[text(body, at, 4)]
    const value = plainText(body.subarray(at + 8, end))
    if (name && value !== '') fields.push([name, value])
    at = end + (size & 1)
  }
  return fields
}

/** UTF-8, as new writers have it, or else Windows-1252, as old ones do; up to the first zero. */
export function plainText(bytes: Uint8Array): string {
  const zero = bytes.indexOf(0)
  const letters = zero < 0 ? bytes : bytes.subarray(0, zero)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(letters)
  } catch {
    return new TextDecoder('windows-1252').decode(letters)
  }
}

/** Body of a chunk LIST with the fields that it can hold, several values of a name joined; nothing if there is none. */
export function writeInfo(fields: readonly (readonly [name: string, value: string])[]): Uint8Array<ArrayBuffer> | undefined {
  const values = new Map<string, string>()
  for (const [name, value] of fields) {
    const id = IDS[name]
    // a zero would end the text
    const plain = value.replaceAll('\0', ' ')
    if (id && plain) values.set(id, values.has(id) ? `${values.get(id)}; ${plain}` : plain)
  }
  if (values.size === 0) return
  const texts = [...values].map(([id, value]) => [id, new TextEncoder().encode(`${value}\0`)] as const)
  const body = new Uint8Array(texts.reduce((sum, [, bytes]) => sum + 8 + bytes.length + (bytes.length & 1), 4))
  const letters = (id: string, at: number) => {
    for (let i = 0; i < 4; i++) body[at + i] = id.charCodeAt(i)
  }
  letters('INFO', 0)
  let at = 4
  for (const [id, bytes] of texts) {
    letters(id, at)
    new DataView(body.buffer).setUint32(at + 4, bytes.length, true)
    body.set(bytes, at + 8)
    at += 8 + bytes.length + (bytes.length & 1)
  }
  return body
}
